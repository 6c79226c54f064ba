"""Planted faults: named mistakes of compiler, resolver or renderer that tests must catch.

`planted(name)` makes one for the time of a `with`. The names that stories use are all here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.apply import asked, followers, link, resolve, staged
from troth.datamap.bindings import ColumnDay
from troth.datamap.inside import column_of
from troth.grounds.facts import Facts
from troth.law.calendar import Period
from troth.plan import (
    acts,
    conditions,
    covering,
    days,
    inside,
    limits,
    rows,
    rules,
    standing,
    steps,
)
from troth.plan.conditions import Gate
from troth.plan.frame import Frame
from troth.plan.limits import Limit
from troth.plan.predicate import FALSE, TRUE, DayColumn, Exists, IsNull, Predicate, exists
from troth.stores import compare
from troth.stores import days as store_days

Plant = Callable[[ExitStack], None]


def _swap(stack: ExitStack, original: Callable[..., Any], wrong: Callable[..., Any]) -> None:
    """`wrong` wherever a module calls `original` by its name."""
    stack.callback(_put_back, original, wrong)
    name = original.__name__
    for module in list(sys.modules.values()):
        if getattr(module, name, None) is original:
            stack.enter_context(patch.object(module, name, wrong))


def _put_back(original: Callable[..., Any], wrong: Callable[..., Any]) -> None:
    """`original` again in the modules that were imported while it was swapped."""
    name = original.__name__
    for module in list(sys.modules.values()):
        if getattr(module, name, None) is wrong:
            setattr(module, name, original)


def _returns(original: Callable[..., Any], value: Any) -> Plant:
    return lambda stack: _swap(stack, original, lambda *_, **__: value)


def _becomes(original: Callable[..., Any], wrong: Callable[..., Any]) -> Plant:
    return lambda stack: _swap(stack, original, wrong)


def _all_of(*plants: Plant) -> Plant:
    def plant(stack: ExitStack) -> None:
        for each in plants:
            each(stack)

    return plant


def _in_rules(name: str, wrong: Callable[..., Any]) -> Plant:
    return lambda stack: stack.enter_context(patch.object(rules, name, wrong))  # type: ignore[func-returns-value]  # the patch itself is of no use here


def _no_floor(original: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(*args: Any, floor: bool, **rest: Any) -> Limit | None:
        found: Limit | None = None if floor else original(*args, floor=floor, **rest)
        return found

    return wrong


def _day_late(day: date, period: Period) -> date | None:
    found = _CUTOFF(day, period)
    return found + timedelta(days=1) if found is not None and found < date.max else found


def _null_has_ended(_absent: object, where: Predicate) -> Limit:
    return Limit(ended=where)


def _in_utc(
    dialect: Any,
    column: Any,
    kind: Any,
    day: DayColumn,
    _zone: Any,
    *bounds: Any,
    alone: bool = False,
) -> Any:
    utc = day.model_copy(update={"zone": "UTC"})
    return _DAY_WITHIN(dialect, column, kind, utc, ZoneInfo("UTC"), *bounds, alone=alone)


def _no_filters(stack: ExitStack) -> None:
    stack.enter_context(patch.object(Frame, "filter", lambda _frame, _filter: TRUE))


def _least_specific(scored: list[tuple[Any, Any]], bounds: tuple[str, ...]) -> tuple[Any, ...]:
    candidates = [(score, rule) for score, rule in scored if rule.bound in bounds]
    worst = max((score for score, _ in candidates), default=None)
    return tuple(rule for score, rule in candidates if score == worst)


def _neighbours_period(frame: Frame, *rest: Any) -> Limit:
    """The period of another limit of the policy."""
    role_name, role, limit, day = rest
    policy = frame.context.policy
    periods = {
        str(part.period): part.period
        for activity in policy.activities.values()
        for rule in activity.retention
        for part in rule.limits
        if isinstance(part.period, Period)
    }
    if isinstance(limit.period, Period) and len(periods) > 1:
        names = sorted(periods)
        other = (
            periods[names[(names.index(str(limit.period)) + 1) % len(names)]]
            if str(limit.period) in names
            else periods[names[0]]
        )
        limit = limit.model_copy(update={"period": other})
    found: Limit = _LIMIT(frame, role_name, role, limit, day)
    return found


def _other_column(frame: Frame, binding: ColumnDay) -> DayColumn:
    """The day in another column of the same row."""
    others = [
        other
        for other in frame.entry.events.values()
        if isinstance(other, ColumnDay) and other.column != binding.column
    ]
    return DayColumn.of(others[0] if others else binding, frame.context.policy.zone)


def _without_archive(*args: Any, **rest: Any) -> Limit:
    *head, rule = args
    found: Limit = _RULE_LIMIT(*head, rule.model_copy(update={"archive": None}), **rest)
    return found


def _no_restriction(definition: Any, *rest: Any) -> Any:
    return iter(()) if definition.touch in asked.SUSPENDING else _ACTS_ASKED(definition, *rest)


def _only(touch: str, other: str) -> Callable[..., Any]:
    """Sets of one kind are filled as if they were of another."""

    def wrong(definition: Any, *rest: Any) -> Any:
        if definition.touch == touch:
            definition = definition.model_copy(update={"touch": other})
        return _ACTS_ASKED(definition, *rest)

    return wrong


def _deadline_unseen(act: Any, *rest: Any) -> Any:
    return _CAME(replace(act, answer_by=None), *rest)


def _refusal_unseen(act: Any, *rest: Any) -> Any:
    accepted = tuple(replace(each, outcome="accepted") for each in act.decisions)
    return _CAME(replace(act, decisions=accepted), *rest)


def _scope_unseen(act: Any, *rest: Any) -> Any:
    return _ABOUT(replace(act, categories=(), places=()), *rest)


def _as_if_never_renewed(
    who: Any, touch: Any, names: Any, category: Any, place: Any, *_: Any
) -> Any:
    return _PERSON_SET(who, touch, names, category, place)


def _no_facts(resolution: Any) -> None:
    _RESOLVE(replace(resolution, facts=Facts()))


def _loosely_equal(_dialect: Any, column: Any, text: Any) -> Any:
    return column == text


def _without_kept(frame: Frame, path: Any, inner: Limit, none: Any, _kept: Any = None) -> Limit:
    return _SEEN_FROM(frame, path, inner, none)


def _column_is_null(name: str, _erased: Any, _beside: Any) -> Predicate:
    """A place inside JSON is taken for its column."""
    return IsNull(column=column_of(name))


def _by_column(frame: Frame) -> Any:
    """All that lies in a column stands and falls with the first of it."""
    first: dict[str, int] = {}
    found = list(_GROUPS(frame))
    for at, group in enumerate(found):
        for name in group.columns:
            mine = first.setdefault(column_of(name), at)
            if mine != at:
                found[at] = replace(
                    found[at], columns=tuple(n for n in found[at].columns if n != name)
                )
                found[mine] = replace(found[mine], columns=(*found[mine].columns, name))
    return tuple(group for group in found if group.columns)


_GROUPS = rows._groups
_SEEN_FROM = days._seen_from
_CUTOFF = rules.cutoff
_LIMIT = rules._limit
_RULE_LIMIT = rules.rule_limit
_RESOLVE = resolve.resolve
_ACTS_ASKED = asked.acts_asked
_CAME = asked._came
_ABOUT = asked._about
_PERSON_SET = acts.person_set
_DAY_WITHIN = store_days.day_within

FAULTS: dict[str, Plant] = {
    # those that stories name
    "ignored-hold": _returns(standing.held, FALSE),
    "day-off-by-one": _in_rules("cutoff", _day_late),
    "null-read-as-expired": _becomes(days.absent_limit, _null_has_ended),
    "floor-lost": _becomes(rules.rules_limit, _no_floor(rules.rules_limit)),
    "cascade-unseen": _returns(rows.dependents, ()),
    "timezone-ignored": _becomes(store_days.day_within, _in_utc),
    "filter-ignored": _no_filters,
    "latest-read-as-earliest": _becomes(limits.latest, limits.earliest),
    "earliest-read-as-latest": _becomes(limits.earliest, limits.latest),
    "period-of-wrong-rule": _becomes(rules._limit, _neighbours_period),
    "event-of-wrong-column": _becomes(days._day_column, _other_column),
    "archive-skipped": _all_of(
        _becomes(rules.rule_limit, _without_archive), _returns(standing.archived, FALSE)
    ),
    "warning-ignored": _returns(rules._warned, TRUE),
    "cap-ignored": _returns(covering.capping, ()),
    "place-ignored": _returns(covering._allows, True),
    "stale-plan": _becomes(resolve.resolve, _no_facts),
    "anonymise-skipped": _returns(steps.erase_steps, ()),
    # more of the same kind
    "specific-read-as-general": _becomes(covering._most_specific, _least_specific),
    "consent-ignored": _returns(conditions._consent_gate, Gate()),
    "condition-ignored": _returns(conditions._condition_gate, Gate()),
    "exclusive-ignored": _becomes(standing._counting, lambda parts: [TRUE] * len(parts)),
    "never-stored-ignored": _returns(covering.never_stored, False),
    "unresolved-hold-ignored": _returns(standing.unresolved, FALSE),
    "role-always-holds": _returns(standing.role_holds, TRUE),
    "validity-ignored": _becomes(
        days._valid, lambda _frame, binding: limits.negation(days._null(binding))
    ),
    "fallback-ignored": _becomes(limits.first, lambda parts: parts[0].settled()),
    "kept-day-ignored": _returns(days._kept, (FALSE, FALSE)),
    "parents-kept-day-ignored": _becomes(days._seen_from, _without_kept),
    "financial-year-ignored": _becomes(
        days._financial_year,
        lambda frame, binding, cutoff: days._column(frame, binding.financial_year_end_of, cutoff),
    ),
    "other-store-unseen": _returns(link.linked_rows, ()),
    # acts of persons
    "acts-ignored": _returns(acts.act_gate, Gate()),
    "restriction-ignored": _becomes(asked.acts_asked, _no_restriction),
    "pending-taken-for-accepted": _becomes(asked.acts_asked, _only("objected", "pending")),
    "deadline-unseen": _becomes(asked._came, _deadline_unseen),
    "refusal-unseen": _becomes(asked._came, _refusal_unseen),
    "scope-of-act-unseen": _becomes(asked._about, _scope_unseen),
    "floor-yields-to-act": _becomes(acts._withstanding, lambda *_, **__: []),
    "running-contract-ended": _becomes(
        acts._contract,
        lambda touched: acts._withstood(touched, touched.by("erasure"), erasure=True),
    ),
    "erasure-leaves-everyday-use": _returns(acts.asked_to_erase, FALSE),
    "renewed-consent-unseen": _becomes(acts.person_set, _as_if_never_renewed),
    "nobody-ignored": _returns(resolve.flag_acts_of_nobody, None),
    "childs-word-alone": _returns(conditions._ages, None),
    # values inside JSON
    "json-unreadable-ignored": _returns(inside.unreadable, FALSE),
    "path-ignored": _becomes(inside.gone_inside, _column_is_null),
    "places-share-a-standing": _becomes(rows._groups, _by_column),
    "collation-trusted": _becomes(compare.same_text, _loosely_equal),
}


def _full_joins_forgotten(stack: ExitStack) -> None:
    """Rows of a table counted with another that reference none of its rows are not seen."""
    stack.enter_context(patch.object(followers._Behind, "__init__", _as_if_all_referenced))


def _as_if_all_referenced(behind: Any, follower: Any, joined: Any, mark: str, here: Any) -> None:
    _BEHIND(behind, follower, joined, mark, here)
    for side in joined._sides.values():
        side.complete = False


def _counted_once(behind: Any, side: Any) -> Any:
    """However many rows follow a row, one is counted."""
    found = _WEIGHTS(behind, side)
    return {name: sa.case((weight > 0, 1), else_=0) for name, weight in found.items()}


_BEHIND = followers._Behind.__init__
_WEIGHTS = followers._Behind._weights

TOGETHER: dict[str, Plant] = {
    "followers-of-none-lost": _full_joins_forgotten,
    "followers-counted-once": lambda stack: stack.enter_context(  # type: ignore[func-returns-value]  # the patch itself is of no use here
        patch.object(followers._Behind, "_weights", _counted_once)
    ),
}
"""Faults of tables that a check counts together, which shops show on PostgreSQL."""


def _one_column(layer: Any, found: Any) -> Any:
    """Tests of a row take the column of the first of them."""
    return _TAKE(layer, next((known for _, known in layer._columns.values()), found))


_TAKE = staged.Layer.take

STAGED: dict[str, Plant] = {
    "tests-share-a-column": lambda stack: stack.enter_context(  # type: ignore[func-returns-value]  # as above
        patch.object(staged.Layer, "take", _one_column)
    ),
    "any-row-will-do": _becomes(
        staged.leaner,
        lambda parts: [
            exists(part.hops, TRUE) if isinstance(part, Exists) else part for part in parts
        ],
    ),
}
"""Faults of conditions made of tests that were asked before, which the numbers of a check show."""

BEYOND = {"anonymise-skipped": "the values are due all the same; what is planned for them shows it"}
"""Faults that no standing shows, and where they do show; stories catch them."""

ONLY_ON = {"collation-trusted": "mariadb"}
"""Faults that only one dialect shows."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The fault of that name, until the end of the block; `KeyError` for another name.

    What was remembered before hides no fault, and nothing that is worked out under one outlives it.
    """
    plant = (FAULTS | TOGETHER | STAGED)[name]
    with ExitStack() as stack:
        stack.callback(forget_all)
        forget_all()
        plant(stack)
        yield


def forget_all() -> None:
    """Empties every cache of a function of Troth, such as that of the tests of columns."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "troth":
            for each in list(vars(module).values()):
                if isinstance(each, _Cached):
                    each.cache_clear()


_Cached = type(lru_cache(lambda: None))
