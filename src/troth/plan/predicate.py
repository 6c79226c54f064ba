"""A small algebra of two-valued predicates over the rows of a table.

The compiler writes the meaning of a policy in it; a store renders it as SQL; a plan file holds it.
It contains days and names of sets, never keys, values of persons or SQL text. Every predicate is
two-valued: a comparison with NULL is false, and `negation` of it is true.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from troth.datamap.bindings import ColumnDay, DateForm, TextFormat
from troth.datamap.filters import Test
from troth.policy.base import Model


class Node(Model):
    """A predicate; compared and hashed at the cost of a number, however large it is."""

    @cached_property
    def digest(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in type(self).model_fields)))

    @cached_property
    def size(self) -> int:
        """How many tests it is made of, those of rows elsewhere counted tenfold."""
        match self:
            case And() | Or():
                return 1 + sum(part.size for part in self.parts)
            case Not():
                return self.part.size
            case Exists():
                return 10 + self.where.size
            case _:
                return 1

    def __hash__(self) -> int:
        return self.digest

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return super().__eq__(other)


class Always(Node):
    """A constant."""

    op: Literal["const"] = "const"
    value: bool


class And(Node):
    """Every part holds."""

    op: Literal["and"] = "and"
    parts: tuple[Predicate, ...]


class Or(Node):
    """At least one part holds."""

    op: Literal["or"] = "or"
    parts: tuple[Predicate, ...]


class Not(Node):
    """The part does not hold."""

    op: Literal["not"] = "not"
    part: Predicate


class IsNull(Node):
    """The column (or the place inside its JSON) is NULL."""

    op: Literal["null"] = "null"
    column: str
    json_path: str | None = None


class DayColumn(Node):
    """How a day is read from a column; a naive timestamp is read in `zone`."""

    column: str
    json_path: str | None = None
    form: DateForm = "native"
    format: TextFormat = "YYYY-MM-DD"
    zone: str

    @classmethod
    def of(cls, binding: ColumnDay, zone: str) -> DayColumn:
        return cls(
            column=binding.column,
            json_path=binding.json_path,
            form=binding.form,
            format=binding.format,
            zone=binding.zone or zone,
        )


class DayWithin(Node):
    """The column can be read as a day, and `first` <= day <= `last` (None: no upper bound)."""

    op: Literal["day"] = "day"
    day: DayColumn
    first: date
    last: date | None


class Compare(Node):
    """A test of the map on one column of the row."""

    op: Literal["test"] = "test"
    test: Test


class TextIs(Node):
    """The column's value, written as text, is this text."""

    op: Literal["text"] = "text"
    column: str
    value: str


class Hop(Node):
    """One step along a relation inside one store: rows whose `target` columns equal `columns`.

    `target_when` and `source_when` restrict polymorphic references.
    """

    table: str
    columns: tuple[str, ...]
    target: tuple[str, ...]
    json_path: str | None = None
    json_side: Literal["source", "target"] = "source"
    source_when: Predicate | None = None
    target_when: Predicate | None = None


class Exists(Node):
    """A row exists at the end of the hops for which `where` holds."""

    op: Literal["exists"] = "exists"
    hops: tuple[Hop, ...] = Field(min_length=1)
    where: Predicate


class InPeriod(Node):
    """A row of `table` exists with `starts` <= day <= `ends` for which `where` holds."""

    op: Literal["period"] = "period"
    day: DayColumn
    table: str
    starts: str
    ends: str
    where: Predicate


class KeyIn(Node):
    """The row's `columns` are in the named set; with `first` or `last`, beside a day within."""

    op: Literal["in"] = "in"
    set: str
    columns: tuple[str, ...]
    first: date | None = None
    last: date | None = None


class Flag(Node):
    """A switch that is known only when the facts are resolved (an unresolved hold)."""

    op: Literal["flag"] = "flag"
    name: str


Predicate = Annotated[
    Always
    | And
    | Or
    | Not
    | IsNull
    | DayWithin
    | Compare
    | TextIs
    | Exists
    | InPeriod
    | KeyIn
    | Flag,
    Field(discriminator="op"),
]

for _model in (And, Or, Not, Hop, Exists, InPeriod):
    _model.model_rebuild()

TRUE = Always(value=True)
FALSE = Always(value=False)


def both(*parts: Predicate) -> Predicate:
    """The conjunction, simplified."""
    kept: list[Predicate] = []
    for part in _flat(parts, And):
        if part == FALSE:
            return FALSE
        if part != TRUE and part not in kept:
            kept.append(part)
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else And(parts=tuple(kept))


def either(*parts: Predicate) -> Predicate:
    """The disjunction, simplified."""
    kept: list[Predicate] = []
    for part in _flat(parts, Or):
        if part == TRUE:
            return TRUE
        if part != FALSE and part not in kept:
            kept.append(part)
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Or(parts=tuple(kept))


def negation(part: Predicate) -> Predicate:
    """The negation, simplified; sound because every predicate is two-valued."""
    if isinstance(part, Always):
        return Always(value=not part.value)
    if isinstance(part, Not):
        return part.part
    return Not(part=part)


def exists(hops: tuple[Hop, ...], where: Predicate) -> Predicate:
    """Rows along `hops`; without hops, the row itself."""
    if where == FALSE:
        return FALSE
    return Exists(hops=hops, where=where) if hops else where


def day_within(day: DayColumn, first: date, last: date | None) -> Predicate:
    """A day within bounds; false where the bounds are empty."""
    if last is not None and last < first:
        return FALSE
    return DayWithin(day=day, first=first, last=last)


def _flat(parts: Iterable[Predicate], kind: type[And] | type[Or]) -> Iterable[Predicate]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part
