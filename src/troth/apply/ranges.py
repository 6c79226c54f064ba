"""Ranges: rows that nothing references and that decide for themselves go by ranges.

One statement locks, decides and writes a range, so that no key is kept anywhere. A range of keys
holds no more rows than a batch may, because it is made of parts no wider than that. Where the store
can read its pages one after the other, a large table is walked along them, which is cheaper by far.
A row that an application updates meanwhile may lie elsewhere by then: where fewer were written than
were counted, the rest is looked for, and goes by ranges of the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Literal

import sqlalchemy as sa

from troth.apply.values import present
from troth.apply.walking import CrowdedError, Walk, worth_turning, worth_walking
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues, Limits
from troth.plan.predicate import And, Exists, InPeriod, Not, Or, Predicate
from troth.stores.render import Row

MOST_PARTS = 1_000_000  # of a key's range; a key with wider gaps is walked row by row
FOUND_AT_ONCE = 20  # batches; the ranges of more rows are walked along
_LARGEST_KEY = 2**62


@dataclass(frozen=True)
class Range:
    """Rows from `first` to `last` (inclusive) of a table's integer key, or of its pages.

    `rows` were found due there; None where nobody has looked. The `rest` stands for those ranges
    of the key that are found when its turn comes.
    """

    first: int
    last: int
    rows: int | None
    of: Literal["key", "pages", "rest"] = "key"


@dataclass
class RangePick:
    """The rows of one step by ranges.

    On a `walk`, further ranges follow those that are known, of which nobody knows the rows before
    they are written; `counted` is the rows of all.
    """

    step: DeleteRows | EraseValues
    delete: DeleteRows | None
    ranges: list[Range]
    counted: int | None = None
    walk: Walk | None = None
    written: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        if self.counted is not None:
            return self.counted
        return sum(each.rows or 0 for each in self.ranges)

    def has(self, number: int) -> bool:
        """Whether there is a range of that number."""
        while number >= len(self.ranges) and self.walk is not None:
            found = self.walk.step()
            if found is not None:
                self.ranges.append(Range(*found, None, self.walk.along))
            elif self.walk.along == "pages" and self.left and self.ranges[-1].of == "pages":
                self.ranges.append(Range(0, _LARGEST_KEY, None, "rest"))
            else:
                break
        return number < len(self.ranges)

    @property
    def left(self) -> int:
        """The rows that were counted and that no range of the walk held."""
        assert self.counted is not None
        return max(self.counted - sum(self.written.values()), 0)

    def wrote(self, number: int, rows: int, seconds: float) -> int:
        """Learns of the rows of a range on the walk; how many of all were skipped, at its end.

        Raises `CrowdedError` where they are more than a batch may write.
        """
        one = self.ranges[number]
        assert self.walk is not None
        if rows > self.walk.size:
            raise CrowdedError(rows)
        self.written[number] = rows
        if number == len(self.ranges) - 1:
            self.walk.wrote(one.first, one.last, rows, seconds)
        return self.left if one.of == "key" and one.last == self.walk.high else 0

    def narrow(self, number: int, rows: int) -> None:
        """Takes a range narrower, which held so many rows, and forgets those after it."""
        assert self.walk is not None
        self.walk.crowded(self.ranges[number].first, rows)
        del self.ranges[number:]

    def looks(self, number: int) -> bool:
        """Whether what is left is looked for, once all before it is committed."""
        return self.ranges[number].of == "rest"

    def follow(self, number: int, found: Sequence[Range]) -> int:
        """The rest is these ranges; how many rows of the walk are no longer due."""
        self.ranges[number + 1 :] = found
        return max(self.left - sum(each.rows or 0 for each in found), 0)


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
    limits: Limits,
    *,
    unsafe: bool = False,
) -> RangePick | None:
    """The ranges of a step's due rows, None where the keys lie too far apart.

    `delete` is the step that deletes whole rows of the same table. `unsafe`: what is written cannot
    be rolled back, or leaves no receipt.
    """
    row = work.row(step.table)
    key = row.source.c[step.key[0]]
    ends = connection.execute(sa.select(sa.func.min(key), sa.func.max(key))).one()
    if ends[0] is None:
        return RangePick(step, delete, [])
    low, high = int(ends[0]), int(ends[1])
    size = limits.batch_rows
    if low < 0 or high > _LARGEST_KEY or (high - low) // size > MOST_PARTS:
        return None
    if work.store.capabilities.row_locks.yes and row.table.transactional and not unsafe:
        counted = count_ranges(work, connection, step, delete).rows
        if counted > FOUND_AT_ONCE * size:
            walk = _walk(work, connection, row, (low, high), counted, limits.walk_rows)
            if walk is not None:
                return RangePick(step, delete, [], counted, walk)
    return RangePick(step, delete, find_ranges(work, connection, step, delete, size))


def _walk(
    work: Work, connection: sa.Connection, row: Row, ends: tuple[int, int], counted: int, size: int
) -> Walk | None:
    """The walk along so many due rows; None where it is better to look where they are."""
    assert isinstance(row.source, sa.TableClause)
    pages = work.store.dialect.pages(connection, row.source)
    if pages is not None and worth_turning(pages, counted, size):
        return Walk.on_pages(pages, counted, size)
    return Walk(*ends, size) if worth_walking(*ends, counted) else None


def find_ranges(
    work: Work,
    connection: sa.Connection,
    step: DeleteRows | EraseValues,
    delete: DeleteRows | None,
    size: int,
) -> list[Range]:
    """The ranges of the key that hold due rows, found by looking at all of them."""
    row = work.row(step.table)
    part = (row.source.c[step.key[0]] // size).label("part")
    # Few parts are put in order here: asked to, PostgreSQL sorts all rows instead of hashing them.
    select = (
        sa.select(part, sa.func.count()).where(condition(work, step, delete, row)).group_by(part)
    )
    found = [(int(number), int(rows)) for number, rows in connection.execute(select)]
    return _merged(found, size)


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
    return RangePick(step, delete, [Range(0, _LARGEST_KEY, rows)])


def _merged(parts: Sequence[tuple[int, int]], size: int) -> list[Range]:
    """Neighbouring parts together, as long as they hold no more than `size` rows."""
    found: list[tuple[int, int, int]] = []
    for number, rows in sorted(parts):
        first, last = number * size, (number + 1) * size - 1
        if found and found[-1][2] + rows <= size:
            found[-1] = (found[-1][0], last, found[-1][2] + rows)
        else:
            found.append((first, last, rows))
    return [Range(*each) for each in found]


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
