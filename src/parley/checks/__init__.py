"""The checks, in six levels: file, JSON Schema, ids and references, spans against text, scheme,
corpus. `run.check_project` runs them all; `document.check` is the bulk path for one document."""
