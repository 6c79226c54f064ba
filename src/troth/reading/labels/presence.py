"""For a whole policy: which items it states, which it only hints at, and which it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from troth.reading.labels.items import Item
from troth.reading.labels.label import STATED, Label, folded, place_of, shifted, weigh
from troth.reading.labels.lexicon import Lexicon, lexicon
from troth.reading.labels.naming import named_again, names_of
from troth.reading.labels.passages import Passage, passages_of
from troth.reading.text import Evidence, Kind, Text

NEARLY = 0.9  # the weight from which an item that no passage states counts as hinted at


class Status(StrEnum):
    """How a policy deals with an item."""

    PRESENT = "present"
    DOUBTFUL = "doubtful"
    ABSENT = "absent"


@dataclass(frozen=True)
class Nearest:
    """The passage that came closest to stating an item, and what spoke for or against it."""

    passage: int
    weight: float
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Presence:
    """An item in a policy, with the trace of what was looked for.

    `evidence`: places in the text that state it, or that hint at it. `looked_for`: the names of
    its cues. `nearest`: for what is not present, the passage that came closest.
    """

    item: Item
    status: Status
    evidence: tuple[Evidence, ...]
    looked_for: tuple[str, ...]
    nearest: Nearest | None = None


@dataclass(frozen=True)
class Labelled:
    """The passages of a policy, the labels of each, and the presence of every item."""

    passages: tuple[Passage, ...]
    labels: tuple[tuple[Label, ...], ...]
    presence: tuple[Presence, ...]


def labelled(text: Text) -> Labelled:
    """A text with its passages labelled."""
    return labelled_passages(passages_of(text), text.language)


def labelled_passages(passages: Sequence[Passage], language: str) -> Labelled:
    """Passages labelled, with the presence of every item in all of them; "en" or "fr"."""
    words = lexicon(language)
    weighed = [
        [
            shifted(one, passage.start)
            for one in weigh(
                passage.characters,
                passage.kind,
                place_of(passage.headings, passage.lead, words),
                words,
            )
        ]
        for passage in passages
    ]
    names = names_of((passage.characters for passage in passages), words.naming)
    for passage, found in zip(passages, weighed, strict=True):
        again = None if passage.kind is Kind.HEADING else named_again(passage.characters, names)
        if again is not None:
            found[:] = [one for one in found if one.item is not again.item or one.weight >= STATED]
            if all(one.item is not again.item for one in found):
                found.append(shifted(again, passage.start))
    labels = tuple(
        tuple(sorted((one for one in found if one.weight >= STATED), key=_strongest))
        for found in weighed
    )
    presence = tuple(_presence(item, passages, weighed, words) for item in Item)
    return Labelled(tuple(passages), labels, presence)


def _strongest(one: Label) -> tuple[float, str]:
    return -one.weight, one.item


def _presence(
    item: Item, passages: Sequence[Passage], weighed: Sequence[Sequence[Label]], words: Lexicon
) -> Presence:
    looked_for = tuple(cue.name for cue in words.cues[item] if cue.weight > 0)
    mine = [(at, one) for at, found in enumerate(weighed) for one in found if one.item is item]
    stated = [one for _, one in mine if one.weight >= STATED]
    if stated:
        evidence = tuple(place for one in stated for place in one.evidence)
        return Presence(item, Status.PRESENT, evidence, looked_for)
    at, closest = max(mine, key=lambda pair: pair[1].weight, default=(0, None))
    nearest = Nearest(at, closest.weight, closest.cues) if closest is not None else None
    hints = _hints(item, passages, words)
    if closest is not None and closest.weight >= NEARLY:
        hints = (*closest.evidence, *hints)
    status = Status.DOUBTFUL if hints else Status.ABSENT
    return Presence(item, status, hints, looked_for, nearest)


def _hints(item: Item, passages: Sequence[Passage], words: Lexicon) -> tuple[Evidence, ...]:
    found = []
    for _, pattern in words.doubt[item]:
        for passage in passages:
            match = pattern.search(folded(passage.characters))
            if match is not None:
                start, end = match.span()
                quote = passage.characters[start:end]
                found.append(Evidence(passage.start + start, passage.start + end, quote))
                break
    return tuple(found)
