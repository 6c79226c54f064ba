"""What a database is, as far as a plan must know it: read by a store, judged by the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeKind = Literal[
    "integer",
    "number",
    "text",
    "date",
    "timestamp",
    "timestamptz",
    "boolean",
    "json",
    "binary",
    "uuid",
    "enum",
    "other",
]
OnDelete = Literal["no-action", "restrict", "cascade", "set-null", "set-default"]
"""What a foreign key does with its rows where the row that they reference goes, or changes."""


@dataclass(frozen=True)
class ColumnSchema:
    """One column: its kind, whether it takes NULL, its length limit, and how it is computed."""

    name: str
    kind: TypeKind
    type_text: str
    nullable: bool
    length: int | None = None
    generated: bool = False
    on_update: bool = False  # the database sets it on every UPDATE
    has_default: bool = False
    enum_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignKey:
    """A declared foreign key of `columns` to `references`.`to` (same store)."""

    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]
    on_delete: OnDelete = "no-action"
    deferrable: bool = False
    enforced: bool = True
    on_update: OnDelete = "no-action"


@dataclass(frozen=True)
class Trigger:
    """A trigger of the table, by event and time; its body is not kept."""

    name: str
    event: str
    timing: str


@dataclass(frozen=True)
class PartitionRange:
    """What a partition may hold: values of the parent's `column` below `until`, in SQL's words.

    `stays` says why the partition cannot be dropped as a whole, where it cannot.
    """

    column: str
    until: str
    stays: str = ""


@dataclass(frozen=True)
class TableSchema:
    """One table or view. Names are `table` in the default schema and `schema.table` elsewhere."""

    name: str
    columns: tuple[ColumnSchema, ...]
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    checks: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    full_text_indexes: tuple[tuple[str, ...], ...] = ()
    triggers: tuple[Trigger, ...] = ()
    kind: Literal["table", "view", "materialised-view", "partitioned", "partition", "other"] = (
        "table"
    )
    partition_of: str | None = None
    range: PartitionRange | None = None  # of a partition by ranges of one column with an upper end
    reads: tuple[str, ...] = ()  # the tables and views that a view reads directly
    history_of: str | None = None
    transactional: bool = True  # false: MyISAM and the like
    estimated_rows: int | None = None

    def column(self, name: str) -> ColumnSchema | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class StoreSchema:
    """The tables of one store, and what its dialect is."""

    store: str
    dialect: Literal["sqlite", "postgresql", "mariadb"]
    tables: tuple[TableSchema, ...]

    def table(self, name: str) -> TableSchema | None:
        return next((table for table in self.tables if table.name == name), None)

    def referencing(self, name: str) -> tuple[tuple[TableSchema, ForeignKey], ...]:
        """Every foreign key of this store that references the table `name`."""
        return tuple(
            (table, key)
            for table in self.tables
            for key in table.foreign_keys
            if key.references == name
        )
