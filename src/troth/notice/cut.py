"""Cutting the text of a notice into chapters, cards and lines, by what opens each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troth.notice.kinds import Kind, Line, Section
from troth.notice.phrases import Phrases
from troth.notice.sections import ABOUT, SECTIONS


@dataclass(frozen=True)
class Span:
    """A stretch of the stream, from `start` to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True)
class CutBlock:
    """An element as it stands: where its head and each of its lines are, and its parts."""

    kind: Kind
    head: Span
    lines: tuple[tuple[Line, Span], ...]
    parts: tuple[tuple[str, CutBlock], ...]


@dataclass(frozen=True)
class CutChapter:
    """A chapter with its number, the lines of its own, and its cards."""

    section: Section
    number: int
    lines: tuple[tuple[Line, Span], ...]
    cards: tuple[CutBlock, ...]


def body(text: str, phrases: Phrases) -> Span | None:
    """Where the policy in full stands; None where the text is no notice of ours."""
    heading = phrases["sections"][SECTIONS[0].field]["heading"]
    start = text.rfind(f"{phrases['full']} 1. {heading} ")
    end = text.rfind(phrases["end"])
    return None if start < 0 or end < start else Span(start + len(phrases["full"]), end)


def chapters(text: str, whole: Span, phrases: Phrases) -> Iterator[CutChapter]:
    """The chapters of the policy in full, in order."""
    found: list[tuple[Section, int, int]] = []
    rest: Sequence[Section] = SECTIONS
    at = whole.start
    while rest and (opening := _opening(text, at, whole.end, len(found) + 1, rest, phrases)):
        section, start, at = opening
        found.append((section, start, at))
        rest = rest[rest.index(section) + 1 :]
    for number, (section, _, start) in enumerate(found, 1):
        end = found[number][1] if number < len(found) else whole.end
        yield _chapter(text, Span(start, end), section, number, phrases)


def _opening(
    text: str, at: int, end: int, number: int, sections: Sequence[Section], phrases: Phrases
) -> tuple[Section, int, int] | None:
    """The next section's heading: where it begins and ends; of two at one place the longer."""
    found = []
    for section in sections:
        heading = f" {number}. {phrases['sections'][section.field]['heading']} "
        start = text.find(heading, at, end)
        if start >= 0:
            found.append((start, -len(heading), section))
    if not found:
        return None
    start, length, section = min(found, key=lambda one: one[:2])
    return section, start, start - length - 1


def _chapter(text: str, span: Span, section: Section, number: int, phrases: Phrases) -> CutChapter:
    starts: list[tuple[int, int]] = []
    at = span.start
    while (start := text.find(mark := f" {number}.{len(starts) + 1} ", at, span.end)) >= 0:
        at = start + len(mark) - 1
        starts.append((start, at))
    ends = [start for start, _ in starts[1:]] + [span.end]
    cards = [
        _block(text, Span(start, end), section.kind, phrases)
        for (_, start), end in zip(starts, ends, strict=True)
    ]
    own = Span(span.start, starts[0][0] if starts else span.end)
    about = ABOUT if section.field == "versions" else ()
    _, lines = _lines(text, own, "about", about, phrases)
    return CutChapter(section, number, tuple(lines), tuple(cards))


def _block(text: str, span: Span, kind: Kind, phrases: Phrases) -> CutBlock:
    marks = {phrases.part(part.kind) + phrases["colon"]: part for part in kind.parts}
    every = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    found = list(re.compile(f" ({every})").finditer(text, span.start, span.end)) if marks else []
    own = Span(span.start, found[0].start() if found else span.end)
    head, lines = _lines(text, own, kind.name, kind.own, phrases)
    parts = []
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else span.end
        part = marks[match[1]]
        inner = Span(match.end() - 1, end)
        parts.append((part.field, _block(text, inner, part.kind, phrases)))
    return CutBlock(kind, head, tuple(lines), tuple(parts))


def _lines(
    text: str, span: Span, kind: str, lines: Sequence[Line], phrases: Phrases
) -> tuple[Span, list[tuple[Line, Span]]]:
    """The head before the first line, and each line's value; lines keep their order."""
    found: list[tuple[Line, int, int]] = []
    at = span.start
    for line in lines:
        mark = f" {phrases.lead(kind, line)}{phrases['colon']}"
        start = text.find(mark, at, span.end)
        if start >= 0:
            at = start + len(mark) - 1
            found.append((line, start, at))
    ends = [start for _, start, _ in found] + [span.end]
    head = _trimmed(text, Span(span.start, ends[0]))
    return head, [
        (line, _trimmed(text, Span(start, end)))
        for (line, _, start), end in zip(found, ends[1:], strict=True)
    ]


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return Span(start, end)
