"""Rows linked across stores: what one store says, brought to another as keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from troth.apply.names import ROWS_AT_ONCE
from troth.apply.narrow import NARROW_UP_TO, narrowed
from troth.apply.picked import Pick
from troth.apply.work import Work
from troth.datamap.model import Normaliser
from troth.grounds.identity import normalise
from troth.ledger.links import Links, as_link
from troth.plan.predicate import TRUE, KeyIn, Predicate
from troth.plan.sets import Linked, SetDefinition
from troth.stores.render import Row

NO_LINKS: Links = Links()


def linked_rows(
    works: Mapping[str, Work], definition: Linked, links: Links = NO_LINKS
) -> Iterator[tuple[Any, ...]]:
    """The keys of the local rows that are linked to a row elsewhere for which `where` holds.

    `links` are those that an interrupted run has taken away. They count as if they were there,
    except where a link still leads to a row: that row, as it is now, decides.
    """
    here, there = works[definition.store], works[definition.other_store]
    theirs = _other_links(there, definition)
    gone = links.theirs.get(definition.name, frozenset())
    mine = links.mine.get(definition.name, frozenset())
    if not (theirs or gone or mine):
        return
    present: set[tuple[Any, ...]] = set()
    if gone or mine:
        present = _other_links(there, definition.model_copy(update={"where": TRUE}))
        gone -= {as_link(link) for link in present}
    row = here.row(definition.table)
    source = row.source
    columns = (*definition.columns, *definition.links)
    select = sa.select(*(source.c[name] for name in columns))
    if not mine:
        select = select.where(*(source.c[name].is_not(None) for name in definition.links))
        if not gone:
            select = select.where(_narrowed(here, row, definition, theirs))
    path = definition.json_path if definition.json_side == "source" else None
    width = len(definition.columns)
    with (
        here.store.session() as session,
        session.reading() as connection,
        connection.execute(select, execution_options={"yield_per": ROWS_AT_ONCE}) as streamed,
    ):
        for cells in streamed:
            link = link_of(tuple(cells[width:]), definition.compare, path)
            linked = link in theirs or (gone and link is not None and as_link(link) in gone)
            lost = mine and link not in present and as_link(cells[:width]) in mine
            if linked or lost:
                yield tuple(cells[:width])


def _narrowed(
    here: Work, row: Row, definition: Linked, theirs: set[tuple[Any, ...]]
) -> sa.ColumnElement[bool]:
    """A condition that every row linked to one of `theirs` satisfies."""
    if len(theirs) > NARROW_UP_TO or definition.json_path or len(definition.links) > 1:
        return sa.true()
    (name,) = definition.links
    if definition.compare != "exact":
        wanted = [str(text) for (text,) in theirs]
        return narrowed(here, row, name, definition.compare, wanted)
    values = [value for ((_, value),) in theirs]
    kind = {"integer": int, "text": str}.get(row.kind(name))
    if kind is None or not all(type(value) is kind for value in values):
        return sa.true()  # other types have several texts for one value
    return narrowed(here, row, name, "exact", [str(value) for value in values])


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


def links_to_keep(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    batch: int,
    sets: Mapping[str, SetDefinition],
) -> Links:
    """What the batch is about to take from sets of stores that read each other."""
    theirs: dict[str, frozenset[str]] = {}
    mine: dict[str, frozenset[str]] = {}
    for name in pick.step.shows:
        definition = sets[name]
        assert isinstance(definition, Linked)
        if (definition.store, definition.table) == (work.name, pick.step.table):
            asked: tuple[str, ...] = definition.columns
            where: Predicate = KeyIn(set=name, columns=asked)
        else:
            asked, where = definition.other_links, definition.where
        row = work.renderer().row(pick.step.table)
        condition = work.renderer().condition(where, row)
        if isinstance(condition, sa.False_):
            continue
        select = sa.select(*(row.source.c[column] for column in asked)).where(
            pick.is_key_of(row.source), pick.in_batch(batch), condition
        )
        found = [tuple(cells) for cells in connection.execute(select)]
        if asked == definition.other_links and where is definition.where:
            path = definition.json_path if definition.json_side == "target" else None
            linking = [link_of(cells, definition.compare, path) for cells in found]
            theirs[name] = frozenset(as_link(link) for link in linking if link is not None)
        else:
            mine[name] = frozenset(as_link(cells) for cells in found)
    return Links(
        {name: each for name, each in theirs.items() if each},
        {name: each for name, each in mine.items() if each},
    )
