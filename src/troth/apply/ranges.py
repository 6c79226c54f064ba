"""Ranges: rows that nothing references and that decide for themselves go by ranges of their key.

One statement locks, decides and writes a range, so that no key is kept anywhere. A range holds no
more rows than a batch may, because it is made of parts no wider than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import sqlalchemy as sa

from troth.apply.values import erased_forms, present
from troth.apply.walking import CrowdedError, Walk, worth_walking
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import DeleteRows, EraseValues
from troth.plan.predicate import And, Exists, InPeriod, Not, Or, Predicate
from troth.stores.render import Row

MOST_PARTS = 1_000_000  # of a key's range; a key with wider gaps is walked row by row
FOUND_AT_ONCE = 20  # batches; the ranges of more rows are walked along
_LARGEST_KEY = 2**62


@dataclass
class RangePick:
    """The rows of one step by ranges of its integer key: first, last (inclusive), rows found.

    On a `walk`, further ranges follow those that are known, of which nobody knows the rows before
    they are written; `counted` is the rows of all.
    """

    step: DeleteRows | EraseValues
    delete: DeleteRows | None
    ranges: list[tuple[int, int, int | None]]
    counted: int | None = None
    walk: Walk | None = None
    written: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        if self.counted is not None:
            return self.counted
        return sum(rows or 0 for _, _, rows in self.ranges)

    def has(self, number: int) -> bool:
        """Whether there is a range of that number."""
        while number >= len(self.ranges) and self.walk is not None:
            found = self.walk.step()
            if found is None:
                break
            self.ranges.append((*found, None))
        return number < len(self.ranges)

    def wrote(self, number: int, rows: int) -> int:
        """Learns of the rows of a range on the walk; how many of all were skipped, at its end.

        Raises `CrowdedError` where they are more than a batch may write.
        """
        first, last, _ = self.ranges[number]
        assert self.walk is not None
        assert self.counted is not None
        if rows > self.walk.size:
            raise CrowdedError(rows)
        self.written[number] = rows
        if number == len(self.ranges) - 1:
            self.walk.wrote(first, last, rows)
        return max(self.counted - sum(self.written.values()), 0) if last == self.walk.high else 0

    def narrow(self, number: int, rows: int) -> None:
        """Takes a range narrower, which held so many rows, and forgets those after it."""
        assert self.walk is not None
        self.walk.crowded(self.ranges[number][0], rows)
        del self.ranges[number:]


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
    *,
    unsafe: bool = False,
) -> RangePick | None:
    """The ranges of a step's due rows; None where the key's values lie too far apart.

    `delete` is the step that deletes whole rows of the same table. `unsafe`: what is written cannot
    be rolled back, or leaves no receipt.
    """
    row = work.row(step.table)
    key = row.source.c[step.key[0]]
    ends = connection.execute(sa.select(sa.func.min(key), sa.func.max(key))).one()
    if ends[0] is None:
        return RangePick(step, delete, [])
    low, high = int(ends[0]), int(ends[1])
    if low < 0 or high > _LARGEST_KEY or (high - low) // size > MOST_PARTS:
        return None
    if work.store.capabilities.row_locks.yes and row.table.transactional and not unsafe:
        counted = count_ranges(work, connection, step, delete).rows
        if counted > FOUND_AT_ONCE * size and worth_walking(low, high, counted):
            return RangePick(step, delete, [], counted, Walk(low, high, size))
    part = (key // size).label("part")
    # Few parts are put in order here: asked to, PostgreSQL sorts all rows instead of hashing them.
    select = (
        sa.select(part, sa.func.count()).where(condition(work, step, delete, row)).group_by(part)
    )
    found = [(int(number), int(rows)) for number, rows in connection.execute(select)]
    return RangePick(step, delete, _merged(found, size))


def reads_sets(work: Work, pick: RangePick) -> bool:
    """Facts decide its rows, by keys in a temporary table of the first session."""
    steps = (pick.step, pick.delete)
    return any(name in work.sets for step in steps if step is not None for name in step.due.sets)


def count_ranges(
    work: Work,
    connection: sa.Connection,
    step: DeleteRows | EraseValues,
    delete: DeleteRows | None,
    *,
    swept: bool = False,
) -> RangePick:
    """The due rows of a step counted, as one range of all keys: an index may know their number.

    `swept`: many of them have just gone.
    """
    row = work.row(step.table)
    select = (
        sa.select(sa.func.count()).select_from(row.source).where(condition(work, step, delete, row))
    )
    with work.store.dialect.after_a_sweep(connection) if swept else nullcontext():
        rows = int(connection.execute(select).scalar_one())
    return RangePick(step, delete, [(0, _LARGEST_KEY, rows)])


def _merged(parts: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int, int | None]]:
    """Neighbouring parts together, as long as they hold no more than `size` rows."""
    found: list[tuple[int, int, int]] = []
    for number, rows in sorted(parts):
        first, last = number * size, (number + 1) * size - 1
        if found and found[-1][2] + rows <= size:
            found[-1] = (found[-1][0], last, found[-1][2] + rows)
        else:
            found.append((first, last, rows))
    return list(found)


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
    the first range, where the table has triggers, and where the count is short. Raises
    `CrowdedError` where a range on a walk held more rows than a batch may write.
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
    skipped = pick.wrote(number, written) if expected is None else max(expected - written, 0)
    suspicious = written == 0 if expected is None else written < expected
    if suspicious or number == 0 or row.table.triggers:
        select = sa.select(sa.func.count()).select_from(target).where(*where)
        left = connection.execute(select).scalar_one()
        if left:
            raise differs(work, pick.step.table, f"{left} rows that were to be written remain")
    return written, skipped


def differs(work: Work, table: str, what: str) -> Broken:
    """The database did other than it was told."""
    return Broken(
        "affected-rows-differ",
        f"table '{table}': {what}; the batch was rolled back",
        place=work.name,
        help="a trigger or rule of the database suppresses or redirects the write",
    )
