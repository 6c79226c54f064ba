"""Which version of the text is in force for a person (Art. 13(3), 5(1)(a))."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from troth.grounds.use import Known, Missing
from troth.policy.model import Policy, Version


def text_in_force(
    policy: Policy, known: Known, today: date, earlier: Mapping[str, Policy]
) -> Policy | Missing:
    """The policy in force for the person, or that their version is not at hand.

    A version that needs acceptance does not reach those who have not accepted it or a later one:
    they stay under the version before, taken from `earlier` by its id. Silence accepts nothing.
    """
    in_force = [
        each for each in policy.versions if each.effective is None or each.effective <= today
    ]
    ids = [version.id for version in in_force]
    accepted = ids.index(known.accepted) if known.accepted in ids else -1
    waiting = next(
        (at for at, each in enumerate(in_force) if at > accepted and each.needs_acceptance), None
    )
    if waiting is None:
        return policy
    if waiting > 0 and ids[waiting - 1] in earlier:
        return earlier[ids[waiting - 1]]
    return _not_accepted(in_force[waiting])


def _not_accepted(version: Version) -> Missing:
    words = f"the person did not accept version {version.id}, and the version before is not at hand"
    return Missing("version-not-accepted", words, "GDPR 5(1)(a), 13(3)", version.clauses)
