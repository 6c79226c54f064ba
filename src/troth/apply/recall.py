"""Rows that came back with a restored backup, found by the ledger's marks of those that went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from troth.apply.marking import row_texts
from troth.apply.names import ROWS_AT_ONCE
from troth.apply.work import Work
from troth.grounds.facts import Act, Facts
from troth.ledger.facts import read_facts
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


def facts_for(plan: Plan, ledger: Ledger, now: datetime) -> Facts:
    """What the ledger knows at `now` (aware), as it holds for the stores that the plan is about."""
    return as_of_copy(read_facts(ledger, plan.organisation, now), plan.restored_at)


def as_of_copy(facts: Facts, restored_at: datetime | None) -> Facts:
    """The facts as they hold in stores that are of the instant `restored_at`; None: of now.

    An erasure that was carried out after it is not carried out in them: whoever bears the person's
    name there is that person, and nobody who came back later.
    """
    if restored_at is None:
        return facts
    return replace(facts, acts=tuple(_undone(act, restored_at) for act in facts.acts))


def _undone(act: Act, restored_at: datetime) -> Act:
    left = tuple(
        each for each in act.decisions if each.outcome != "carried-out" or each.at < restored_at
    )
    return act if left == act.decisions else replace(act, decisions=left)


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
