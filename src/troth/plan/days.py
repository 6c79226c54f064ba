"""Bindings compiled: which rows' event lies at or before a cutoff, and which cannot say.

A binding becomes the `Limit` whose end is reached exactly when the event's day is at most `cutoff`
(None: no day is that early). The compiler never computes a day in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from troth.datamap.bindings import (
    Absent,
    At,
    Binding,
    ColumnDay,
    EarliestOf,
    EventOf,
    FinancialYearEnd,
    FirstOf,
    LatestOf,
    LedgerDay,
    PeriodEnd,
    RelatedDay,
)
from troth.datamap.model import Role
from troth.plan.frame import Frame
from troth.plan.limits import UNKNOWN, Limit, earliest, first, latest
from troth.plan.predicate import (
    FALSE,
    TRUE,
    DayColumn,
    InPeriod,
    IsNull,
    KeyIn,
    Predicate,
    both,
    day_within,
    either,
    negation,
)
from troth.plan.sets import KeptDays, LedgerDays, Nameless


@dataclass(frozen=True)
class Cut:
    """A limit whose event must lie on or before `cutoff`, asked for a person in `role`.

    `seen` are the events asked on the way here: one that leads back to itself is unknown.
    """

    cutoff: date | None
    role: Role | None
    role_name: str = ""
    seen: frozenset[tuple[str, str, str]] = frozenset()


def event_limit(frame: Frame, event: str, cut: Cut) -> Limit:
    """The limit for an event of the policy, as the table binds it; unbound is unknown."""
    binding = frame.entry.events.get(event)
    here = (frame.store, frame.table, event)
    if binding is None or here in cut.seen:
        return UNKNOWN
    inside = replace(cut, seen=cut.seen | {here})
    return frame.context.once(
        ("event", *here, cut.cutoff, cut.role_name, inside.seen),
        lambda: binding_limit(frame, event, binding, inside).settled(),
    )


def binding_limit(frame: Frame, event: str, binding: Binding, cut: Cut) -> Limit:
    """The limit for one binding; the state *next* is kept for `first`."""
    match binding:
        case ColumnDay():
            return _column(frame, binding, cut.cutoff)
        case FirstOf():
            return first([binding_limit(frame, event, part, cut) for part in binding.first])
        case LatestOf():
            parts = [binding_limit(frame, event, part, cut) for part in binding.latest]
            return latest([part.settled() for part in parts])
        case EarliestOf():
            parts = [binding_limit(frame, event, part, cut) for part in binding.earliest]
            return earliest([part.settled() for part in parts])
        case RelatedDay():
            return _related(frame, event, binding, cut.cutoff)
        case EventOf():
            return _event_of(frame, event, binding, cut)
        case FinancialYearEnd():
            return _financial_year(frame, binding, cut.cutoff)
        case PeriodEnd():
            return _period(frame, binding, cut.cutoff)
        case LedgerDay():
            return _ledger(frame, binding, cut)
        case At():
            reached = cut.cutoff is not None and binding.at <= cut.cutoff
            return Limit(ended=TRUE if reached else FALSE)


def absent_limit(absent: Absent, where: Predicate) -> Limit:
    """What rows without a value (those of `where`) are."""
    match absent:
        case "not-yet":
            return Limit(open=where)
        case "never":
            return Limit(never=where)
        case "unknown":
            return Limit(unknown=where)
        case "next":
            return Limit(hands_on=where)


def _with(limit: Limit, *, ended: Predicate = FALSE, unknown: Predicate = FALSE) -> Limit:
    return Limit(
        ended=either(limit.ended, ended),
        open=limit.open,
        never=limit.never,
        unknown=either(limit.unknown, unknown),
        hands_on=limit.hands_on,
    )


def _bounds(frame: Frame, binding: ColumnDay) -> tuple[date, date | None]:
    """The first and last valid day of a column."""
    start = binding.not_before or frame.context.policy.since
    return start, None if binding.future else frame.context.day


def _day_column(frame: Frame, binding: ColumnDay) -> DayColumn:
    return DayColumn.of(binding, frame.context.policy.zone)


def _null(binding: ColumnDay) -> Predicate:
    return IsNull(column=binding.column, json_path=binding.json_path)


def _valid(frame: Frame, binding: ColumnDay) -> Predicate:
    return day_within(_day_column(frame, binding), *_bounds(frame, binding))


def _reached(frame: Frame, binding: ColumnDay, cutoff: date | None) -> Predicate:
    """Valid and at most the cutoff."""
    if cutoff is None:
        return FALSE
    start, end = _bounds(frame, binding)
    upper = cutoff if end is None else min(cutoff, end)
    return day_within(_day_column(frame, binding), start, upper)


def _beyond(frame: Frame, binding: ColumnDay, cutoff: date | None) -> Predicate:
    """Valid and after the cutoff."""
    start, end = _bounds(frame, binding)
    lower = start if cutoff is None else max(start, _after(cutoff))
    return day_within(_day_column(frame, binding), lower, end)


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _column(frame: Frame, binding: ColumnDay, cutoff: date | None) -> Limit:
    null = _null(binding)
    invalid = both(negation(null), negation(_valid(frame, binding)))
    return _with(
        absent_limit(binding.absent, null),
        ended=_reached(frame, binding, cutoff),
        unknown=invalid,
    )


def _related(frame: Frame, event: str, binding: RelatedDay, cutoff: date | None) -> Limit:
    end = frame.end(binding.related)
    chosen = end.filter(binding.where) if binding.where is not None else TRUE
    row = _column(end, binding.day, cutoff)
    row = Limit(  # a row that hands on counts as never
        ended=row.ended,
        open=row.open,
        never=either(row.never, row.hands_on),
        unknown=row.unknown,
    )

    def some(where: Predicate) -> Predicate:
        return frame.along(binding.related, both(chosen, where))

    kept_ended, kept_beyond = _kept(frame, event, cutoff)
    has_ended = either(some(row.ended), kept_ended)
    has_beyond = either(some(_beyond(end, binding.day, cutoff)), kept_beyond)
    has_open, has_unknown = some(row.open), some(row.unknown)
    nothing = both(negation(some(TRUE)), negation(either(kept_ended, kept_beyond)))
    if binding.take == "latest":
        # nothing but rows that have ended (or are never), and at least one that has
        other = negation(either(row.ended, row.never))
        limit = Limit(
            ended=both(has_ended, negation(kept_beyond), negation(some(other))),
            open=has_open,
            unknown=both(has_unknown, negation(has_open)),
        )
    else:
        limit = Limit(
            ended=has_ended,
            open=both(has_open, negation(either(has_ended, has_unknown, has_beyond))),
            unknown=both(has_unknown, negation(has_ended)),
        )
    only_never = both(some(TRUE), negation(either(has_ended, has_beyond, has_open, has_unknown)))
    absent = absent_limit(binding.none, nothing)
    return Limit(
        ended=limit.ended,
        open=either(limit.open, absent.open),
        never=either(only_never, absent.never) if row.never != FALSE else absent.never,
        unknown=either(limit.unknown, absent.unknown),
        hands_on=absent.hands_on,
    )


def kept_set(frame: Frame, event: str) -> str:
    """The set of days kept for rows of this table and event, by name."""
    return frame.context.ask(
        KeptDays(
            name=f"kept-{frame.label}-{event}",
            store=frame.store,
            table=frame.table,
            columns=frame.require_key(),
            event=event,
        )
    )


def _kept(frame: Frame, event: str, cutoff: date | None) -> tuple[Predicate, Predicate]:
    """Rows with a kept day at most, and after, the cutoff."""
    if not frame.entry.key:
        return FALSE, FALSE
    name, key = kept_set(frame, event), frame.entry.key
    reached = FALSE if cutoff is None else KeyIn(set=name, columns=key, first=date.min, last=cutoff)
    lower = date.min if cutoff is None else _after(cutoff)
    return reached, KeyIn(set=name, columns=key, first=lower, last=date.max)


def _event_of(frame: Frame, event: str, binding: EventOf, cut: Cut) -> Limit:
    parent = frame.end(binding.of)
    role_name, role = same_role(parent, cut.role)
    inner = event_limit(
        parent, binding.event or event, replace(cut, role=role, role_name=role_name)
    )
    kept = _kept(frame, event, cut.cutoff)
    return _seen_from(frame, binding.of, inner, binding.none, kept)


def _seen_from(
    frame: Frame,
    path: tuple[str, ...],
    inner: Limit,
    none: Absent,
    kept: tuple[Predicate, Predicate] = (FALSE, FALSE),
) -> Limit:
    """A limit of the rows at the end of a path; several combine as latest of.

    A kept day, at most or after the cutoff, is one more of them.
    """
    if not path:
        return inner

    def some(where: Predicate) -> Predicate:
        return frame.along(path, where)

    found = inner.map(some)
    ended, beyond = kept
    if kept != (FALSE, FALSE) or not _to_one(frame, path):
        other = negation(either(inner.ended, inner.never))
        found = Limit(
            ended=both(either(found.ended, ended), negation(beyond), negation(some(other))),
            open=found.open,
            never=both(
                some(TRUE), negation(either(ended, beyond)), negation(some(negation(inner.never)))
            ),
            unknown=both(found.unknown, negation(found.open)),
            hands_on=found.hands_on,
        )
    absent = absent_limit(none, negation(either(some(TRUE), ended, beyond)))
    return Limit(
        ended=found.ended,
        open=either(found.open, absent.open),
        never=either(found.never, absent.never),
        unknown=either(found.unknown, absent.unknown),
        hands_on=either(found.hands_on, absent.hands_on),
    )


def _to_one(frame: Frame, path: tuple[str, ...]) -> bool:
    """Every step ends at the other table's key, so that it finds one row at most."""
    context = frame.context
    return all(
        not hop.crosses
        and tuple(right for _, right in hop.pairs)
        == context.map.table(hop.target_store, hop.target_table).key
        for hop in frame.hops(path)
    )


