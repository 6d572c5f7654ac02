"""Label Studio at work: a server of the project's own, rounds of annotation, and the way back."""
