"""The type of a field in the words of the person who writes the file."""

from __future__ import annotations

import re
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from troth.datamap.bindings import Binding
from troth.datamap.filters import Filter
from troth.datamap.model import StoreName
from troth.law.calendar import Period, YearEnd
from troth.policy.base import ClauseId, Country, Name
from troth.policy.model import Zone

_NAMED: tuple[tuple[Any, str], ...] = (
    (Name, "name"),
    (StoreName, "name"),
    (ClauseId, "clause id"),
    (Country, "country code"),
    (Zone, "time zone"),
    (Binding, "[binding](#bindings)"),
    (Filter, "[filter](#filters)"),
)
_PLAIN: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    date: "day, like `2024-01-31`",
    Period: "period, like `P3Y`",
    YearEnd: "day of the year, like `12-31`",
}


def plain(kind: Any) -> str:
    """`kind`, an annotation with its extras, in plain words; models as links to their section."""
    for known, words in _NAMED:
        if kind == known:
            return words
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return plain(arguments[0])
    if origin is Literal:
        return _either([_word(value) for value in arguments])
    if origin in (Union, UnionType):
        return _either([plain(part) for part in arguments if part is not NoneType])
    if origin is tuple:
        return f"list: {plain(arguments[0])}"
    if origin is dict:
        return f"{_key(arguments[0])} → {plain(arguments[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{title(kind)}](#{anchor(kind)})"
    raise TypeError(f"no words for {kind!r}")


def title(model: type[BaseModel]) -> str:
    """`LegalBasis` as a heading: `Legal basis`."""
    first, *rest = re.findall(r"[A-Z][a-z]*", model.__name__)
    return " ".join([first, *(word.lower() for word in rest)])


def anchor(model: type[BaseModel]) -> str:
    """Where the model's section is on its page."""
    return title(model).lower().replace(" ", "-")


def _key(kind: Any) -> str:
    return "text" if kind is str else plain(kind)


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _word(value: Any) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
