"""Finding rows by the names of persons and cases: SQL narrows, Python compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.narrow import narrowed
from troth.apply.work import Work
from troth.datamap.model import DataMap, Normaliser
from troth.grounds.facts import Identifier
from troth.grounds.identity import identifier_text, normalise

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Named:
    """Rows keyed on `columns`, named by what the columns `identity` hold."""

    columns: tuple[str, ...]
    identity: tuple[str, ...]


@dataclass(frozen=True)
class NameIndex:
    """Wanted names by identity column, in normal form, each with the positions that want it."""

    table: str
    named: Named
    compare: dict[str, Normaliser]
    wanted: dict[str, dict[str, tuple[int, ...]]] = field(repr=False)

    @classmethod
    def of(
        cls,
        datamap: DataMap,
        store: str,
        table: str,
        named: Named,
        identifiers: Sequence[Identifier],
        *,
        namespace: str | None = None,
    ) -> NameIndex:
        """The index of `identifiers`; `namespace` is that of columns that the map gives none."""
        entry = datamap.table(store, table)
        compare: dict[str, Normaliser] = {}
        wanted: dict[str, dict[str, tuple[int, ...]]] = {}
        for name in named.identity:
            column = entry.columns.get(name)
            compare[name] = column.compare if column is not None else "exact"
            space = namespace or (column.identity if column is not None else None)
            found: dict[str, tuple[int, ...]] = {}
            for position, identifier in enumerate(identifiers):
                if identifier.namespace == space:
                    text = normalise(identifier.value, compare[name])
                    found[text] = (*found.get(text, ()), position)
            wanted[name] = found
        return cls(table, named, compare, wanted)

    def lookup(self, cells: Sequence[Any]) -> tuple[int, ...] | None:
        """The positions that want one of the row's names; None for a row without any name."""
        found: tuple[int, ...] = ()
        anything = False
        for name, cell in zip(self.named.identity, cells, strict=True):
            text = identifier_text(cell)
            normal = normalise(text, self.compare[name]) if text is not None else ""
            if normal:
                anything = True
                found += self.wanted[name].get(normal, ())
        return found if anything else None


def read_names(
    work: Work, index: NameIndex, *, nameless: bool = False
) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...] | None]]:
    """Each row's key and the positions that want it; rows without names only if asked for.

    Read over a connection of its own, so that the caller may write meanwhile.
    """
    row = work.row(index.table)
    source = row.source
    keys, names = index.named.columns, index.named.identity
    if not nameless and not any(index.wanted.values()):
        return
    select = sa.select(*(source.c[name] for name in (*keys, *names))).select_from(source)
    if not nameless:
        select = select.where(
            sa.or_(
                *(
                    narrowed(work, row, name, index.compare[name], index.wanted[name])
                    for name in names
                )
            )
        )
    # Options of the statement: those of the connection would make a cursor for COMMIT too.
    options = {"yield_per": ROWS_AT_ONCE}
    with (
        work.store.session() as session,
        session.reading() as connection,
        connection.execute(select, execution_options=options) as streamed,
    ):
        for cells in streamed:
            yield tuple(cells[: len(keys)]), index.lookup(cells[len(keys) :])


NameReader = Callable[..., Iterator[tuple[tuple[Any, ...], tuple[int, ...] | None]]]
"""Reads the names of a table's rows: `read_names`, or what knows some rows already."""
