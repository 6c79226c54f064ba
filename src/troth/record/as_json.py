"""The record as plain JSON: what the sheets show, with names and periods as the policy has them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from troth.law.calendar import Period
from troth.record.model import Record

FORMAT = "troth-record/1"


def as_json(record: Record) -> dict[str, Any]:
    """The record as values that JSON has; days and periods in ISO 8601."""
    return {"format": FORMAT, **_plain(record)}


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
