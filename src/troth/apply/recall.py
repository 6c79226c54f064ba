"""Rows that came back with a restored backup, found by the ledger's marks of those that went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from troth.apply.marking import row_texts
from troth.apply.names import ROWS_AT_ONCE
from troth.apply.work import Work
from troth.ledger.ledger import Ledger
from troth.ledger.marks import Recall, read_marks
from troth.plan.model import Plan
from troth.plan.sets import Replayed

Recalls = Mapping[str, Recall]
"""By store."""
NO_RECALLS: Recalls = {}


def recalls_of(plan: Plan, ledger: Ledger) -> Recalls:
    """What the ledger remembers of the stores about which the plan asks."""
    stores = {each.store for each in plan.sets.values() if isinstance(each, Replayed)}
    if not stores:
        return NO_RECALLS
    with ledger.reading(plan.organisation) as reading:
        return {store: read_marks(reading, store) for store in sorted(stores)}


def recalled(work: Work, definition: Replayed, recall: Recall) -> Iterator[tuple[Any, ...]]:
    """The keys of rows of which a mark stands; the table streams over a connection of its own."""
    source = work.row(definition.table).source
    width = len(definition.columns)
    names = (*definition.columns, *definition.immutable)
    select = sa.select(*(source.c[name] for name in names)).select_from(source)
    with (
        work.store.session() as session,
        session.reading() as connection,
        connection.execute(select, execution_options={"yield_per": ROWS_AT_ONCE}) as streamed,
    ):
        for cells in streamed:
            mark = recall.find(definition.table, definition.what, row_texts(cells))
            if mark is not None and (definition.since is None or mark[0] >= definition.since):
                yield tuple(cells[:width])
