"""A plan's steps as SQL that a database administrator can read; it is shown, never run.

What runs is the same conditions in the same order, bound and in batches, with locks between. Keys
of rows and identifiers of persons are not in it: facts stand in temporary tables, named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from troth.apply.counting import settled
from troth.apply.planning import Setting, at_work, schemas_of
from troth.apply.resolve import sets_in
from troth.apply.values import erased_forms, present
from troth.apply.work import Work
from troth.grounds.facts import Facts
from troth.plan.model import (
    ArchiveRows,
    DeleteRows,
    EraseValues,
    Plan,
    SendInvitations,
    Step,
    WholePartition,
)
from troth.plan.predicate import Hop, Predicate, either
from troth.stores.render import Row

LONGEST_CONSTANT = 40  # characters; a longer one hides the statement around it
_DEEPEST = 12  # levels of brackets that are told apart by indentation


@dataclass(frozen=True)
class StepSql:
    """One step with its statements in order; `sets` are the temporary tables that they read."""

    step: Step
    statements: tuple[str, ...]
    sets: tuple[tuple[str, str], ...]


def sql_of_plan(plan: Plan, setting: Setting, facts: Facts, now: datetime) -> tuple[StepSql, ...]:
    """Every step of a measured plan as SQL of its store; reads the stores, changes nothing."""
    schemas = schemas_of(setting)
    with at_work(setting, schemas, plan, facts, now) as works:
        deletes = {
            (step.store, step.table): step for step in plan.steps if isinstance(step, DeleteRows)
        }
        return tuple(_step(works[step.store], step, deletes) for step in plan.steps)


Condition = sa.ColumnElement[bool]
_Deletes = Mapping[tuple[str, str], DeleteRows]


def _step(work: Work, step: Step, deletes: _Deletes) -> StepSql:
    due = settled(_due(step), work, step.table)
    match step:
        case DeleteRows():
            statements = list(_delete(work, step, due, deletes))
        case EraseValues():
            statements = list(_erase(work, step, due))
        case ArchiveRows():
            statements = [_archive(work, step, due)]
        case SendInvitations():
            row = work.row(step.table)
            statements = [_text(work, _keys(step, row).where(_where(work, due, row)))]
    names = [name for name in sets_in(due) if name in work.sets]
    return StepSql(
        step, tuple(map(_with_constants, statements)), tuple((work.sets[n].name, n) for n in names)
    )


def _due(step: Step) -> Predicate:
    return either(*step.moves.values()) if isinstance(step, ArchiveRows) else step.due


def _where(work: Work, due: Predicate, row: Row) -> Condition:
    return work.renderer().condition(due, row)


def _keys(step: Step, row: Row) -> sa.Select[tuple[object, ...]]:
    return sa.select(*(row.source.c[name] for name in step.key)).select_from(row.source)


def _picked(step: Step) -> sa.TableClause:
    return sa.table(f"due_{step.table}", *(sa.column(name) for name in step.key))


def _is_picked(step: Step, source: sa.FromClause) -> Condition:
    picked = _picked(step)
    return (
        sa.select(sa.literal_column("1"))
        .select_from(picked)
        .where(*(picked.c[name] == source.c[name] for name in step.key))
        .correlate_except(picked)
        .exists()
    )


def _delete(work: Work, step: DeleteRows, due: Predicate, deletes: _Deletes) -> Iterator[str]:
    row = work.row(step.table)
    condition = _where(work, due, row)
    owners = [deletes.get((step.store, hop.table)) for hop in step.owners.values()]
    for hop, owner in zip(step.owners.values(), owners, strict=True):
        if owner is not None:
            condition = sa.or_(condition, _reached(work, row, hop, partial(_is_picked, owner)))
    for partition in step.partitions:
        yield from _drop(work, step, partition)
    picked = _keys(step, row).where(condition)
    name = f"due_{step.table}"
    yield f"CREATE TEMPORARY TABLE {name} AS\n{_text(work, picked)}"
    mine = _picked(step)
    for child in step.children:
        if child.hop is None:
            continue
        child_step = deletes.get((step.store, child.table)) if child.known else None
        stays = _reached(work, row, child.hop, partial(_stays, child_step))
        kept = (
            sa.select(sa.literal_column("1"))
            .select_from(row.source)
            .where(*(mine.c[name] == row.source.c[name] for name in step.key), stays)
            .correlate(mine)
            .exists()
        )
        yield _text(work, sa.delete(mine).where(kept))
    table = row.source
    assert isinstance(table, sa.TableClause)
    gone = sa.delete(table).where(_batch(step, table))
    yield _text(work, gone)


def _drop(work: Work, step: DeleteRows, partition: WholePartition) -> Iterator[str]:
    """A partition is counted once more, writers kept out, and dropped if that is all its rows."""
    source = work.row(partition.name).source
    assert isinstance(source, sa.TableClause)
    name = work.connection.dialect.identifier_preparer.format_table(source)
    due = _where(work, step.due, Row(work.row(step.table).table, source))
    yield f"LOCK TABLE {name} IN SHARE MODE;"
    yield _text(work, sa.select(sa.func.count()).select_from(source).where(sa.not_(due)))
    yield f"-- only if that is none:\nDROP TABLE {name};"


def _stays(step: DeleteRows | None, source: sa.FromClause) -> Condition:
    return sa.true() if step is None else sa.not_(_is_picked(step, source))


def _reached(
    work: Work, row: Row, hop: Hop, condition: Callable[[sa.FromClause], Condition]
) -> Condition:
    """A row to which `hop` leads fulfils a condition."""
    bare = work.row(hop.table)
    other = work.renderer().row(hop.table, bare.source.alias())
    return (
        sa.select(sa.literal_column("1"))
        .select_from(other.source)
        .where(work.renderer().joined(hop, row, other), condition(other.source))
        .correlate_except(other.source)
        .exists()
    )


def _batch(step: Step, table: sa.TableClause) -> Condition:
    """The keys of one batch, as a person reads it."""
    picked = _picked(step)
    keys = sa.select(*picked.c).where(sa.column("batch") == sa.literal_column(":batch"))
    left = [table.c[name] for name in step.key]
    return (left[0] if len(left) == 1 else sa.tuple_(*left)).in_(keys)


def _erase(work: Work, step: EraseValues, due: Predicate) -> Iterator[str]:
    row = work.row(step.table)
    condition = sa.and_(_where(work, due, row), present(work, step, row))
    picked = _keys(step, row).where(condition)
    yield f"CREATE TEMPORARY TABLE due_{step.table} AS\n{_text(work, picked)}"
    table = row.source
    assert isinstance(table, sa.TableClause)
    values = {table.c[name]: form for name, form in erased_forms(work, step, row).items()}
    yield _text(work, sa.update(table).values(values).where(_batch(step, table)))


def _archive(work: Work, step: ArchiveRows, due: Predicate) -> str:
    row = work.row(step.table)
    names = list(dict.fromkeys((*step.key, *step.keeps_columns, *step.moves)))
    select = sa.select(*(row.source.c[name] for name in names)).select_from(row.source)
    target = f"{step.to_store}.{step.to_table}"
    return f"-- into {target}\n{_text(work, select.where(_where(work, due, row)))}"


def _text(work: Work, statement: sa.Executable) -> str:
    """A statement with its constants written out, broken into lines."""
    dialect = work.connection.dialect
    assert isinstance(statement, sa.sql.ClauseElement)
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    text = " ".join(str(compiled).split())
    if dialect.paramstyle in ("format", "pyformat"):
        text = text.replace("%%", "%")
    return broken(text) + ";"


def _with_constants(text: str) -> str:
    """Long constants (patterns of dates) are named in the statement and listed above it."""
    names: dict[str, str] = {}
    for found in re.finditer(r"'(?:[^']|'')*'", text):
        if len(found.group()) > LONGEST_CONSTANT:
            names.setdefault(found.group(), f":pattern{len(names) + 1}")
    for constant, name in names.items():
        text = text.replace(constant, name)
    listed = "".join(f"-- {name} is {constant}\n" for constant, name in names.items())
    return listed + text


def broken(text: str) -> str:
    """SQL of one line on several: a new line at each clause and condition, indented by depth."""
    parts: list[str] = []
    depth = 0
    for piece in re.split(r"('(?:[^']|'')*')", text):
        if piece.startswith("'"):
            parts.append(piece)
            continue
        position = 0
        for found in re.finditer(r"[()]|\b(?:FROM|WHERE|SET|VALUES|AND|OR)\b", piece):
            word = found.group()
            parts.append(piece[position : found.start()])
            position = found.end()
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
            elif not (word == "FROM" and parts[-1].endswith("DELETE ")):
                parts[-1] = parts[-1].rstrip()
                parts.append("\n" + "  " * min(depth + (word in ("AND", "OR")), _DEEPEST))
            parts.append(word)
        parts.append(piece[position:])
    return "".join(parts)
