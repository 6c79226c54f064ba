"""From values to rows: groups of columns, what a due row is, and what keeps it all the same."""

from __future__ import annotations

from dataclasses import dataclass

from troth.datamap.model import Column, Table
from troth.plan.alike import singled_out
from troth.plan.frame import Frame
from troth.plan.inside import beside_of, unreadable
from troth.plan.predicate import FALSE, TRUE, Hop, Predicate, both, either, exists, negation
from troth.plan.schema import StoreSchema
from troth.plan.scope import concerned
from troth.plan.simplify import simplified
from troth.plan.standing import ColumnStanding, archived, column_standing, held, roles_of
from troth.policy.versions import rules_of


@dataclass(frozen=True)
class Group:
    """Values of one table that stand and fall together, with their standing.

    `columns` are their names: columns, and places inside JSON columns.

    `standing` is that in their own place. `moves` are the rows whose value is due here and which
    its rule still supports in the archive's place, or may: it goes there, and `gone` are those
    that it may simply leave. Where the map names no archive for them, `stranded` says so and they
    stay. `scope` are the rows of persons whom the plan is about.
    """

    category: str
    columns: tuple[str, ...]
    standing: ColumnStanding
    moves: Predicate
    stranded: bool
    scope: Predicate = TRUE

    @property
    def gone(self) -> Predicate:
        """Rows whose value leaves this place, erased or moved."""
        due = both(self.scope, self.standing.due)
        return both(due, negation(self.moves)) if self.stranded else due


@dataclass(frozen=True)
class Dependent:
    """Rows of `table` that reference the current row by `hop`, and how they hold it.

    `part_of` rows go with it; others keep it while they stay. `known`: the map has the table.
    """

    table: str
    hop: Hop | None
    path: tuple[str, ...]
    part_of: bool
    known: bool


def physical_name(name: str, table: Table) -> str:
    """The name of a map entry's table as the schema of its store writes it."""
    real = table.name or name
    return f"{table.schema_}.{real}" if table.schema_ else real


def archive_place(frame: Frame) -> str | None:
    """The place of the archive that receives this table's rows, if the map names one."""
    target = frame.context.map.archives.get(frame.label)
    if target is None:
        return None
    store, _, table = target.table.partition(".")
    entry = frame.context.map.stores.get(store)
    if entry is not None and table in entry.tables:
        return frame.context.map.place_of(store, table)
    return (entry.place if entry is not None else None) or store


def _archive_places(frame: Frame, standing: ColumnStanding) -> tuple[str, ...]:
    """The places to which the rules that count for a column archive its values."""
    counting = {part.rule for part in standing.rules}
    return tuple(
        dict.fromkeys(
            rule.archive.place
            for _, rule in rules_of(frame.context.policy).values()
            if rule.id in counting and rule.archive and rule.archive.place != frame.place
        )
    )


def _group(frame: Frame, columns: tuple[str, ...], sample: Column) -> Group:
    illegible = unreadable(columns[0], beside_of(frame.entry))
    standing = column_standing(frame, sample, frame.place, illegible)
    places = _archive_places(frame, standing)
    mapped = archive_place(frame)
    asked = (mapped,) if mapped in places else places
    there = either(*(archived(frame, sample, place) for place in asked if place is not None))
    scope = concerned(frame, roles_of(frame, sample))
    moves = simplified(both(scope, standing.due, there))
    stranded = moves != FALSE and mapped not in places
    return Group(sample.category or "", columns, standing, moves, stranded, scope)


def groups(frame: Frame) -> tuple[Group, ...]:
    """The values of a table, grouped by category and roles; those inside JSON by where they lie."""
    return frame.context.once(("groups", frame.store, frame.table), lambda: _groups(frame))


def _groups(frame: Frame) -> tuple[Group, ...]:
    together: dict[tuple[object, ...], list[str]] = {}
    sample: dict[tuple[object, ...], Column] = {}
    beside = beside_of(frame.entry)
    for name, column in frame.entry.values.items():
        label = (column.category, column.roles, unreadable(name, beside))
        together.setdefault(label, []).append(name)
        sample.setdefault(label, column)
    return tuple(
        _group(frame, tuple(columns), sample[label]) for label, columns in together.items()
    )


