"""Which items a passage states, with the cues that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from troth.reading.labels.items import Item
from troth.reading.labels.lexicon import Cue, Lexicon, lexicon
from troth.reading.labels.sentences import sentences
from troth.reading.text import Evidence, Kind

STATED = 1.0  # the weight from which an item counts as stated
SURE = 1.6  # the weight from which several cues agree
MOST_EACH = 4  # different matches of one cue that add up

_STRAIGHT = str.maketrans("‘’‚“”„‐‑‒–—\u00a0", "'''\"\"\"----- ")


@dataclass(frozen=True)
class Label:
    """An item that a passage states: how strongly, by which cues, and where.

    `weight` and `cues` are those of the sentence that states it best; `evidence` holds the places
    of all that state it. `denied` where that sentence says that it is not so.
    """

    item: Item
    weight: float
    cues: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    denied: bool = False

    @property
    def confidence(self) -> str:
        """ "sure", "likely" or, for what does not count as stated, "doubtful"."""
        if self.weight >= SURE:
            return "sure"
        return "likely" if self.weight >= STATED else "doubtful"


@dataclass(frozen=True)
class Place:
    """Where a passage stands: the topics of its headings, nearest first, and what leads it in."""

    topics: tuple[str, ...]
    lead: str = ""


def label(
    text: str, headings: Sequence[str], kind: Kind, *, lead: str = "", language: str = "en"
) -> tuple[Label, ...]:
    """The items that a passage states, strongest first.

    `headings`: those it stands under, the highest first. `lead`: for an item or row, the line
    that opens its list or table.
    """
    words = lexicon(language)
    place = place_of(headings, lead, words)
    found = [one for one in weigh(text, kind, place, words) if one.weight >= STATED]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.item)))


def place_of(headings: Sequence[str], lead: str, words: Lexicon) -> Place:
    """What headings and lead are about."""
    topics = []
    for heading in reversed(headings):
        topic = _first(words.topics, folded(heading))
        if topic and topic not in topics:
            topics.append(topic)
    return Place(tuple(topics), _first(words.leads, folded(lead)) if lead else "")


def weigh(text: str, kind: Kind, place: Place, words: Lexicon) -> Iterator[Label]:
    """Every item for which something speaks, with the weight of its best sentence."""
    plain = folded(text)
    spans = list(sentences(text))
    for item in Item:
        cues = [cue for cue in words.cues[item] if _reads(cue, kind) and _found(cue, text, plain)]
        given = _given(words.where[item], place, kind)
        found = [_sentence(item, text, plain, *span, cues, given) for span in spans]
        said = [one for one in found if one is not None]
        if said:
            best = max(said, key=lambda one: one.weight)
            stating = [one for one in said if one.weight >= STATED] or [best]
            yield replace(best, evidence=tuple(place for one in stating for place in one.evidence))


def shifted(one: Label, start: int) -> Label:
    """A label with its evidence counted from the beginning of the text."""
    places = tuple(
        Evidence(place.start + start, place.end + start, place.quote) for place in one.evidence
    )
    return replace(one, evidence=places)


def folded(text: str) -> str:
    """Lower case with straight quotes and plain dashes, each character in its place."""
    lowered = text.translate(_STRAIGHT).lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(
        low if len(low := one.lower()) == 1 else one for one in text.translate(_STRAIGHT)
    )


def _first(named: Sequence[tuple[str, re.Pattern[str]]], plain: str) -> str:
    return next((name for name, pattern in named if pattern.search(plain)), "")


def _reads(cue: Cue, kind: Kind) -> bool:
    if kind is Kind.HEADING:
        return bool(cue.options & {"heading", "title"})
    if "title" in cue.options:
        return False
    listed = kind in (Kind.ITEM, Kind.ROW)
    return not (("item" in cue.options and not listed) or ("prose" in cue.options and listed))


def _found(cue: Cue, text: str, plain: str) -> bool:
    """Whether a cue stands anywhere in a passage, or depends on where a sentence ends."""
    return cue.at_end or cue.pattern.search(text if "cased" in cue.options else plain) is not None


def _given(weights: Mapping[str, float], place: Place, kind: Kind) -> float:
    """What the place of a passage adds for an item."""
    if kind is Kind.HEADING:
        return 0.0
    given = 0.0
    for distance, topic in enumerate(place.topics):
        if topic in weights:
            given = weights[topic] / (1 + distance)
            break
    return given + weights.get(f"lead-{place.lead}", 0.0)


def _sentence(
    item: Item,
    text: str,
    plain: str,
    start: int,
    end: int,
    cues: Sequence[Cue],
    given: float,
) -> Label | None:
    weight = given
    denied = False
    names: list[str] = []
    places: list[Evidence] = []
    for cue in cues:
        source = text if "cased" in cue.options else plain
        if "each" in cue.options:
            matches = {m.group(): m for m in cue.pattern.finditer(source, start, end)}
            if not matches:
                continue
            weight += cue.weight * min(len(matches), MOST_EACH)
            found = list(matches.values())
        else:
            match = cue.pattern.search(source, start, end)
            if match is None:
                continue
            weight += cue.weight
            found = [match]
        names.append(cue.name)
        denied |= "denies" in cue.options
        if cue.weight > 0:
            places += [Evidence(m.start(), m.end(), text[m.start() : m.end()]) for m in found]
    if not names and given < STATED:
        return None
    if not places:
        places = [Evidence(start, end, text[start:end])]
    return Label(item, round(weight, 3), tuple(names), tuple(places), denied)
