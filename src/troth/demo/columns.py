"""Short ways to write the columns of the demo's tables, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, String

AnyColumn = Column[Any]


def key() -> AnyColumn:
    """The primary key `id`; the generator numbers rows itself."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def ref(name: str, table: str, *, needed: bool = True) -> AnyColumn:
    """A foreign key to `table`.id with its index, without which every delete scans this table."""
    return Column(name, Integer, ForeignKey(f"{table}.id"), nullable=not needed, index=True)


def text(name: str, length: int = 120, *, needed: bool = False, unique: bool = False) -> AnyColumn:
    """A text of limited length."""
    return Column(name, String(length), nullable=not needed, unique=unique or None)


def number(name: str, *, needed: bool = False) -> AnyColumn:
    return Column(name, Integer, nullable=not needed)


def day(name: str, *, needed: bool = False) -> AnyColumn:
    """A calendar day."""
    return Column(name, Date, nullable=not needed)


def instant(name: str, *, needed: bool = False) -> AnyColumn:
    """An instant in UTC, stored without a zone as most shops do; the map says so."""
    return Column(name, DateTime, nullable=not needed)


def flag(name: str) -> AnyColumn:
    return Column(name, Boolean, nullable=False)
