"""Headings of a text that has no markup: which lines are, and their ranks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from troth.reading.documents.flattened import tells_period
from troth.reading.documents.marks import (
    BULLET,
    CALLED,
    LETTERED,
    NUMBERED,
    ORDINAL,
    ROMAN,
    opens_item,
)

_LONGEST = 140
_MOST_WORDS = 20
_LONGEST_WEAK = 110
_MOST_WORDS_WEAK = 17
_MOST_COMMAS_WEAK = 1  # more make an enumeration
_MOST_BEFORE_COLON = 4  # words; a longer line with a colon leads a list in
_LONGEST_RUN = 3  # short lines in a row that may all be headings
_NOT_A_HEADING = re.compile(
    r"@|https?:|www\.|\b(?:updated?|effective|mise à jour|date|version)\b.{0,40}\d{4}|…"
    r"|^\W*(?:version|date)\b.{0,20}\d|"
    r"\+\d{2}|\b\d{4,}\b.*\b[A-Z]{2,}|^\W*(?:tel|phone|fax|e-?mail|address|adresse|attn|tél)\b|^\W*©|"
    r"\d[\d .]{7,}",
    re.I,
)
_SPEAKS = re.compile(
    r"\b(?:include|includes|following|we|you|they|this|these|such|contact|nous|vous|suivantes?|"
    r"notamment|may|purposes? of)\b",
    re.I,
)
_TITLE = re.compile(
    r"\b(?:policy|notice|statement|politique|charte|mentions|déclaration|confidentialité|privacy)\b",
    re.I,
)
_FAMILIES = {"roman": 0, "number": 1, "letter": 1, "caps": 2, "apart": 2, "tight": 2}
_ORDER = {"roman": 0, "number": 1, "letter": 9, "caps": 0, "apart": 1, "tight": 2}


@dataclass(frozen=True)
class Style:
    """How a heading is written: its kind, and for numbers how deep."""

    kind: str
    depth: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        return _FAMILIES[self.kind], _ORDER[self.kind] + self.depth


def style_of(characters: str, *, apart: bool) -> Style | None:
    """How the line is written if it may be a heading; `apart`: a blank line follows it."""
    if not _may_be(characters):
        return None
    number = NUMBERED.match(characters)
    if number is not None:
        parts = re.findall(r"\d+|[a-z]", number["number"])
        return Style("number", len(parts) - 1)
    if CALLED.match(characters):
        return Style("number", 0)
    if ROMAN.match(characters):
        return Style("roman")
    if LETTERED.match(characters):
        return Style("letter")
    if characters.upper() == characters and sum(map(str.isalpha, characters)) >= 4:
        return Style("caps")
    if len(characters) > _LONGEST_WEAK or len(characters.split()) > _MOST_WORDS_WEAK:
        return None
    if characters.count(",") > _MOST_COMMAS_WEAK and not characters.endswith("?"):
        return None
    return Style("apart" if apart else "tight")


def _may_be(characters: str) -> bool:
    if len(characters) > _LONGEST or len(characters.split()) > _MOST_WORDS:
        return False
    if characters.endswith((".", ";", ",", "!")) or BULLET.match(characters):
        return False
    if _NOT_A_HEADING.search(characters) or "\t" in characters or tells_period(characters):
        return False
    if sum(map(str.isalpha, characters)) < 3:
        return False
    first = next((char for char in characters if char.isalnum()), "")
    if not (first.isupper() or first.isdigit() or LETTERED.match(characters)):
        return False
    return not (characters.endswith(":") and _SPEAKS.search(characters))


def headings(lines: Sequence[str], apart: Sequence[bool]) -> dict[int, Style]:
    """Which lines are headings. `apart[i]`: a blank line precedes line i.

    A numbered line, or one in capitals, is a heading where text follows it; a short line only where
    it stands after a finished sentence and before text.
    """
    spaced = any(apart[1:])
    after = [*apart[1:], True]
    styles = [style_of(line, apart=spaced and after[at]) for at, line in enumerate(lines)]
    found: dict[int, Style] = {}
    for at in range(len(lines) - 1, -1, -1):
        style = styles[at]
        if style is not None and _stands(at, style, lines, apart, styles, found):
            found[at] = style
    return dict(sorted(found.items()))


def _stands(
    at: int,
    style: Style,
    lines: Sequence[str],
    apart: Sequence[bool],
    styles: Sequence[Style | None],
    found: dict[int, Style],
) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    if not following:
        return False
    deeper = at + 1 in found
    if at == 0 and apart[0] and _TITLE.search(lines[0]):
        return True
    if style.kind in ("number", "letter", "roman"):
        if ORDINAL.match(lines[at]) and _in_series(at, lines):
            return False
        return deeper or bool(following)
    if lines[at].endswith(":") and (
        opens_item(following) or len(lines[at].split()) > _MOST_BEFORE_COLON
    ):
        return False
    body = deeper or _is_body(following)
    if style.kind == "caps":
        return body
    before = lines[at - 1] if at else ""
    run = 0
    while at + 1 + run in found:
        run += 1
    finished = not before or apart[at] or before.endswith((".", "!", "?", ";", ":", "…", ")"))
    finished = finished or styles[at - 1] is not None or opens_item(before)
    return body and finished and run < _LONGEST_RUN and not (before.endswith(":") and not apart[at])


def _in_series(at: int, lines: Sequence[str]) -> bool:
    """Whether the next or the last line carries the neighbouring ordinal: then it is a list."""
    mark = _value(lines[at])
    after = _value(lines[at + 1]) if at + 1 < len(lines) else None
    before = _value(lines[at - 1]) if at else None
    return mark is not None and (after == mark + 1 or (before == mark - 1 and before is not None))


def _value(line: str) -> int | None:
    match = re.match(r"^\s*\(?(\d{1,2}|[a-z])[.)]\s", line)
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else ord(match[1])


def _is_body(line: str) -> bool:
    return (
        opens_item(line)
        or tells_period(line)
        or len(line) > _LONGEST_WEAK
        or len(line.split()) > _MOST_WORDS_WEAK
        or line.endswith((".", ";", ":", ",", "…"))
    )


def ranks(styles: Sequence[Style], *, titled: bool) -> list[int]:
    """The rank of each heading from 1: the title has 1, others nest as their styles do.

    `titled`: the first heading opens the text.
    """
    found: list[int] = []
    stack: list[Style] = []
    for at, style in enumerate(styles):
        if at == 0 and titled and style.kind in ("caps", "apart", "tight"):
            found.append(1)
            continue
        if style in stack:
            del stack[stack.index(style) + 1 :]
        else:
            while stack and stack[-1].rank[0] == style.rank[0] and stack[-1].rank > style.rank:
                stack.pop()
            stack.append(style)
        found.append(min(len(stack) + 1, 6))
    return found
