"""The letter by which a recipient is told, in plain words, with its article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from troth.language import Language
from troth.ledger.notices import NoticeKind, RecipientNotice
from troth.policy.model import Policy

_SUBJECT: Mapping[Language, Mapping[NoticeKind, str]] = {
    "en": {
        "erase": "Please erase data of one person",
        "suspend": "Please stop using data of one person",
        "resume": "Data of one person may be used again",
        "correct": "Please correct data of one person",
    },
    "fr": {
        "erase": "Merci d’effacer les données d’une personne",
        "suspend": "Merci de ne plus utiliser les données d’une personne",
        "resume": "Les données d’une personne peuvent de nouveau être utilisées",
        "correct": "Merci de corriger les données d’une personne",
    },
}

_ASK: Mapping[Language, Mapping[NoticeKind, str]] = {
    "en": {
        "erase": (
            "The data named below is no longer to be kept, and we erase it here. Please erase your "
            "copies of it, and have whoever received it from you do the same, unless a law obliges "
            "you to keep it (Art. 17 and 19 GDPR)."
        ),
        "suspend": (
            "The use of the data named below is suspended. Please keep it, and do not use, change "
            "or erase it until you hear from us (Art. 18 and 19 GDPR)."
        ),
        "resume": (
            "The suspension of which we told you has ended: the data named below may be used "
            "again as before (Art. 18(3) and 19 GDPR)."
        ),
        "correct": (
            "The data named below has been corrected here. Please correct your copies of it; we "
            "send the new values by the usual way (Art. 16 and 19 GDPR)."
        ),
    },
    "fr": {
        "erase": (
            "Les données indiquées ci-dessous ne doivent plus être conservées, et nous les "
            "effaçons chez nous. Merci d’effacer vos copies, et de le faire faire par ceux à qui "
            "vous les avez transmises, sauf si une loi vous oblige à les conserver "
            "(art. 17 et 19 du RGPD)."
        ),
        "suspend": (
            "L’utilisation des données indiquées ci-dessous est suspendue. Merci de les conserver "
            "sans les utiliser, les modifier ni les effacer jusqu’à un nouveau message de notre "
            "part (art. 18 et 19 du RGPD)."
        ),
        "resume": (
            "La suspension dont nous vous avions informés a pris fin : les données indiquées "
            "ci-dessous peuvent de nouveau être utilisées comme avant (art. 18.3 et 19 du RGPD)."
        ),
        "correct": (
            "Les données indiquées ci-dessous ont été corrigées chez nous. Merci de corriger vos "
            "copies ; les nouvelles valeurs vous parviennent par la voie habituelle "
            "(art. 16 et 19 du RGPD)."
        ),
    },
}

_FORM: Mapping[Language, str] = {
    "en": """\
Hello,

{reminder}{ask}

Person: {namespace} {value}
Data: {categories}
Our reference: {reference}

Please answer this message {due} to say that it is done, or what prevents you.

{organisation}
""",
    "fr": """\
Bonjour,

{reminder}{ask}

Personne : {namespace} {value}
Données : {categories}
Notre référence : {reference}

Merci de répondre à ce message {due} pour confirmer que c’est fait, ou nous dire ce qui \
vous en empêche.

{organisation}
""",
}

_REMINDER: Mapping[Language, tuple[str, str]] = {
    "en": ("Reminder: ", "We have had no answer to our message about this. "),
    "fr": ("Rappel : ", "Notre message à ce sujet est resté sans réponse. "),
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

_UNTIL: Mapping[Language, str] = {"en": "by {day}", "fr": "avant le {day}"}
_OVERDUE: Mapping[Language, str] = {"en": "as soon as you can", "fr": "dès que possible"}


def letter(
    notice: RecipientNotice, policy: Policy, language: Language, today: date
) -> tuple[str, str]:
    """Subject and body for a notice whose person the recipient knows by an identifier.

    The body names the person by that identifier alone; a notice that was sent before is reminded
    of. ValueError for a notice without an identifier.
    """
    if notice.person is None:
        raise ValueError("a letter names the person as its recipient knows them")
    again = bool(notice.events)
    prefix, reminder = _REMINDER[language]
    subject = _SUBJECT[language][notice.kind]
    body = _FORM[language].format(
        reminder=reminder if again else "",
        ask=_ASK[language][notice.kind],
        namespace=notice.person.namespace,
        value=notice.person.value,
        categories=", ".join(_label(name, policy) for name in notice.categories),
        reference=notice.id,
        due=_until(notice.due_on, language, today),
        organisation=_name(policy),
    )
    return (prefix + subject if again else subject), body


def _label(category: str, policy: Policy) -> str:
    entry = policy.categories.get(category)
    return entry.label if entry is not None else category


def _name(policy: Policy) -> str:
    names = (controller.name for controller in policy.controllers.values())
    return next((name for name in names if name), policy.title)


def _until(due: date, language: Language, today: date) -> str:
    if due < today:
        return _OVERDUE[language]
    return _UNTIL[language].format(day=_day(due, language))


def _day(day: date, language: Language) -> str:
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"
