"""What periods share: an event told once for several, or in the sentence before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from troth.reading.frames.events import Trigger, event
from troth.reading.frames.periods import Mention
from troth.reading.frames.phrases import phrase_end
from troth.reading.frames.retained import Retention
from troth.reading.frames.units import Page, Unit

_CASES = re.compile(r" (?:lorsqu|si |s'|when|if|where|for |pour |en cas)")

_AFTER_IT = re.compile(
    r"\W*(?:after|following|from|après|suivant) (?:it|that|this|them|cela|celui-ci|celle-ci|ceci)\b"
    r"(?! \w+s\b)"
)

_EACH = re.compile(
    r"(?:\b(?:in (?:both|each|either|all|every)(?: of these| the)? cases?|each(?: of them"
    r"| time)?|both"
    r"|all(?: of them)?|respectively|the (?:period|time)s?|(?:ces |les )?délais?"
    r"|dans (?:les (?:deux|trois) cas|tous les cas|chaque cas)"
    r"|l'une? et l'autre|respectivement|chacune?|toutes?|tous|le tout|les deux)\b\W*"
    r"(?:\w+ )?(?:after|following|(?:beginning|starting|commencing|running|counting) (?:with|on"
    r"|at|from)|from|since|of|après|à compter|à partir|à dater|comptée?s?|partant|courant"
    r"|counted from|suivant|depuis)|(?:from|after|à compter|à partir|à dater) (?:respectively"
    r"|respectivement))\b(?: du\b| de\b| des\b| d')?\s*"
)
_FOR_EACH = re.compile(  # "(from the last visit in both cases)"
    r"\b(?:after|from|since|following|après|à (?:compter|partir|dater) d(?:e |u |es |'))"
    r"(?P<what>[^.;()]{3,70}?),? (?:in (?:both|all|each|either|every)(?: of these| the)? cases?"
    r"|dans (?:les (?:deux|trois)|tous les|chaque) cas|respective(?:ly|ment))\b"
)
_SOON = re.compile(r"\b(?:within|in|sous|dans(?: un délai de| les)?)\s*$")
_ACTED = ("account-closed", "unsubscription", "consent-end", "objection", "deletion")


def shared(page: Page, unit: Unit, frames: list[Retention]) -> Iterator[Retention]:
    """An event told of all the periods of a sentence at its end: ", each from the last visit"."""
    last = max((frame.words.end for frame in frames if frame.words), default=unit.end)
    each = _EACH.search(page.found.folded, last, unit.end) if len(frames) > 1 else None
    each = each or (
        _FOR_EACH.search(page.found.folded, last, unit.end) if len(frames) > 1 else None
    )
    if each is None:
        yield from frames
        return
    begin = each.start("what") if each.re is _FOR_EACH else each.end()
    stop = each.end("what") if each.re is _FOR_EACH else unit.end
    events = list(_listed(page, begin, phrase_end(page, begin, stop)))
    several = len(events) == len(frames) and "respecti" in each.group()
    for at, frame in enumerate(frames):
        own = frame.after if frame.words and frame.words.end != last else None
        yield replace(frame, after=own or (events[at] if several else events[0] if events else own))


def _listed(page: Page, start: int, end: int) -> Iterator[Trigger]:
    """The events that a phrase joins by "and"; the whole phrase first where it is one."""
    for part in re.finditer(r"(?:(?!\b(?:and|et)\b).)+", page.low(start, end)):
        found = event(page, start + part.start(), start + part.end())
        if found is not None:
            yield found


def resumed(page: Page, frame: Retention, before: Retention) -> Retention:
    """A period "after it" counts from the event of the sentence before it in the paragraph."""
    if frame.after is not None or frame.words is None:
        return frame
    if before.said.block != frame.said.block:
        return frame
    if before.period is None and _SOON.search(
        page.low(frame.said.evidence[0].start, frame.words.start)
    ):  # "until you delete it. What is left goes within 30 days."
        ends = before.during
        return replace(frame, after=ends) if ends and ends.name in _ACTED else frame
    if before.after is None:
        return frame
    if not _AFTER_IT.match(page.found.folded, frame.words.end):
        return frame
    return replace(frame, after=before.after)


def is_choice(page: Page, before: Retention, mention: Mention) -> bool:
    """The period is another choice of the one before it: "six months, or one year if …"."""
    between = page.low(before.words.end, mention.start) if before.words else ""
    if re.search(r"\b(?:or|ou)\W+(?:\w+\W+){0,2}$", between):
        return True
    following = page.low(mention.end, mention.end + 12)
    return between.rstrip().endswith(",") and re.match(_CASES, following) is not None
