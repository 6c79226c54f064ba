"""What must be true before a plan is carried out: it is today's, unedited, approved, and safe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from troth.apply.planning import Setting, schemas_of
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approval_of
from troth.ledger.session import read_head
from troth.plan.build import schema_digest
from troth.plan.model import ArchiveRows, Plan, digest_of, policy_digest
from troth.plan.schema import StoreSchema

STALE_AFTER_DAYS = 7  # a plan's counts and approval grow old
ACCEPTABLE = {"no-transactions"}  # blocking notices that a person may take on
CLOCKS_DIFFER = timedelta(days=1)  # between this machine and a store: one of them is wrong


def check_before(
    plan: Plan, setting: Setting, ledger: Ledger, now: datetime, accept: Collection[str] = ()
) -> dict[str, StoreSchema]:
    """Everything that is to be true before the first write; the schemas as they are now."""
    schemas = schemas_of(setting)
    check_plan(plan, setting, schemas, ledger, now, accept=accept)
    check_clocks(setting, now)
    return schemas


def check_plan(
    plan: Plan,
    setting: Setting,
    schemas: Mapping[str, StoreSchema],
    ledger: Ledger,
    now: datetime,
    *,
    accept: Collection[str] = (),
) -> None:
    """Refuses a plan that may not be carried out at `now`; each refusal says how to go on.

    `accept` names blocking notices that somebody has taken on; only those in `ACCEPTABLE` count.
    """
    today = day_of(now, setting.policy.zoneinfo)
    _check_day(plan, today)
    _check_sources(plan, setting, schemas)
    refuse_blocked(plan, accept)
    with ledger.reading(plan.organisation) as reading:
        head = read_head(reading.connection, plan.organisation)
        approval = approval_of(reading, plan.digest(), now)
    refuse_clock_behind(head.last_at, today, setting.policy.zoneinfo)
    if approval is None:
        raise not_approved()


def refuse_blocked(plan: Plan, accept: Collection[str] = ()) -> None:
    """Refuses a plan with a blocking notice that nobody may take on, or has."""
    taken = ACCEPTABLE & set(accept)
    blocking = [n for n in plan.notices if n.severity == "blocking" and n.code not in taken]
    if blocking:
        first = blocking[0]
        raise Refused(
            f"plan-blocked-{first.code}",
            f"{first.store}.{first.table}: {first.message}",
            help=first.help or "change the map, then make a new plan",
        )


def refuse_clock_behind(last_at: datetime | None, today: date, zone: ZoneInfo) -> None:
    """Refuses where the journal's newest entry is of a later day than `today`."""
    if last_at is not None and day_of(last_at, zone) > today:
        raise Refused(
            "clock-before-journal",
            f"the clock says {today}, and the journal has an entry of a later day",
            help="set the clock right; nothing is deleted by a clock that runs behind",
        )


def not_approved() -> Refused:
    """The refusal of a plan without an approval that counts."""
    return Refused(
        "plan-not-approved",
        "nobody has approved this plan, or the approval has expired",
        help="read it, then apply it with --approve",
    )


def check_clocks(setting: Setting, now: datetime) -> None:
    """Refuses when a store's clock and ours are days apart: one of them would delete too early."""
    for name, store in setting.stores.items():
        if abs(setting.clocks(store) - now) > CLOCKS_DIFFER:
            raise Refused(
                "clocks-differ",
                f"the clock of store '{name}' and this machine's are more than a day apart",
                help="set the wrong one right",
            )


def _check_day(plan: Plan, today: date) -> None:
    if plan.day > today:
        raise Refused(
            "plan-of-a-future-day",
            f"the plan is for {plan.day}; today is {today}",
            help="make the plan again on that day",
        )
    if (today - plan.day).days > STALE_AFTER_DAYS:
        raise Refused(
            "plan-stale",
            f"the plan is of {plan.day}, more than {STALE_AFTER_DAYS} days ago",
            help="make a new plan",
        )


def _check_sources(plan: Plan, setting: Setting, schemas: Mapping[str, StoreSchema]) -> None:
    if policy_digest(setting.policy) != plan.digests.policy:
        raise _stale("policy")
    if digest_of(setting.map) != plan.digests.map:
        raise _stale("map")
    for name, digest in plan.digests.schemas.items():
        schema = schemas.get(name)
        if schema is None or digest not in _digests(plan, name, schema):
            raise _stale(f"schema of store '{name}'")


def _digests(plan: Plan, store: str, schema: StoreSchema) -> set[str]:
    """That of the schema, and that without the archives' tables, which a run may have made."""
    made = {
        step.to_table
        for step in plan.steps
        if isinstance(step, ArchiveRows) and step.to_store == store
    }
    before = replace(schema, tables=tuple(t for t in schema.tables if t.name not in made))
    return {schema_digest(schema), schema_digest(before)}


def _stale(what: str) -> Refused:
    return Refused(
        "plan-stale", f"the {what} has changed since the plan was made", help="make a new plan"
    )
