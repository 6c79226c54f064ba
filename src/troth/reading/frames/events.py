"""Trigger events by name: what words tell, or what lasts and whose end is then the event."""

from __future__ import annotations

import re
from dataclasses import dataclass

from troth.reading.frames.grammar import OF_LANGUAGE
from troth.reading.frames.heads import heads, phrases
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.names import slug
from troth.reading.frames.units import Page
from troth.reading.text import Evidence

NECESSITY = {"en": "The data is no longer needed for the purpose", "fr": "La finalité est atteinte"}

_OF_A_BODY = ("prélèvement", "prescription", "prescribed")
_BODY = re.compile(
    r"\b(?:échantillon|saliv|sang|biolog|tissu|urin|ordonnance|médic|verres|sample|blood|glasses"
    r"|medic|pharmac|patient|soins|lenses)"
)
_PICTURE = re.compile(r"\b(?:photo|pictures?\b|images?\b|video|film|footage|vidéo)")
_POST = re.compile(r"\b(?:candidate|applica|posts?\b|vacan|vetting|references|staff|officer)")
_LAST_OF_THEM = re.compile(
    r"\W*(?:the |la |le )?(?:last|latest|final|derni(?:er|ère)) (?:of|d'entre) "
    r"(?:them|these|those|eux|elles)"
)
_LAST_OF = (
    ("correspondence", "last-contact"),
    ("order", "last-order"),
    ("payment", "last-payment"),
)
_MONEY = re.compile(r"\b(?:deposit|bond|funds|retention money)")
_LETTERS = re.compile(r"\b(?:news|e?-?mail|mailing|list|letter|alert|digest|bulletin)")
_DECISION = re.compile(r"\b(?:deci|déci|délib|outcome)")
_REPLIES = ("réponse", "répon", "answer", "response", "reply")
_STUDIES = re.compile(r"\b(?:dipl|permis|certif|brevet|licence)")
_SURVEY = re.compile(r"\b(?:survey|questionnaire|sondage|enquête|poll)")
_CASE = re.compile(
    r"\b(?:disputes?|(?<!insurance )claims?|litigation|complaints?|cases?|lawsuits?|proceedings)\b"
)


@dataclass(frozen=True)
class Trigger:
    """A trigger event: its name, and the words of the text that say it.

    `known`: the lexicon has the name; otherwise it is made of the text's own words.
    """

    name: str
    label: str
    place: Evidence
    known: bool = True


def named(page: Page, name: str, hit: Hit) -> Trigger:
    """An event of the lexicon, said by the words of a hit."""
    entry = page.words.entry("events", name)
    label = entry.label if entry else NECESSITY[page.text.language]
    return Trigger(name, label, page.evidence(hit.start, hit.end))


def event(
    page: Page, start: int, end: int, known_only: bool = False, anywhere: bool = False
) -> Trigger | None:
    """The event that a phrase names, in the text's own words where no lexicon has them.

    `anywhere`: the words of the event may stand anywhere in it, and not in its head alone.
    """
    place = page.evidence(start, end)
    if not place.quote:
        return None
    last = _LAST_OF_THEM.match(page.low(place.start, place.end))
    if last is not None:
        begin = _sentence(page, start)
        held = {category.name for category in page.found.names("categories", begin, start)}
        name = next((name for category, name in _LAST_OF if category in held), "last-activity")
        return named(page, name, Hit(place.start, place.end, name))
    hit = told(page, place.start, place.end)
    if hit is None and anywhere:
        hit = shown(page, place.start, place.end)
    if hit is not None:
        name = _of_its_matter(page, hit, start, end)
        entry = page.words.entry("events", name)
        if entry is not None:
            return Trigger(name, entry.label, place)
    name = slug(place.quote, 5)
    if known_only or not name:
        return None
    return Trigger(name, place.quote, place, known=False)


