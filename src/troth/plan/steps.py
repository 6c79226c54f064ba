"""The steps of one table: what goes, what is erased in place, what is archived."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from troth.datamap.bindings import Binding
from troth.plan.frame import Frame
from troth.plan.inside import beside_of
from troth.plan.kept import shown_by
from troth.plan.model import (
    ArchiveRows,
    Because,
    Child,
    DeleteRows,
    EraseValues,
)
from troth.plan.predicate import FALSE, Hop, Predicate, both, either, negation
from troth.plan.rows import Group, dependents, row_due, row_free
from troth.plan.schema import StoreSchema
from troth.policy.versions import rules_of


def because(frame: Frame, parts: Iterable[Group]) -> tuple[Because, ...]:
    """The promises behind the standing of some groups, without repetition."""
    rules = rules_of(frame.context.policy)
    found: dict[str, Because] = {}
    for group in parts:
        for part in group.standing.rules:
            name, rule = rules[part.rule]
            found[part.rule] = Because(
                activity=name,
                rule=rule.id,
                promise=rule.promise,
                clauses=rule.clauses,
                statute=rule.statute,
            )
    return tuple(found.values())


def archive_step(frame: Frame, parts: tuple[Group, ...]) -> ArchiveRows | None:
    """Values due in everyday use and supported in the archive's place move there."""
    target = frame.context.map.archives.get(frame.label)
    if target is None:
        return None
    moves: dict[str, Predicate] = {}
    moving = []
    for group in parts:
        if group.moves != FALSE and not group.stranded:
            moves.update(dict.fromkeys(group.columns, group.moves))
            moving.append(group)
    if not moves:
        return None
    to_store, _, to_table = target.table.partition(".")
    personal = set(frame.entry.personal)
    entry = frame.context.map.stores[to_store].tables.get(to_table)
    return ArchiveRows(
        id=f"archive:{frame.label}",
        store=frame.store,
        table=frame.table,
        key=frame.require_key(),
        to_store=to_store,
        to_table=to_table,
        moves=moves,
        columns={name: frame.entry.values[name].erased for name in moves},
        beside=_beside(frame, moves),
        keeps_columns=tuple(name for name in frame.entry.columns if name not in personal),
        days=_recorded_days(entry.events if entry is not None else {}),
        readers=_archive_readers(frame, moving),
        because=because(frame, moving),
    )


def _beside(frame: Frame, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Of these values, those that are what lies beside others in a JSON column."""
    return {name: paths for name, paths in beside_of(frame.entry).items() if name in names}


def _recorded_days(events: dict[str, Binding]) -> dict[str, str]:
    """Columns of the archive that record the day of an event, so that it outlives its evidence."""
    found = {}
    for event, binding in events.items():
        column = getattr(binding, "column", None)
        if isinstance(column, str) and column == f"troth_day_{event.replace('-', '_')}":
            found[column] = event
    return found


def _archive_readers(frame: Frame, parts: Iterable[Group]) -> tuple[str, ...]:
    rules = rules_of(frame.context.policy)
    readers: dict[str, None] = {}
    for group in parts:
        for part in group.standing.rules:
            archive = rules[part.rule][1].archive
            if archive is not None:
                readers.update(dict.fromkeys(archive.readers))
    return tuple(readers)


def delete_step(
    frame: Frame,
    parts: tuple[Group, ...],
    schema: StoreSchema | None,
    archive: ArchiveRows | None,
    also: Predicate = FALSE,
) -> DeleteRows | None:
    """Rows of which no value is supported, or that go with a row they are part of.

    `also`: rows that went before, and came back with a backup.
    """
    due = either(row_due(frame, parts), also)
    owners = tuple(name for name, relation in frame.entry.relations.items() if relation.part_of)
    if due == FALSE and not owners:
        return None
    return DeleteRows(
        id=f"delete:{frame.label}",
        store=frame.store,
        table=frame.table,
        key=frame.require_key(),
        columns=tuple(frame.entry.personal),
        due=due,
        children=_children(frame, schema),
        with_parent=owners,
        owners={name: _single_hop(frame, (name,)) for name in owners},
        free=either(row_free(frame, parts), also) if owners else None,
        archive_first=archive.id if archive else None,
        keeps=shown_by(frame),
        because=because(frame, parts),
    )


def _children(frame: Frame, schema: StoreSchema | None) -> tuple[Child, ...]:
    return tuple(
        Child(
            table=dependent.table,
            path=dependent.path,
            hop=dependent.hop or _single_hop(frame, dependent.path),
            part_of=dependent.part_of,
            known=dependent.known,
        )
        for dependent in dependents(frame, schema)
    )


def _single_hop(frame: Frame, path: tuple[str, ...]) -> Hop:
    """The hop of a path of one step inside the store."""
    (hop,) = frame.hops(path)
    return frame.sql_hop(hop)


def erase_steps(
    frame: Frame,
    parts: tuple[Group, ...],
    archive: ArchiveRows | None,
    also: Callable[[Collection[str]], Predicate] = lambda _: FALSE,
) -> tuple[EraseValues, ...]:
    """Due values of rows that stay, one step for each group of columns.

    `also`: rows of which these columns were erased before, and came back with a backup.
    """
    found = []
    for group in parts:
        # what cannot be read is not written, whatever went from there before
        back = both(also(group.columns), negation(group.standing.unreadable))
        due = either(group.gone, back)
        if due == FALSE:
            continue
        found.append(
            EraseValues(
                id=f"erase:{frame.label}:{'+'.join(group.columns)}",
                store=frame.store,
                table=frame.table,
                key=frame.require_key(),
                columns={name: frame.entry.values[name].erased for name in group.columns},
                beside=_beside(frame, group.columns),
                due=due,
                archive_first=archive.id if archive else None,
                keeps=shown_by(frame, group.columns),
                because=because(frame, [group]),
            )
        )
    return tuple(found)
