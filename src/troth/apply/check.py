"""`check`: promise and reality compared, in a few questions to each table, without any change.

Every row of a table is, for each group of columns, exactly one of due and still there, unknown,
and kept; that the three add up is asserted on what the database itself counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.addresses import addresses_of
from troth.apply.archive_access import archive_access
from troth.apply.company import Company
from troth.apply.counting import count
from troth.apply.governing import Asked, AskedTable, asked_of, index_of, predicates_of
from troth.apply.looking import Looking, Open, looked_into
from troth.apply.oldest import oldest_due
from troth.apply.planning import Setting, schemas_of
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
from troth.apply.reasons import reasons_of
from troth.apply.schema_check import Difference, differences, not_made_yet
from troth.apply.states import (
    GroupStates,
    Scope,
    TableStates,
    count_whole_rows,
    settle_absent,
)
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.predicate import FALSE
from troth.plan.rows import deletable

Told = Callable[[str], None]


@dataclass
class _Found:
    """What a check collects on its way through the tables."""

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
    look = look_at(setting, facts, now, told)
    promises = promises_of(setting.policy, look.day)
    context = Context(setting.policy, setting.map, facts, look.day)
    asked = asked_tables(context, promises)
    found = _Found({promise: [] for promise in promises})
    with looked_into(look, context.sets) as opened:
        company = Company(opened, asked)
        for one in asked:
            unmade = not_made_yet(setting.map, look.schemas, one.frame.store, one.frame.table)
            if (one.groups or one.invitations) and not unmade:
                told(one.frame.label)
                _look_at(found, opened, one, company)
    return CheckReport(
        organisation=setting.policy.organisation,
        title=setting.policy.title,
        as_of=look.day,
        at=now,
        promises=tuple(PromiseState(p, tuple(each)) for p, each in found.findings.items()),
        groups=tuple(found.groups),
        undeclared=(*_unmapped(look.gaps), *found.undeclared),
        waiting=tuple(found.waiting),
        archives=archive_access(setting, look.schemas),
    )


def look_at(setting: Setting, facts: Facts, now: datetime, told: Told) -> Looking:
    """What a look at the stores on the day of `now` stands on; their schemas are read."""
    schemas = schemas_of(setting, told)
    day = day_of(now, setting.policy.zoneinfo)
    return Looking(setting, schemas, facts, now, day, differences(setting.map, schemas))


def asked_tables(context: Context, promises: tuple[Promise, ...]) -> tuple[AskedTable, ...]:
    """What every table of the map is asked on the context's day."""
    index = index_of(promises)
    return tuple(
        asked_of(Frame(context, store, table), index)
        for store, entry in context.map.stores.items()
        for table in entry.tables
    )


def _look_at(found: _Found, opened: Open, one: AskedTable, company: Company) -> None:
    frame = one.frame
    missing = opened.lacks(frame.store, frame.table)
    if missing is not None:
        _undecided(found, one, Reason(missing.code, _about_gap(missing)))
    elif opened.undecidable(predicates_of(one)):
        _undecided(found, one, Reason("depends-on-missing", (("table", frame.label),)))
    else:
        try:
            _count(found, opened, one, company)
        except Refused as error:
            _undecided(found, one, Reason("refused", (("error", error.message),)))


def _about_gap(gap: Difference) -> tuple[tuple[str, str], ...]:
    return (("table", f"{gap.store}.{gap.table}"), ("column", gap.column or ""))


def _undecided(found: _Found, one: AskedTable, reason: Reason) -> None:
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
                reasons=(reason,),
            )
            found.findings[governed.promise].append(finding)


def _count(found: _Found, opened: Open, one: AskedTable, company: Company) -> None:
    work, frame = opened.works[one.frame.store], one.frame
    states = company.counted(one)
    _decide_absent(opened, states)
    with work.session.reading():
        for at, group in enumerate(states.groups):
            _report(found, states, at, group)
        for step in one.invitations:
            due = states.settle(step.due)
            rows = count(work, states.row, states.condition(due)) if due != FALSE else 0
            if rows:
                silent = rows - len(addresses_of(opened.works, step, due))
                found.waiting.append(
                    Waiting(
                        step.rule,
                        frame.store,
                        frame.table,
                        rows,
                        silent,
                        tuple(step.addresses),
                        step.role,
                    )
                )


def _decide_absent(opened: Open, states: TableStates) -> None:
    """Due rows without values: those that could go as a whole are due, the rest is kept."""
    absent = [group for group in states.groups if group.absent]
    if not absent:
        return
    frame = states.table.frame
    sets = frame.context.sets
    before = set(sets)
    goes = deletable(frame, opened.looking.schemas.get(frame.store))
    opened.make({name: made for name, made in sets.items() if name not in before})
    if goes == FALSE:
        for group in absent:
            settle_absent(group, 0)
        return
    with states.work.session.reading():
        count_whole_rows(states, goes)


def _report(found: _Found, states: TableStates, at: int, group: GroupStates) -> None:
    frame, asked = states.table.frame, group.asked
    found.groups.append(
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
    reasons = reasons_of(states, at)
    if asked.group.standing.undeclared:
        found.undeclared.append(_undeclared(states, asked, group))
    for position, (scope, governed) in enumerate(zip(group.scopes, asked.governed, strict=True)):
        found.findings[governed.promise].append(
            _finding(states, at, position, scope, reasons(scope))
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
