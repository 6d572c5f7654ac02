"""How pre-annotation says that something went wrong."""

from parley.incidents import Incident, IncidentError, say


def fault(
    code: str, where: str, what: str, *, doc_id: str | None = None, **parts: object
) -> Incident:
    """A coded fault at `where` (a file or an address without anything secret); `parts` are those of
    `parley.incidents.say`: got, expected, nearest, do."""
    return Incident(code, where, say(what, **parts), doc_id=doc_id)  # type: ignore[arg-type]


def stop(code: str, where: str, what: str, **parts: object) -> IncidentError:
    """The same as an error that ends the work."""
    return IncidentError(fault(code, where, what, **parts))  # type: ignore[arg-type]