def row_due(frame: Frame, parts: tuple[Group, ...]) -> Predicate:
    """Rows of which no value has a ground.

    Where the row is no person's record, those alone whom what is left would single out.
    """
    if not parts:
        return FALSE
    gone = both(*(group.gone for group in parts))
    if frame.entry.row != "delete":
        gone = both(gone, singled_out(frame, [(group.columns, group.gone) for group in parts]))
    return simplified(gone)


def row_free(frame: Frame, parts: tuple[Group, ...]) -> Predicate:
    """Rows of a table that is part of another that may go with it: nothing in them has a ground."""
    if frame.entry.row != "delete":
        return FALSE
    protected = frame.filter(frame.entry.protect) if frame.entry.protect is not None else FALSE
    excused = negation(either(protected, held(frame)))
    return simplified(both(excused, *(group.gone for group in parts)))


def dependents(frame: Frame, schema: StoreSchema | None) -> tuple[Dependent, ...]:
    """Everything of the same store that references this table: by the map, else by foreign keys."""
    found: list[Dependent] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    tables = frame.context.map.stores[frame.store].tables
    for other, entry in tables.items():
        for name, relation in entry.relations.items():
            target = frame.context.map.reference(frame.store, relation.references)
            if target != (frame.store, frame.table):
                continue
            path = (f"<{other}.{name}",)
            found.append(Dependent(other, None, path, relation.part_of, known=True))
            seen.add((physical_name(other, entry), relation.columns))
    if schema is not None:
        found.extend(_undeclared(frame, schema, seen))
    return tuple(found)


def _undeclared(
    frame: Frame, schema: StoreSchema, seen: set[tuple[str, tuple[str, ...]]]
) -> list[Dependent]:
    """Foreign keys of the database that no relation of the map describes."""
    tables = frame.context.map.stores[frame.store].tables
    by_physical = {physical_name(name, entry): name for name, entry in tables.items()}
    found = []
    for table, key in schema.referencing(physical_name(frame.table, frame.entry)):
        if (table.name, key.columns) in seen or table.kind == "partition":
            continue
        entry_name = by_physical.get(table.name, table.name)
        hop = Hop(table=entry_name, columns=key.to, target=key.columns)
        found.append(Dependent(entry_name, hop, (), part_of=False, known=table.name in by_physical))
    return found


def some_dependent(frame: Frame, dependent: Dependent, where: Predicate) -> Predicate:
    """A row of the dependent table that references the current row satisfies `where`."""
    if dependent.hop is not None:
        return exists((dependent.hop,), where)
    return frame.along(dependent.path, where)


def deletable(frame: Frame, schema: StoreSchema | None, above: tuple[str, ...] = ()) -> Predicate:
    """Rows that may go: due, and nothing that stays depends on them.

    Tables that depend on each other in a cycle are taken for due here; `apply` decides them by
    iteration.
    """
    due = row_due(frame, groups(frame))
    return FALSE if due == FALSE else both(due, unburdened(frame, schema, above))


def unburdened(frame: Frame, schema: StoreSchema | None, above: tuple[str, ...]) -> Predicate:
    """Rows on which nothing that stays depends."""
    path = (*above, frame.table)
    parts: list[Predicate] = []
    for dependent in dependents(frame, schema):
        if not dependent.known:
            parts.append(negation(some_dependent(frame, dependent, TRUE)))
            continue
        child = frame.at(frame.store, dependent.table)
        if dependent.part_of:
            free = row_free(child, groups(child))
            below = TRUE if dependent.table in path else unburdened(child, schema, path)
            goes = both(free, below)
        elif dependent.table in path:
            goes = row_due(child, groups(child))
        else:
            goes = deletable(child, schema, path)
        if goes != TRUE:
            parts.append(negation(some_dependent(frame, dependent, negation(goes))))
    return both(*parts)
