"""A small algebra of two-valued predicates over the rows of a table.

The compiler writes the meaning of a policy in it; a store renders it as SQL; a plan file holds it.
It contains days and names of sets, never keys, values of persons or SQL text. Every predicate is
two-valued: a comparison with NULL is false, and `negation` of it is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self, TypeVar, cast
from weakref import WeakValueDictionary

from pydantic import Field

from troth.datamap.bindings import ColumnDay, DateForm, TextFormat
from troth.datamap.filters import Scalar, Test
from troth.policy.base import Model

_N = TypeVar("_N", bound="Node")


class Node(Model):
    """A predicate; compared and hashed at the cost of a number, however large it is.

    Those that the functions below make are `canonical`: two that say the same are one object.
    """

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

    @cached_property
    def fingerprint(self) -> str:
        """A short text that is the same in every process, and of no other predicate."""
        told = hashlib.sha256(type(self).__name__.encode())
        for name in type(self).model_fields:
            told.update(b"\0")
            told.update(_told(getattr(self, name)))
        return told.hexdigest()

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """The names of the sets that it reads."""
        return tuple(dict.fromkeys(name for part in self.inner for name in part.sets))

    @cached_property
    def plainest_first(self) -> tuple[int, ...]:
        """The numbers of its parts, those made of few tests first."""
        sizes = [part.size for part in self.inner]
        return tuple(sorted(range(len(sizes)), key=lambda at: (sizes[at], at)))

    @property
    def inner(self) -> tuple[Node, ...]:
        """The predicates of which it is made."""
        return ()

    def __copy__(self) -> Self:
        """A copy that may be changed by who makes it: nothing that was worked out goes with it."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    def __hash__(self) -> int:
        return self.digest

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return super().__eq__(other)


def _told(value: object) -> bytes:
    if isinstance(value, Node):
        return value.fingerprint.encode()
    if isinstance(value, tuple):
        return b"(" + b",".join(_told(each) for each in value) + b")"
    return repr(value).encode()


class Always(Node):
    """A constant."""

    op: Literal["const"] = "const"
    value: bool


class And(Node):
    """Every part holds."""

    op: Literal["and"] = "and"
    parts: tuple[Predicate, ...]

    @property
    def inner(self) -> tuple[Node, ...]:
        return self.parts


class Or(Node):
    """At least one part holds."""

    op: Literal["or"] = "or"
    parts: tuple[Predicate, ...]

    @property
    def inner(self) -> tuple[Node, ...]:
        return self.parts


class Not(Node):
    """The part does not hold."""

    op: Literal["not"] = "not"
    part: Predicate

    @property
    def inner(self) -> tuple[Node, ...]:
        return (self.part,)


class IsNull(Node):
    """The column (or the place inside its JSON) is NULL."""

    op: Literal["null"] = "null"
    column: str
    json_path: str | None = None


class Unreadable(Node):
    """The column holds no JSON, or something else than an object (or nothing) at one of the paths.

    The path of the whole text is empty. `escapes`: nor where the JSON is text with escapes in it,
    behind which a key may hide.
    """

    op: Literal["unreadable"] = "unreadable"
    column: str
    objects: tuple[str, ...]
    escapes: bool = False


class Beside(Node):
    """The column is JSON, and one of its objects holds a key that leads to none of the paths.

    Looked for in the objects on the way to the paths.
    """

    op: Literal["beside"] = "beside"
    column: str
    paths: tuple[str, ...]


class NothingAt(Node):
    """The column is NULL, or JSON with no key, null or `form` at a path."""

    op: Literal["nothing"] = "nothing"
    column: str
    path: str
    form: Scalar = None


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

    @property
    def inner(self) -> tuple[Node, ...]:
        return tuple(part for part in (self.source_when, self.target_when) if part is not None)


class Exists(Node):
    """A row exists at the end of the hops for which `where` holds."""

    op: Literal["exists"] = "exists"
    hops: tuple[Hop, ...] = Field(min_length=1)
    where: Predicate

    @property
    def inner(self) -> tuple[Node, ...]:
        return (*self.hops, self.where)


