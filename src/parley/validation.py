"""Level 2: JSON Schema.

jsonschema-rs decides, yes or no, in bulk; jsonschema explains what it refuses. Both read the same
schemas; a test holds their verdicts and paths together.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from parley import ontology, schemas
from parley.incidents import Report, nearest, one_of, say, show

_CODES = {
    "additionalProperties": "P201",
    "required": "P202",
    "type": "P203",
    "enum": "P204",
    "const": "P204",
    "pattern": "P205",
    "minimum": "P206",
    "maximum": "P206",
    "minItems": "P207",
    "maxItems": "P207",
    "uniqueItems": "P207",
    "minLength": "P208",
    "maxLength": "P208",
    "anyOf": "P210",
}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "boolean": "true or false",
}


def accepts(kind: str, value: Any) -> bool:
    """Whether the schema of `kind` (see `parley.schemas`) accepts a JSON value."""
    return _decides(kind, value) or next(_errors(kind, value), None) is None


def check(kind: str, value: Any, report: Report, line: int | None = None) -> bool:
    """Adds every fault of `value` against the schema of `kind`; whether there is none."""
    if _decides(kind, value):
        return True
    clean = True
    faults = list(_errors(kind, value))
    # A file of another format differs everywhere: only that is worth saying.
    formats = [error for error in faults if list(error.absolute_path) == ["format"]]
    for error in formats or faults:
        clean = False
        for code, message, path in explain(error):
            report.add(code, message, item=place(value, path), line=line)
    return clean


def place(value: Any, path: list[str | int]) -> str | None:
    """A path as a report names it; a list item with an id is named by it: `mentions/m1/type`."""
    words = []
    for step in path:
        value = value[step]
        name = value.get("id") if isinstance(step, int) and isinstance(value, dict) else None
        words.append(str(name) if _names(name) else str(step))
    return "/".join(words) or None


def _names(value: object) -> bool:
    """Whether an id can stand in a report as it is."""
    return isinstance(value, str) and 0 < len(value) <= 80 and value.isprintable()


def _decides(kind: str, value: Any) -> bool:
    """Whether the fast validator accepts the value and no fraction hides in it."""
    if not decider(kind)(value):
        return False
    return _whole(value) if kind == "annotations" else not has_float(value)


def _whole(raw: Any) -> bool:
    """Whether the offsets of annotations that the schema accepts are integers: the places where
    `has_float` would find a fraction, without looking everywhere else."""
    numbers = [raw["length"]]
    for layer in ("mentions", "events", "stances"):
        for item in raw[layer]:
            numbers.append(item["start"])
            numbers.append(item["end"])
    for item in raw["attributions"]:
        for part in ("source", "cue", "content"):
            for span in item[part]:
                numbers += span
    return set(map(type, numbers)) == {int}


def has_float(value: Any) -> bool:
    """Whether a fraction stands anywhere. JSON Schema takes 5.0 for an integer, and whole numbers
    that are too large come out of the reader as fractions: both have to be looked at."""
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is dict:
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)
        elif type(item) is float:
            return True
    return False


@cache
def decider(kind: str) -> Callable[[Any], bool]:
    """jsonschema-rs: yes or no."""
    import jsonschema_rs

    decide: Callable[[Any], bool] = jsonschema_rs.Draft202012Validator(
        schemas.schema(kind, ontology.load())
    ).is_valid
    return decide


@cache
def explainer(kind: str) -> Any:
    """jsonschema, with two of its readings made strict: 5.0 is not an integer, and the `$` of a
    pattern is the end of the text (Python's also stands before a final line end)."""
    import re

    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_validator: Any, wanted: str, value: Any, _schema: Any) -> Iterator[Any]:
        strict = wanted[:-1] + r"\Z" if wanted.endswith("$") else wanted
        if isinstance(value, str) and not re.search(strict, value):
            yield ValidationError(f"{value!r} does not match {wanted!r}")

    untyped: Any = extend  # its stub has no types
    strict = untyped(
        Draft202012Validator,
        {"pattern": pattern},
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
            "integer", lambda _checker, value: type(value) is int
        ),
    )
    return strict(schemas.schema(kind, ontology.load()))


def _errors(kind: str, value: Any) -> Iterator[Any]:
    errors: Iterator[Any] = explainer(kind).iter_errors(value)
    return errors


