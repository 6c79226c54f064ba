"""Planted faults: each breaks one thing in the engine, and every story of it must then fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import select

from differential.faults import FAULTS as ENGINE_FAULTS
from troth.datamap.bindings import ColumnDay, PeriodEnd, RelatedDay
from troth.grounds.facts import DayFact, Facts, Hold, Identifier
from troth.law.calendar import Period, cutoff, day_begins
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.tables import day_facts
from troth.plan import days as plan_days
from troth.plan import limits, rules, steps
from troth.plan.frame import Frame
from troth.plan.limits import Limit
from troth.plan.model import EraseValues
from troth.plan.predicate import FALSE, TRUE

Patch = tuple[str, Any]


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The engine with the fault `name`; without a name, the engine as it is."""
    with ExitStack() as stack:
        if name in OF_ACTS:
            ENGINE_FAULTS[name](stack)
        else:
            for target, replacement in FAULTS[name]() if name else ():
                stack.enter_context(patch(target, replacement))
        yield


def _ignored_hold() -> list[Patch]:
    return [("troth.plan.standing.held", lambda *_: FALSE)]


def _day_off_by_one() -> list[Patch]:
    def late(day: date, period: Period) -> date | None:
        return cutoff(day - timedelta(days=1), period)

    return [("troth.plan.rules.cutoff", late)]


def _null_read_as_expired() -> list[Patch]:
    def absent(_: str, where: Any) -> Limit:
        return Limit(ended=where)

    return [("troth.plan.days.absent_limit", absent)]


def _floor_lost() -> list[Patch]:
    until = rules.until_limit

    def ceiling(*given: Any, floor: bool) -> Limit:
        return until(*given, floor=False)

    return [("troth.plan.rules.until_limit", ceiling)]


def _cascade_unseen() -> list[Patch]:
    return [("troth.plan.steps.dependents", lambda *_: ())]


def _timezone_ignored() -> list[Patch]:
    def in_utc(day: date, zone: ZoneInfo) -> Any:
        return day_begins(day, ZoneInfo("UTC"))

    return [("troth.stores.days.day_begins", in_utc), ("troth.stores.days._wall", _utc_wall)]


def _utc_wall(instant: Any, zone: ZoneInfo) -> Any:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _related(change: Mapping[str, Any]) -> list[Patch]:
    """Related rows are read with another `where` or `take`."""
    plain = plan_days._related

    def changed(frame: Any, event: str, binding: RelatedDay, last: date | None) -> Limit:
        return plain(frame, event, binding.model_copy(update=dict(change)), last)

    return [("troth.plan.days._related", changed)]


def _filter_ignored() -> list[Patch]:
    return _related({"where": None})


def _latest_read_as_earliest() -> list[Patch]:
    modules = ("days", "rules", "standing")
    return [
        *((f"troth.plan.{name}.latest", limits.earliest) for name in modules),
        *_related({"take": "earliest"}),
        ("troth.ledger.facts.read_days", _oldest_days),
    ]


def _oldest_days(reading: Any, at: datetime) -> tuple[DayFact, ...]:
    """The first entry of each event counts, as if nothing had been recorded since."""
    table = day_facts.c
    entries = reading.connection.execute(
        select(table.event, table.namespace, table.value, table.day, table.recorded_at)
        .where(table.organisation == reading.organisation, table.recorded_at <= at)
        .order_by(table.recorded_at.desc())
    )
    found = {
        (row.event, row.value): DayFact(
            row.event, Identifier(row.namespace, row.value), row.day, row.recorded_at
        )
        for row in entries
    }
    return tuple(found.values())


def _earliest_read_as_latest() -> list[Patch]:
    return [
        ("troth.plan.rules.earliest", limits.latest),
        ("troth.plan.days.earliest", limits.latest),
    ]


