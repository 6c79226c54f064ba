"""How instants, days and keys lie in the ledger: as text that sorts and hashes alike anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from troth.grounds.facts import Key

T = TypeVar("T")


def write_instant(instant: datetime) -> str:
    """An aware instant as UTC text of fixed width (`2026-01-31T08:00:00.000000Z`)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class _Written(TypeDecorator[T]):
    """A value kept as text, by the functions `write` and `read` of the subclass."""

    impl = Text
    cache_ok = True

    def write(self, value: T) -> str:
        raise NotImplementedError

    def read(self, text: str) -> T:
        raise NotImplementedError

    def process_bind_param(
        self,
        value: T | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy passes it
    ) -> str | None:
        return None if value is None else self.write(value)

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy passes it
    ) -> T | None:
        return None if value is None else self.read(value)


class Instant(_Written[datetime]):
    """An aware instant, kept as UTC text of fixed width, so that text order is time order."""

    cache_ok = True

    def write(self, value: datetime) -> str:
        return write_instant(value)

    def read(self, text: str) -> datetime:
        return datetime.fromisoformat(text)


class Day(_Written[date]):
    """A calendar day, kept as ISO text."""

    cache_ok = True

    def write(self, value: date) -> str:
        return value.isoformat()

    def read(self, text: str) -> date:
        return date.fromisoformat(text)


class RowKey(_Written[Key]):
    """The primary key of a row of a store, kept as a JSON array."""

    cache_ok = True

    def write(self, value: Key) -> str:
        return json.dumps(list(value), separators=(",", ":"), ensure_ascii=False)

    def read(self, text: str) -> Key:
        return tuple(json.loads(text))


class Document(_Written[Any]):
    """A small JSON document, kept as canonical text."""

    cache_ok = True

    def write(self, value: Any) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    def read(self, text: str) -> Any:
        return json.loads(text)


def raw_value(kind: TypeEngine[Any], value: Any) -> Any:
    """A value as it lies in the database, which is what is hashed."""
    return kind.write(value) if isinstance(kind, _Written) and value is not None else value


def writer_of(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value, never None, as it lies in the database; None where it lies as it is."""
    return kind.write if isinstance(kind, _Written) else None


def reader_of(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of the database, never None, as it is used."""
    return kind.read if isinstance(kind, _Written) else None
