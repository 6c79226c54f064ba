"""Headings and what stands beneath them: exchanged, promising too much, or referred to wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from troth.lint.cues import cues
from troth.lint.kinds import Found, quotes
from troth.lint.model import Rule, Severity
from troth.lint.script import Script, Unit
from troth.reading.text import Kind

said = cues("form")

_RIGHT_HEADS = (
    ("access", said["right-heads-access"]),
    ("rectification", said["right-heads-rectification"]),
    ("erasure", said["right-heads-erasure"]),
    ("restriction", said["right-heads-restriction"]),
    ("objection", said["right-heads-objection"]),
    ("portability", said["right-heads-portability"]),
)


_RIGHT_BODIES = (
    (
        "access",
        said["right-bodies-access"],
    ),
    (
        "rectification",
        said["right-bodies-rectification"],
    ),
    (
        "erasure",
        said["right-bodies-erasure"],
    ),
    (
        "restriction",
        said["right-bodies-restriction"],
    ),
    (
        "objection",
        said["right-bodies-objection"],
    ),
    (
        "portability",
        said["right-bodies-portability"],
    ),
)


_PROMISES = (
    (said["opt-out"], said["refuse"]),
    (said["deletion"], said["deleted"]),
    (said["compensation"], said["notified"]),
)


def _swapped(script: Script) -> Found:
    """Two headings stand over each other's text."""
    sections = _right_sections(script)
    for place, (head, body, named, meant) in enumerate(sections):
        for other, others, named_there, meant_there in sections[place + 1 :]:
            if named != meant and named == meant_there and meant == named_there:
                yield quotes([head, body[0], other, others[0]])


def _heading_gap(script: Script) -> Found:
    """A heading promises what its text does not mention."""
    for head, body in _titled(script):
        for promised, kept in _PROMISES:
            if script.holds(promised, head) and not script.says(kept, body):
                yield quotes([head, body[0]])


def _cross_reference(script: Script) -> Found:
    """A row about one right points to the section of another."""
    sections = _right_sections(script)
    for unit in script.saying(said["points-to"]):
        match = said["points-to"].of(script.text.language).search(unit.plain)
        label = match.group(1) if match else ""
        around = [
            u for u in script.near(unit, 4, 0) if unit.kind is not Kind.ROW or u.block == unit.block
        ]
        about = next(
            (
                name
                for u in reversed(around)
                for name, cue in _RIGHT_HEADS
                if script.holds(said["right-to"], u) and script.holds(cue, u)
            ),
            "",
        )
        for head, body, _, meant in sections:
            if about and meant != about and re.match(rf"\W*{label}[.)]", head.plain):
                yield quotes([unit, head, body[0]])


def _right_sections(script: Script) -> list[tuple[Unit, tuple[Unit, ...], str, str]]:
    """Sections about one right: heading, body, the right of the heading, that of the body."""
    found = []
    for number, units in script.sections.items():
        head = units[0]
        if number < 0 or head.kind is not Kind.HEADING or not script.holds(said["right-to"], head):
            continue
        named = [name for name, cue in _RIGHT_HEADS if script.holds(cue, head)]
        body = units[1:]
        meant = _meant(script, body)
        if len(named) == 1 and meant:
            found.append((head, body, named[0], meant))
    return found


def _meant(script: Script, body: Iterable[Unit]) -> str:
    """The right that a body is about: the one that its first telling sentence speaks of."""
    for unit in tuple(body)[:3]:
        names = [name for name, cue in _RIGHT_BODIES if script.holds(cue, unit)]
        if names:
            return names[0] if len(names) == 1 else _single(script, unit, names)
    return ""


def _single(script: Script, unit: Unit, names: list[str]) -> str:
    """Of several rights in one sentence, the one that it asks for rather than refers to."""
    language = script.text.language
    asked = re.compile(
        r"(?:demander|pouvez)[^,]{0,40}$" if language == "fr" else r"(?:ask|request|may)[^,]{0,60}$"
    )
    for name, cue in _RIGHT_BODIES:
        match = cue.of(language).search(unit.plain)
        if name in names and match and asked.search(unit.plain[: match.start() + 1]):
            return name
    return names[0]


def _titled(script: Script) -> Iterator[tuple[Unit, list[Unit]]]:
    """Headings, and lines that look like one, with the units up to the next."""
    titles = [u for u in script.units if u.kind is Kind.HEADING or _looks_like_title(script, u)]
    ends = [u.position for u in titles[1:]] + [len(script.units)] * bool(titles)
    for title, end in zip(titles, ends, strict=True):
        body = list(script.units[title.position + 1 : end])
        if body:
            yield title, body


def _looks_like_title(script: Script, unit: Unit) -> bool:
    block = script.text.blocks[unit.block]
    alone = unit.start == block.start and unit.end == block.end
    return (
        unit.kind is Kind.PARAGRAPH and alone and len(unit.plain) < 130 and unit.plain[-1].isalnum()
    )


RULES = (
    Rule(
        "SWAPPED_HEADINGS",
        "two-rights",
        Severity.ERROR,
        "12(1), 17, 18",
        "Two headings stand over each other's text.",
        _swapped,
    ),
    Rule(
        "HEADING_BODY_GAP",
        "promised-in-heading",
        Severity.WARNING,
        "5(1)(a), 12(1)",
        "The heading promises what its text does not mention.",
        _heading_gap,
    ),
    Rule(
        "CROSS_REFERENCE_WRONG",
        "other-right",
        Severity.ERROR,
        "12(1)",
        "A reference leads to the section of another right.",
        _cross_reference,
    ),
)
