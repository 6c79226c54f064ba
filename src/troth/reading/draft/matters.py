"""The draft's data subject categories and personal data categories, and what a section has."""

from __future__ import annotations

from collections.abc import Iterable

from troth.reading.draft.element import Draft
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.read import Frames

ANYBODY = "persons-not-named"
ANYTHING = "data-not-named"


def matters(draft: Draft, frames: Frames) -> None:
    """Every category that the text lists, or that its promises of retention name."""
    _categories(draft, frames)
    _subjects(draft, frames)


def _categories(draft: Draft, frames: Frames) -> None:
    groups = frames.page.words.groups["categories"]
    denied = {c.name for c in frames.categories if c.denied}
    held = {c.name for c in frames.categories if not c.denied}
    for found in frames.categories:
        value: dict[str, object] = {"label": found.label}
        if found.special:
            value["special"] = found.special
        if found.name in denied - held:
            value["never_stored"] = True
        examples = tuple(
            dict.fromkeys(e for c in frames.categories if c.name == found.name for e in c.examples)
        )
        if examples:
            value["examples"] = list(examples)
        draft.put("categories", found.name, value, found.said)
    for kept in frames.retentions:
        for name in kept.matter.categories:
            entry = groups[name]
            value = {"label": entry.label}
            if "special" in entry.more:
                value["special"] = entry.more["special"]
            said = Said((kept.about,), Confidence.LIKELY, ("implied",), kept.said.block)
            if kept.use == "retention":
                draft.put("categories", name, value, said)
    if not draft.section("categories"):
        draft.unknown("categories")


def _subjects(draft: Draft, frames: Frames) -> None:
    groups = frames.page.words.groups["subjects"]
    for found in frames.subjects:
        value: dict[str, object] = {"label": found.label}
        if _elsewhere(frames, found.section):
            value["scope"] = "outside"
        draft.put("subjects", found.name, value, found.said)
    for kept in frames.retentions:
        for name in kept.matter.subjects if kept.use == "retention" else ():
            said = Said((kept.about,), Confidence.LIKELY, ("implied",), kept.said.block)
            draft.put("subjects", name, {"label": groups[name].label}, said)
    if not draft.section("subjects"):
        draft.unknown("subjects")
    ages = [(age, said) for age, _, said in frames.children]
    if ages and "user" in draft.section("subjects"):
        draft.section("subjects")["user"]["minimum_age"] = ages[0][0]


def _elsewhere(frames: Frames, section: int) -> bool:
    """Whether what stands under a heading sends these people to another notice."""
    blocks = frames.page.text.blocks
    return any(
        block.above[-1:] == (section,)
        and frames.page.found.cue("applies-elsewhere", block.start, block.end)
        for block in blocks
    )


def outside(draft: Draft, subject: str) -> bool:
    """Whether another notice governs these people."""
    return bool(draft.section("subjects").get(subject, {}).get("scope") == "outside")


def anybody(draft: Draft) -> str:
    """The data subject category of a text that names none, or none here."""
    label = "Persons whom the text does not name"
    if ANYBODY not in draft.section("subjects"):
        part = {"clauses": ["not-in-the-text"], "label": label, "origin": "ours"}
        draft.section("subjects")[ANYBODY] = part
    return ANYBODY


def anything(draft: Draft) -> str:
    """The data category of an activity for which the text names none."""
    if ANYTHING not in draft.section("categories"):
        part = {
            "clauses": ["not-in-the-text"],
            "label": "Data that the text does not name",
            "origin": "ours",
        }
        draft.section("categories")[ANYTHING] = part
    return ANYTHING


def chain(frames: Frames, section: int) -> Iterable[int]:
    """A section and those it stands in, the nearest first."""
    yield section
    if section >= 0:
        yield from reversed(frames.page.text.blocks[section].above)
