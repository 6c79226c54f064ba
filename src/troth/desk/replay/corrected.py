"""Values that were corrected and that a restored store shows as they were before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from troth.apply.marking import row_texts
from troth.apply.names import ROWS_AT_ONCE
from troth.apply.work import Work
from troth.datamap.model import Column
from troth.desk.find.find import Finder
from troth.desk.rectify.copies import Site
from troth.desk.rectify.model import Change, Copies, Looked, Rectification, Target
from troth.desk.rectify.values import inside, text_of
from troth.ledger.marks import CORRECTED, Recall


@dataclass(frozen=True)
class Corrected:
    """The cells that differ from what was corrected, with the right value of each."""

    changes: tuple[Change, ...] = field(default=(), repr=False)
    targets: tuple[Target, ...] = field(default=(), repr=False)

    def counts(self) -> dict[str, int]:
        """Rows by column."""
        found: dict[str, int] = {}
        for one in self.targets:
            label = f"{one.store}.{one.table}.{one.column}{one.path or ''}"
            found[label] = found.get(label, 0) + 1
        return found

    def looked(self, site: Site) -> Looked:
        """The rectification that writes them again."""
        counted: dict[tuple[str, str, str, str | None], int] = {}
        for one in self.targets:
            place = (one.store, one.table, one.column, one.path)
            counted[place] = counted.get(place, 0) + 1
        plan = Rectification(
            organisation=site.setting.policy.organisation,
            changes=tuple(
                Copies(store, table, column, rows, "corrected value", path)
                for (store, table, column, path), rows in counted.items()
            ),
            left=(),
            notices=(),
            at_once=site.setting.limits.batch_rows,
        )
        return Looked(plan, self.targets)


def corrected_again(
    desk: Finder, recalls: Mapping[str, Recall], since: datetime | None
) -> Corrected:
    """The cells of the restored stores that a correction after `since` had changed."""
    changes: dict[Change, int] = {}
    targets: list[Target] = []
    for store, recall in recalls.items():
        work = desk.works[store]
        for table, whats in recall.whats(since).items():
            for what in sorted(whats):
                if not what.startswith(CORRECTED) or table not in work.tables:
                    continue
                column, slash, path = what.removeprefix(CORRECTED).partition("/")
                place = f"/{path}" if slash else None
                entry = desk.datamap.stores[store].tables.get(table)
                if entry is None or not entry.immutable:
                    continue
                cells = _cells(work, table, (entry.key, entry.immutable), column, place)
                for key, row, value in cells:
                    mark = recall.find(table, what, row)
                    if mark is None or mark[1] is None or (since is not None and mark[0] < since):
                        continue
                    if text_of(value) == mark[1]:
                        continue
                    described = entry.personal.get(column)
                    category = _category(described, place)
                    change = Change(
                        named=f"{store}.{table}.{column}",
                        categories=(category,) if category else (),
                        new=mark[1],
                        old=text_of(value),
                        column=(store, table, column),
                    )
                    number = changes.setdefault(change, len(changes))
                    targets.append(Target(store, table, column, key, number, place))
    return Corrected(tuple(changes), tuple(targets))


def _category(described: Column | None, path: str | None) -> str | None:
    if described is None:
        return None
    return described.category if path is None else described.inside.get(path)


def _cells(
    work: Work,
    table: str,
    identity: tuple[tuple[str, ...], tuple[str, ...]],
    column: str,
    path: str | None,
) -> Iterator[tuple[tuple[Any, ...], tuple[str, ...], Any]]:
    """Key, key with immutable columns as texts, and what stands in the column, of every row."""
    key, immutable = identity
    source = work.row(table).source
    names = (*key, *immutable, column)
    picked = [source.c[name].label(f"c{n}") for n, name in enumerate(names)]
    with (
        work.store.session() as session,
        session.reading() as connection,
        connection.execute(
            sa.select(*picked).select_from(source), execution_options={"yield_per": ROWS_AT_ONCE}
        ) as streamed,
    ):
        for *row, value in streamed:
            shown = inside(value, path) if path is not None else value
            yield tuple(row[: len(key)]), row_texts(row), shown
