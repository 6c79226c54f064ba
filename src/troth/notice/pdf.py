"""The notice as PDF/UA: tagged, titled and in its language, so that a screen reader reads it."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

from troth.notice.phrases import shown
from troth.notice.plain_text import stamped
from troth.notice.tree import Block, Card, Chapter, Fact, Piece, PublicNotice
from troth.notice.typeset import typeset


def as_pdf(notice: PublicNotice, made: datetime) -> bytes:
    """The whole notice as PDF/UA-1; addresses are spelt out. `made`: the instant that it bears.

    The same notice and instant give the same bytes.
    """
    shell = shown(notice.language)["shell"]
    data = {
        "language": notice.language,
        "title": notice.title,
        "shell": shell,
        "colon": shown(notice.language)["colon"],
        "page": shown(notice.language)["page"],
        "stamp": stamped(notice),
        "open": notice.open,
        "brief": [_fact(fact) for fact in notice.brief],
        "overview": [
            {"number": one.number, "purpose": one.purpose, "bases": one.bases, "kept": one.kept}
            for one in notice.overview
        ],
        "full": notice.full,
        "chapters": [_chapter(chapter) for chapter in notice.chapters],
        "end": notice.end,
    }
    source = resources.files("troth.notice").joinpath("notice.typ").read_bytes()
    return typeset(source, data, made)


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "number": chapter.number,
        "heading": chapter.heading,
        "intro": chapter.intro,
        "facts": [_fact(fact) for fact in chapter.facts],
        "cards": [_card(card) for card in chapter.cards],
    }


def _card(card: Card) -> dict[str, Any]:
    title = [_piece(piece) for piece in card.title]
    return {"number": card.number, "title": title, "block": _block(card.block)}


def _block(block: Block) -> dict[str, Any]:
    facts = ([block.head] if block.head is not None else []) + list(block.facts)
    return {
        "facts": [_fact(fact) for fact in facts],
        "parts": [_block(part) for part in block.parts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"lead": fact.lead, "pieces": [_piece(piece) for piece in fact.pieces]}


def _piece(piece: Piece) -> dict[str, Any]:
    return {"text": piece.text, "to": piece.to, "url": piece.url, "open": piece.open}
