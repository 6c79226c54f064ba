"""`check`: promise and reality compared, in a few questions to each table, without any change.

Every row of a table is, for each group of columns, exactly one of due and still there, unknown,
and kept; that the three add up is asserted on what the database itself counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.counting import count
from troth.apply.governing import Asked, AskedTable, asked_of, index_of
from troth.apply.oldest import oldest_due, plain_cells
from troth.apply.planning import Setting, at_work, schemas_of
from troth.apply.promises import (
    CheckReport,
    Finding,
    GroupCount,
    Promise,
    PromiseState,
    Reason,
    Undeclared,
    Waiting,
    promises_of,
)
from troth.apply.reasons import reasons_for
from troth.apply.resolve import Resolution, resolve, sets_in
from troth.apply.schema_check import Difference, differences
from troth.apply.states import (
    GroupStates,
    Scope,
    TableStates,
    count_states,
    count_whole_rows,
    settle_absent,
    states_of,
)
from troth.apply.work import Work
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.model import Digests, Plan
from troth.plan.predicate import FALSE, Predicate
from troth.plan.rows import deletable
from troth.plan.schema import StoreSchema
from troth.plan.sets import Linked, SetDefinition

Told = Callable[[str], None]


@dataclass
class _Check:
    """One check on its way through the tables."""

    setting: Setting
    schemas: Mapping[str, StoreSchema]
    context: Context
    facts: Facts
    now: datetime
    gaps: tuple[Difference, ...]
    findings: dict[Promise, list[Finding]]
    groups: list[GroupCount] = field(default_factory=list)
    undeclared: list[Undeclared] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


def check(
    setting: Setting, facts: Facts, now: datetime, told: Told = lambda _: None
) -> CheckReport:
    """Every promise of the policy on the day of `now` (aware), as the stores keep it.

    Promises over a table that map and database describe differently are unknown, with the reason.
    `Transient` where a store cannot be reached; `Broken` (counts-do-not-add-up) where a row has
    no state, or two.
    """
    promises = promises_of(setting.policy)
    schemas = schemas_of(setting, told)
    look = _Check(
        setting,
        schemas,
        Context(setting.policy, setting.map, facts, day_of(now, setting.policy.zoneinfo)),
        facts,
        now,
        differences(setting.map, schemas),
        {promise: [] for promise in promises},
    )
    index = index_of(promises)
    asked = [
        asked_of(Frame(look.context, store, table), index)
        for store, entry in setting.map.stores.items()
        for table in entry.tables
    ]
    with _looking(look) as (works, unmade):
        for one in asked:
            if one.groups or one.invitations:
                told(one.frame.label)
                _look_at(look, works, one, unmade)
    return CheckReport(
        organisation=setting.policy.organisation,
        title=setting.policy.title,
        as_of=look.context.day,
        at=now,
        promises=tuple(PromiseState(p, tuple(found)) for p, found in look.findings.items()),
        groups=tuple(look.groups),
        undeclared=(*_unmapped(look.gaps), *look.undeclared),
        waiting=tuple(look.waiting),
    )


@contextmanager
def _looking(look: _Check) -> Iterator[tuple[dict[str, Work], frozenset[str]]]:
    """The stores at work, with every set that can be made, and the names of those that cannot."""
    lacking = {(gap.store, gap.table) for gap in look.gaps if gap.kind == "missing"}
    unmade = frozenset(
        name
        for name, definition in look.context.sets.items()
        if _reads(look.context.sets, definition) & lacking
    )
    plan = _bare_plan(look, unmade)
    with at_work(look.setting, look.schemas, plan, look.facts, look.now) as works:
        yield works, unmade


def _reads(sets: Mapping[str, SetDefinition], definition: SetDefinition) -> set[tuple[str, str]]:
    """The tables from which a set is made."""
    found = {(definition.store, definition.table)}
    if isinstance(definition, Linked):
        found.add((definition.other_store, definition.other_table))
        for name in sets_in(definition.where):
            found |= _reads(sets, sets[name])
    return found


def _bare_plan(look: _Check, without: Collection[str]) -> Plan:
    """Sets to be made, in the form in which they are resolved."""
    policy = look.setting.policy
    return Plan(
        organisation=policy.organisation,
        made_at=look.now,
        day=look.context.day,
        zone=policy.zone,
        digests=Digests(policy="", map="", schemas={}, facts_version=look.facts.version),
        limits=look.setting.limits,
        sets={name: made for name, made in look.context.sets.items() if name not in without},
        steps=(),
        notices=(),
    )


def _look_at(
    look: _Check, works: Mapping[str, Work], one: AskedTable, unmade: Collection[str]
) -> None:
    frame = one.frame
    gaps = [g for g in look.gaps if (g.store, g.table) == (frame.store, frame.table)]
    missing = [gap for gap in gaps if gap.kind == "missing"]
    if missing:
        reasons = (Reason(missing[0].code, _about_gap(missing[0])),)
        _undecided(look, one, reasons)
        return
    if any(set(sets_in(part)) & set(unmade) for part in _predicates(one)):
        _undecided(look, one, (Reason("depends-on-missing", (("table", frame.label),)),))
        return
    try:
        _count(look, works, one)
    except Refused as error:
        _undecided(look, one, (Reason("refused", (("error", error.message),)),))


def _about_gap(gap: Difference) -> tuple[tuple[str, str], ...]:
    return (("table", f"{gap.store}.{gap.table}"), ("column", gap.column or ""))


def _predicates(one: AskedTable) -> Iterator[Predicate]:
    for asked in one.groups:
        yield asked.group.standing.due
        yield asked.group.standing.unknown


def _undecided(look: _Check, one: AskedTable, reasons: tuple[Reason, ...]) -> None:
    """Nothing could be counted: every promise over the table is unknown."""
    for asked in one.groups:
        for governed in asked.governed:
            finding = Finding(
                one.frame.store,
                one.frame.table,
                asked.group.columns,
                "unknown",
                rows=0,
                due=0,
                unknown=0,
                kept=0,
                reasons=reasons,
            )
            look.findings[governed.promise].append(finding)


def _count(look: _Check, works: Mapping[str, Work], one: AskedTable) -> None:
    work, frame = works[one.frame.store], one.frame
    states = states_of(work, one)
    with work.session.reading():
        count_states(states, plain_cells(states))
    _decide_absent(look, works, states)
    with work.session.reading():
        for at, group in enumerate(states.groups):
            _report(look, states, at, group)
        for step in one.invitations:
            due = states.settle(step.due)
            rows = count(work, states.row, states.condition(due)) if due != FALSE else 0
            if rows:
                look.waiting.append(Waiting(step.rule, frame.store, frame.table, rows))


def _decide_absent(look: _Check, works: Mapping[str, Work], states: TableStates) -> None:
    """Due rows without values: those that could go as a whole are due, the rest is kept."""
    absent = [group for group in states.groups if group.absent]
    if not absent:
        return
    frame = states.table.frame
    before = set(look.context.sets)
    goes = deletable(frame, look.schemas.get(frame.store))
    if goes == FALSE:
        for group in absent:
            settle_absent(group, 0)
        return
    fresh = {name: look.context.sets[name] for name in look.context.sets if name not in before}
    if fresh:
        plan = _bare_plan(look, ()).model_copy(update={"sets": fresh})
        setting = look.setting
        resolve(Resolution(plan, setting.policy, setting.map, look.facts, look.now, works))
    with states.work.session.reading():
        count_whole_rows(states, goes)


def _report(look: _Check, states: TableStates, at: int, group: GroupStates) -> None:
    frame, asked = states.table.frame, group.asked
    look.groups.append(
        GroupCount(
            frame.store,
            frame.table,
            asked.group.columns,
            rows=group.rows,
            due=group.there,
            unknown=group.undecided,
            kept=group.kept,
        )
    )
    reasons = reasons_for(states, at) if group.undecided else ()
    if asked.group.standing.undeclared:
        look.undeclared.append(_undeclared(states, asked, group))
    for position, (scope, governed) in enumerate(zip(group.scopes, asked.governed, strict=True)):
        look.findings[governed.promise].append(
            _finding(states, at, position, scope, reasons if scope.undecided else ())
        )


def _undeclared(states: TableStates, asked: Asked, group: GroupStates) -> Undeclared:
    frame = states.table.frame
    return Undeclared(
        "category",
        frame.store,
        frame.table,
        asked.group.columns,
        asked.group.category,
        rows=group.rows,
    )


def _finding(
    states: TableStates, at: int, position: int, scope: Scope, reasons: tuple[Reason, ...]
) -> Finding:
    frame, group = states.table.frame, states.groups[at].asked.group
    oldest = oldest_due(states, at, position) if scope.there else None
    if scope.there and group.stranded:
        reasons = (Reason("archive-unmapped", (("table", frame.label),)), *reasons)
    return Finding(
        frame.store,
        frame.table,
        group.columns,
        "broken" if scope.there else "unknown" if scope.undecided else "kept",
        rows=scope.rows,
        due=scope.there,
        unknown=scope.undecided,
        kept=scope.rows - scope.there - scope.undecided,
        oldest=oldest.trigger if oldest else None,
        overdue_since=oldest.since if oldest else None,
        reasons=reasons,
    )


def _unmapped(gaps: tuple[Difference, ...]) -> Iterator[Undeclared]:
    columns: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        if gap.kind == "unmapped" and gap.column is None:
            yield Undeclared("table", gap.store, gap.table)
        elif gap.kind == "unmapped" and gap.column is not None:
            columns.setdefault((gap.store, gap.table), []).append(gap.column)
    for (store, table), names in columns.items():
        yield Undeclared("column", store, table, tuple(names))
