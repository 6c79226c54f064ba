"""Carrying out acts: a plan about their persons alone, by the same engine as retention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from troth.apply.link import NO_LINKS
from troth.apply.planning import Setting, make_plan, opened, schemas_of
from troth.apply.prepared.sessions import counts_of, plan_directly, too_many
from troth.apply.resolve import known_anywhere
from troth.apply.restriction.erasing import Way, ways
from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.grounds.facts import Decision, Facts
from troth.grounds.phases import Phase, phase
from troth.law.calendar import day_of
from troth.ledger.acts import Verdict, read_acts, record_verdicts
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links
from troth.plan.model import DeleteRows, EraseValues, Notice, Plan
from troth.policy.model import Policy


def plan_of_acts(
    setting: Setting,
    facts: Facts,
    acts: Sequence[str],
    now: datetime,
    links: Links = NO_LINKS,
) -> Plan:
    """What has to go of the persons of these acts, measured; nothing is changed.

    What stays has a ground that the standing of its values names. `links`: what interrupted runs
    have taken away from stores that read each other. Refused: `unknown-act`.
    """
    known = {act.id for act in facts.acts}
    for act in acts:
        if act not in known:
            raise Refused(
                "unknown-act", f"there is no act '{act}'", help="`troth request list` shows them"
            )
    scope = tuple(dict.fromkeys(acts))
    plan = None if links else plan_directly(setting, facts, now, scope)
    if plan is None:
        plan = make_plan(setting, facts, now, scope=scope, links=links)
    elif not too_many(plan, counts_of(plan)):
        return plan  # it goes in one transaction
    return plan.model_copy(update={"notices": (*plan.notices, *_set_aside_first(plan, setting))})


def _set_aside_first(plan: Plan, setting: Setting) -> list[Notice]:
    """How whoever takes more than one transaction is set aside before the first of them."""
    rows: Counter[str] = Counter()
    for step in plan.steps:
        if isinstance(step, DeleteRows | EraseValues) and step.counts is not None:
            rows[step.store] += step.counts.rows
    if max(rows.values(), default=0) <= plan.limits.rows_at_once:
        return []
    with opened(setting, schemas_of(setting)) as works:
        found = ways(plan, setting.map, works, setting.roles)
    named = sum(
        step.counts.rows
        for step in plan.steps
        if step.counts is not None
        and any((way.store, way.table) == (step.store, step.table) for way in found)
    )
    if named > plan.limits.rows_at_once:
        why = "it is about too many persons to hide each before"
        found = tuple(replace(way, whole=False, columns=(), why=why) for way in found)
    return [_said(way) for way in found]


def _said(way: Way) -> Notice:
    if not way.possible:
        return Notice(
            code="not-set-aside",
            severity="warning",
            store=way.store,
            table=way.table,
            message="its rows stay in use until their batch: there is more to erase than one "
            f"transaction takes, and {way.why}",
            help="raise rows_at_once, or let troth.yaml name the application's database roles",
        )
    how = "rows that go are hidden by row-level security" if way.whole else ""
    sealed = f"{', '.join(way.columns)} moved out of them, sealed" if way.columns else ""
    return Notice(
        code="set-aside-first",
        severity="info",
        store=way.store,
        table=way.table,
        message="there is more to erase than one transaction takes: before the first batch its "
        + (how or f"rows have {sealed}"),
    )


def close_spent(
    setting: Setting, ledger: Ledger, acts: Sequence[str], *, by: str, now: datetime
) -> tuple[str, ...]:
    """Records which of the erasures are carried out: those whose person no everyday table names.

    Such an erasure has nothing left to do, and whoever comes back under the same name later is a
    new customer to it. Where a contract still runs the person is named, and it stays in force.
    """
    policy, organisation = setting.policy, setting.policy.organisation
    with ledger.reading(organisation) as reading:
        recorded = [act for act in read_acts(reading, now) if act.id in acts]
    today = day_of(now, policy.zoneinfo)
    effective = [
        act
        for act in recorded
        if act.kind == "erasure" and phase(act, None, False, now, today) is Phase.EFFECTIVE
    ]
    if not effective:
        return ()
    everyday = _everyday(setting.map, policy)
    with opened(setting, schemas_of(setting)) as works:
        spent = [act.id for act in effective if not known_anywhere(everyday, works, act.persons)]
    done = Verdict(Decision("carried-out", now), decided_by=by)
    if spent:
        with ledger.writing(organisation) as writing:
            record_verdicts(writing, [(act, done) for act in spent], at=now)
    return tuple(spent)


def _everyday(datamap: DataMap, policy: Policy) -> DataMap:
    """The map without the tables of archives."""

    def live(store: str, table: str) -> bool:
        place = policy.places.get(datamap.place_of(store, table))
        return place is None or place.kind != "archive"

    stores = {
        name: store.model_copy(
            update={"tables": {t: e for t, e in store.tables.items() if live(name, t)}}
        )
        for name, store in datamap.stores.items()
    }
    return datamap.model_copy(update={"stores": stores})
