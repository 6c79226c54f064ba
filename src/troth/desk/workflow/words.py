"""Words of letters to a person, in their language: plain, short, with what they may do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troth.desk.workflow.english import ENGLISH
from troth.desk.workflow.french import FRENCH
from troth.language import Language, Texts
from troth.ledger.requests import Request
from troth.policy.model import Policy

_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = _CATALOGUES

    def code(self, policy: Policy, number: str, code: str, minutes: int) -> tuple[str, str]:
        """Subject and body of the mail with a code."""
        name = name_of(policy)
        return (
            self("code.subject", name=name),
            self("code.body", name=name, number=number, code=code, minutes=minutes),
        )


def language_of(request: Request, policy: Policy) -> Language:
    """The person's language, where letters are written in it; else the policy's first."""
    known: dict[str, Language] = {"en": "en", "fr": "fr"}
    return known.get(request.language, known.get(policy.languages[0], "en"))


def name_of(policy: Policy) -> str:
    """Whose letter it is."""
    controller = next(iter(policy.controllers.values()))
    return controller.name or policy.title
