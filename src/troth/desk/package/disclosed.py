"""What left for recipients, as the ledger records it, for the packages of a run (Art. 15(1)(c))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troth.datamap.model import DataMap
from troth.desk.package.sheet import Disclosure
from troth.desk.package.tell import labels
from troth.desk.told.disclosures import disclosures_of
from troth.grounds.facts import Identifier
from troth.law.calendar import day_of
from troth.ledger.session import Reading
from troth.policy.model import Policy


@dataclass(frozen=True)
class Disclosed:
    """The disclosures of each person of a run, by number, oldest first."""

    persons: Sequence[Sequence[Disclosure]]

    def of(self, person: int) -> Sequence[Disclosure]:
        return self.persons[person]


def disclosed_to(
    reading: Reading,
    persons: Sequence[Sequence[Identifier]],
    policy: Policy,
    datamap: DataMap,
) -> Disclosed:
    """What left of persons who have these names, with the recipients as the policy names them."""
    return Disclosed(
        [
            tuple(
                Disclosure(
                    recipient=policy.recipients[one.recipient].name
                    if one.recipient in policy.recipients
                    else one.recipient,
                    at=one.at,
                    day=day_of(one.at, policy.zoneinfo),
                    categories=labels(policy, one.categories),
                    purpose=one.basis,
                )
                for one in sorted(disclosures_of(reading, names, datamap), key=lambda each: each.at)
            )
            for names in persons
        ]
    )
