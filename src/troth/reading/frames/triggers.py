"""What a period counts from: the trigger event in the words after it, around it or before it."""

from __future__ import annotations

import re

from troth.reading.frames.before import ACTS, SOON, before
from troth.reading.frames.events import Trigger, event, named
from troth.reading.frames.grammar import OF_LANGUAGE
from troth.reading.frames.lasting import during, meant
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.periods import Mention
from troth.reading.frames.phrases import cell_end, phrase_end, word_end
from troth.reading.frames.units import Page, Unit

_COUNTED = re.compile(
    r"(?:\.(?= [a-z]))?(?: plus the (?:current|running) (?:\w+ )?year)?"
    r"(?: (?:period|term|window|retention|time|délai|période|durée|glissants?|révolue?s?|at most"
    r"|maximum|max\.?|au plus|au maximum|at the latest|au plus tard|minimum|au moins|at least"
    r"|légale?|pleine?s?|ferme)\b)*,? ?\(?"
    r"(?:(?:(?:to be |being |as )?calculated|counted|reckoned|computed|starting|beginning|running"
    r"|(?:and )?commencing|to run|counting|measured"
    r"|calculée?s?|comptée?s?|décomptée?s?|courant|commençant|débutant|qui (?:court|commence))\b)?"
)
_COUNTING = re.compile(r"(?:e?d|ing|ée?s?|ant|court|commence)$")
_OF = re.compile(r" (?:du|de|des|d'|with|at|on)(?=\W|(?<='))")
_MEANT = re.compile(
    r"(?:e|u|es)? ?(?:it|they|its|their|that|this|elle|il|son|sa|leur|ce dernier|cette dernière)\b"
    r"(?: (?:\w+ )?(?:end|expir|terminat|clos|complet|fin|terme|expiration|exerci[cs]"
    r"|made\b|laps|trait|résol|clôtur|ferm|resol)\w*)"
)
_ENDS = re.compile(
    r"end|expir|terminat|clos|complet|trait|résol|resol|fin\b|terme|clôtur|ferm|laps"
)
_BARE_END = re.compile(
    r"\W*(?:the |la |le |sa |son |leur |l')?(?:date (?:of |de ))?(?:closure|closing|completion"
    r"|expiry|expiration|termination|resolution|end|clôture|fin|terme|échéance|fermeture|résolution)\W*"
)
_BARE_RETURN = re.compile(r"\W*(?:the |le |your |votre |leur |their )?(?:return|retour)\W*")
_DONE_TO_IT = re.compile(
    r" (?:you|we|they|he|she|somebody|vous|nous) (?:\w+ )?(?:clos|cancel|delet|end|terminat|leav"
    r"|quit|stop|remov)\w* (?:it|them|this|that)\b"
)
_THAT_DAY = re.compile(
    r"(?:e|u)? ?(?:that|this|such|cette|ce|cet) "
    r"(?:day|date|moment|time|point|event|jour|évènement|événement)\b"
)
_PRONOUN = re.compile(r" (?:they|you|he|she|it|we|ils?|elles?|vous)\b")
_AFTER_WHICH = re.compile(
    r" ?(?:which|that\b(?! (?:\w+ )?\w+ed\b)|quoi|laquelle|lequel|celui|cela)"
)
_WITHOUT = re.compile(
    r"\W*(?:(?:have|has) (?:gone by|passed|elapsed) "
    r"|(?:se sont|s'est|soient|soit) (?:écoulé|passé)\w* )?"
    r"(?P<what>sans|without|d'absence de|of no) (?:any |aucune? |un |une |a |an )?"
    r"(?!votre|your|délai|delay|préjudice|prejudice|réserve)[\wà-ÿ-]+"
)
_ASIDE = re.compile(r" ?\((?P<what>[^()]{4,70})\)")
_LAST = re.compile(r"(?:last|latest|final|derni(?:er|ère))\b")
_IF = re.compile(r"\W*(?:en cas d(?:e|')|in (?:the )?case of|if|when|lorsqu[e']|si|upon)\s*")
_SILENT = (
    ("last-login", "login"),
    ("last-opening", "opening"),
    ("last-contact", "contact"),
    ("last-order", "order"),
)


def after(page: Page, unit: Unit, mention: Mention, start: int, end: int) -> Trigger | None:
    """The event from which a period counts, said after it, around it or before it."""
    return (
        follows(page, unit, mention, end)
        or _aside(page, mention)
        or _on_act(page, mention, max(end, mention.end))
        or _inactivity(page, start, max(end, mention.end), mention.end)
        or before(page, unit, mention, start)
    )


