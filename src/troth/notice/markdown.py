"""The notice as Markdown (CommonMark), for a repository or a content system."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troth.notice.phrases import shown
from troth.notice.plain_text import stamped
from troth.notice.tree import Block, Chapter, Fact, Piece, PublicNotice

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_MARK = re.compile(r"^(\d+)([.)])(?= |$)|^([-+=])")  # what would open a list or a heading


def as_markdown(notice: PublicNotice) -> str:
    """The whole notice; addresses are links that spell the address out."""
    return "\n".join(_lines(notice)).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text in which nothing is a sign of Markdown."""
    made = _SPECIAL.sub(r"\\\1", text)
    return _MARK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", made)


def _lines(notice: PublicNotice) -> Iterator[str]:
    shell = shown(notice.language)["shell"]
    yield f"# {escaped(notice.title)}"
    yield ""
    yield escaped(stamped(notice))
    yield ""
    if notice.open:
        yield f"> **{escaped(shell['draft'])}** {escaped(shell['draft_text'])}"
        yield from (f"> - {escaped(reason)}" for reason in notice.open)
        yield ""
    yield f"## {escaped(shell['short'])}"
    yield ""
    yield from (_fact(fact, notice, 0) for fact in notice.brief)
    yield ""
    yield from _overview(notice)
    yield f"## {escaped(notice.full)}"
    yield ""
    for chapter in notice.chapters:
        yield from _chapter(chapter, notice)
    yield escaped(notice.end)


def _overview(notice: PublicNotice) -> Iterator[str]:
    shell = shown(notice.language)["shell"]
    yield f"## {escaped(shell['overview'])}"
    yield ""
    yield f"| {shell['purpose']} | {shell['basis']} | {shell['kept']} |"
    yield "|---|---|---|"
    for one in notice.overview:
        cells = (f"{one.number} {one.purpose}", " ".join(one.bases), " ".join(one.kept))
        yield f"| {' | '.join(escaped(cell) for cell in cells)} |"
    yield ""


def _chapter(chapter: Chapter, notice: PublicNotice) -> Iterator[str]:
    yield f"## {chapter.number}. {escaped(chapter.heading)}"
    yield ""
    if chapter.intro:
        yield escaped(chapter.intro)
        yield ""
    yield from (_fact(fact, notice, 0) for fact in chapter.facts)
    if chapter.facts:
        yield ""
    for card in chapter.cards:
        yield f"### {card.number} {_pieces(card.title)}"
        yield ""
        yield from _block(card.block, notice, 0)
        yield ""


def _block(block: Block, notice: PublicNotice, depth: int) -> Iterator[str]:
    yield from (_fact(fact, notice, depth) for fact in block.facts)
    for part in block.parts:
        if part.head is not None:
            yield _fact(part.head, notice, depth)
        yield from _block(part, notice, depth + 1)


def _fact(fact: Fact, notice: PublicNotice, depth: int) -> str:
    colon = shown(notice.language)["colon"]
    lead = escaped(fact.lead + colon.rstrip())
    return f"{'  ' * depth}- **{lead}** {_pieces(fact.pieces)}"


def _pieces(pieces: tuple[Piece, ...]) -> str:
    return "".join(
        f"[{escaped(one.text)}](<{one.url}>)" if one.url else escaped(one.text) for one in pieces
    )
