"""The addresses of those who are to be invited, found across stores where they lie elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from troth.apply.link import link_of
from troth.apply.work import Work
from troth.datamap.model import Erased
from troth.grounds.identity import normalise
from troth.plan.model import Bridge, SendInvitations
from troth.plan.predicate import Hop, Predicate
from troth.stores.render import Row

# What would be read as several addresses, or as further header lines, is no address.
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")

Cells = tuple[Any, ...]
Reached = list[tuple[Cells, Cells]]
"""Key of a row to invite for, and cells of a row to which its path leads."""


def addresses_of(
    works: Mapping[str, Work], step: SendInvitations, due: Predicate | None = None
) -> dict[Cells, tuple[str, ...]]:
    """The addresses for each row that is due by its key; rows for which none is found are absent.

    `due` stands for the step's own where it was settled. A row that leads to several persons has an
    address of each; one written in two ways is one address, in the spelling that sorts first.
    """
    if not step.addresses or any(b.table not in works[b.store].tables for b in step.bridges):
        return {}
    work = works[step.store]
    row = work.row(step.table)
    where = work.renderer().condition(step.due if due is None else due, row)
    reached = _here(work, row, where, step)
    for index, bridge in enumerate(step.bridges):
        reached = _across(works[bridge.store], bridge, reached, _leaving(step, index + 1))
    found: dict[Cells, dict[str, str]] = {}
    for key, cells in reached:
        address = _address(step.addresses, cells)
        if address is not None:
            spellings = found.setdefault(key, {})
            name = normalise(address, "email")
            spellings[name] = min(address, spellings.get(name, address))
    return {key: tuple(addresses.values()) for key, addresses in found.items()}


def letters(found: Mapping[Cells, Collection[str]]) -> int:
    """How many letters reach all of them: one for each address."""
    return len({normalise(one, "email") for each in found.values() for one in each})


def way_to_address(step: SendInvitations) -> str:
    """How an address that is not found can be made known."""
    if not step.addresses:
        return (
            f"let the person of the role '{step.role}' lead to a row with an e-mail column, which "
            "may be in another store, and map that column with identity and compare: email"
        )
    return (
        f"fill in {' or '.join(step.addresses)} of the person's row, or mend what links it to "
        f"{step.table}"
    )


def _leaving(step: SendInvitations, index: int) -> tuple[tuple[str, ...], Predicate | None]:
    """What is needed at the end of a leg: the columns that the next bridge compares, or addresses.

    And the condition under which that bridge begins there.
    """
    if index < len(step.bridges):
        return step.bridges[index].links, step.bridges[index].source_when
    return tuple(step.addresses), None


def _here(work: Work, row: Row, where: sa.ColumnElement[bool], step: SendInvitations) -> Reached:
    """The rows that are due, each with what is read at the end of the way inside their store."""
    wanted, leaving = _leaving(step, 0)
    last, joins, sources = _along(work, row, step.hops)
    if leaving is not None:
        joins.append(work.renderer().condition(leaving, last))
    width = len(step.key)
    select = (
        sa.select(*(row.source.c[name] for name in step.key), *(last.source.c[n] for n in wanted))
        .select_from(*sources)
        .where(where, *joins)
    )
    with work.session.told():
        rows = work.connection.execute(select).all()
    return [(tuple(cells[:width]), tuple(cells[width:])) for cells in rows]


def _along(
    work: Work, row: Row, hops: Sequence[Hop]
) -> tuple[Row, list[sa.ColumnElement[bool]], list[sa.FromClause]]:
    """Joins from a row to the end of its hops."""
    renderer = work.renderer()
    joins: list[sa.ColumnElement[bool]] = []
    sources: list[sa.FromClause] = [row.source]
    current = row
    for hop in hops:
        bare = renderer.row(hop.table)
        target = renderer.row(hop.table, bare.source.alias())
        joins.append(renderer.joined(hop, current, target))
        sources.append(target.source)
        current = target
    return current, joins, sources


def _across(
    there: Work,
    bridge: Bridge,
    reached: Reached,
    leaving: tuple[tuple[str, ...], Predicate | None],
) -> Reached:
    """The rows of the other store to which a bridge leads, compared as the relation says."""
    wanted, condition = leaving
    near = bridge.json_path if bridge.json_side == "source" else None
    far = bridge.json_path if bridge.json_side == "target" else None
    by_link: dict[Cells, list[Cells]] = {}
    for key, cells in reached:
        link = link_of(cells, bridge.compare, near)
        if link is not None:
            by_link.setdefault(link, []).append(key)
    if not by_link:
        return []
    row = there.row(bridge.table)
    width = len(bridge.other_links)
    where: list[sa.ColumnElement[bool]] = [
        row.source.c[name].is_not(None) for name in bridge.other_links
    ]
    if bridge.target_when is not None:
        where.append(there.renderer().condition(bridge.target_when, row))
    last, joins, sources = _along(there, row, bridge.hops)
    if condition is not None:
        joins.append(there.renderer().condition(condition, last))
    select = (
        sa.select(
            *(row.source.c[name] for name in bridge.other_links),
            *(last.source.c[name] for name in wanted),
        )
        .select_from(*sources)
        .where(*where, *joins)
    )
    found: Reached = []
    with there.session.told():
        for cells in there.connection.execute(select):
            link = link_of(tuple(cells[:width]), bridge.compare, far)
            for key in by_link.get(link, ()) if link is not None else ():
                found.append((key, tuple(cells[width:])))
    return found


def _address(columns: Mapping[str, Erased], cells: Cells) -> str | None:
    """The first of the columns that holds something to which a letter can be sent."""
    for erased, cell in zip(columns.values(), cells, strict=True):
        text = cell.strip() if isinstance(cell, str) else ""
        if _ADDRESS.fullmatch(text) and not _is_erased(erased, text):
            return text
    return None


def _is_erased(erased: Erased, text: str) -> bool:
    """A tombstone may look like an address; nobody reads what is sent there."""
    if erased.form == "value":
        return text == erased.value
    if erased.form == "pattern":
        before, after = str(erased.value).split("{key}", 1)
        return text.startswith(before) and text.endswith(after) and len(text) > len(before + after)
    return False
