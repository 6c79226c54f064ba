"""From the text of a notice back to its policy: the inverse of `troth.notice.say`.

Only the characters of the text count, as a copy, a page, a PDF or a print-out carries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth.documents.document import Path
from troth.language import LANGUAGES, Language
from troth.notice.cut import CutBlock, CutChapter, Span, body, chapters
from troth.notice.inverse import Eye, UnreadError
from troth.notice.kinds import Kind, Line
from troth.notice.names import Ids, has_id
from troth.notice.phrases import Phrases, full
from troth.notice.phrases import read as phrases_of
from troth.notice.stream import Stream, stream
from troth.policy.base import Element
from troth.policy.model import Policy
from troth.policy.walk import walk
from troth.reading.text import Evidence, Text

_UNSAID = {"controller": ("name",), "version": ("effective",)}
"""Fields that a file must have, and that are null where the text says nothing."""


@dataclass(frozen=True)
class Found:
    """An element or a fact of the policy, and the characters that say it."""

    path: Path
    value: Any
    evidence: Evidence


@dataclass(frozen=True)
class Missed:
    """A passage of the notice that could not be read, and why."""

    path: Path
    why: str
    evidence: Evidence


@dataclass(frozen=True)
class ReadBack:
    """What a notice says: `data` as `policy.yaml` would hold it, and where each fact stands."""

    language: Language
    data: Mapping[str, Any]
    found: tuple[Found, ...]
    missed: tuple[Missed, ...]

    def policy(self) -> Policy:
        """The policy; pydantic's ValidationError where the text does not say a whole one."""
        return Policy.model_validate(dict(self.data))


def read_back(text: Text | str) -> ReadBack | None:
    """The policy that a notice of ours says; None for any other text.

    The same characters give the same answer, whether they come from HTML, Markdown, plain text or
    PDF. Names and clauses are those that the titles and numbers of the notice give.
    """
    characters = text if isinstance(text, str) else text.characters
    for language in LANGUAGES:
        if full(language) not in " ".join(characters.split()):
            continue
        phrases = phrases_of(language)
        page = re.escape(phrases["page"]).replace(r"\{page\}", r"\d+")
        footers = re.compile(page.replace(r"\{pages\}", r"\d+") + r"|(?<= )[-=]{5,}(?= )")
        plain = stream(characters).without(footers)
        for found in (plain, plain.without(_MARKDOWN)):
            whole = body(found.text, phrases)
            if whole is not None:
                return _Reader(found, language, phrases).read(whole)
    return None


_MARKDOWN = re.compile(
    r"\\(?P<kept>[^A-Za-z0-9\s])|(?<![^ ])#{1,6} |\*\*|(?<![^ ])- (?=\*\*)|\[|\]\(<[^>]*>\)"
)
"""The signs of our own Markdown, where somebody hands over the file as it is."""


class _Reader:
    """One reading: the stream, the words, and what has been found so far."""

    def __init__(self, plain: Stream, language: Language, phrases: Phrases) -> None:
        self._stream = plain
        self._language = language
        self._phrases = phrases
        self._ids = Ids()
        self._found: list[Found] = []
        self._missed: list[Missed] = []
        self._eye = Eye(phrases, {}, {})

    def read(self, whole: Span) -> ReadBack:
        cut = list(chapters(self._stream.text, whole, self._phrases))
        keys = self._name(cut)
        data: dict[str, Any] = {"troth": 1, "languages": [], "laws": []}
        for chapter in cut:
            self._lines(data, (), "about", chapter.lines)
            data[chapter.section.field] = self._chapter(chapter, keys)
        data["organisation"] = next(iter(data.get("controllers", ())), "unnamed")
        return ReadBack(self._language, data, tuple(self._found), tuple(self._missed))

    def _name(self, cut: list[CutChapter]) -> dict[str, list[str]]:
        """The id of every card, and how other places refer to it."""
        keys: dict[str, list[str]] = {}
        labels: dict[str, list[tuple[str, str]]] = {}
        numbers: dict[str, str] = {}
        for chapter in cut:
            field = chapter.section.field
            for at, card in enumerate(chapter.cards, 1):
                title = card.head.of(self._stream.text)
                name = self._ids.take(field, title) if field != "caps" else ""
                keys.setdefault(field, []).append(name)
                labels.setdefault(field, []).append((title, name))
                numbers[f"{chapter.number}.{at}"] = name
        labels["controllers"] = labels.get("controllers", []) + labels.get("joint_controllers", [])
        self._eye = Eye(self._phrases, labels, numbers)
        return keys

    def _chapter(self, chapter: CutChapter, keys: Mapping[str, list[str]]) -> Any:
        section = chapter.section
        read: list[tuple[str, dict[str, Any]]] = []
        for at, card in enumerate(chapter.cards):
            name = keys[section.field][at]
            steps: dict[str, Path] = {"named": (name,), "listed": (at,), "single": ()}
            step = steps[section.holds]
            element = self._block(card, (section.field, *step), f"{chapter.number}.{at + 1}")
            if section.holds == "listed" and has_id(section):
                element.setdefault("id", name)
            read.append((name, element))
        if section.holds == "named":
            return dict(read)
        return [element for _, element in read] if section.holds == "listed" else read[0][1]

    def _block(self, block: CutBlock, path: Path, number: str) -> dict[str, Any]:
        kind = block.kind
        data: dict[str, Any] = {"clauses": [number]} if kind.element else {}
        data |= dict.fromkeys(_UNSAID.get(kind.name, ()))
        if kind.name in ("rule", "cap"):
            data["id"] = self._ids.take("rules", block.head.of(self._stream.text))
        self._take(data, path, kind.head, block.head, lambda text: self._head(kind, text))
        self._lines(data, path, kind.name, block.lines)
        many = {part.field: part.many for part in kind.parts}
        held: dict[str, list[dict[str, Any]]] = {part.field: [] for part in kind.parts if part.many}
        for field, part in block.parts:
            if many[field]:
                place = (*path, field, len(held[field]))
                held[field].append(self._block(part, place, number))
            else:
                data[field] = self._block(part, (*path, field), number)
        return data | held

    def _head(self, kind: Kind, text: str) -> Any:
        if text == self._phrases.unnamed(kind):
            return None
        return self._eye.read(kind.head, self._phrases.head(kind), text)

    def _lines(
        self, data: dict[str, Any], path: Path, kind: str, lines: tuple[tuple[Line, Span], ...]
    ) -> None:
        for line, span in lines:
            says = self._phrases.says(kind, line)
            self._take(
                data, path, line, span, lambda text, a=line, b=says: self._eye.read(a, b, text)
            )

    def _take(self, data: dict[str, Any], path: Path, line: Line, span: Span, read: Any) -> None:
        place = (*path, line.field) if line.field else path
        if span.start == span.end:
            return
        evidence = self._stream.evidence(span.start, span.end)
        try:
            value = read(span.of(self._stream.text))
        except UnreadError as error:
            self._missed.append(Missed(place, str(error), evidence))
            return
        data.update({line.field: value} if line.field else value)
        self._found.append(Found(place, value, evidence))


def differences(said: Policy, read: Policy) -> Iterator[Path]:
    """The paths of the innermost elements that two policies do not share."""
    ours = dict(walk(said))
    theirs = dict(walk(read))
    for path, part in ours.items():
        if isinstance(part, Element) and theirs.get(path) != part:
            inner = [p for p in ours if p[: len(path)] == path and p != path]
            if not any(theirs.get(p) != ours[p] for p in inner):
                yield path
