"""Periods in a text that are of something else than keeping: ages, rhythms, answers, notices."""

from __future__ import annotations

import re

from troth.reading.frames.periods import Mention
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Kind

_ANSWER = re.compile(
    r"(?:réponse|répond\w*|repl\w+|respond|answer\w*|response)[^\w.;]+(?:\w+[^\w.;]+){0,5}$"
)
_PAST = re.compile(r"\b(?:after|following|past|après|au bout de|au-delà de|passé)\W+(?:\w+\W+)?$")
_EARLIER = re.compile(
    r"\W*(?:prior|earlier|beforehand|à l'avance|plus tôt|in advance|auparavant"
    r"|before (?!being|they|it|we|its|dele|eras|anonym|destr|archiv|disp)"
    r"|avant (?!d'être|(?:leur |la |son )?(?:suppr|destr|effac|anonym|archiv|purge)|de ))"
)
_VALID = re.compile(r"\b(?:valables?|valid)[^\w,;]+(?:\w+[^\w,;]+){0,2}$")
_SAID = re.compile(r"\b(?:ces|these|those|lesdite?s)\s$")  # of a period told before
_MUST = re.compile(
    r"\b(?:you must (?:be|have)|must be at least|need to (?:be|have)|il faut (?:avoir|être)"
    r"|devez (?:avoir|être)|must have (?:held|been))\b"
)
_OF_ANOTHER = re.compile(  # a period of a trial or a notice, or one that a warning leaves
    r"\b(?:probation|trial|notice|cooling-off|waiting|training|internship|préavis|essai"
    r"|rétractation|probation|stage|formation|carence)(?: period| période)? (?:of|de|d') ?$"
    r"|\b(?:if|unless|si|s'il|s'ils)\b[^,;.]*\b(?:in the next|within the next|dans les|sous) ?$"
)
_UNANSWERED = re.compile(  # how long a warning is left to work, and not how long data is kept
    r"(?:resté\w* sans (?:réponse|suite)|(?:left|remain\w*) (?:unanswered|without (?:an? )?"
    r"(?:answer|reply|response)))\W+(?:\w+\W+)?$"
)
_CONDITION = re.compile(
    r"(?:\W*\d[\d.]*\W+)?(?:[^.,;:]{2,40}\. )?(?:lorsqu|si |s'il|quand |when |where |if )"
)


def is_age(page: Page, unit: Unit, mention: Mention) -> bool:
    after = page.low(mention.end, min(unit.end, mention.end + 16))
    if re.match(r"[ -]?(?:old\b|of age|and (?:over|older)|révolus|et plus)", after):
        return True
    before = page.low(max(unit.start, mention.start - 34), mention.start)
    if re.search(r"(?:jusqu'aux|until the|till the)\s*$", before) and mention.least.years:
        return True
    youth = re.search(
        r"\b(?:under|younger than|aged?(?: of)?|age is|âgée?s? de(?: plus de| moins de)?"
        r"|mineure?s? de(?: moins de)?|enfants? de(?: moins de)?|ont plus "
        r"de|(?<!no )(?<!not )less than|anniv\w*)\s*$",
        before,
    )
    return bool(youth and mention.least.years)


def is_rhythm(page: Page, unit: Unit, mention: Mention) -> bool:
    """A rhythm ("every two years"), a time before something, or what a person must have."""
    before = page.low(max(unit.start, mention.start - 24), mention.start)
    if re.search(r"\b(?:every|each|chaque|tou(?:te)?s les)\W+(?:\w+\W+)?$", before):
        near = (max(unit.start, mention.start - 60), mention.start)
        return page.found.cue("drop", *near) is None
    if _SAID.search(before):
        return True
    if _EARLIER.match(page.low(mention.end, min(unit.end, mention.end + 40))):
        return True
    if _is_condition(page, unit, mention, before) or _UNANSWERED.search(
        page.low(max(unit.start, mention.start - 50), mention.start)
    ):
        return True
    if _OF_ANOTHER.search(page.low(max(unit.start, mention.start - 40), mention.start)):
        return True
    asked = _MUST.search(page.low(unit.start, mention.start))
    return asked is not None and not page.found.cue("drop", unit.start, unit.end)


def _is_condition(page: Page, unit: Unit, mention: Mention, before: str) -> bool:
    """A period of a condition ("if it is less than ten years"), or how long a thing is valid."""
    if _VALID.search(before) and not page.found.cue("track", unit.start, mention.start):
        return page.found.cue("consent-life", unit.start, unit.end) is None
    return bool(
        re.search(r"(?:less than|more than|fewer than|moins de|plus de)\s*$", before)
        and re.search(
            r"(?:^|[;,:.] ?)(?:if|si|s'ils?|unless|where|when|lorsqu\w*|quand|en cas d\w*"
            r"|in case|in the event)\b[^,;]*$",
            page.low(unit.start, mention.start),
        )
        and not page.found.cue("inactive", unit.start, mention.end)
    )


def inside_condition(page: Page, unit: Unit, mention: Mention) -> bool:
    """A period in a clause that opens a sentence whose main clause says nothing of keeping.

    "Where an account has slept for ten years, the funds are handed over; …"
    """
    if unit.kind is Kind.ROW or not _CONDITION.match(page.low(unit.start, mention.start)):
        return False
    led = (unit.start, mention.start)
    if "," in page.low(*led) or page.found.cue("keep", *led) or page.found.cue("drop", *led):
        return False
    comma = page.found.folded.find(",", mention.end, unit.end)
    if comma < 0:
        return False
    stop = page.found.folded.find(";", comma, unit.end)
    main = (comma, stop if stop > 0 else unit.end)
    return not (page.found.cue("keep", *main) or page.found.cue("drop", *main))


def is_answer(page: Page, unit: Unit, mention: Mention, keeps: bool, listed: bool) -> bool:
    """A term for an answer, a notice or a breach, and no retention."""
    found = page.found
    aside = ("answer", "notice", "extend", "breach", "life")
    if not keeps and listed:
        return found.cue("answer", unit.start, mention.start) is not None
    if found.cue("inactive", unit.start, mention.start):
        return False
    if not keeps:
        return any(found.cue(name, unit.start, unit.end) for name in aside)
    near = page.low(max(unit.start, mention.start - 40), mention.start)
    after = page.low(mention.end, min(unit.end, mention.end + 30))
    said = None if _PAST.search(near) else _ANSWER.search(near)
    if said is not None:
        between = (mention.start - len(near) + said.start(), mention.start)
        return not (found.cue("drop", *between) or found.cue("keep", *between))
    return bool(
        re.match(r"\W*(?:in advance|before (?:this|it|the change)|à l'avance|notice)", after)
    )
