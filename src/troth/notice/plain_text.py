"""The notice as plain text, for a terminal, a mail or a durable copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

from troth.notice.phrases import shown
from troth.notice.tree import Block, Chapter, Fact, PublicNotice

WIDTH = 78  # columns

_BOUND = "\ue000"
_LIKE_AN_ITEM = re.compile(r" (?=(?:[-–—•*+]|\d{1,2}[.)]|[a-z][.)]) )")
"""A line that began so would be taken for an item of a list."""


def as_text(notice: PublicNotice) -> str:
    """The whole notice; addresses are spelt out, and nothing is broken inside a word."""
    return "\n".join(_lines(notice)).rstrip() + "\n"


def _lines(notice: PublicNotice) -> Iterator[str]:
    words = shown(notice.language)
    shell = words["shell"]
    yield from _heading(notice.title, "=")
    yield from _wrapped(stamped(notice))
    yield ""
    if notice.open:
        yield from _wrapped(f"*** {shell['draft']} *** {shell['draft_text']}")
        for reason in notice.open:
            yield from _wrapped(reason, "  - ", "    ")
        yield ""
    yield from _heading(shell["short"], "-")
    for fact in notice.brief:
        yield from _fact(fact, words["colon"], 0)
    yield ""
    yield from _heading(shell["overview"], "-")
    for one in notice.overview:
        yield from _wrapped(f"{one.number} {one.purpose}")
        for lead, texts in ((shell["basis"], one.bases), (shell["kept"], one.kept)):
            for text in texts:
                yield from _wrapped(f"{lead}{words['colon']}{text}", "  ", "    ")
    yield ""
    yield from _heading(notice.full, "=")
    for chapter in notice.chapters:
        yield from _chapter(chapter, words["colon"])
    yield notice.end


def stamped(notice: PublicNotice) -> str:
    """Version, its day and the digest, in one line."""
    words = shown(notice.language)
    shell, stamp = words["shell"], notice.stamp
    version = shell["version"].format(version=stamp.version, position=stamp.position, of=stamp.of)
    day = shell["undated"]
    if stamp.effective is not None:
        day = shell["effective"].format(day=words.day(stamp.effective))
    return f"{version}, {day}. {shell['digest']}{words['colon']}{stamp.digest}"


def _chapter(chapter: Chapter, colon: str) -> Iterator[str]:
    yield from _heading(f"{chapter.number}. {chapter.heading}", "-")
    if chapter.intro:
        yield from _wrapped(chapter.intro)
        yield ""
    for fact in chapter.facts:
        yield from _fact(fact, colon, 0)
    if chapter.facts:
        yield ""
    for card in chapter.cards:
        yield from _wrapped(f"{card.number} {card.name}")
        yield from _block(card.block, colon, 1)
        yield ""


def _block(block: Block, colon: str, depth: int) -> Iterator[str]:
    for fact in block.facts:
        yield from _fact(fact, colon, depth)
    for part in block.parts:
        if part.head is not None:
            yield from _fact(part.head, colon, depth)
        yield from _block(part, colon, depth + 1)


def _fact(fact: Fact, colon: str, depth: int) -> Iterator[str]:
    yield from _wrapped(f"{fact.lead}{colon}{fact.text}", "  " * depth, "  " * depth + "    ")


def _heading(text: str, line: str) -> Iterator[str]:
    found = list(_wrapped(text))
    yield from found
    yield line * max(map(len, found), default=0)
    yield ""


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    lines = wrap(
        _LIKE_AN_ITEM.sub(_BOUND, text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace(_BOUND, " ") for line in lines)