class InPeriod(Node):
    """A row of `table` exists with `starts` <= day <= `ends` for which `where` holds."""

    op: Literal["period"] = "period"
    day: DayColumn
    table: str
    starts: str
    ends: str
    where: Predicate

    @property
    def inner(self) -> tuple[Node, ...]:
        return (self.day, self.where)


class KeyIn(Node):
    """The row's `columns` are in the named set; with `first` or `last`, beside a day within."""

    op: Literal["in"] = "in"
    set: str
    columns: tuple[str, ...]
    first: date | None = None
    last: date | None = None

    @cached_property
    def sets(self) -> tuple[str, ...]:
        return (self.set,)


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
    | Unreadable
    | Beside
    | NothingAt
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

_by_parts: WeakValueDictionary[tuple[object, ...], Node] = WeakValueDictionary()
"""Canonical nodes by the numbers of their canonical parts, which live as long as they do."""
_by_value: WeakValueDictionary[tuple[object, ...], Node] = WeakValueDictionary()

_CANONICAL = "canonical"  # in the dictionary of a node that is


def canonical(node: _N) -> _N:
    """The one object that says what `node` says."""
    if _CANONICAL in node.__dict__:
        return node
    match node:
        case And() | Or():
            parts = tuple(canonical(part) for part in node.parts)
            found = _of_parts(type(node), parts, lambda: type(node)(parts=parts))
        case Not():
            part = canonical(node.part)
            found = _of_parts(Not, (part,), lambda: Not(part=part))
        case Exists():
            hops, where = tuple(canonical(hop) for hop in node.hops), canonical(node.where)
            found = _of_parts(Exists, (*hops, where), lambda: Exists(hops=hops, where=where))
        case _:
            names = type(node).model_fields
            found = _by_value.setdefault((type(node), *(getattr(node, n) for n in names)), node)
            found.__dict__[_CANONICAL] = True
    return cast("_N", found)


def _of_parts(kind: type[Node], parts: tuple[Node, ...], make: Callable[[], Node]) -> Node:
    key = (kind, *map(id, parts))
    found = _by_parts.get(key)
    if found is None:
        found = _by_parts[key] = make()
        found.__dict__[_CANONICAL] = True
    return found


TRUE = canonical(Always(value=True))
FALSE = canonical(Always(value=False))


def both(*parts: Predicate) -> Predicate:
    """The conjunction, simplified."""
    return _together(parts, And, TRUE, FALSE)


def either(*parts: Predicate) -> Predicate:
    """The disjunction, simplified."""
    return _together(parts, Or, FALSE, TRUE)


def _together(
    parts: Sequence[Predicate], kind: type[And] | type[Or], neutral: Always, deciding: Always
) -> Predicate:
    kept: dict[int, Predicate] = {}
    for given in parts:
        part = canonical(given)
        for inner in part.parts if isinstance(part, kind) else (part,):
            if inner is deciding:
                return deciding
            if inner is not neutral:
                kept[id(inner)] = inner
    if not kept:
        return neutral
    found = tuple(kept.values())
    if len(found) == 1:
        return found[0]
    return cast("Predicate", _of_parts(kind, found, lambda: kind(parts=found)))


def negation(part: Predicate) -> Predicate:
    """The negation, simplified; sound because every predicate is two-valued."""
    if isinstance(part, Always):
        return FALSE if part.value else TRUE
    if isinstance(part, Not):
        return canonical(part.part)
    inner = canonical(part)
    return cast("Predicate", _of_parts(Not, (inner,), lambda: Not(part=inner)))


def exists(hops: tuple[Hop, ...], where: Predicate) -> Predicate:
    """Rows along `hops`; without hops, the row itself."""
    inner = canonical(where)
    if inner is FALSE or not hops:
        return inner
    steps = tuple(canonical(hop) for hop in hops)
    return cast(
        "Predicate",
        _of_parts(Exists, (*steps, inner), lambda: Exists(hops=steps, where=inner)),
    )


def day_within(day: DayColumn, first: date, last: date | None) -> Predicate:
    """A day within bounds; false where the bounds are empty."""
    if last is not None and last < first:
        return FALSE
    return DayWithin(day=day, first=first, last=last)
