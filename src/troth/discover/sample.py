"""What a scan sees of a table: a bounded sample, and the questions it may ask the store.

A sample holds personal data. It is alive only while one table is measured, and prints as nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from troth.plan.schema import TableSchema


@dataclass(frozen=True)
class ColumnSample:
    """The sampled cells of one column, row by row; None is NULL."""

    cells: tuple[object, ...] = field(default=(), repr=False)

    @cached_property
    def values(self) -> tuple[object, ...]:
        """The cells that are not NULL."""
        return tuple(cell for cell in self.cells if cell is not None)

    @property
    def rows(self) -> int:
        return len(self.cells)

    @property
    def null_share(self) -> float:
        return 1 - len(self.values) / len(self.cells) if self.cells else 0.0

    @cached_property
    def distinct(self) -> tuple[object, ...]:
        """The distinct values, in the order of their first appearance; JSON as text."""
        return tuple(dict.fromkeys(v if _hashable(v) else _as_text(v) for v in self.values))


@dataclass(frozen=True)
class TableSample:
    """A bounded sample of rows; `how` says how it was drawn, `problem` why it is empty."""

    rows: int = 0
    columns: Mapping[str, ColumnSample] = field(default_factory=dict, repr=False)
    how: str = "all rows"
    problem: str | None = None

    def column(self, name: str) -> ColumnSample:
        return self.columns.get(name, ColumnSample())


class Sampler(Protocol):
    """Read-only, bounded questions to one store."""

    def sample(self, table: TableSchema) -> TableSample:
        """Some rows of the table, never all of a big one."""
        ...

    def values(self, table: TableSchema, column: str) -> tuple[object, ...]:
        """Some distinct values of a column, NULL left out."""
        ...

    def present(self, table: TableSchema, column: str, values: Sequence[object]) -> int | None:
        """How many of the distinct values the column holds; None if that could not be told."""
        ...

    def present_rows(
        self, table: TableSchema, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
    ) -> int | None:
        """How many of the distinct rows the columns together hold; None if that is not known."""
        ...


def _as_text(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _hashable(value: object) -> bool:
    return not isinstance(value, dict | list | set | bytearray | memoryview)
