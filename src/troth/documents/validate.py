"""From a document's plain data to a typed model, with every error at its line.

Pydantic's errors are put into words for the person who wrote the file: what was found, what was
expected, and the nearest right word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from troth.documents.document import Document, Finding, Path
from troth.documents.fields import known_words
from troth.documents.nearest import advice

_Model = TypeVar("_Model", bound=BaseModel)
_LONGEST_SHOWN = 60  # characters of a wrong value that an error repeats

PATTERNS = {
    r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$": "lower-case words joined by hyphens or dots, like a-name",
    r"^[A-Za-z0-9][A-Za-z0-9.-]*$": "a clause id, like SMA-3-8",
    r"^[A-Z]{2}$": "a country code of two capital letters, like FR",
    r"^[a-z][a-z0-9_-]*$": "a name in lower case, like shop or news_2",
    r"^[^@\s]+@[^@\s]+$": "an e-mail address, like dpo@acme.example",
    r"^(/[^/]+)+$": "a path of keys, like /a/b",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time of day, like 02:15",
    r"^#[0-9a-fA-F]{6}$": "a colour, like #1f4e79",
    r"^[a-z0-9.-]+(:[0-9]+)?$": "a host in lower case, with a port if need be, like desk.example",
    r"^https?://[^\s?#]+$": "an address of the web, like https://login.example",
    r"^https?://[^\s/]+$": "the host of pages with its scheme, like https://your-data.example",
    r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$": "${NAME} of an environment variable, never the secret",
}
"""What each pattern of the models asks for, in words."""

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "date_type": "a day, like 2023-02-22",
    "date_parsing": "a day, like 2023-02-22",
    "date_from_datetime_parsing": "a day, like 2023-02-22",
    "date_from_datetime_inexact": "a day, like 2023-02-22",
}


def validate(document: Document, model: type[_Model], *, secret: bool = False) -> _Model:
    """The document as `model`; `Problems` with all that is wrong in it.

    With `secret`, errors do not repeat what was found.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found = [
            _finding(details, document, model, secret=secret)
            for details in error.errors(include_url=False)
            if not (details["type"] == "too_short" and details["input"])  # its items are wrong
        ]
        document.refuse(dict.fromkeys(found))
        raise


def _finding(
    details: ErrorDetails, document: Document, model: type[BaseModel], *, secret: bool
) -> Finding:
    kind, loc = details["type"], details["loc"]
    path = _path_in(document.data, loc)
    found = "this" if secret else _shown(details["input"])
    context: dict[str, Any] = details.get("ctx", {})
    if kind == "missing":
        return Finding(path, "missing-key", f"'{loc[-1]}' is missing{_in(path)}")
    if kind == "extra_forbidden":
        word = str(loc[-1])
        help = advice(word, known_words(model, loc[:-1]))
        return Finding(path, "unknown-key", f"unknown word '{word}'{_in(path[:-1])}", help, True)
    at_key = bool(loc) and loc[-1] == "[key]"
    if kind in ("literal_error", "enum"):
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        message = f"found {found}, expected {context.get('expected', 'another word')}"
        help = advice(str(details["input"]), words) if len(words) > 1 else ""
        return Finding(path, "unknown-word", message, help if "mean" in help else "", at_key)
    if kind == "value_error":
        message = str(context.get("error", details["msg"]))
        return Finding(path, "wrong-value", message, at_key=at_key)
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        expected = PATTERNS.get(pattern, f"text like {pattern}")
        return Finding(path, "wrong-form", f"found {found}, expected {expected}", at_key=at_key)
    expected = _EXPECTED.get(kind, "") or _limit(kind, context)
    if expected:
        help = _mend(kind, details["input"])
        return Finding(path, "wrong-type", f"found {found}, expected {expected}", help, at_key)
    message = details["msg"]
    return Finding(path, "wrong-value", message[:1].lower() + message[1:], at_key=at_key)


def _path_in(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The steps of a pydantic location that the data has; its tags of unions are left out."""
    path: list[int | str] = []
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
        path.append(step)
    return tuple(path)


def _in(path: Path) -> str:
    return f" in {dotted(path)}" if path else ""


def dotted(path: Path) -> str:
    """A path as a person reads it: `activities.orders.retention[0]`."""
    return "".join(_dotted_steps(path)).removeprefix(".")


def _dotted_steps(path: Path) -> Iterator[str]:
    for step in path:
        yield f"[{step}]" if isinstance(step, int) else f".{step}"


def _limit(kind: str, context: dict[str, Any]) -> str:
    match kind:
        case "too_short":
            return f"at least {context['min_length']} entry"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case "greater_than_equal":
            return f"{context['ge']} or more"
        case "greater_than":
            return f"more than {context['gt']}"
        case "less_than_equal":
            return f"{context['le']} or less"
        case _:
            return ""


def _mend(kind: str, found: Any) -> str:
    if kind == "string_type" and isinstance(found, bool | int | float):
        return "put it in quotes"
    if kind in ("tuple_type", "list_type") and isinstance(found, str):
        return f"write it as a list: [{found[:_LONGEST_SHOWN]}]"
    return ""


def _shown(value: Any) -> str:
    """A wrong value as an error repeats it: short, and never an implementation's type name."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f"'{value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + '…'}'"
        case dict():
            return "keys with values" if value else "an empty mapping"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return str(value)
