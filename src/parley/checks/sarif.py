"""SARIF 2.1.0: the form that code hosts and editors show beside the files."""

from collections.abc import Sequence
from typing import Any

from parley import __version__
from parley.codes import codes
from parley.incidents import Incident


def log(incidents: Sequence[Incident]) -> dict[str, Any]:
    """A SARIF log of one run: a rule for each code met, a result for each incident."""
    known = codes()
    names = sorted({incident.code for incident in incidents})
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "parley check",
                        "semanticVersion": __version__,
                        "rules": [_rule(name) for name in names if name in known],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(incident, names) for incident in incidents],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    code = codes()[name]
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explain},
        "help": {"text": f"{code.explain}\n\nBad: {code.bad}\nGood: {code.good}"},
        "defaultConfiguration": {"level": "error"},
    }


def _result(incident: Incident, names: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(incident.file)},
            "region": {"startLine": incident.line or 1},
        }
    }
    inside = "/".join(part for part in (incident.doc_id, incident.item) if part)
    if inside:
        place["logicalLocations"] = [{"fullyQualifiedName": inside}]
    result: dict[str, Any] = {
        "ruleId": incident.code,
        "level": "error",
        "message": {"text": incident.message},
        "locations": [place],
    }
    if incident.code in codes():
        known = [name for name in names if name in codes()]
        result["ruleIndex"] = known.index(incident.code)
    return result


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file)
