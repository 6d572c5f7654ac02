"""Label Studio: the interface, tasks and results that go in, the exports that come out."""
