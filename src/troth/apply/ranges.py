"""Ranges: rows that nothing references and that decide for themselves go by ranges of their key.

One statement locks, decides and writes a range, so that no key is kept anywhere. A range holds no
more rows than a batch may, because it is made of parts no wider than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from troth.apply.scouting import Found, Scout, Stretches, scout
from troth.apply.values import erased_forms, present
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import DeleteRows, EraseValues
from troth.plan.predicate import And, Exists, InPeriod, Not, Or, Predicate
from troth.stores.render import Row

MOST_PARTS = 1_000_000  # of a key's range; a key with wider gaps is walked row by row
STRETCHES = 16  # of a large table's keys, of which each is scouted while another is written
SCOUTED_BATCHES = 20  # fewer are found at once, since a further session would cost more
_LARGEST_KEY = 2**62


@dataclass
class RangePick:
    """The rows of one step by ranges of its integer key: first, last (inclusive), rows found.

    With a `scout`, further ranges follow those that are known; `counted` is the rows of all.
    """

    step: DeleteRows | EraseValues
    delete: DeleteRows | None
    ranges: list[tuple[int, int, int]]
    size: int = 0
    counted: int | None = None
    scout: Scout | None = None

    @property
    def rows(self) -> int:
        return sum(rows for _, _, rows in self.ranges) if self.counted is None else self.counted

    def has(self, number: int) -> bool:
        """Whether there is a range of that number; may wait for the scout, and raise its error."""
        while number >= len(self.ranges) and self.scout is not None:
            found = self.scout.next()
            if found is None:
                self.close()
            else:
                self.ranges += _merged(found, self.size)
        return number < len(self.ranges)

    def close(self) -> None:
        """Looks for no further range."""
        if self.scout is not None:
            self.scout.close()
            self.scout = None


def walks_ranges(
    work: Work, step: DeleteRows | EraseValues, steps: Sequence[DeleteRows | EraseValues]
) -> bool:
    """Whether a step's rows can go by ranges: they depend on nothing but themselves."""
    deletes = [other for other in steps if isinstance(other, DeleteRows)]
    own = [step] if isinstance(step, DeleteRows) else []
    own += [other for other in deletes if other.table == step.table]
    return (
        len(step.key) == 1
        and work.row(step.table).kind(step.key[0]) == "integer"
        and step.archive_first is None
        and not (step.keeps or step.shows)
        and is_local(step.due)
        and not any(child.table == step.table for other in deletes for child in other.children)
        and all(
            not (other.children or other.keeps or other.with_parent or other.archive_first)
            and is_local(other.due)
            for other in own
        )
    )


def is_local(predicate: Predicate) -> bool:
    """It reads the row and the session's sets, and no other table."""
    match predicate:
        case And() | Or():
            return all(is_local(part) for part in predicate.parts)
        case Not():
            return is_local(predicate.part)
        case Exists() | InPeriod():
            return False
        case _:
            return True


