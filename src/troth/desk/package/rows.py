"""The rows of persons, page by page: their cells, and what the database decides of each.

The keys of all rows are numbered in a temporary table first, so that every page is one short
question and memory does not grow with the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
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
from troth.plan.standing import role_holds
from troth.stores.compare import equal_columns
from troth.stores.render import Row

PAGE_ROWS = 1_000  # rows that one question fetches
SEQ, ROLE, LEAST, MOST = "troth_seq", "troth_role", "troth_least", "troth_most"
_HOLDS = "troth_holds"
_FIXED = 5  # columns of a numbered row before its key


@dataclass(frozen=True)
class Raw:
    """One row of one person: its key, its cells, and what the database answered.

    `roles` are those under which it is the person's; `others`: it also concerns somebody else of
    the same run.
    """

    person: int
    roles: frozenset[str]
    others: bool
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
        joined = self._same_key(table, row, names)
        select = (
            sa.select(
                *(table.c[name] for name in (SEQ, PERSON, ROLE, LEAST, MOST)), *keys, *cells, *bits
            )
            .select_from(table.join(row.source, sa.and_(*joined)))
            .order_by(table.c[SEQ], table.c[ROLE])
        )
        with self.work.session.told():
            last = self.work.connection.execute(sa.select(sa.func.max(table.c[SEQ]))).scalar() or 0
        for start in range(0, last, PAGE_ROWS):
            page = select.where(table.c[SEQ] > start, table.c[SEQ] <= start + PAGE_ROWS)
            with self.work.session.told():
                found = self.work.connection.execute(page).all()
            lines = (tuple(one) for one in found)
            yield [
                self._raw(list(same), columns, known, asked)
                for _, same in groupby(lines, key=lambda line: line[0])
            ]

    def _raw(
        self,
        same: Sequence[tuple[Any, ...]],
        columns: Sequence[str],
        known: dict[Predicate, Predicate],
        asked: list[Predicate],
    ) -> Raw:
        """One row of one person, of which there is one line for each of their roles."""
        first = same[0]
        width = _FIXED + len(self.frame.entry.key)
        key, rest = first[_FIXED:width], first[width:]
        cells = dict(zip(columns, rest[: len(columns)], strict=True))
        said = dict(zip(asked, (bool(bit) for bit in rest[len(columns) :]), strict=True))
        said |= {TRUE: True, FALSE: False}
        roles = frozenset(self.concerns[int(one[2])].role for one in same)
        person, least, most = int(first[1]), first[3], first[4]
        others = least is not None and (int(least) != person or int(most) != person)
        return Raw(person, roles, others, key, cells, {part: said[known[part]] for part in known})

    def number(self) -> None:
        """Numbers the rows, each once for a person; outside any transaction.

        `LEAST` and `MOST` are the first and the last of the run's persons whom the row concerns
        under a role that holds: where both are the person, nobody else of the run is.
        """
        names = self.frame.require_key()
        integer = self.work.store.dialect.types["integer"]
        parts = [self._pairs(at, one, names) for at, one in enumerate(self.concerns)]
        found = [part for part in parts if part is not None]
        if not found:
            return
        every = (sa.union_all(*found) if len(found) > 1 else found[0]).subquery("troth_u")
        cells = [every.c[name] for name in names]
        holder = sa.case((every.c[_HOLDS] == 1, every.c[PERSON]))
        table = self.work.temporary(
            self._label,
            (
                *(
                    ColumnSchema(name, "integer", integer, nullable=name in (LEAST, MOST))
                    for name in (SEQ, PERSON, ROLE, LEAST, MOST)
                ),
                *self.work.key_columns(self.frame.table, names),
            ),
            key=(SEQ, ROLE),
        )
        with self.work.session.told():
            self.work.store.dialect.insert_from_select(
                self.work.connection,
                table,
                [SEQ, PERSON, ROLE, LEAST, MOST, *names],
                sa.select(
                    sa.func.dense_rank().over(order_by=[every.c[PERSON], *cells]),
                    every.c[PERSON],
                    every.c[ROLE],
                    sa.func.min(holder).over(partition_by=cells),
                    sa.func.max(holder).over(partition_by=cells),
                    *cells,
                ),
            )

    def _pairs(self, at: int, concern: Concern, names: tuple[str, ...]) -> sa.Select[Any] | None:
        """Keys and persons of a concern, with its number and whether its role holds."""
        near = numbered(self.work, self.all_concerns, concern, names)
        if near is not None:
            pairs: sa.FromClause = near.subquery(f"troth_n{at}")
        else:
            found = list(self._far(concern))  # PostgreSQL loads by COPY: nothing is asked meanwhile
            if not found:
                return None
            number = ColumnSchema(
                PERSON, "integer", self.work.store.dialect.types["integer"], nullable=False
            )
            columns = (number, *self.work.key_columns(self.frame.table, names))
            made = self.work.temporary(f"{self._label}-{at}", columns)
            self.work.store.dialect.bulk_load(self.work.connection, made, [PERSON, *names], found)
            pairs = made
        holds = role_holds(self.frame, self.frame.entry.roles[concern.role])
        known = settled(holds, self.work, self.frame.table)
        chosen = [*(pairs.c[name].label(name) for name in names), pairs.c[PERSON].label(PERSON)]
        role = sa.literal_column(str(at), sa.Integer()).label(ROLE)
        if known == TRUE:
            one = sa.literal_column("1", sa.Integer()).label(_HOLDS)
            return sa.select(*chosen, role, one)
        row = self.work.row(self.frame.table)
        bit = sa.case((self.work.renderer().condition(known, row), 1), else_=0).label(_HOLDS)
        joined = sa.and_(*self._same_key(pairs, row, names))
        return sa.select(*chosen, role, bit).select_from(pairs.join(row.source, joined))

    def _same_key(
        self, picked: sa.FromClause, row: Row, names: tuple[str, ...]
    ) -> list[sa.ColumnElement[bool]]:
        dialect = self.work.store.address.dialect
        return [
            equal_columns(
                dialect, (row.source.c[name], row.kind(name)), (picked.c[name], row.kind(name))
            )
            for name in names
        ]

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
