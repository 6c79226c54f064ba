"""The notice in pages, each light enough for a bad line: first what fits one screen, then parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from troth.notice.html import Anchors, environment
from troth.notice.phrases import shown
from troth.notice.plain_text import stamped
from troth.notice.tree import PublicNotice

MOST_BODY_BYTES = 24_000
"""How much of a page the notice fills; what stands around it on the page comes on top."""


@dataclass(frozen=True)
class NoticePage:
    """One page: the end of its address (empty: the first), its title, and its part of the HTML."""

    name: str
    title: str
    body: str


def as_pages(notice: PublicNotice, base: str) -> tuple[NoticePage, ...]:
    """The pages of a notice in order, whose addresses are `base` and `base/NAME`.

    Each says what the notice says, word for word; links from one to another lead to its page. A
    card that is larger than a page by itself is not cut.
    """
    return _Pages(notice, base).all()


class _Paged(Anchors):
    """Places that lie on several pages; on which is known only when all are written."""

    light = True

    def href(self, number: str) -> str:
        return f"\0{number}\0"


_OPEN = re.compile("\0([^\0]*)\0")


class _Pages:
    """Parts of a notice as HTML, and the pages that they fill."""

    def __init__(self, notice: PublicNotice, base: str) -> None:
        self._notice, self._base = notice, base
        self._phrases = shown(notice.language)
        self._anchors = _Paged(notice)
        self._template = environment(self._anchors).get_template("part.html.j2")

    def all(self) -> tuple[NoticePage, ...]:
        """The pages, each with its way to the one before and the one after."""
        shell = self._phrases["shell"]
        over = [(f"overview{tail}", shell["overview"] + more, parts) for tail, more, parts in
                self._overview()]  # fmt: skip
        chapters = self._cut()
        places = {number: name for name, _, parts in chapters for number, _ in parts}
        cut = [*over, *chapters]
        ways = [(f"{self._base}/{name}", title) for name, title, _ in cut]
        firsts = [way for way, (name, _, _) in zip(ways, cut, strict=True) if "-" not in name]
        pages = [NoticePage("", self._notice.title, self._part("first", contents=firsts))]
        for at, (name, title, parts) in enumerate(cut):
            turn = self._part(
                "turn",
                before=ways[at - 1] if at else None,
                up=self._base,
                after=ways[at + 1] if at + 1 < len(ways) else None,
            )
            pages.append(NoticePage(name, title, "".join(text for _, text in parts) + turn))
        return tuple(replace(page, body=self._linked(page.body, places)) for page in pages)

    def _linked(self, body: str, places: Mapping[str, str]) -> str:
        """The HTML with its links to chapters and cards, on whichever page they are."""

        def address(found: re.Match[str]) -> str:
            number = found[1]
            anchor = "" if "." not in number else f"#{self._anchors.number(number)}"
            return f"{self._base}/{places.get(number, number)}{anchor}"

        return _OPEN.sub(address, body)

    def _overview(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        rows = [("", self._part("overview", rows=[one])) for one in self._notice.overview]
        return [_numbered(at, parts) for at, parts in enumerate(_filled(rows))] if rows else []

    def _cut(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Names, titles and parts of the pages of all chapters."""
        found = []
        for chapter in self._notice.chapters:
            intro = self._part("intro", chapter=chapter)
            cards = [(one.number, self._part("card", card=one)) for one in chapter.cards]
            for at, parts in enumerate(_filled([(str(chapter.number), intro), *cards])):
                tail, more, _ = _numbered(at, parts)
                title = f"{chapter.number}. {chapter.heading}{more}"
                found.append((f"{chapter.number}{tail}", title, parts))
        return found

    def _part(self, kind: str, **values: Any) -> str:
        return self._template.render(
            kind=kind,
            notice=self._notice,
            shell=self._phrases["shell"],
            colon=self._phrases["colon"].rstrip(),
            stamped=stamped(self._notice),
            **values,
        )


def _filled(parts: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The parts in order, as many to a page as fit."""
    pages: list[list[tuple[str, str]]] = [[]]
    for number, text in parts:
        weight = sum(len(one.encode()) for _, one in pages[-1])
        if pages[-1] and weight + len(text.encode()) > MOST_BODY_BYTES:
            pages.append([])
        pages[-1].append((number, text))
    return pages


def _numbered(at: int, parts: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    """The ends of the name and of the title of the page at a place, and its parts."""
    return (f"-{at + 1}", f" ({at + 1})", parts) if at else ("", "", parts)
