"""Reading the faces of a table: SQL narrows, Python compares; nothing is kept row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.names import ROWS_AT_ONCE
from troth.apply.narrow import LAST_DIGITS, NARROW_UP_TO, narrowed
from troth.apply.work import Work
from troth.datamap.model import DataMap, Normaliser
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.looks import Kind, loose
from troth.desk.find.near import alike
from troth.grounds.facts import Identifier
from troth.grounds.identity import identifier_text, normalise
from troth.stores.render import Row
from troth.stores.texts import Condition

Person = int
"""The position of a person among those that are looked for together."""


@dataclass(frozen=True)
class Wanted:
    """Identifiers with the persons that want each."""

    by: Mapping[Identifier, frozenset[Person]] = field(repr=False)

    def of(self, namespaces: Iterable[str]) -> Wanted:
        """Those of some namespaces."""
        some = frozenset(namespaces)
        return Wanted({one: who for one, who in self.by.items() if one.namespace in some})


@dataclass(frozen=True)
class Hit:
    """A row that shows a wanted identifier: equal by the column's normaliser, or only alike."""

    key: tuple[Any, ...] = field(repr=False)
    cells: tuple[str | None, ...] = field(repr=False)
    equal: tuple[tuple[str, Identifier], ...] = field(repr=False)
    near: tuple[tuple[str, Identifier], ...] = field(repr=False)


@dataclass(frozen=True)
class _Column:
    """The wanted forms of one identity column."""

    name: str
    how: Normaliser
    equal: Mapping[str, tuple[Identifier, ...]] = field(repr=False)
    near: Mapping[str, tuple[Identifier, ...]] = field(repr=False)
    ends: frozenset[str] = field(repr=False)

    def may_be(self, text: str) -> bool:
        """A quick look: reading a telephone number properly is dear."""
        return self.how != "phone" or _end(text) in self.ends


def read_hits(
    works: Mapping[str, Work],
    datamap: DataMap,
    facets: Facets,
    facet: Facet,
    wanted: Wanted,
    *,
    near: bool,
) -> Iterator[Hit]:
    """The rows of a facet that show a wanted identifier, over a connection of its own."""
    columns = _columns(datamap, facets, facet, wanted, near=near)
    if not any(column.equal for column in columns):
        return
    work = works[facet.store]
    row = work.row(facet.table)
    kinds = {c.name: facets.kinds[_space(datamap, facet, c.name)] for c in columns}
    conditions = [_condition(work, row, kinds[c.name], c, near=near) for c in columns]
    for key, cells, raw in read_rows(work, facet, row, sa.or_(*conditions)):
        equal: list[tuple[str, Identifier]] = []
        likely: list[tuple[str, Identifier]] = []
        for column in columns:
            text = identifier_text(raw[column.name])
            if text is None or not column.may_be(text):
                continue
            normal = normalise(text, column.how)
            if not normal:
                continue
            same = column.equal.get(normal, ())
            equal += [(column.name, one) for one in same]
            if near and not same:
                others = column.near.get(loose(kinds[column.name], text) or "\0", ())
                likely += [(column.name, one) for one in others]
        if equal or likely:
            yield Hit(key, cells, tuple(equal), tuple(likely))


def read_rows(
    work: Work, facet: Facet, row: Row, condition: Condition, *, own: bool = True
) -> Iterator[tuple[tuple[Any, ...], tuple[str | None, ...], Mapping[str, Any]]]:
    """Key, texts of the facet's columns, and its identity cells, of the rows that fulfil it.

    `own`: over a connection of its own; a condition on sets of the session needs the session's.
    """
    source = row.source
    names = [*facet.key, *facet.columns]
    select = sa.select(*(source.c[name] for name in names)).select_from(source).where(condition)
    width = len(facet.key)
    with ExitStack() as stack:
        session = stack.enter_context(work.store.session()) if own else work.session
        connection = stack.enter_context(session.reading())
        options = {"yield_per": ROWS_AT_ONCE}
        for found in stack.enter_context(connection.execute(select, execution_options=options)):
            cells = tuple(found[width:])
            raw = dict(zip(facet.columns, cells, strict=True))
            yield tuple(found[:width]), tuple(identifier_text(cell) for cell in cells), raw


def _columns(
    datamap: DataMap, facets: Facets, facet: Facet, wanted: Wanted, *, near: bool
) -> list[_Column]:
    found = []
    for name in facet.identity:
        column = datamap.table(facet.store, facet.table).personal[name]
        kind = facets.kinds[_space(datamap, facet, name)]
        equal: dict[str, tuple[Identifier, ...]] = {}
        alike_: dict[str, tuple[Identifier, ...]] = {}
        for one in wanted.by:
            if one.namespace != column.identity:
                continue
            normal = normalise(one.value, column.compare)
            if normal:
                equal[normal] = (*equal.get(normal, ()), one)
            if near and (form := loose(kind, one.value)):
                alike_[form] = (*alike_.get(form, ()), one)
        ends = frozenset(_end(text) for text in equal)
        found.append(_Column(name, column.compare, equal, alike_, ends))
    return found


def _condition(work: Work, row: Row, kind: Kind, column: _Column, *, near: bool) -> Condition:
    exact = narrowed(work, row, column.name, column.how, list(column.equal))
    if not near or len(column.equal) > NARROW_UP_TO:
        return exact
    texts = {one.value for some in column.equal.values() for one in some}
    return sa.or_(exact, *(alike(work, row, column.name, kind, text) for text in sorted(texts)))


def _end(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)[-LAST_DIGITS:]


def _space(datamap: DataMap, facet: Facet, name: str) -> str:
    return datamap.table(facet.store, facet.table).personal[name].identity or ""
