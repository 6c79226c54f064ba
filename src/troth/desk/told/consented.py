"""Consents with how they were given, and what a person has chosen by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from troth.datamap.model import DataMap
from troth.desk.told.known import forms_of
from troth.desk.told.suppression import consent_and_suppress
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.consent_proofs import ConsentProof, consent_proofs_of, record_consent_proofs
from troth.ledger.consents import read_consents
from troth.ledger.session import Reading, Writing
from troth.ledger.suppression import suppressed
from troth.policy.model import Policy
from troth.policy.versions import acceptance


@dataclass(frozen=True)
class Choice:
    """All that a person said on one consent of the policy, the latest word last."""

    consent: str
    said: tuple[tuple[ConsentFact, ConsentProof | None], ...]

    @property
    def state(self) -> Literal["given", "withdrawn", "never-asked"]:
        """The latest word; that it was given says nothing of its expiry, which `may` knows."""
        return self.said[-1][0].state if self.said else "never-asked"


def consent_names(policy: Policy) -> list[str]:
    """What a person can consent to: the consents of the policy, and each version of its text."""
    return sorted([*policy.consents, *(acceptance(version.id) for version in policy.versions)])


def known_consents(names: Iterable[str], policy: Policy) -> None:
    """Refused (`unknown-consent`) for a name that is no consent and no version of the policy."""
    known = consent_names(policy)
    for name in sorted(set(names)):
        if name not in known:
            raise Refused(
                "unknown-consent",
                f"the policy has no consent '{name}'",
                help=advice(name, known) or f"it has {', '.join(known) or 'none'}",
            )


def consent(
    writing: Writing,
    facts: Sequence[ConsentFact],
    proof: ConsentProof | None,
    policy: Policy,
    datamap: DataMap,
    *,
    by: str,
    at: datetime,
) -> int:
    """Record what persons said themselves, with how they did it; how many.

    Refused: `unknown-consent`, `consent-in-the-future`.
    """
    known_consents((fact.consent for fact in facts), policy)
    first = writing.head.seq + 1  # the entries of consents come first, one each
    count = consent_and_suppress(writing, facts, policy, datamap, by=by, at=at)
    if proof is not None:
        record_consent_proofs(writing, range(first, first + len(facts)), proof, by=by, at=at)
    return count


def choices_of(
    reading: Reading, person: Identifier, policy: Policy, at: datetime
) -> tuple[Choice, ...]:
    """What a person said on each consent of the policy, asked or not, until an instant."""
    proofs = consent_proofs_of(reading, person)
    said = sorted(read_consents(reading, at, person), key=lambda fact: fact.at)
    names = dict.fromkeys([*policy.consents, *(fact.consent for fact in said)])
    return tuple(
        Choice(
            name,
            tuple(
                (fact, proofs.get((fact.consent, fact.state, fact.at)))
                for fact in said
                if fact.consent == name
            ),
        )
        for name in names
    )


def is_suppressed(reading: Reading, person: Identifier, datamap: DataMap) -> bool:
    """Whether nothing may be mailed to a person any more; nothing is noted of the asking."""
    return bool(suppressed(reading, forms_of([person], datamap)))