def _period_of_wrong_rule() -> list[Patch]:
    def longer(day: date, period: Period) -> date | None:
        """Half as long again: the period of some other rule."""
        return cutoff(day, Period(months=6 + (period.years * 12 + period.months) * 3 // 2))

    return [("troth.plan.rules.cutoff", longer)]


def _event_of_wrong_column() -> list[Patch]:
    """A day is read from the column of days before it or, for the first, after it."""
    plain = plan_days._column

    def other(frame: Any, column: str) -> str:
        names = [n for n in frame.entry.columns if n.endswith(("_at", "_on", "_start", "_end"))]
        if column not in names or len(names) < 2:
            return column
        return str(names[names.index(column) - 1])

    def changed(frame: Any, binding: ColumnDay, last: date | None) -> Limit:
        column = other(frame, binding.column)
        return plain(frame, binding.model_copy(update={"column": column}), last)

    def issued(frame: Any, binding: PeriodEnd, last: date | None) -> Limit:
        return plain(frame, binding.period_end_of, last)

    return [("troth.plan.days._column", changed), ("troth.plan.days._period", issued)]


def _archive_skipped() -> list[Patch]:
    return [("troth.plan.build.archive_step", lambda *_: None)]


def _warning_ignored() -> list[Patch]:
    return [("troth.plan.rules._warned", lambda *_: TRUE)]


def _cap_ignored() -> list[Patch]:
    return [("troth.plan.standing.capping", lambda *_: ())]


def _stale_plan() -> list[Patch]:
    """A hold once known is never lifted, and one that comes after the plan is not seen."""
    known: dict[int, tuple[Hold, ...]] = {}

    def planning(ledger: Ledger, organisation: str, at: datetime) -> Facts:
        facts = read_facts(ledger, organisation, at)
        older = known.get(id(ledger), ())
        known[id(ledger)] = (*older, *(hold for hold in facts.holds if hold not in older))
        return replace(facts, holds=known[id(ledger)])

    def running(ledger: Ledger, organisation: str, at: datetime) -> Facts:
        return replace(read_facts(ledger, organisation, at), holds=known.get(id(ledger), ()))

    return [
        ("stories.world.read_facts", planning),
        ("troth.apply.recall.read_facts", running),
    ]


def _anonymise_skipped() -> list[Patch]:
    plain = steps.erase_steps

    def kept(frame: Frame, *given: Any) -> tuple[EraseValues, ...]:
        activities = frame.context.policy.activities.values()
        rules_of = {rule.id: rule for activity in activities for rule in activity.retention}
        return tuple(
            step
            for step in plain(frame, *given)
            if all(rules_of[why.rule].at_end != "anonymise" for why in step.because)
        )

    return [("troth.plan.build.erase_steps", kept)]


def _place_ignored() -> list[Patch]:
    return [("troth.plan.covering._allows", lambda *_: True)]


FAULTS: Mapping[str, Callable[[], list[Patch]]] = {
    "ignored-hold": _ignored_hold,
    "day-off-by-one": _day_off_by_one,
    "null-read-as-expired": _null_read_as_expired,
    "floor-lost": _floor_lost,
    "cascade-unseen": _cascade_unseen,
    "timezone-ignored": _timezone_ignored,
    "filter-ignored": _filter_ignored,
    "latest-read-as-earliest": _latest_read_as_earliest,
    "earliest-read-as-latest": _earliest_read_as_latest,
    "period-of-wrong-rule": _period_of_wrong_rule,
    "event-of-wrong-column": _event_of_wrong_column,
    "archive-skipped": _archive_skipped,
    "warning-ignored": _warning_ignored,
    "cap-ignored": _cap_ignored,
    "stale-plan": _stale_plan,
    "anonymise-skipped": _anonymise_skipped,
    "place-ignored": _place_ignored,
}

OF_ACTS = (
    "acts-ignored",
    "restriction-ignored",
    "pending-taken-for-accepted",
    "deadline-unseen",
    "refusal-unseen",
    "scope-of-act-unseen",
    "floor-yields-to-act",
    "running-contract-ended",
    "erasure-leaves-everyday-use",
    "nobody-ignored",
    "childs-word-alone",
)
"""Faults about acts of persons, planted as the comparison of the two programs plants them."""

NAMES = {*FAULTS, *OF_ACTS}
