"""Rows linked across stores: what one store says, brought to another as keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from troth.apply.names import ROWS_AT_ONCE
from troth.apply.work import Work
from troth.datamap.model import DataMap, Normaliser
from troth.grounds.identity import normalise
from troth.plan.sets import Linked


def linked_rows(
    works: Mapping[str, Work], _datamap: DataMap, definition: Linked
) -> Iterator[tuple[Any, ...]]:
    """The keys of the local rows that are linked to a row elsewhere for which `where` holds."""
    here, there = works[definition.store], works[definition.other_store]
    theirs = _other_links(there, definition)
    if not theirs:
        return
    source = here.row(definition.table).source
    columns = (*definition.columns, *definition.links)
    select = sa.select(*(source.c[name] for name in columns)).where(
        *(source.c[name].is_not(None) for name in definition.links)
    )
    path = definition.json_path if definition.json_side == "source" else None
    width = len(definition.columns)
    with (
        here.store.session() as session,
        session.reading() as connection,
        connection.execute(select, execution_options={"yield_per": ROWS_AT_ONCE}) as streamed,
    ):
        for cells in streamed:
            if link_of(cells[width:], definition.compare, path) in theirs:
                yield tuple(cells[:width])


def _other_links(there: Work, definition: Linked) -> set[tuple[Any, ...]]:
    """The links, in normal form, of the other side's rows for which `where` holds."""
    renderer = there.renderer()
    row = renderer.row(definition.other_table)
    select = (
        sa.select(*(row.source.c[name] for name in definition.other_links))
        .select_from(row.source)
        .where(renderer.condition(definition.where, row))
        .where(*(row.source.c[name].is_not(None) for name in definition.other_links))
    )
    if all(row.kind(name) == "integer" for name in definition.other_links):
        select = select.distinct()  # of texts a collation would drop some: josé@ beside jose@
    path = definition.json_path if definition.json_side == "target" else None
    with there.session.told():
        found = there.connection.execute(select).all()
    links = {link_of(tuple(cells), definition.compare, path) for cells in found}
    return {link for link in links if link is not None}


def link_of(
    cells: tuple[Any, ...], compare: Normaliser, json_path: str | None = None
) -> tuple[Any, ...] | None:
    """What two rows have in common if they are linked; None for what links nothing."""
    parts: list[Any] = []
    for cell in cells:
        value = _inside(cell, json_path) if json_path is not None else cell
        if value is None:
            return None
        if compare == "exact":
            parts.append((_family(value), value))
            continue
        text = normalise(str(value), compare)
        if not text:
            return None
        parts.append(text)
    return tuple(parts)


def _family(value: Any) -> str:
    """Values of different families never join: the number 12 is not the text '12'."""
    if isinstance(value, bool | int | float | Decimal):
        return "number"
    if isinstance(value, datetime):
        return "aware" if value.tzinfo else "naive"
    return type(value).__name__


def _inside(cell: Any, path: str) -> Any:
    if isinstance(cell, str | bytes):
        try:
            cell = json.loads(cell)
        except ValueError:
            return None
    for name in path.removeprefix("/").split("/"):
        if not isinstance(cell, dict):
            return None
        cell = cell.get(name)
    return cell
