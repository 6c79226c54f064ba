"""When a period starts, told apart from it: "This period runs from …", "Starting point: …"."""

from __future__ import annotations

import re
from dataclasses import replace

from troth.reading.frames.events import Trigger, event
from troth.reading.frames.frame import Confidence
from troth.reading.frames.phrases import phrase_end, word_end
from troth.reading.frames.retained import Retention
from troth.reading.frames.units import Page, Unit

_PERIOD = (
    r"(?:(?:this|that|the|such|its|each|cette|ce|la|le|ces|les)(?: same)? )(?:retention |storage "
    r"|keeping )?(?:period|term|time ?limit|clock|retention|délai|durée|période|conservation)s?"
    r"(?: de conservation| of retention)?|it|they|il|elle|ils|elles"
)
_RUNS = (
    r"(?:(?:then|only|itself|alors|ne|en|being|étant|will|shall) )*(?:(?:is|are|be|being|est|sont"
    r"|étant|sera|seront) )?(?:to be )?"
    r"(?:starts?|begins?|runs?|commences?|counts?|counted|calculated|reckoned|measured|computed"
    r"|starting|beginning|running|triggered"
    r"|court|courent|commence(?:nt)?|débute(?:nt)?|part(?:ent)?|démarre(?:nt)?|décomptée?s?"
    r"|calculée?s?|comptée?s?|courant|prend(?:re)? effet)\b"
    r"(?: (?:to run|running|à courir|qu'|que))?"
)
_FROM = (
    r"(?: (?:on|from|at|with|when|upon|once|after|as (?:of|from)|à compter|à partir|à dater|après"
    r"|dès|lorsque?|depuis|à|au|le|de|du)\b| lorsqu'| à l')"
)
_CLOCK = re.compile(rf"(?:{_PERIOD}),? {_RUNS}{_FROM}(?: (?:du|de|des|d'|que|qu')(?=\W|(?<=')))?")
_LABEL = re.compile(
    r"\W*(?:start(?:ing)?(?: (?:point|from|date|event))?(?: of the period)?|counted from|runs? from"
    r"|from|trigger(?: event)?|clock starts|point de départ(?: du délai)?|à compter d[eu]?"
    r"|à partir d[eu]?|déclencheur|début(?: du délai)?|fait générateur|événement déclencheur)"
    r"\s*[:–—-]\s*"
)


def started(page: Page, before: Retention, start: int, end: int) -> Retention | None:
    """A promise with the start of its period that the characters `start` to `end` tell.

    None where they tell none, or where the promise has one of its own.
    """
    if before.after is not None or before.period is None:
        return None
    low = page.low(start, end)
    told = _CLOCK.search(low) or _LABEL.match(low)
    if told is None:
        return None
    begin = word_end(page, start + told.end())
    after = event(page, begin, phrase_end(page, begin, end))
    return None if after is None else with_start(before, after)


def next_to(page: Page, unit: Unit, before: Retention) -> bool:
    """Whether a unit stands right after the one of a promise: in its block or in the next line."""
    if unit.block == before.said.block:
        return True
    last = page.of_block(unit.block - 1)
    return bool(last) and before.said.evidence[0].start == last[-1].start


def with_start(frame: Retention, after: Trigger) -> Retention:
    """The promise with what its period counts from, and the reasons that this changes."""
    reasons = tuple(reason for reason in frame.said.reasons if reason != "no-trigger")
    confidence = frame.said.confidence
    if not after.known:
        reasons = (*reasons, "trigger-not-in-lexicon")
    elif reasons == ("explicit",) and confidence is Confidence.LIKELY:
        confidence = Confidence.SURE
    evidence = (*frame.said.evidence, after.place)
    said = replace(frame.said, evidence=evidence, reasons=reasons, confidence=confidence)
    return replace(frame, after=after, said=said)