def _of_its_matter(page: Page, hit: Hit, start: int, end: int) -> str:
    """An event's name by what it befalls: a log is recorded, and is no recording.

    Empty where the lexicon's word means something else here: a sample is taken (in French by the
    word for a debit), glasses are prescribed (by the word for a limitation).
    """
    begin = _sentence(page, start)
    held = {category.name for category in page.found.names("categories", begin, end)}
    whose = {person.name for person in page.found.names("subjects", begin, end)}
    applies = ("application" in held or "candidate" in whose) and not page.found.cue(
        "asks-for-something", begin, end
    )
    decided = _DECISION.search(page.low(hit.start, hit.end)) is not None
    said = page.low(hit.start, hit.end)
    if said.startswith(_OF_A_BODY) and _BODY.search(page.low(begin, end)):
        return ""
    if hit.name == "unsubscription" and _is_plan(page, said, begin, end):
        return "contract-end"
    if said.startswith("releas") and _MONEY.search(page.low(begin, end)):
        return "returned"
    if "settle" in said and hit.name in ("payment", "request-closed"):
        return "request-closed" if _CASE.search(page.low(begin, end)) else "payment"
    if said.startswith(("taken", "prise", "made")) and _PICTURE.search(page.low(begin, end)):
        return "recording"
    if said.startswith("appointment") and _POST.search(page.low(begin, end)):
        return "recruitment-end" if applies or "vacan" in page.low(begin, end) else ""
    if said.startswith(_REPLIES) and _SURVEY.search(page.low(begin, end)):
        return "collected"
    if said.startswith("dispatch") and "correspondence" in held:
        return "sent"
    if applies and hit.name == "request-closed" and "proc" in said:
        return "recruitment-end"
    if said.startswith("obtention") and _STUDIES.search(page.low(begin, end)):
        return "studies-end"
    if hit.name == "leaving":
        return _who_leaves(page, begin, end)
    if hit.name == "recording" and "connection" in held:
        return "log-entry"
    if hit.name == "refused" and applies:
        return "recruitment-end"
    if hit.name == "recruitment-end" and decided and not applies:
        return "request-closed"
    if hit.name == "first-deposit" and not page.found.cue("track", begin, end):
        return "collected"
    return hit.name


def _is_plan(page: Page, said: str, begin: int, end: int) -> bool:
    """A subscription that is bought, and not one to letters."""
    if "subscription" not in said or said.startswith("un"):
        return False
    return _LETTERS.search(page.low(begin, end)) is None


def _sentence(page: Page, start: int) -> int:
    """Where the sentence of a place begins, as far as that is near."""
    begin = max(0, start - 150)
    stops = [page.found.folded.rfind(stop, begin, start) for stop in (". ", "; ", "\n")]
    return max(begin, *stops)


def _who_leaves(page: Page, start: int, end: int) -> str:
    """The end that somebody's leaving is: of a job, a stay, a membership, an account."""
    near = page.found.first("leaving", start, end)
    if near is not None:
        return near.name
    names = page.words.groups["leaving"]
    whole = len(page.found.folded)
    often = {name: sum(1 for _ in page.found.of("leaving", name, 0, whole)) for name in names}
    most = max(often, key=lambda name: often[name])  # the first of those that are as frequent
    return most if often[most] else "relationship-end"


def shown(page: Page, start: int, end: int) -> Hit | None:
    """An event that the words tell; else a thing that lasts, whose end is the event."""
    found = page.found
    return found.first("events", start, end) or found.first("things", start, end)


def _is_last(hit: Hit) -> bool:
    return hit.name.startswith("last-")


def told(page: Page, start: int, end: int) -> Hit | None:
    """The event that the head of a phrase tells, or the end of the thing that its head names."""
    folded, language = page.found.folded, page.text.language
    for begin, stop in phrases(folded, language, start, end):
        if OF_LANGUAGE[language].pronoun.match(folded, begin, stop):  # "you placed your last order"
            hits = page.found.names("events", begin, stop)
            last = next((hit for hit in hits if _is_last(hit)), None)
            if last is not None:
                return last
        last = page.found.covering("events", begin, stop, (begin, begin + 1))
        if last is not None and _is_last(last):
            return last
    for place in heads(folded, language, start, end):
        for group in ("events", "things"):
            hit = page.found.covering(group, start, end, place)
            if hit is not None:
                return hit
    return None
