"""The rows of persons, page by page: their cells, and what the database decides of each.

The keys of all rows are numbered in a temporary table first, so that every page is one short
question and memory does not grow with the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from troth.apply.counting import settled
from troth.apply.elsewhere import VALUES_AT_ONCE
from troth.apply.work import Work
from troth.desk.find.concerns import Concerns
from troth.desk.find.model import Concern
from troth.desk.find.people import PERSON, keys_of, numbered
from troth.desk.package.walk import Key, Walker
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, Predicate
from troth.plan.schema import ColumnSchema
from troth.stores.compare import equal_columns

PAGE_ROWS = 1_000  # rows that one question fetches
SEQ = "troth_seq"


@dataclass(frozen=True)
class Raw:
    """One row of one person: its key, its cells, and what the database answered."""

    person: int
    key: Key
    cells: dict[str, Any] = field(repr=False)
    answers: dict[Predicate, bool] = field(repr=False)

    def holds(self, part: Predicate) -> bool:
        return self.answers[part]


@dataclass(frozen=True)
class TableRows:
    """The rows of one table that concern persons whose sets are loaded."""

    work: Work
    walker: Walker
    frame: Frame
    concerns: tuple[Concern, ...]
    all_concerns: Concerns

    def pages(self, columns: Sequence[str], asks: Sequence[Predicate]) -> Iterator[list[Raw]]:
        """Pages of rows, by person and key; within `session.reading()`, after `number()`."""
        picked = self.work.temporaries.get(self._label)
        if picked is None:
            return
        table = self.work.temporaries[self._label].clause(self.work.store.address.dialect)
        row = self.work.row(self.frame.table)
        renderer = self.work.renderer()
        known = {part: settled(part, self.work, self.frame.table) for part in asks}
        asked = [p for p in dict.fromkeys(known.values()) if p not in (TRUE, FALSE)]
        bits = [
            sa.case((renderer.condition(p, row), 1), else_=0).label(f"troth_b{n}")
            for n, p in enumerate(asked)
        ]
        names = self.frame.require_key()
        cells = [
            row.source.c[row.column(name).name].label(f"troth_v{n}")
            for n, name in enumerate(columns)
        ]
        keys = [row.source.c[name].label(f"troth_k{n}") for n, name in enumerate(names)]
        joined = [
            equal_columns(
                self.work.store.address.dialect,
                (row.source.c[name], row.kind(name)),
                (table.c[name], row.kind(name)),
            )
            for name in names
        ]
        select = (
            sa.select(table.c[SEQ], table.c[PERSON], *keys, *cells, *bits)
            .select_from(table.join(row.source, sa.and_(*joined)))
            .order_by(table.c[SEQ])
        )
        with self.work.session.told():
            last = self.work.connection.execute(sa.select(sa.func.max(table.c[SEQ]))).scalar() or 0
        for start in range(0, last, PAGE_ROWS):
            page = select.where(table.c[SEQ] > start, table.c[SEQ] <= start + PAGE_ROWS)
            with self.work.session.told():
                found = self.work.connection.execute(page).all()
            yield [self._raw(tuple(one), columns, known, asked) for one in found]

    def _raw(
        self,
        one: tuple[Any, ...],
        columns: Sequence[str],
        known: dict[Predicate, Predicate],
        asked: list[Predicate],
    ) -> Raw:
        width = 2 + len(self.frame.entry.key)
        key, rest = one[2:width], one[width:]
        cells = dict(zip(columns, rest[: len(columns)], strict=True))
        said = dict(zip(asked, (bool(bit) for bit in rest[len(columns) :]), strict=True))
        said |= {TRUE: True, FALSE: False}
        return Raw(int(one[1]), key, cells, {part: said[known[part]] for part in known})

    def number(self) -> None:
        """Numbers the rows, each once for a person; outside any transaction."""
        names = self.frame.require_key()
        integer = self.work.store.dialect.types["integer"]
        columns = (
            ColumnSchema(SEQ, "integer", integer, nullable=False),
            ColumnSchema(PERSON, "integer", integer, nullable=False),
            *self.work.key_columns(self.frame.table, names),
        )
        near = [numbered(self.work, self.all_concerns, one, names) for one in self.concerns]
        parts = [one for one in near if one is not None]
        far = [one for one, select in zip(self.concerns, near, strict=True) if select is None]
        if far:
            bare = self.work.temporary(f"{self._label}-far", columns[1:])
            self.work.store.dialect.bulk_load(
                self.work.connection,
                bare,
                [PERSON, *names],
                (row for one in far for row in self._far(one)),
            )
            parts.append(sa.select(*(bare.c[name] for name in names), bare.c[PERSON]))
        if not parts:
            return
        every = (
            sa.union(*parts).subquery("troth_u") if len(parts) > 1 else parts[0].subquery("troth_u")
        )
        cells = [every.c[name] for name in names]
        order = sa.func.row_number().over(order_by=[every.c[PERSON], *cells])
        table = self.work.temporary(self._label, columns, key=(SEQ,))
        with self.work.session.told():
            self.work.store.dialect.insert_from_select(
                self.work.connection,
                table,
                [SEQ, PERSON, *names],
                sa.select(order, every.c[PERSON], *cells),
            )

    @property
    def _label(self) -> str:
        return f"package-{self.frame.label}"

    def _far(self, concern: Concern) -> Iterator[tuple[Any, ...]]:
        """Persons and keys of rows whose person stands in another store."""
        path = self.frame.entry.roles[concern.role].person
        facet = concern.facet
        persons = self._persons(concern)
        keys = list(keys_of(self.work, concern, self.frame.require_key()))
        source = iter(keys)
        while chunk := list(islice(source, VALUES_AT_ONCE)):
            seen: set[tuple[Any, ...]] = set()
            for key, cells in self.walker.reached(self.frame, path, chunk, facet.key):
                for person in persons.get(tuple(cells[name] for name in facet.key), ()):
                    seen.add((person, *key))
            yield from seen

    def _persons(self, concern: Concern) -> dict[Key, list[int]]:
        work = self.walker.works[concern.facet.store]
        made = work.sets.get(concern.facet.set_name)
        found: dict[Key, list[int]] = {}
        if made is not None:
            select = sa.select(*(made.c[name] for name in concern.facet.key), made.c[PERSON])
            for row in work.connection.execute(select):
                found.setdefault(tuple(row[:-1]), []).append(int(row[-1]))
        return found