def same_role(frame: Frame, role: Role | None) -> tuple[str, Role | None]:
    """The parent's role of the same data subject category, if there is just one."""
    if role is None:
        return "", None
    same = [
        (name, other) for name, other in frame.entry.roles.items() if other.subject == role.subject
    ]
    return same[0] if len(same) == 1 else ("", None)


def _financial_year(frame: Frame, binding: FinancialYearEnd, cutoff: date | None) -> Limit:
    """A year's end is monotone in the day, so it only moves the cutoff."""
    ends = binding.ends or frame.context.policy.financial_year_ends
    moved = ends.latest_until(cutoff) if cutoff is not None else None
    return _column(frame, binding.financial_year_end_of, moved)


def _period(frame: Frame, binding: PeriodEnd, cutoff: date | None) -> Limit:
    column = binding.period_end_of
    store, table = frame.context.map.reference(frame.store, binding.table)
    periods = frame.at(store, table)
    closed = periods.filter(binding.closed) if binding.closed is not None else TRUE
    day = _day_column(frame, column)
    end_column = DayColumn(column=binding.ends, zone=frame.context.policy.zone)

    def some(where: Predicate) -> Predicate:
        return InPeriod(day=day, table=table, starts=binding.starts, ends=binding.ends, where=where)

    reached = day_within(end_column, date.min, cutoff) if cutoff is not None else FALSE
    valid = _valid(frame, column)
    null = _null(column)
    open_ = both(valid, some(negation(closed))) if closed != TRUE else FALSE
    ended = both(valid, some(TRUE), negation(some(either(negation(closed), negation(reached)))))
    unknown = either(both(negation(null), negation(valid)), both(valid, negation(some(TRUE))))
    return Limit(
        ended=either(ended, absent_limit(column.absent, null).ended),
        open=either(open_, absent_limit(column.absent, null).open),
        never=absent_limit(column.absent, null).never,
        unknown=either(unknown, absent_limit(column.absent, null).unknown),
        hands_on=absent_limit(column.absent, null).hands_on,
    )


