"""A draft as the text of `policy.yaml`: the same draft gives the same bytes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth.reading.draft.element import Draft, Element
from troth.reading.draft.quoted import quoted
from troth.reading.frames.frame import Confidence

WIDTH = 100  # columns of a line
_MOST_QUOTE = 240  # characters of a sentence in a comment
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ][\w À-ÿ,.()/'’+-]*[\w)À-ÿ.]|[A-Za-z]")
_WORDS = frozenset(["yes", "no", "true", "false", "null", "on", "off", "y", "n", "~"])
_HEAD = """\
# A draft, read from {name}. Each part stands under the sentence it was read in.
# sure, likely, doubtful: how sure the reading is. UNKNOWN: the text does not say; a person has to.
# `clauses` are the passages of the text, from P1. Walk through it with: troth review {name}
"""


@dataclass(frozen=True)
class Mark:
    """The element of a path and the sentence that its comment shows."""

    element: Element
    quote: str


def render(draft: Draft, name: str) -> str:
    """The file's text; `name` is the document's, for the comment at its head."""
    marks = _marks(draft)
    lines = _HEAD.format(name=name).rstrip("\n").split("\n")
    unknown = [e.path for e in draft.elements if e.confidence is Confidence.UNKNOWN]
    if unknown:
        text = "# UNKNOWN in this text: " + ", ".join(dict.fromkeys(unknown))
        lines += textwrap.wrap(
            text, WIDTH, subsequent_indent="#   ", break_on_hyphens=False, break_long_words=False
        )
    for section, value in draft.policy.items():
        if isinstance(value, (dict, list)):
            lines.append("")
        lines += _entry(section, value, 0, section, marks)
    return "\n".join(lines) + "\n"


def _marks(draft: Draft) -> dict[str, Mark]:
    """The comment of each path; a sentence that stands in full just above is not repeated."""
    marks: dict[str, Mark] = {}
    before = ""
    for element in draft.elements:
        quote = " ".join(element.evidence[0].quote.split()) if element.evidence else ""
        marks[element.path] = Mark(
            element, "the same sentence" if quote and quote == before else quote
        )
        before = quote or before
    return marks


def _entry(key: str, value: Any, depth: int, path: str, marks: Mapping[str, Mark]) -> Iterator[str]:
    pad = "  " * depth
    yield from _comment(path, pad, marks)
    if isinstance(value, dict) and value:
        if (
            all(not isinstance(v, (dict, list)) for v in value.values())
            and len(value) <= 2
            and depth > 2
        ):
            yield f"{pad}{key}: {_flow(value)}"
            return
        yield f"{pad}{key}:"
        for name, inner in value.items():
            yield from _entry(str(name), inner, depth + 1, f"{path}.{name}", marks)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{pad}{key}:"
        yield from _items(value, depth + 1, path, marks)
    else:
        yield f"{pad}{key}: {_flow(value)}"


def _items(
    value: list[dict[str, Any]], depth: int, path: str, marks: Mapping[str, Mark]
) -> Iterator[str]:
    pad = "  " * depth
    for position, item in enumerate(value):
        where = f"{path}.{item['id']}" if "id" in item else f"{path}[{position}]"
        yield from _comment(where, pad, marks)
        first = True
        for name, inner in item.items():
            lines = list(_entry(str(name), inner, depth + 1, f"{where}.{name}", marks))
            for line in lines:
                if first and not line.lstrip().startswith("#"):
                    yield f"{pad}- {line.lstrip()}"
                    first = False
                else:
                    yield line


def _comment(path: str, pad: str, marks: Mapping[str, Mark]) -> Iterator[str]:
    mark = marks.get(path)
    if mark is None:
        return
    element, quote = mark.element, mark.quote
    if element.confidence is Confidence.UNKNOWN:
        yield f"{pad}# UNKNOWN ({', '.join(element.reasons)})"
        return
    word = str(element.confidence)
    shown = word.upper() if element.confidence is Confidence.DOUBTFUL else word
    origin = "" if element.origin == "text" else f", {element.origin}"
    quote = quote if len(quote) <= _MOST_QUOTE else quote[: _MOST_QUOTE - 1] + "…"
    text = f"# {shown} ({', '.join(element.reasons)}{origin}): {quote}"
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=pad,
        subsequent_indent=f"{pad}#   ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _scalar(str(value))


def _scalar(text: str) -> str:
    """A text as a plain word where YAML takes it for one, else in double quotes."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and ", " not in text
    if plain and "," not in text:
        return text
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text
    return quoted(text)