def explain(error: Any) -> Iterator[tuple[str, str, list[str | int]]]:
    """(code, message, path) for each fault in one of jsonschema's errors."""
    path = list(error.absolute_path)
    name = repr(str(path[-1])) if path and isinstance(path[-1], str) else "the value"
    wanted, value, rule = error.validator_value, error.instance, error.validator
    code = _CODES.get(rule, "P210")
    if rule == "additionalProperties":
        known = list(error.schema["properties"])
        for member in value:
            if member not in known:
                yield (
                    code,
                    say(
                        "unknown member",
                        got=member,
                        expected=one_of(known),
                        nearest=nearest(member, known),
                    ),
                    path,
                )
    elif rule == "required":
        missing = next(member for member in wanted if f"{member!r} is" in error.message)
        yield code, say(f"member {missing!r} is missing"), path
    elif rule == "type":
        types = [wanted] if isinstance(wanted, str) else wanted
        if isinstance(value, float) and "integer" in types:
            expected = f"a whole number from 0 to {schemas.LAST}"
            yield "P209", say(f"{name} is not a whole number", got=value, expected=expected), path
        else:
            expected = one_of([_TYPES[each] for each in types])
            what = f"{name} is null" if value is None else f"{name} is of the wrong type"
            yield code, say(what, got=value, expected=expected), path
    elif rule == "const":
        expected = repr(wanted)
        if path == ["format"]:
            yield "P211", say("unknown format", got=value, expected=expected), path
        else:
            yield code, say(f"{name} has a wrong value", got=value, expected=expected), path
    elif rule == "enum":
        names = [each for each in wanted if isinstance(each, str)]
        expected = one_of([*names, *(["null"] if None in wanted else [])])
        yield (
            code,
            say(
                f"{name} is none of the allowed values",
                got=value,
                expected=expected,
                nearest=nearest(value, names),
            ),
            path,
        )
    elif rule == "pattern":
        yield code, say(f"{name} has a wrong form", got=value, expected=_form(wanted)), path
    elif rule in ("minimum", "maximum"):
        if isinstance(value, float):
            return  # said already: it is not whole
        limit = f"at {'least' if rule == 'minimum' else 'most'} {wanted}"
        yield code, say(f"{name} is out of range", got=value, expected=limit), path
    elif rule in ("minItems", "maxItems"):
        limit = f"at {'least' if rule == 'minItems' else 'most'} {wanted}"
        yield code, say(f"{name} has {len(value)} items", expected=limit), path
    elif rule == "uniqueItems":
        yield code, say(f"{name} has an item twice", got=value), path
    elif rule in ("minLength", "maxLength"):
        limit = f"at {'least' if rule == 'minLength' else 'most'} {wanted}"
        yield code, say(f"{name} has {len(value)} characters", expected=limit), path
    elif rule == "anyOf":
        forms = one_of([_described(each) for each in wanted])
        yield code, say(f"{name} has none of its forms", got=value, expected=forms), path
    else:
        yield code, say(f"{name} breaks the schema's {rule!r}", expected=show(wanted)), path


def _described(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return show(schema["const"])
    return "a span [start, end]" if schema == schemas.SPAN else _TYPES[schema["type"]]


def _form(pattern: str) -> str:
    """What a pattern asks for, in words where we have them."""
    forms: dict[str, str] = {
        schemas.ID["pattern"]: "an id: 1 to 80 of a-z 0-9 _ -",
        schemas.ITEM["pattern"]: "an id: 1 to 80 of A-Z a-z 0-9 _ . : -",
        schemas.FACT["pattern"]: "a fact id: 1 to 40 of A-Z a-z 0-9 _ -",
        schemas.SHA256["pattern"]: "64 hexadecimal digits, lower case",
        schemas.DATE["pattern"]: "a date YYYY, YYYY-MM or YYYY-MM-DD, or two as a/b",
        schemas.QID["pattern"]: "a Wikidata id such as Q42",
        schemas.PUBLISHED["pattern"]: "YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with Z or an offset",
        schemas.LANGUAGE["pattern"]: "a language tag such as en",
        schemas.URL["pattern"]: "an http or https address",
    }
    return forms.get(pattern, f"the pattern {pattern}")
