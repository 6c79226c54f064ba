"""A policy held against its data map: what the one says and the other does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troth.datamap.model import DataMap, Table
from troth.grounds.coverage import Spot, covers
from troth.lint.model import Flaw, RuleLine, Severity, Status
from troth.policy.model import Activity, Policy

UNCOVERED = RuleLine(
    "UNCOVERED_DATA",
    "no-activity",
    Severity.ERROR,
    "5(1)(b), 5(1)(c), 6(1)",
    "No activity covers the data in that place: all of it is due.",
)
FORBIDDEN = RuleLine(
    "STORED_THOUGH_NEVER",
    "never-stored",
    Severity.ERROR,
    "5(1)(a), 5(1)(c)",
    "A column holds what the policy says is never stored.",
)
UNDECLARED = RuleLine(
    "RECIPIENT_UNDECLARED",
    "operator-of-a-place",
    Severity.ERROR,
    "13(1)(e), 30(1)(d)",
    "Who runs the place where data lie is not among the recipients told.",
)
REFUSED = RuleLine(
    "CONTRADICTION",
    "recipient-refused",
    Severity.ERROR,
    "5(1)(a), 13(1)(e)",
    "Data lie with a recipient to whom the policy lets none go.",
)
NO_TABLE = RuleLine(
    "PROMISE_WITHOUT_TABLE",
    "no-table",
    Severity.WARNING,
    "5(2), 24",
    "No mapped table holds data of the activity: its promises cannot be checked.",
)
NO_TRIGGER = RuleLine(
    "PROMISE_WITHOUT_TRIGGER",
    "no-event",
    Severity.WARNING,
    "5(1)(e), 5(2)",
    "A period runs from an event that no table holding its data shows.",
)
MAP_RULES = (UNCOVERED, FORBIDDEN, UNDECLARED, REFUSED, NO_TABLE, NO_TRIGGER)

_COVERED_BY_NONE = "No activity covers '{category}' of {whose} in {place}: all is due."
_NEVER = "The policy says that '{above}' is never stored; a column holds it."
_PROVIDER = "'{place}' is run by a provider whom nobody declared."
_BARRED = "The policy lets no data go to '{operator}', which runs '{place}'."
_UNNAMED = "'{operator}' runs '{place}'; no activity whose data lie there names it."
_NOTHING_HELD = "No mapped table holds data of '{name}': its promises cannot be checked."
_UNSHOWN = "The period '{rule}' runs from '{event}', which no table shows."
TEMPLATES = (_COVERED_BY_NONE, _NEVER, _PROVIDER, _BARRED, _UNNAMED, _NOTHING_HELD, _UNSHOWN)


@dataclass(frozen=True)
class _Value:
    """A personal column of the map: where it is, what it holds, whose it may be."""

    table: str
    column: str
    category: str
    subjects: tuple[str, ...]
    place: str
    activities: dict[str, Activity]
    events: frozenset[str]

    @property
    def path(self) -> str:
        return f"{self.table}.{self.column}"

    def covering(self, policy: Policy) -> set[str]:
        """The activities that cover it for one of its subjects."""
        return {
            name
            for name, activity in self.activities.items()
            for subject in self.subjects
            if covers(activity, Spot(policy, self.category, subject, self.place))
        }


def examine_map(policy: Policy, datamap: DataMap) -> tuple[Flaw, ...]:
    """Every contradiction between promise and map; no database is opened."""
    values = tuple(_values(policy, datamap))
    return (
        *_uncovered(policy, values),
        *_forbidden(policy, values),
        *_operators(policy, values),
        *_nothing_behind(policy, values),
        *_triggers(policy, values),
    )


def _values(policy: Policy, datamap: DataMap) -> Iterator[_Value]:
    for store_name, store in datamap.stores.items():
        for name, table in store.tables.items():
            if not table.roles:
                continue
            place = datamap.place_of(store_name, name)
            named = table.activities
            among = {n: a for n, a in policy.activities.items() if not named or n in named}
            for column, category, subjects in _columns(table):
                yield _Value(
                    f"{store_name}.{name}",
                    column,
                    category,
                    subjects,
                    place,
                    among,
                    frozenset(table.events),
                )


def _columns(table: Table) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, column in table.personal.items():
        roles = column.roles or tuple(table.roles)
        subjects = tuple(dict.fromkeys(table.roles[role].subject for role in roles))
        if column.category is not None:
            yield name, column.category, subjects
        for path, category in column.inside.items():
            yield f"{name}{path}", category, subjects


def _uncovered(policy: Policy, values: tuple[_Value, ...]) -> Iterator[Flaw]:
    """Data that no activity covers: nothing supports them."""
    for value in values:
        if not value.covering(policy):
            said = {
                "category": value.category,
                "whose": ", ".join(f"'{subject}'" for subject in value.subjects),
                "place": value.place,
            }
            yield _flaw(UNCOVERED, _COVERED_BY_NONE, said, value.path)


def _forbidden(policy: Policy, values: tuple[_Value, ...]) -> Iterator[Flaw]:
    """A column for a category of which the policy says that it is never stored."""
    for value in values:
        for above in policy.lineage(value.category):
            if policy.categories[above].never_stored:
                where = f"categories.{above}", value.path
                yield _flaw(FORBIDDEN, _NEVER, {"above": above}, *where)


def _operators(policy: Policy, values: tuple[_Value, ...]) -> Iterator[Flaw]:
    """Who runs the place where data lie receives them; the activities there should say so."""
    tables = {value.table: value for value in values}
    for table, value in tables.items():
        entry = policy.places.get(value.place)
        if entry is None:
            continue
        where = f"places.{value.place}", table
        if entry.operator is None:
            if entry.kind == "provider":
                yield _flaw(UNDECLARED, _PROVIDER, {"place": value.place}, *where)
            continue
        recipient = policy.recipients.get(entry.operator)
        if recipient is None:
            continue
        named = {"operator": entry.operator, "place": value.place}
        if recipient.allowed == "no":
            yield _flaw(REFUSED, _BARRED, named, f"recipients.{entry.operator}.allowed", table)
            continue
        there = {name for one in values if one.table == table for name in one.covering(policy)}
        told = {name for name in there if entry.operator in policy.activities[name].recipients}
        if there and not told | (there & set(recipient.activities)):
            yield _flaw(UNDECLARED, _UNNAMED, named, *where)


def _nothing_behind(policy: Policy, values: tuple[_Value, ...]) -> Iterator[Flaw]:
    """An activity of which no table holds anything."""
    held = {name for value in values for name in value.covering(policy)}
    for name in policy.activities:
        if name not in held:
            looked = tuple(dict.fromkeys(value.table for value in values))
            place = f"activities.{name}"
            yield _flaw(NO_TABLE, _NOTHING_HELD, {"name": name}, place, searched=looked)


def _triggers(policy: Policy, values: tuple[_Value, ...]) -> Iterator[Flaw]:
    """A period runs from an event that no table holding data of its activity shows."""
    bound: dict[str, set[str]] = {}
    for value in values:
        for name in value.covering(policy):
            bound.setdefault(name, set()).update(value.events)
    for name in sorted(bound):
        for rule in policy.activities[name].retention:
            missing = [limit.after for limit in rule.limits if limit.after not in bound[name]]
            if missing:
                said = {"rule": rule.id, "event": missing[0]}
                places = f"activities.{name}.retention.{rule.id}", f"events.{missing[0]}"
                looked = tuple(sorted(bound[name]))
                yield _flaw(NO_TRIGGER, _UNSHOWN, said, *places, searched=looked)


def _flaw(
    rule: RuleLine,
    template: str,
    values: Mapping[str, str],
    *places: str,
    searched: tuple[str, ...] = (),
) -> Flaw:
    status = Status.ABSENT if searched else Status.FOUND
    return Flaw(
        rule.code,
        rule.name,
        rule.severity,
        rule.article,
        template.format_map(values),
        status,
        searched=searched,
        places=places,
        template=template,
        values=tuple(values.items()),
    )
