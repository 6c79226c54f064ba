"""A letter that asks for a right, as a request of the ledger."""

from __future__ import annotations

from datetime import datetime

from troth.desk.intake.due import answer_by
from troth.ledger.requests import Request
from troth.policy.model import Policy
from troth.postbox.box import Letter
from troth.postbox.content import Content, Directive

_WISHES = {
    "en": {"erase": "erase it all", "hand-over": "hand it over to them", "keep": "keep it"},
    "fr": {"erase": "tout effacer", "hand-over": "les leur remettre", "keep": "les garder"},
}
_LINES = {
    "en": ("After my death: {wish}.", "Trusted person: {name} <{contact}>"),
    "fr": ("Après mon décès : {wish}.", "Personne de confiance : {name} <{contact}>"),
}


def request_of(letter: Letter, content: Content, policy: Policy, now: datetime) -> Request:
    """The request; its day is counted from the policy, whatever the letter says of it."""
    received_at = min(letter.posted_at, now)
    names = {
        "email": content.email,
        "name": content.name,
        "reference": content.reference,
        "about": content.about,
    }
    return Request(
        number=letter.number,
        right=content.right,
        channel="portal",
        received_at=received_at,
        answer_by=answer_by(policy, content.right, received_at),
        language=content.language,
        contact=content.email,
        names={what: value for what, value in names.items() if value},
        words=_words(content),
        behalf=content.behalf,
        link=letter.link,
    )


def _words(content: Content) -> str:
    """The writer's own words, after the wish for after death where the form asked for one."""
    wish = _wish(content.directive, content.language) if content.directive else ()
    return "\n".join((*wish, *((content.words,) if content.words else ())))


def _wish(directive: Directive, language: str) -> tuple[str, str]:
    first, second = _LINES[language]
    return (
        first.format(wish=_WISHES[language][directive.wish]),
        second.format(name=directive.trusted, contact=directive.trusted_contact),
    )
