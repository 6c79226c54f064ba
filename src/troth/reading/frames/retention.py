"""Retention: how long what is kept, from when, at most or at least."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from troth.reading.frames import clock, lasting, together, triggers
from troth.reading.frames.events import Trigger
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.periods import Mention, mentions
from troth.reading.frames.retained import Bound, Retention
from troth.reading.frames.units import Page, Unit
from troth.reading.frames.uses import Use, is_retention_row, use_of
from troth.reading.frames.what import Matter, matter_of
from troth.reading.text import Kind

_UNLESS = re.compile(  # what follows is an exception, and says nothing of the rule
    r"\b(?:unless|except|save (?:where|as|if|for)|subject to|without prejudice|sauf|hors\b|hormis"
    r"|à moins|sous réserve|sans préjudice|excepté)\b"
)


def retentions(page: Page) -> Iterator[Retention]:
    """Every promise of how long, in the order of the text."""
    before: Retention | None = None  # held back, since the next words may tell its start
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        if before is not None and clock.next_to(page, unit, before):
            before = clock.started(page, before, unit.start, unit.end) or before
        for frame in _of_unit(page, unit):
            frame = frame if before is None else together.resumed(page, frame, before)
            if before is not None:
                yield before
            before = frame
    if before is not None:
        yield before


def _of_unit(page: Page, unit: Unit) -> Iterator[Retention]:
    """The promises of a sentence, item or row."""
    found = list(mentions(page.found.folded, page.text.language, unit.start, unit.end))
    kept = list(_used(page, unit, found))
    if kept:
        yield from together.shared(page, unit, list(_timed(page, unit, kept, found)))
    elif not found or is_retention_row(page, unit):
        yield from _open(page, unit)


def _used(page: Page, unit: Unit, found: list[Mention]) -> Iterator[tuple[Mention, Use]]:
    """The periods that are of keeping, with their use; a bare number has that of the one before."""
    use: Use | None = None
    for mention in found:
        use = use if mention.bare else use_of(page, unit, mention, found)
        if use is not None:
            yield mention, use


def _timed(
    page: Page, unit: Unit, kept: list[tuple[Mention, Use]], every: list[Mention]
) -> Iterator[Retention]:
    start = _start(unit, kept[0][0])
    before: Retention | None = None
    for mention, use in kept:
        later = [other.start for other in every if other.start > mention.start]
        limit = later[0] if later else unit.end
        end = _end(page, unit, mention, limit)
        frame = _frame(page, unit, mention, use, start, end)
        frame = clock.started(page, frame, mention.end, limit) or frame
        if before is not None and frame.after is None and together.is_choice(page, before, mention):
            frame = replace(frame, after=before.after)
        if before is not None and not frame.matter.words.quote and before.use == frame.use:
            frame = replace(frame, matter=before.matter)
        yield frame
        before, start = frame, end


def _start(unit: Unit, mention: Mention) -> int:
    for start, end in unit.cells:
        if start <= mention.start < end:
            return start
    return unit.start


def _end(page: Page, unit: Unit, mention: Mention, limit: int) -> int:
    """Where what is said of a period ends: at a stop, or half way before the next period."""
    for start, end in unit.cells:
        if start <= mention.start < end:
            return min(end, limit)
    if limit == unit.end:
        stop = re.search(r";", page.low(mention.end, limit))
        return mention.end + stop.start() if stop else limit
    between = page.low(mention.end, limit)
    stops = list(re.finditer(r";", between)) or list(
        re.finditer(r",|\b(?:and|et|but|mais|then|puis|or|ou)\b", between)
    )
    return mention.end + stops[-1].start() if stops else mention.end


def _frame(page: Page, unit: Unit, mention: Mention, use: Use, start: int, end: int) -> Retention:
    found = page.found
    after = triggers.after(page, unit, mention, start, end)
    during = lasting.during(page, unit, mention)
    if after is None and during is not None and lasting.goes_on(page, during, mention):
        after = during
    if after is not None and after.name == "last-activity" and during is after:
        during = None
    # a period that has no matter of its own before it speaks of the unit's
    matter = matter_of(page, unit, start, mention.start, end)
    bound = _bound(page, unit, start, mention, end)
    confidence, reasons = _judged(page, unit, mention, after, start, end, matter)
    if use == "tracker" and after is None:
        reasons = tuple(reason for reason in reasons if reason != "no-trigger")
    words = page.evidence(mention.start, mention.end)
    evidence = (page.evidence(unit.start, unit.end), words)
    return Retention(
        matter=matter,
        period=mention.least,
        most=mention.most,
        after=after,
        during=during,
        bound=bound,
        said=Said(evidence, confidence, reasons, unit.block),
        use=use,
        at_end="anonymise" if found.cue("anonymise", start, end) else "erase",
        archive="archiv" in page.low(start, end),
        words=words,
    )


def _bound(page: Page, unit: Unit, start: int, mention: Mention, end: int) -> Bound:
    if _column_is_floor(page, unit, mention):
        return "floor"
    save = _UNLESS.search(page.found.folded, mention.end, max(end, mention.end))
    floor = page.found.cue("floor", start, save.start() if save else end)
    ceiling = page.found.cue("ceiling", start, end)
    if floor and mention.most is None:
        near = abs(mention.start - floor.end)
        if ceiling is None or abs(mention.start - ceiling.end) > near:
            return "floor"
    return "ceiling"


def _column_is_floor(page: Page, unit: Unit, mention: Mention) -> bool:
    """The period stands in a column of its table whose head asks for the shortest."""
    head = page.text.blocks[unit.block].head if unit.cells else None
    if head is None or not page.of_block(head):
        return False
    heads = page.of_block(head)[0].cells
    own = next((n for n, (a, b) in enumerate(unit.cells) if a <= mention.start < b), None)
    if own is None or len(heads) != len(unit.cells):
        return False
    return (
        re.search(r"\bmin(?:imum|imale?|\.)|at least|au moins", page.low(*heads[own])) is not None
    )


def _judged(
    page: Page,
    unit: Unit,
    mention: Mention,
    after: Trigger | None,
    start: int,
    end: int,
    matter: Matter,
) -> tuple[Confidence, tuple[str, ...]]:
    reasons: list[str] = []
    confidence = Confidence.SURE
    found = page.found
    if unit.kind is Kind.ROW:
        reasons.append("in-row")
    elif found.cue("keep", unit.start, unit.end) or found.cue("drop", unit.start, unit.end):
        reasons.append("explicit")
    else:
        reasons.append("under-heading")
        confidence = Confidence.LIKELY
    if after is None:
        reasons.append("no-trigger")
        confidence = Confidence.LIKELY
    elif not after.known:
        reasons.append("trigger-not-in-lexicon")
        confidence = Confidence.LIKELY
    if not matter.categories and not matter.subjects:
        reasons.append("words-not-in-lexicon")
        confidence = Confidence.LIKELY
    if found.cue("maybe", start, mention.start):
        reasons.append("possibility")
        confidence = Confidence.LIKELY
    if mention.most is not None:
        reasons.append("range")
        confidence = Confidence.DOUBTFUL
    if found.cue("about", start, end):
        reasons.append("approximate")
        confidence = Confidence.DOUBTFUL
    return confidence, tuple(reasons)


def _open(page: Page, unit: Unit) -> Iterator[Retention]:
    """A criterion in the place of a period: "as long as necessary", "while you are a member"."""
    found = page.found
    place = (unit.start, unit.end)
    row = is_retention_row(page, unit)
    about = row or found.cue("keep", *place) or found.cue("drop", *place)
    if not about or (unit.topic in ("rights", "complaint", "security") and not row):
        return
    start = unit.cells[-1][0] if row and unit.cells else unit.start
    criterion = lasting.criterion(page, start, unit.end)
    if criterion is None:
        return
    if not row and not (found.cue("keep", *place) or unit.topic == "retention"):
        return
    matter = matter_of(page, unit, start, criterion.place.start)
    said = Said(
        (page.evidence(*place),),
        Confidence.DOUBTFUL,
        ("in-row" if row else "explicit", "open-ended"),
        unit.block,
    )
    yield Retention(
        matter=matter,
        period=None,
        most=None,
        after=None,
        during=criterion,
        bound="floor" if found.cue("floor", *place) else "ceiling",
        said=said,
        at_end="anonymise" if found.cue("anonymise", *place) else "erase",
        archive="archiv" in page.low(*place),
    )
