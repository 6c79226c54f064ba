"""Every deadline of an organisation, from its ledger: by number and kind, without a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from troth.desk.breaches.standing import standing_of
from troth.desk.breaches.steps import terms_of
from troth.law.breaches import notifies
from troth.law.calendar import day_of
from troth.ledger.acts import list_acts
from troth.ledger.breaches import read_breaches
from troth.ledger.holds import list_holds
from troth.ledger.notices import read_notices
from troth.ledger.requests import acts_of_requests
from troth.ledger.session import Reading
from troth.ledger.standings import open_standings
from troth.policy.model import Policy

Kind = Literal["request", "decision", "notice", "hold", "breach"]


@dataclass(frozen=True)
class Deadline:
    """Something that is due on a day of the organisation's zone; `at` where it is due by the hour.

    `about`: the right, or what kind of step it is. Nothing here names a person.
    """

    kind: Kind
    number: str
    about: str
    due_on: date
    at: datetime | None = None

    def late(self, now: datetime, today: date) -> bool:
        """Whether it has passed."""
        return self.at < now if self.at is not None else self.due_on < today


def deadlines_of(reading: Reading, policy: Policy, now: datetime) -> tuple[Deadline, ...]:
    """What is open and due some day, the first due first."""
    return tuple(sorted(_all(reading, policy, now), key=lambda one: (one.due_on, one.number)))


def _all(reading: Reading, policy: Policy, now: datetime) -> Iterator[Deadline]:
    zone = policy.zoneinfo
    for standing in open_standings(reading):
        if standing.due_on is not None:  # else its clock stands still
            yield Deadline("request", standing.number, standing.right, standing.due_on)
    known = acts_of_requests(reading)
    for record in list_acts(reading, now):
        act = record.act
        open_act = act.answer_by is not None and not act.decisions
        if open_act and act.answer_by is not None and act.id not in known:
            yield Deadline("decision", act.id, act.kind, act.answer_by)
    for notice in read_notices(reading):
        if not notice.settled:
            yield Deadline("notice", notice.id, notice.kind, notice.due_on)
    for hold in list_holds(reading):
        if hold.hold.review_on is not None and hold.hold.open_at(now):
            yield Deadline("hold", hold.hold.id, "review", hold.hold.review_on)
    for breach in read_breaches(reading):
        found = standing_of(breach, terms_of(policy), now)
        if found.open and not found.notified and notifies(found.known.risk):
            due = found.clock.due
            yield Deadline("breach", breach.id, "Art. 33", day_of(due, zone), due)
        if "announce" in found.tasks:  # as soon as possible: Swiss law names no hours
            yield Deadline("breach", breach.id, "nLPD art. 24", day_of(found.clock.aware, zone))
        alert = found.alert
        if found.open and alert is not None and alert.told_at is None:
            yield Deadline("breach", breach.id, "Art. 33(2)", day_of(alert.due, zone), alert.due)
