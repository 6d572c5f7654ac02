"""How the Label Studio loop says that something is in the way."""

from parley.incidents import Incident, IncidentError, say


def fault(code: str, where: str, what: str, **parts: object) -> IncidentError:
    """An error that ends the command, of one coded fault at `where` (an address or a file).

    `parts` are those of `parley.incidents.say`: got, expected, nearest, do.
    """
    return IncidentError(Incident(code, where, say(what, **parts)))  # type: ignore[arg-type]
