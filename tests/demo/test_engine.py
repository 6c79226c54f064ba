"""The engine on SoftFil: it does what the interpreter says, and afterwards nothing is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from demo.conftest import PEOPLE, evidence_of, facts_of
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.datamap.model import DataMap
from troth.demo.history import History, history
from troth.demo.record import record
from troth.demo.world import ARCHIVED, build, read_back, recorded
from troth.grounds.events import Days, Look, Several, event_days
from troth.grounds.evidence import Evidence
from troth.grounds.rows import row_actions
from troth.law.calendar import day_of
from troth.ledger.facts import read_facts
from troth.ledger.ledger import open_ledger
from troth.ledger.plans import approve_plan
from troth.policy.model import Policy
from troth.stores.opening import open_store

pytestmark = pytest.mark.slow


@pytest.mark.clause("SMA-3-2", "SMA-3-4", "SMA-3-6", "SMA-3-8", "SMA-3-11", "SMA-3-19")
def test_apply_leaves_what_the_interpreter_leaves(
    databases: dict[str, str], tmp_path: Path, policy: Policy, datamap: DataMap
) -> None:
    now = datetime.now(UTC)
    made = history(day_of(now, policy.zoneinfo), people=PEOPLE)
    build(databases, made.rows)
    before = evidence_of(databases, policy, datamap)
    wanted = _expected(before, made, now)
    stores = {name: open_store(name, url, purpose="write") for name, url in databases.items()}
    setting = Setting(policy, datamap, stores, clocks=lambda _: now)
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=now) as ledger:
        record(ledger, policy.organisation, made, now)
        plan = make_plan(setting, read_facts(ledger, policy.organisation, now), now)
        with ledger.writing(policy.organisation) as writing:
            approve_plan(
                writing, plan.digest(), by="test", at=now, expires_at=now + timedelta(hours=1)
            )
        outcome = apply_plan(plan, setting, ledger, lambda: datetime.now(UTC), by="test")
    assert [(one.steps, str(one.error)) for one in outcome.stopped] == []
    assert outcome.clean
    assert not outcome.remaining
    after = read_back(databases)
    live = {
        (store, table): {row["id"] for row in rows}
        for (store, table), rows in after.items()
        if store != "archive"
    }
    assert live == wanted.stays
    for (table, key), day in wanted.recorded.items():
        (row,) = (row for row in after["archive", table] if row["id"] == key)
        event = next(event for (_, name), event in ARCHIVED.items() if name == table)
        assert event is None or row[recorded(event)] == day, f"{table} {key}"


class _Expected:
    """Rows that stay in the live stores, and the day that the archive records of each moved row."""

    def __init__(self) -> None:
        self.stays: dict[tuple[str, str], set[int]] = {}
        self.recorded: dict[tuple[str, int], date | None] = {}


def _expected(evidence: Evidence, made: History, now: datetime) -> _Expected:
    facts, found = facts_of(made, opened_at=now), _Expected()
    actions = row_actions(evidence, facts, now)
    for place, rows in evidence.rows.items():
        if place[0] != "archive":
            found.stays[place] = {row["id"] for row in rows}
    for row, action in actions.items():
        key = evidence.cells(row)["id"]
        if action.act == "delete" and row.store != "archive":
            found.stays[row.store, row.table].remove(key)
        if action.move:
            event = ARCHIVED[row.store, row.table]
            look = Look(evidence, facts, now, row, next(iter(evidence.table(row).roles)))
            found.recorded[row.table, key] = (
                _latest(event_days(event, row, look)) if event else None
            )
    return found


def _latest(days: Days) -> date | None:
    if isinstance(days, Several):
        known = [day for day in map(_latest, days.parts) if day is not None]
        return max(known, default=None)
    return days if isinstance(days, date) else None