def pick_ranges(
    work: Work,
    connection: sa.Connection,
    step: DeleteRows | EraseValues,
    delete: DeleteRows | None,
    size: int,
) -> RangePick | None:
    """The ranges of a step's due rows; None where the key's values lie too far apart.

    `delete` is the step that deletes whole rows of the same table.
    """
    row = work.row(step.table)
    key = row.source.c[step.key[0]]
    ends = connection.execute(sa.select(sa.func.min(key), sa.func.max(key))).one()
    if ends[0] is None:
        return RangePick(step, delete, [])
    low, high = int(ends[0]), int(ends[1])
    if low < 0 or high > _LARGEST_KEY or (high - low) // size > MOST_PARTS:
        return None
    part = (key // size).label("part")
    # Few parts are put in order here: asked to, PostgreSQL sorts all rows instead of hashing them.
    select = (
        sa.select(part, sa.func.count()).where(condition(work, step, delete, row)).group_by(part)
    )
    pick = RangePick(step, delete, [], size)
    within = key.between(sa.bindparam("low"), sa.bindparam("high"))
    if not _scouted(work, connection, pick, select.where(within), _stretches(low, high, size)):
        pick.ranges = _merged([(int(n), int(rows)) for n, rows in connection.execute(select)], size)
    return pick


def _scouted(
    work: Work,
    connection: sa.Connection,
    pick: RangePick,
    select: sa.Select[Any],
    stretches: Stretches,
) -> bool:
    """Sends a scout along the keys of a large table, once its due rows are counted."""
    if reads_sets(work, pick) or not work.store.capabilities.row_locks.yes:
        return False
    counted = count_ranges(work, connection, pick.step, pick.delete).rows
    if counted > SCOUTED_BATCHES * pick.size:
        pick.counted, pick.scout = counted, scout(work, select, stretches)
    return pick.scout is not None


def reads_sets(work: Work, pick: RangePick) -> bool:
    """Facts decide its rows, by keys in a temporary table of the first session."""
    steps = (pick.step, pick.delete)
    return any(name in work.sets for step in steps if step is not None for name in step.due.sets)


def _stretches(low: int, high: int, size: int) -> list[dict[str, int]]:
    """The keys from `low` to `high` in stretches of whole parts."""
    first, parts = low // size, high // size - low // size + 1
    width = -(-parts // STRETCHES)
    return [
        {"low": (first + at) * size, "high": (first + at + width) * size - 1}
        for at in range(0, parts, width)
    ]


def count_ranges(
    work: Work,
    connection: sa.Connection,
    step: DeleteRows | EraseValues,
    delete: DeleteRows | None,
) -> RangePick:
    """The due rows of a step counted, as one range of all keys: an index may know their number."""
    row = work.row(step.table)
    select = (
        sa.select(sa.func.count()).select_from(row.source).where(condition(work, step, delete, row))
    )
    rows = int(connection.execute(select).scalar_one())
    return RangePick(step, delete, [(0, _LARGEST_KEY, rows)])


def _merged(parts: Found, size: int) -> list[tuple[int, int, int]]:
    """Neighbouring parts together, as long as they hold no more than `size` rows."""
    found: list[tuple[int, int, int]] = []
    for number, rows in sorted(parts):
        first, last = number * size, (number + 1) * size - 1
        if found and found[-1][2] + rows <= size:
            found[-1] = (found[-1][0], last, found[-1][2] + rows)
        else:
            found.append((first, last, rows))
    return found


def condition(
    work: Work, step: DeleteRows | EraseValues, delete: DeleteRows | None, row: Row
) -> sa.ColumnElement[bool]:
    """What makes a row of the step go, or lose values."""
    renderer = work.renderer()
    due = renderer.condition(step.due, row)
    if isinstance(step, DeleteRows):
        return due
    stays = sa.true() if delete is None else sa.not_(renderer.condition(delete.due, row))
    return sa.and_(due, present(work, step, row), stays)


def carry_out_range(
    work: Work, connection: sa.Connection, pick: RangePick, number: int
) -> tuple[int, int]:
    """Writes one range inside the open transaction; rows written, and rows no longer due.

    Raises `Broken` (`affected-rows-differ`) when due rows remain in it afterwards: looked for in
    the first range, where the table has triggers, and where the count is short.
    """
    first, last, expected = pick.ranges[number]
    row = work.row(pick.step.table)
    target = row.source
    assert isinstance(target, sa.TableClause)
    key = target.c[pick.step.key[0]]
    where = (key.between(first, last), condition(work, pick.step, pick.delete, row))
    if isinstance(pick.step, DeleteRows):
        statement: sa.Delete | sa.Update = sa.delete(target).where(*where)
    else:
        forms = erased_forms(work, pick.step, row)
        statement = (
            sa.update(target)
            .where(*where)
            .values({target.c[name]: value for name, value in forms.items()})
        )
    written = connection.execute(statement).rowcount
    if written < expected or number == 0 or row.table.triggers:
        select = sa.select(sa.func.count()).select_from(target).where(*where)
        left = connection.execute(select).scalar_one()
        if left:
            raise differs(work, pick.step.table, f"{left} rows that were to be written remain")
    return written, max(expected - written, 0)


def differs(work: Work, table: str, what: str) -> Broken:
    """The database did other than it was told."""
    return Broken(
        "affected-rows-differ",
        f"table '{table}': {what}; the batch was rolled back",
        place=work.name,
        help="a trigger or rule of the database suppresses or redirects the write",
    )
