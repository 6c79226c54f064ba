"""The order in which the parts of a plan are carried out, across stores.

What decides rows of one part must not be taken away by another before: a part that reads rows or
links of a table goes before the part that deletes or erases them. Where deleting keeps the days
that others count (`keeps`), the order is free. Deletes go before erasures, so that what links a
person across stores is erased last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth.apply.picked import Component
from troth.apply.resolve import sets_in
from troth.datamap.inside import columns_of
from troth.plan.model import DeleteRows, EraseValues, Plan
from troth.plan.predicate import Predicate
from troth.plan.sets import Linked, SetDefinition

Table = tuple[str, str]


@dataclass(eq=False)
class Part:
    """Steps of one store that are carried out together, with their picked rows."""

    store: str
    index: int
    component: Component
    done: int = 0  # of its picked rows, those written or skipped

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(step.id for step, _ in self.component.counts)

    @property
    def tables(self) -> frozenset[Table]:
        return frozenset((self.store, step.table) for step, _ in self.component.counts)

    @property
    def erases(self) -> bool:
        return any(isinstance(step, EraseValues) for step, _ in self.component.counts)


def in_order(plan: Plan, parts: Sequence[Part]) -> list[tuple[Part, frozenset[Part]]]:
    """The parts in order, each with those that must have succeeded before it.

    A cycle of parts that read each other is entered where the plan has it first.
    """
    waiting = sorted(parts, key=lambda part: part.erases)  # stable: the plan's order within
    before = {
        part: frozenset(
            other for other in waiting if other is not part and _takes_away(plan, part, other)
        )
        for part in waiting
    }
    ordered: list[tuple[Part, frozenset[Part]]] = []
    done: set[Part] = set()
    while waiting:
        part = next((p for p in waiting if before[p] <= done), waiting[0])
        waiting.remove(part)
        ordered.append((part, before[part] & done))
        done.add(part)
    return ordered


def _takes_away(plan: Plan, part: Part, reader: Part) -> bool:
    """`part` deletes or erases what decides rows of `reader` in another part."""
    read = {table for step, _ in reader.component.counts for table in _read(plan, step)}
    for step, _ in part.component.counts:
        if (step.store, step.table) not in read:
            continue
        kept = (
            {(keep.store, keep.table) for keep in step.keeps if not keep.of}
            if isinstance(step, DeleteRows)
            else set()
        )
        if isinstance(step, EraseValues) and not _links(plan, step):
            continue
        if not (kept & reader.tables):
            return True
    return False


def _links(plan: Plan, step: EraseValues) -> bool:
    """The step erases a column by which rows are linked across stores."""
    here = (step.store, step.table)
    linking: set[str] = set()
    for definition in plan.sets.values():
        if isinstance(definition, Linked):
            if (definition.store, definition.table) == here:
                linking |= set(definition.links)
            if (definition.other_store, definition.other_table) == here:
                linking |= set(definition.other_links)
    return bool(linking & columns_of(step.columns).keys())


def _read(plan: Plan, step: DeleteRows | EraseValues) -> set[Table]:
    """The tables, of its store and of others, across whose links a step's rows are decided."""
    predicates: list[Predicate] = [step.due]
    if isinstance(step, DeleteRows) and step.free is not None:
        predicates.append(step.free)
    names = {name for predicate in predicates for name in sets_in(predicate)}
    return {table for name in names for table in _behind(plan.sets, name, frozenset())}


def _behind(sets: Mapping[str, SetDefinition], name: str, above: frozenset[str]) -> Iterator[Table]:
    definition = sets.get(name)
    if not isinstance(definition, Linked) or name in above:
        return
    yield definition.store, definition.table
    yield definition.other_store, definition.other_table
    for table in _tables_in(definition.where):
        yield definition.other_store, table
    for inner in sets_in(definition.where):
        yield from _behind(sets, inner, above | {name})


def _tables_in(predicate: Predicate) -> set[str]:
    """The tables into which a predicate looks."""
    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, dict):
            if node.get("op") == "exists":
                found.update(str(hop["table"]) for hop in node["hops"])
            for value in node.values():
                visit(value)
        elif isinstance(node, list | tuple):
            for value in node:
                visit(value)

    visit(predicate.model_dump())
    return found
