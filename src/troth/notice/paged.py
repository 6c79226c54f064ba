"""The notice in pages, each light enough for a bad line: first what fits one screen, then parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from troth.notice.html import Anchors, environment
from troth.notice.phrases import shown
from troth.notice.plain_text import stamped
from troth.notice.tree import PublicNotice

MOST_BODY_BYTES = 30_000
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
    rough = _Pages(notice, base, {})
    return _Pages(notice, base, rough.places()).all()


class _Paged(Anchors):
    """Places that lie on several pages."""

    light = True

    def __init__(self, notice: PublicNotice, base: str, places: dict[str, str]) -> None:
        super().__init__(notice)
        self._base, self._places = base, places

    def href(self, number: str) -> str:
        chapter = number.split(".")[0]
        page = self._places.get(number, chapter)
        anchor = "" if number == chapter else f"#{self.number(number)}"
        return f"{self._base}/{page}{anchor}"


class _Pages:
    """Parts of a notice as HTML, and the pages that they fill."""

    def __init__(self, notice: PublicNotice, base: str, places: dict[str, str]) -> None:
        self._notice, self._base = notice, base
        self._phrases = shown(notice.language)
        made = environment(_Paged(notice, base, places))
        self._template = made.get_template("part.html.j2")

    def places(self) -> dict[str, str]:
        """On which page each chapter and card is."""
        return {number: name for name, _, parts in self._cut() for number, _ in parts}

    def all(self) -> tuple[NoticePage, ...]:
        """The pages, each with its way to the one before and the one after."""
        shell = self._phrases["shell"]
        over = [(f"overview{tail}", shell["overview"] + more, parts) for tail, more, parts in
                self._overview()]  # fmt: skip
        cut = [*over, *self._cut()]
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
        return tuple(pages)

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
