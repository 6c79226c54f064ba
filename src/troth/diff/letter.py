"""The letter that tells people what changes, in plain words; what lowers protection comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from troth.diff.model import Change, Difference, Direction
from troth.diff.topics import TOPICS
from troth.language import Language
from troth.law.calendar import Period
from troth.policy.model import Policy

_PERIOD = re.compile(r"\bP(?=\d)[0-9YMWD]+\b")
_SPELLED = ("years", "months", "days")

_TEXTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "subject": "Our privacy policy changes",
        "colon": ":",
        "hello": "Hello,",
        "opening": "{name} changes its privacy policy. The new version, {version}, applies {when}.",
        "from": "from {day}",
        "soon": "from the day on which we publish it",
        "lower": "What changes to your disadvantage",
        "better": "What gets better for you",
        "neutral": "What else changes",
        "further": "Your data would serve a new purpose. It does not before you had this message.",
        "accept": (
            "You do not have to accept. Until you do, version {old} stays in force for you: your "
            "data is kept and used as it says. Silence accepts nothing."
        ),
        "consent": "For these, we ask for your consent again: {consents}.",
        "rights": (
            "You can see your data, have it corrected or erased, object, and take a consent back "
            "at any time. Write to us: {contact}."
        ),
        "authority": "You can also complain to {authority}.",
        "set": "yes",
        "unset": "no longer",
        "added": "new: {after}",
        "removed": "no longer: {before}",
        "moved": "{before} → {after}",
        "nothing": "–",
        "at once": "at once",
        "and": " and ",
        "years": "{n} year|{n} years",
        "months": "{n} month|{n} months",
        "days": "{n} day|{n} days",
        "after": "after",
        "latest of": "the last of",
        "earliest of": "the first of",
    },
    "fr": {
        "subject": "Notre politique de confidentialité change",
        "colon": "\u00a0:",
        "hello": "Bonjour,",
        "opening": (
            "{name} change sa politique de confidentialité. La nouvelle version, {version}, "
            "s’applique {when}."
        ),
        "from": "à partir du {day}",
        "soon": "à partir du jour de sa publication",
        "lower": "Ce qui change à votre désavantage",
        "better": "Ce qui s’améliore pour vous",
        "neutral": "Ce qui change par ailleurs",
        "further": (
            "Vos données serviraient à une nouvelle finalité. Elles n’y servent pas avant ce "
            "message."
        ),
        "accept": (
            "Vous n’êtes pas obligé d’accepter. Tant que vous ne le faites pas, la version {old} "
            "reste en vigueur pour vous : vos données sont conservées et utilisées comme elle le "
            "dit. Votre silence ne vaut pas acceptation."
        ),
        "consent": "Pour ce qui suit, nous vous demandons de nouveau votre accord : {consents}.",
        "rights": (
            "Vous pouvez consulter vos données, les faire rectifier ou effacer, vous opposer, et "
            "retirer un accord à tout moment. Écrivez-nous : {contact}."
        ),
        "authority": "Vous pouvez aussi saisir {authority}.",
        "set": "oui",
        "unset": "plus maintenant",
        "added": "nouveau : {after}",
        "removed": "supprimé : {before}",
        "moved": "{before} → {after}",
        "nothing": "–",
        "at once": "aussitôt",
        "and": " et ",
        "years": "{n} an|{n} ans",
        "months": "{n} mois|{n} mois",
        "days": "{n} jour|{n} jours",
        "after": "après :",
        "latest of": "au dernier de :",
        "earliest of": "au premier de :",
    },
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


@dataclass(frozen=True)
class Letter:
    """A letter as text; lines that begin with `- ` are a list, and the line before heads it."""

    subject: str
    body: str


def letter(found: Difference, new: Policy, language: Language) -> Letter:
    """The letter on a difference, for everybody whom it concerns (Art. 12(1), 13(3), 14(4))."""
    texts = _TEXTS[language]
    return Letter(texts["subject"], "\n\n".join(_paragraphs(found, new, language, texts)) + "\n")


def _paragraphs(
    found: Difference, new: Policy, language: Language, texts: Mapping[str, str]
) -> Iterator[str]:
    day = new.versions[-1].effective
    when = texts["from"].format(day=_day(day, language)) if day else texts["soon"]
    yield texts["hello"]
    yield texts["opening"].format(name=_name(new), version=found.new, when=when)
    for direction in ("lower", "better", "neutral"):
        lines = list(_lines(found.changes, direction, new, language, texts))
        if lines:
            yield "\n".join([f"{texts[direction]}{texts['colon']}", *lines])
    if found.telling.further:
        yield texts["further"]
    if found.acceptance:
        yield texts["accept"].format(old=found.old)
    if found.again:
        labels = ", ".join(new.consents[name].label for name in found.again)
        yield texts["consent"].format(consents=labels)
    yield texts["rights"].format(contact=_contact(new))
    for authority in list(new.authorities.values())[:1]:
        yield texts["authority"].format(authority=authority.name)
    yield _name(new)


def _lines(
    changes: Iterable[Change],
    direction: Direction,
    new: Policy,
    language: Language,
    texts: Mapping[str, str],
) -> Iterator[str]:
    """One line for each change of a direction; a plain rewording is no news."""
    seen = set()
    for each in changes:
        if each.direction != direction or (direction == "neutral" and not each.unclear):
            continue
        stem, _, ending = each.code.rpartition("-")
        topic = TOPICS[stem][language == "fr"]
        where = _where(each, new)
        said = _said(each, ending, texts, language)
        line = f"- {topic}{f' ({where})' if where and where not in said else ''}"
        line += f"{texts['colon']} {said}"
        if line not in seen:
            seen.add(line)
            yield line


def _said(each: Change, ending: str, texts: Mapping[str, str], language: Language) -> str:
    if ending in ("set", "unset"):
        return texts[ending]
    before, after = (_words(text, language) for text in (each.before, each.after))
    if ending == "added" and not before:
        return texts["added"].format(after=after)
    if ending == "removed" and not after:
        return texts["removed"].format(before=before)
    return texts["moved"].format(before=before or texts["nothing"], after=after or texts["nothing"])


def _words(text: str, language: Language) -> str:
    """A text with its periods in words."""
    texts = _TEXTS[language]
    found = _PERIOD.sub(lambda match: _period(match.group(), texts), text)
    if found != text:
        for mark in ("after", "latest of", "earliest of"):
            found = found.replace(f" {mark} ", f" {texts[mark]} ")
    return found


def _period(text: str, texts: Mapping[str, str]) -> str:
    try:
        period = Period.parse(text)
    except ValueError:
        return text  # something else that looks like one
    parts = []
    for unit in _SPELLED:
        count = getattr(period, unit)
        one, many = texts[unit].split("|")
        if count:
            parts.append((one if count == 1 else many).format(n=count))
    return texts["and"].join(parts) or texts["at once"]


def _where(each: Change, new: Policy) -> str:
    """What the change is in: the activity's purpose, or the element's own name."""
    if len(each.activities) == 1 and each.path.startswith("activities."):
        activity = new.activities.get(each.activities[0])
        return activity.purpose.strip() if activity is not None else ""
    section, _, rest = each.path.partition(".")
    name = rest.partition(".")[0]
    known = getattr(new, section, None)
    element = known.get(name) if isinstance(known, Mapping) else None
    for field in ("label", "name", "promise"):
        text = getattr(element, field, None)
        if isinstance(text, str):
            return text.strip()
    return ""


def _name(policy: Policy) -> str:
    names = (controller.name for controller in policy.controllers.values())
    return next((name for name in names if name), policy.title)


def _contact(policy: Policy) -> str:
    for contact in policy.contacts.values():
        if contact.email or contact.url:
            return contact.email or contact.url or ""
    return next((each.post for each in policy.contacts.values() if each.post), _name(policy))


def _day(day: date, language: Language) -> str:
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"
