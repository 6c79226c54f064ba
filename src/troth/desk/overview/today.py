"""What a data protection officer sees in the morning: what is late, due, waiting or broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from troth.desk.overview.lists import MOST_COUNTED
from troth.desk.overview.restricted import waiting_restrictions
from troth.ledger.kept_checks import CheckNumbers, newest_numbers
from troth.ledger.kept_plans import KeptPlan, read_plans
from troth.ledger.plans import approval_of
from troth.ledger.request_pages import Wanted, count_requests, list_requests
from troth.ledger.session import Reading
from troth.ledger.standings import Standing
from troth.ledger.tables import outbox

SHOWN = 6  # requests of a group on the first page
COMING_DAYS = 7


@dataclass(frozen=True)
class Group:
    """Some requests for a reason: the first due of them, and how many (beyond 1,000: many)."""

    rows: tuple[Standing, ...]
    total: int

    @property
    def many(self) -> bool:
        return self.total > MOST_COUNTED


@dataclass(frozen=True)
class Outbox:
    """Messages that wait to be sent: how many, and how many failed at least once."""

    waiting: int
    failing: int


@dataclass(frozen=True)
class Today:
    """The morning's page. `check` is None where no check was kept; `plans` wait for approval.

    `restrictions` are those whose day of review has come, or whose end waits for somebody.
    """

    day: date
    late: Group
    due: Group
    coming: Group
    new: Group
    person: Group
    approver: Group
    tasks: Group
    check: CheckNumbers | None
    plans: tuple[KeptPlan, ...]
    outbox: Outbox
    restrictions: int = 0

    @property
    def calm(self) -> bool:
        """Nothing asks for anybody today."""
        pressing = self.late.total + self.due.total + self.approver.total + len(self.plans)
        pressing += self.restrictions
        broken = self.check is not None and (self.check.broken or self.check.unknown)
        return not pressing and not broken and not self.outbox.failing


def today(reading: Reading, day: date, now: datetime) -> Today:
    """What stands on `day`, in the organisation's zone; `now` decides which approvals count."""
    soon = day + timedelta(days=COMING_DAYS)
    waiting = tuple(
        one
        for one in read_plans(reading)
        if one.day == day and approval_of(reading, one.digest, now) is None
    )
    return Today(
        day=day,
        late=_group(reading, Wanted(open=True, due_to=day - timedelta(days=1))),
        due=_group(reading, Wanted(open=True, due_from=day, due_to=day)),
        coming=_group(reading, Wanted(open=True, due_from=day + timedelta(days=1), due_to=soon)),
        new=_group(reading, Wanted(open=True, stage="received")),
        person=_group(reading, Wanted(open=True, turn="person")),
        approver=_group(reading, Wanted(open=True, turn="approver")),
        tasks=_group(reading, Wanted(open=True, tasks=True)),
        check=newest_numbers(reading),
        plans=waiting,
        outbox=_outbox(reading),
        restrictions=waiting_restrictions(reading, day),
    )


def _group(reading: Reading, wanted: Wanted) -> Group:
    rows = list_requests(reading, wanted, "due", size=SHOWN).rows
    total = len(rows)
    if total == SHOWN:
        total = count_requests(reading, wanted, most=MOST_COUNTED)
    return Group(rows, total)


def _outbox(reading: Reading) -> Outbox:
    mine = outbox.c.organisation == reading.organisation
    count = select(func.count()).select_from(outbox)
    waiting = reading.connection.execute(count.where(mine)).scalar_one()
    failing = reading.connection.execute(count.where(mine, outbox.c.attempts > 0)).scalar_one()
    return Outbox(int(waiting), int(failing))