def _aside(page: Page, mention: Mention) -> Trigger | None:
    """The event in brackets after a period: "2 years (closing of the ticket)"."""
    aside = _ASIDE.match(page.found.folded, mention.end)
    if aside is None:
        return None
    grammar = OF_LANGUAGE[page.text.language]
    lead = grammar.before.match(aside["what"])
    begin = aside.start("what") + (lead.end() if lead else 0)
    turns = grammar.turns.match(page.found.folded, begin) or grammar.dates.match(
        page.found.folded, begin
    )
    plain = turns is None and not (lead and lead.end())
    if plain and not _LAST.match(page.found.folded, begin):
        word = re.fullmatch(r"[\w'-]+(?: [\w'-]+)?", page.low(begin, aside.end("what")))
        if word is None or page.found.first("events", begin, aside.end("what")) is None:
            return None
    return event(page, begin, aside.end("what"), known_only=True)


def _on_act(page: Page, mention: Mention, end: int) -> Trigger | None:
    """What a person does, told after how soon it is answered: "within a week if you object"."""
    cause = _IF.match(page.found.folded, mention.end, end)
    if cause is None or not SOON.search(page.low(max(0, mention.start - 24), mention.start)):
        return None
    stop = phrase_end(page, cause.end(), end)
    found = event(page, cause.end(), stop, known_only=True)
    return found if found is not None and found.name in ACTS else None


def follows(page: Page, unit: Unit, mention: Mention, end: int | None = None) -> Trigger | None:
    """The event said right after a period: "… from the last contact", ", counted from …".

    `end`: where what is said of the period ends, if not with the sentence.
    """
    last = cell_end(unit, mention.end)
    if end is not None and mention.end < end < last:
        last = end
    stop = phrase_end(page, mention.end, last)
    counted = _COUNTED.match(page.found.folded, mention.end, unit.end)
    begin = counted.end() if counted else mention.end
    if counted:
        stop = phrase_end(page, begin, last)
    cue = _of(page, counted) or page.found.cue("after", begin, stop)
    if cue is None:
        return None
    that_day = _THAT_DAY.match(page.found.folded, cue.end, stop)
    if not that_day and _AFTER_WHICH.match(page.found.folded, cue.end, stop):
        return None
    between = page.low(begin, cue.start)
    if between.strip() and counted and counted.group().strip() == ",":
        return None  # ", the papers produced in support of …" is another phrase
    if len(between.split()) > 4 or re.search(r"[,.;]", between):
        return None
    if page.found.cue("drop", begin, cue.start):  # "… vanish from the list" names a place
        return None
    if page.low(cue.start, cue.end) == "of":  # "30 days of delivery", and not "3 months of data"
        soon = SOON.search(page.low(max(0, mention.start - 24), mention.start)) is not None
        return None if between.strip() else event(page, cue.end, stop, known_only=not soon)
    pronoun = _MEANT.match(page.found.folded, cue.end, stop)
    done = _DONE_TO_IT.match(page.found.folded, cue.end, stop)
    if that_day or pronoun or done:
        ends = done is not None or (pronoun is not None and _ENDS.search(pronoun.group()))
        return meant(page, unit, mention, bool(ends)) or event(page, cue.end, stop)
    found = event(page, word_end(page, cue.end), stop)
    if _BARE_RETURN.fullmatch(page.low(word_end(page, cue.end), stop)):
        lasted = meant(page, unit, mention, ends=True)  # of a journey, and not of what was lent
        return lasted if lasted is not None and lasted.name == "event-closed" else found
    if _BARE_END.fullmatch(page.low(word_end(page, cue.end), stop)):
        return meant(page, unit, mention, ends=True) or found
    if found is not None and not found.known and _PRONOUN.match(page.found.folded, cue.end):
        lasting = during(page, unit, mention)  # "while you rent it, and two years after you leave"
        return lasting if lasting is not None and lasting.known else found
    return found


def _of(page: Page, counted: re.Match[str] | None) -> Hit | None:
    """The small word after "counted": "comptés de la souscription"."""
    if counted is None or not _COUNTING.search(counted.group()):
        return None
    word = _OF.match(page.found.folded, counted.end())
    return None if word is None else Hit(word.start(), word.end(), "after")


def _inactivity(page: Page, start: int, end: int, mention_end: int) -> Trigger | None:
    cue = page.found.cue("inactive", start, end)
    if cue is None:
        without = _WITHOUT.match(page.found.folded, mention_end)
        if without is None:
            return None
        cue = Hit(without.start("what"), without.end(), "inactive")
    if re.match(r"ni\b|neither", page.low(cue.start, cue.end)):
        return named(page, "last-activity", cue)
    reach = (cue.start, min(end, cue.end + 40))
    silent = next((name for name, of in _SILENT if page.found.cue(of, *reach)), "last-activity")
    return named(page, silent, cue)
