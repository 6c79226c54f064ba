"""The place where compilation stands: policy, map, day, and the sets asked for so far."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from troth.datamap.filters import AllOf, AnyOf, Filter, NotOf, RelatedRow, Test
from troth.datamap.model import DataMap, Table
from troth.datamap.paths import Hop as MapHop
from troth.datamap.paths import resolve_path
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.predicate import (
    FALSE,
    TRUE,
    Compare,
    Hop,
    KeyIn,
    Predicate,
    both,
    either,
    exists,
    negation,
)
from troth.plan.sets import Linked, SetDefinition
from troth.policy.model import Policy

_T = TypeVar("_T")


@dataclass(frozen=True)
class Context:
    """What compilation of one plan shares; `sets` collects the definitions by name.

    `texts_on`: the day whose versions of the text count; None: `day` itself.
    """

    policy: Policy
    map: DataMap
    facts: Facts
    day: date
    scope: tuple[str, ...] = ()  # acts whose persons alone are meant; empty: everybody
    sets: dict[str, SetDefinition] = field(default_factory=dict)
    made: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)
    texts_on: date | None = None

    @property
    def versions_day(self) -> date:
        return self.texts_on or self.day

    def once(self, key: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """What `make` returns, made once per context and key."""
        if key not in self.made:
            self.made[key] = make()
        made: _T = self.made[key]
        return made

    def ask(self, definition: SetDefinition) -> str:
        """Registers a set and returns its name."""
        self.sets[definition.name] = definition
        return definition.name


@dataclass(frozen=True)
class Frame:
    """One table of the map, as the current row of a predicate."""

    context: Context
    store: str
    table: str

    @property
    def entry(self) -> Table:
        return self.context.map.table(self.store, self.table)

    @property
    def place(self) -> str:
        return self.context.map.place_of(self.store, self.table)

    @property
    def label(self) -> str:
        return f"{self.store}.{self.table}"

    def at(self, store: str, table: str) -> Frame:
        return Frame(self.context, store, table)

    def hops(self, path: tuple[str, ...]) -> tuple[MapHop, ...]:
        return self.context.once(
            ("hops", self.store, self.table, path),
            lambda: resolve_path(self.context.map, self.store, self.table, path),
        )

    def end(self, path: tuple[str, ...]) -> Frame:
        hops = self.hops(path)
        return self.at(hops[-1].target_store, hops[-1].target_table) if hops else self

    def along(self, path: tuple[str, ...], where: Predicate) -> Predicate:
        """Some row at the end of `path` satisfies `where` (a predicate of that row).

        Hops that SQL cannot make (another store, a normalised comparison) become sets.
        """
        return self._walk(self.hops(path), where)

    def _walk(self, hops: tuple[MapHop, ...], where: Predicate) -> Predicate:
        if where == FALSE:
            return where
        for index, hop in enumerate(hops):
            if hop.crosses:
                beyond = self.at(hop.target_store, hop.target_table)._walk(hops[index + 1 :], where)
                here = self.at(hop.store, hop.table)
                linked = here._linked(hop, beyond)
                return self._inside(hops[:index], linked)
        return self._inside(hops, where)

    def _inside(self, hops: tuple[MapHop, ...], where: Predicate) -> Predicate:
        return exists(tuple(self.sql_hop(hop) for hop in hops), where)

    def sql_hop(self, hop: MapHop) -> Hop:
        """A hop inside one store that SQL compares exactly."""
        owner = self.at(*hop.owner)
        condition = owner.filter(hop.where) if hop.where is not None else None
        return Hop(
            table=hop.target_table,
            columns=tuple(left for left, _ in hop.pairs),
            target=tuple(right for _, right in hop.pairs),
            json_path=hop.json_path,
            json_side="source" if hop.forward else "target",
            source_when=condition if hop.forward else None,
            target_when=None if hop.forward else condition,
        )

    def _linked(self, hop: MapHop, where: Predicate) -> Predicate:
        """This row is linked by `hop` to a row for which `where` holds, as a set of keys."""
        key = self.require_key()
        source, target = (hop.where, None) if hop.forward else (None, hop.where)
        other = self.at(hop.target_store, hop.target_table)
        if target is not None:
            where = both(other.filter(target), where)
        digest = hashlib.sha256(f"{hop}{where.fingerprint}".encode()).hexdigest()[:12]
        name = f"linked-{self.store}.{self.table}-{digest}"
        self.context.ask(
            Linked(
                name=name,
                store=self.store,
                table=self.table,
                columns=key,
                links=tuple(left for left, _ in hop.pairs),
                other_store=hop.target_store,
                other_table=hop.target_table,
                other_links=tuple(right for _, right in hop.pairs),
                compare=hop.compare,
                where=where,
                json_path=hop.json_path,
                json_side="source" if hop.forward else "target",
            )
        )
        found = KeyIn(set=name, columns=key)
        return both(self.filter(source), found) if source is not None else found

    def require_key(self) -> tuple[str, ...]:
        """The table's key; `Refused` if the map gives none."""
        if not self.entry.key:
            raise Refused(
                "table-without-key",
                f"table '{self.label}' has no key in the map",
                help="name its primary key under 'key'",
            )
        return self.entry.key

    def filter(self, part: Filter) -> Predicate:
        """A filter of the map as a predicate of the current row."""
        match part:
            case Test():
                return Compare(test=part)
            case AllOf():
                return both(*(self.filter(inner) for inner in part.all))
            case AnyOf():
                return either(*(self.filter(inner) for inner in part.any))
            case NotOf():
                return negation(self.filter(part.not_))
            case RelatedRow():
                end = self.end(part.related)
                inner = end.filter(part.where) if part.where is not None else TRUE
                return self.along(part.related, inner)
