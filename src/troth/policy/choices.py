"""What people can say yes or no to at any time: consents, and direct marketing (Art. 7(3), 21)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from troth.policy.model import Policy


@dataclass(frozen=True)
class Offered:
    """One choice: the consent, or the marketing activity that rests on none.

    `wording`: what people agree to, in the policy's sentence or else the purposes that rest on it.
    `marketing`: whoever unsubscribes says no to it. `may_give`: it can be given here; an explicit
    consent only in the policy's own sentence (Art. 9(2)(a)).
    """

    id: str
    label: str
    wording: str | None
    marketing: bool
    may_give: bool
    consent: str | None = None
    activity: str | None = None


def choices_of(policy: Policy) -> tuple[Offered, ...]:
    """The choices of a policy: marketing first, then other consents on which something rests."""
    sold, used = set[str](), defaultdict[str, list[str]](list)
    for activity in policy.activities.values():
        named = {one.consent for one in activity.legal_bases if one.consent is not None}
        sold |= named if activity.direct_marketing else set()
        special = {one.consent for one in activity.special_conditions if one.consent}
        for name in sorted(named | special):
            used[name].append(activity.purpose)
    found = [
        Offered(
            id=f"consent.{name}",
            label=consent.label,
            wording=consent.wording or "; ".join(used[name]),
            marketing=name in sold,
            may_give=consent.wording is not None or not consent.explicit,
            consent=name,
        )
        for name, consent in policy.consents.items()
        if name in used
    ]
    found += [
        Offered(f"activity.{name}", activity.purpose, None, True, False, activity=name)
        for name, activity in policy.activities.items()
        if activity.direct_marketing and not any(one.consent for one in activity.legal_bases)
    ]
    return tuple(sorted(found, key=lambda one: not one.marketing))
