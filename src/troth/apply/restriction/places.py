"""The stores of a restriction at work: open sessions, tables, and what is known of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from troth.apply.planning import opened
from troth.apply.restriction import own
from troth.apply.restriction.model import Office
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.seal import Slip
from troth.apply.work import Work
from troth.ledger.restrictions import Mechanism, RestrictedRow, Restriction
from troth.stores.reflect import reflect

Placed = tuple[int, RestrictedRow]


@dataclass(frozen=True)
class InStore:
    """What Troth's tables say of one row: what enforces it, and whether it is given back."""

    mechanism: Mechanism
    released: bool = False


@contextmanager
def at_work(office: Office) -> Iterator[Mapping[str, Work]]:
    """A session of every store of the map."""
    stores = office.setting.stores
    schemas = {name: reflect(store) for name, store in stores.items()}
    with opened(office.setting, schemas) as works:
        yield works


def by_store(restriction: Restriction) -> dict[str, list[Placed]]:
    """The rows of a restriction by store, in the order in which every process locks them."""
    found: dict[str, list[Placed]] = {}
    for placed in sorted(enumerate(restriction.rows), key=_order):
        found.setdefault(placed[1].store, []).append(placed)
    return dict(sorted(found.items()))


def _order(placed: Placed) -> tuple[str, str, list[str], int]:
    position, row = placed
    return row.store, row.table, [str(part) for part in row.key], position


def slip_of(office: Office, restriction: str, position: int, row: RestrictedRow) -> Slip:
    """The name under which a row's values are sealed."""
    return Slip(office.organisation, restriction, position, f"{row.store}.{row.table}", row.key)


def in_store(work: Work, tables: OwnTables | None, slip: Slip) -> InStore | None:
    """What Troth's tables say of a row; None where they know nothing of it."""
    if tables is None:
        return None
    with work.session.told():
        kept: object = work.connection.execute(_select(tables.quarantine, "state", slip)).scalar()
        if kept is not None:
            return InStore("quarantine", kept == "released")
        if tables.rows.schema is None:
            return None
        there = work.connection.execute(_select(tables.rows, "position", slip)).scalar()
        return InStore("row-security") if there is not None else None


def _select(table: sa.TableClause, column: str, slip: Slip) -> sa.Select[Any]:
    return sa.select(table.c[column]).where(
        table.c.organisation == slip.organisation,
        table.c.restriction == slip.restriction,
        table.c.position == slip.position,
    )


def tables_there(work: Work) -> OwnTables | None:
    """Troth's tables of a store; None where they were never made."""
    return own.own_tables(work) if own.exist(work) else None
