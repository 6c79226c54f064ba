"""Marks of rows that go at a person's request, made in the transaction that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from troth.apply.picked import Component, Pick
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.law.calendar import Period, cutoff
from troth.ledger.marks import ROW, Mark, Texts
from troth.plan.model import DeleteRows
from troth.policy.model import Policy

UNDECLARED = Period(years=1)
"""How long backups are taken to last where the policy declares none."""


@dataclass
class Marking:
    """The marks of one batch; `blind` counts rows, by table, of which none can be made."""

    work: Work
    datamap: DataMap
    connection: sa.Connection
    blind: dict[str, int] = field(default_factory=dict)

    def marks(self, component: Component, batch: int) -> Iterator[Mark]:
        """A mark for each row that goes, or for each column of a row that loses values."""
        for pick in component.picks:
            table = pick.step.table
            deletes = isinstance(pick.step, DeleteRows)
            whats = (ROW,) if deletes else tuple(pick.step.columns)
            immutable = self.datamap.table(self.work.name, table).immutable
            rows = self._rows(pick, batch, immutable)
            if not immutable:
                count = sum(1 for _ in rows)
                if count:
                    self.blind[table] = self.blind.get(table, 0) + count
                continue
            for row in rows:
                for what in whats:
                    yield Mark(table, what, row)

    def _rows(self, pick: Pick, batch: int, immutable: tuple[str, ...]) -> Iterator[Texts]:
        source = self.work.row(pick.step.table).source
        select = (
            sa.select(*(source.c[name] for name in (*pick.step.key, *immutable)))
            .select_from(source.join(pick.table, pick.is_key_of(source)))
            .where(pick.in_batch(batch))
        )
        # read whole: the same connection writes next
        for cells in self.connection.execute(select).all():
            yield row_texts(cells)


def row_texts(cells: Any) -> Texts:
    """Cells as texts that are the same whenever the row is read."""
    return tuple(_text(cell) for cell in cells)


def _text(cell: Any) -> str:
    if type(cell) is str:
        return cell
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).hex()
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def oldest_backup(policy: Policy, today: date) -> date:
    """The latest day of which no backup is left, by the rotations that the policy says."""
    periods = [
        place.rotation
        for place in policy.places.values()
        if place.kind == "backup" and place.rotation is not None
    ] or [UNDECLARED]
    return min(cutoff(today, period) or date.min for period in periods)
