"""How long Troth's own ledger keeps what it holds on persons: by the policy's rules, as all data.

The policy says it with events of these names; a policy that says nothing gets the periods below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from troth.grounds.limits import Kind, limit
from troth.law.calendar import Period, add
from troth.policy.model import Policy
from troth.policy.retention import ByParameter

OwnEvent = Literal[
    "suppression-renewed",
    "request-closed",
    "directive-ended",
    "breach-closed",
    "package-stored",
    "package-ready",
    "mail-set-aside",
    "address-failed",
]

DEFAULTS: dict[OwnEvent, Period] = {
    "suppression-renewed": Period(years=3),
    "request-closed": Period(years=5),
    "directive-ended": Period(),
    "breach-closed": Period(years=5),
    "package-stored": Period(days=90),
    "package-ready": Period(days=14),
    "mail-set-aside": Period(months=6),
    "address-failed": Period(years=1),
}
"""Where the policy has no rule that counts from the event."""


@dataclass(frozen=True)
class OwnPeriod:
    """A period from an event of the ledger, and the rule that says so, if one does."""

    event: OwnEvent
    period: Period
    floor: bool
    rule: str | None

    def ended(self, day: date, today: date) -> bool:
        """Whether what the event of `day` keeps is past its end."""
        found = limit(day, self.period, floor=self.floor, today=today, event=self.event)
        return found.kind is Kind.ENDED


def ready_until(policy: Policy, ready_on: date, most_days: int | None = None) -> date:
    """The last day on which a package that was laid ready may be fetched; then its bytes go.

    By the policy's rule on `package-ready`, and not beyond the organisation's own days
    (`most_days`); 14 days where neither says anything.
    """
    found = own_period(policy, "package-ready")
    own = None if most_days is None else ready_on + timedelta(days=most_days)
    if found.rule is None:
        return own or add(ready_on, found.period)
    stood = limit(ready_on, found.period, floor=found.floor, today=ready_on, event="package-ready")
    last = (stood.ends or add(ready_on, found.period)) - timedelta(days=1)
    return max(ready_on, last if own is None else min(last, own))


def own_period(policy: Policy, event: OwnEvent) -> OwnPeriod:
    """The longest period that a rule of the policy counts from the event: the others are of parts.

    A rule with periods chosen by a column says nothing about the ledger.
    """
    start = date(2001, 1, 1)  # periods of unlike units are compared as of a common year
    found = list(_rules(policy, event))
    if not found:
        return OwnPeriod(event, DEFAULTS[event], floor=False, rule=None)

    def end(one: OwnPeriod) -> date:
        return limit(start, one.period, floor=one.floor, today=start, event=event).ends or start

    return max(found, key=end)


def _rules(policy: Policy, event: OwnEvent) -> Iterator[OwnPeriod]:
    for activity in policy.activities.values():
        for rule in activity.retention:
            for one in rule.limits:
                if one.after == event and isinstance(one.period, Period | ByParameter):
                    floor = rule.bound != "ceiling"
                    yield OwnPeriod(event, policy.period(one.period), floor, rule.id)
