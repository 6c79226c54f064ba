"""A notice before it is written out: chapters, cards, facts and the pieces of their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from troth.language import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; it may lead to the place with the number `to`, or to an address.

    `open`: it is not settled yet, and is marked wherever it is shown.
    """

    text: str
    to: str = ""
    url: str = ""
    open: bool = False


@dataclass(frozen=True)
class Fact:
    """One line: what it is about, what is said, and its place in the policy where it has one."""

    lead: str
    pieces: tuple[Piece, ...]
    path: str = ""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Block:
    """An element of the policy as facts; `path` is its place in the policy, `clauses` its origin.

    `head` is None where the title of a card says it.
    """

    path: str
    clauses: tuple[str, ...]
    head: Fact | None
    facts: tuple[Fact, ...]
    parts: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Card:
    """A numbered element with a title of its own."""

    number: str
    title: tuple[Piece, ...]
    block: Block

    @property
    def name(self) -> str:
        return "".join(piece.text for piece in self.title)


@dataclass(frozen=True)
class Chapter:
    """A numbered section; `field` is the part of the policy that it says."""

    field: str
    number: int
    heading: str
    intro: str
    facts: tuple[Fact, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Overview:
    """One purpose in the table of the first screen: its basis, and how long data stays."""

    number: str
    purpose: str
    bases: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Stamp:
    """Which text this is: version, its place among the versions, its day, and the digest.

    `digest` is the SHA-256 of the policy's content, in hexadecimal.
    """

    version: str
    position: int
    of: int
    effective: date | None
    digest: str


@dataclass(frozen=True)
class PublicNotice:
    """The whole notice: first what fits one screen, then everything.

    `open`: what is not settled yet, in words; a notice with any of it is a draft.
    """

    language: Language
    title: str
    stamp: Stamp
    brief: tuple[Fact, ...]
    overview: tuple[Overview, ...]
    full: str
    chapters: tuple[Chapter, ...]
    end: str
    open: tuple[str, ...] = ()
