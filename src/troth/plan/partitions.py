"""Which partitions a step may drop as a whole, judged from schema and steps alone.

A partition may go only where nothing is written to it any more: its range ends before the days that
the step's rules keep. Nothing may be lost beside its rows: no trigger, reference, evidence or copy.
Whether every row in it is due is asked of the store, when the plan is measured and at the drop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from troth.datamap.model import DataMap
from troth.law.calendar import day_begins
from troth.plan.model import ArchiveRows, DeleteRows, Notice, Step, WholePartition
from troth.plan.predicate import DayWithin, Hop, InPeriod, Node
from troth.plan.rows import physical_name
from troth.plan.schema import PartitionRange, StoreSchema, TableSchema
from troth.plan.sets import Linked, SetDefinition, SmallGroups

_BY_ITSELF = "the database commits by itself when a partition is dropped"
_EMPTYING = ("delete", "truncate")
_DAY = timedelta(days=1)


def with_partitions(
    datamap: DataMap,
    schemas: Mapping[str, StoreSchema],
    steps: Sequence[Step],
    sets: Mapping[str, SetDefinition],
) -> tuple[tuple[Step, ...], tuple[Notice, ...]]:
    """The steps with the partitions that each may drop, and why others go row by row."""
    done: list[Step] = []
    told: list[Notice] = []
    for step in steps:
        schema = schemas.get(step.store)
        if not isinstance(step, DeleteRows) or schema is None:
            done.append(step)
            continue
        whole, stay = droppable(datamap, schema, step, steps, sets)
        parts = tuple(WholePartition(name=name) for name in whole)
        done.append(step.model_copy(update={"partitions": parts}) if parts else step)
        told += [_told(step, why) for why in dict.fromkeys(stay)]
    return tuple(done), tuple(told)


def droppable(
    datamap: DataMap,
    schema: StoreSchema,
    step: DeleteRows,
    steps: Sequence[Step],
    sets: Mapping[str, SetDefinition],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The partitions that a step may drop where all of it is due; and what keeps others from it."""
    entry = datamap.stores[step.store].tables[step.table]
    table = schema.table(physical_name(step.table, entry)) or schema.table(entry.name or step.table)
    if table is None or table.kind != "partitioned":
        return (), ()
    if schema.dialect != "postgresql":
        return (), (_BY_ITSELF,)
    past = list(_past(schema, table, step))
    hindered = _hindrance(table, step, steps, sets)
    if hindered:
        return (), (hindered,) if past else ()
    why = {part.name: _stays(schema, part, limit) for part, limit in past}
    return (
        tuple(name for name, reason in why.items() if not reason),
        tuple(reason for reason in why.values() if reason),
    )


def _past(
    schema: StoreSchema, table: TableSchema, step: DeleteRows
) -> Iterator[tuple[TableSchema, PartitionRange]]:
    """Partitions into which only rows could be written that would be due at once."""
    for part in schema.tables:
        limit = part.range
        if part.partition_of == table.name and limit is not None and _is_over(limit, step.due):
            yield part, limit


def _is_over(limit: PartitionRange, due: Node) -> bool:
    """The range ends before every day on which the rules draw a line, after the oldest data."""
    days = [
        node
        for node in _nodes(due)
        if isinstance(node, DayWithin)
        and (node.day.column, node.day.json_path, node.day.form) == (limit.column, None, "native")
    ]
    oldest = min((node.first for node in days), default=None)
    lines = [(node.first, node.day.zone) for node in days if node.first != oldest]
    lines += [(node.last + _DAY, node.day.zone) for node in days if node.last is not None]
    return bool(lines) and all(_ends_by(limit.until, day, ZoneInfo(zone)) for day, zone in lines)


def _ends_by(until: str, day: date, zone: ZoneInfo) -> bool:
    """Everything before `until` lies before `day` begins."""
    try:
        end = datetime.fromisoformat(until)
    except ValueError:  # a number, or what no calendar holds
        return False
    if end.tzinfo is None:
        return end <= datetime.combine(day, time(0))
    return end <= day_begins(day, zone)


def _hindrance(
    table: TableSchema,
    step: DeleteRows,
    steps: Sequence[Step],
    sets: Mapping[str, SetDefinition],
) -> str:
    """What keeps every partition of a table from being dropped."""
    if step.children:
        return f"{step.children[0].table} references its rows"
    if step.with_parent:
        return "its rows go with rows of another table"
    if step.archive_first:
        return "its rows go to an archive first"
    if step.keeps or step.shows:
        return "what its rows show of others is kept before they go"
    if any(step.table in _tables_read(other, sets, step.store) for other in steps):
        return "its rows decide over other rows"
    return _trigger(table)


def _stays(schema: StoreSchema, part: TableSchema, limit: PartitionRange) -> str:
    """What keeps one partition from being dropped."""
    if limit.stays:
        return limit.stays
    referencing = schema.referencing(part.name)
    if referencing:
        return f"{referencing[0][0].name} references a partition"
    reader = next((table.name for table in schema.tables if part.name in table.reads), None)
    return f"view {reader} reads a partition" if reader else _trigger(part)


def _trigger(table: TableSchema) -> str:
    found = next((one.name for one in table.triggers if one.event in _EMPTYING), None)
    return f"trigger {found} would not run" if found else ""


def _tables_read(step: Step, sets: Mapping[str, SetDefinition], store: str) -> set[str]:
    """The tables of a store, beside its own, by whose rows the rows of a step are decided."""
    roots: list[Node] = list(step.moves.values()) if isinstance(step, ArchiveRows) else [step.due]
    if isinstance(step, DeleteRows) and step.free is not None:
        roots.append(step.free)
    found: set[str] = set()
    seen: set[str] = set()
    while roots:
        for node in _nodes(roots.pop()):
            if isinstance(node, Hop | InPeriod):
                found.add(node.table)
            for name in node.sets:
                definition = sets.get(name)
                if not isinstance(definition, Linked | SmallGroups) or name in seen:
                    continue
                seen.add(name)
                if isinstance(definition, Linked) and definition.other_store == store:
                    found.add(definition.other_table)
                roots.append(definition.where)
    return found


def _nodes(root: Node) -> Iterator[Node]:
    """A predicate and everything inside it, each once."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += node.inner


def _told(step: DeleteRows, why: str) -> Notice:
    return Notice(
        code="partitions-by-rows",
        severity="info",
        store=step.store,
        table=step.table,
        message=f"partitions of which every row is due are emptied row by row: {why}",
        help="nothing has to be done; see docs/how-to/partitions.md",
    )
