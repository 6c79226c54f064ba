"""Days that an archive records of rows whose event takes several stores to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from troth.apply.archive import Archives
from troth.apply.elsewhere import Elsewhere, days_elsewhere
from troth.apply.eventday import day_reader
from troth.apply.picked import Pick
from troth.apply.work import Work
from troth.plan.frame import Context, Frame
from troth.plan.model import ArchiveRows
from troth.stores.render import Row


def with_far_days(
    archives: Archives, works: Mapping[str, Work], context: Context, picks: Sequence[Pick]
) -> Archives:
    """The archives with the days of events that take several stores to see.

    They are found before the first write: what shows them in one store may go before the rows of
    another are moved.
    """
    found = dict(archives)
    for pick in picks:
        archive = archives.get(pick.step.archive_first or "")
        if archive is None or not pick.rows:
            continue
        step, live = archive.step, works[archive.step.store]
        frame = Frame(context, step.store, step.table)
        bare = live.row(step.table)
        row = live.renderer().row(step.table, bare.source.alias())
        far = [
            (column, event)
            for column, event in step.days.items()
            if day_reader(live, frame, event, row) is None
        ]
        for column, event in far:
            with live.session.reading() as connection:
                keys = _moving_keys(live, connection, step, pick, row)
                days = days_elsewhere(Elsewhere(works, live.name, connection), frame, event, keys)
            known = found[step.id]
            earlier = known.far_days.get(column, {})
            found[step.id] = replace(
                known, far_days={**known.far_days, column: {**earlier, **days}}
            )
    return found


def _moving_keys(
    live: Work, connection: sa.Connection, step: ArchiveRows, pick: Pick, row: Row
) -> list[tuple[Any, ...]]:
    renderer = live.renderer()
    moving = sa.or_(*(renderer.condition(where, row) for where in step.moves.values()))
    select = (
        sa.select(*(row.source.c[name] for name in step.key))
        .select_from(row.source.join(pick.table, pick.is_key_of(row.source)))
        .where(moving)
    )
    return [tuple(key) for key in connection.execute(select)]
