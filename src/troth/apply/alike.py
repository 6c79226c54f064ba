"""Groups of rows that are alike in what stays of them, counted in their store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from troth.apply.work import Work
from troth.plan.sets import SmallGroups


def small_groups(work: Work, definition: SmallGroups) -> list[tuple[Any, ...]]:
    """The keys of the rows that are like too few others."""
    row = work.row(definition.table)
    meant = work.renderer().condition(definition.where, row)
    cells = [row.source.c[name] for name in definition.alike]
    groups = (
        sa.select(*(cell.label(f"c{n}") for n, cell in enumerate(cells)))
        .where(meant)
        .group_by(*cells)
        .having(sa.func.count() < definition.smallest)
        .subquery("troth_groups")
    )
    same = sa.and_(*(cell.is_not_distinct_from(groups.c[f"c{n}"]) for n, cell in enumerate(cells)))
    select = (
        sa.select(*(row.source.c[name] for name in definition.columns))
        .select_from(row.source.join(groups, same))
        .where(meant)
    )
    with work.session.told():
        return [tuple(found) for found in work.connection.execute(select).all()]