def _ledger(frame: Frame, binding: LedgerDay, cut: Cut) -> Limit:
    if binding.column is not None:
        column = (binding.column,)
        return _recorded(frame, binding, column, column, cut)
    if cut.role is None:
        return UNKNOWN
    names = identity_columns(frame, cut.role_name, cut.role, binding.namespace)
    if not names:
        return UNKNOWN
    person = frame.end(cut.role.person)
    recorded = _recorded(person, binding, person.require_key(), names, cut)
    if cut.role.person:
        recorded = recorded.settled()
    return _seen_from(frame, cut.role.person, recorded, "unknown")


def _recorded(
    named: Frame,
    binding: LedgerDay,
    keyed_on: tuple[str, ...],
    names: tuple[str, ...],
    cut: Cut,
) -> Limit:
    """What the ledger says of a row whose columns `names` hold what the facts name it by.

    A column that is present and not empty names it; the set says more exactly which do.
    """
    label = f"ledger-{named.label}-{binding.fact}-{binding.namespace}-{'+'.join(names)}"
    name = named.context.ask(
        LedgerDays(
            name=label,
            store=named.store,
            table=named.table,
            columns=keyed_on,
            event=binding.fact,
            namespace=binding.namespace,
            identity=names,
        )
    )
    nameless_set = named.context.ask(
        Nameless(
            name=f"nameless-{named.label}-{'+'.join(names)}",
            store=named.store,
            table=named.table,
            columns=named.require_key(),
            identity=names,
        )
    )

    def within(low: date, high: date) -> Predicate:
        return KeyIn(set=name, columns=keyed_on, first=low, last=high)

    nameless = either(
        both(*(IsNull(column=column) for column in names)),
        KeyIn(set=nameless_set, columns=named.require_key()),
    )
    ended = within(date.min, cut.cutoff) if cut.cutoff is not None else FALSE
    silent = both(negation(nameless), negation(within(date.min, date.max)))
    return _with(absent_limit(binding.absent, silent), ended=ended, unknown=nameless)


def identity_columns(
    frame: Frame, role_name: str, role: Role, namespace: str | None = None
) -> tuple[str, ...]:
    """The columns that name the person of a role: all of the person's row, or, where the row names
    its person itself, those of the role; of one namespace, if given."""
    return tuple(
        name
        for name, column in frame.end(role.person).entry.personal.items()
        if column.identity is not None
        and (namespace is None or column.identity == namespace)
        and (role.person or not column.roles or role_name in column.roles)
    )
