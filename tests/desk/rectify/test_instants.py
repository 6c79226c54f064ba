"""Instants are corrected as instants: named with their offset, and alike whatever the offset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from troth.desk.rectify.values import bound, same
from troth.errors import Refused
from troth.plan.schema import ColumnSchema

# Half past midnight in Paris is half past eleven of the day before in UTC.
CELL = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)
COLUMN = ColumnSchema("seen", "timestamptz", "timestamp(6)", nullable=True)


def test_an_instant_is_the_same_under_every_offset() -> None:
    assert same("2024-02-01T00:30:00+01:00", CELL, ["exact"])
    assert same("2024-01-31 23:30:00+00:00", CELL, ["exact"])
    assert not same("2024-02-01T00:30:00+00:00", CELL, ["exact"])
    assert not same("2024-01-31 23:30:00", CELL, ["exact"])  # nobody knows which instant it is
    assert not same("yesterday", CELL, ["exact"])


def test_a_new_instant_needs_its_offset() -> None:
    assert bound(COLUMN, "2024-02-01T00:30+01:00", "shop.visit.seen", "mariadb") == CELL
    for text in ("2024-02-01 00:30", "soon"):
        with pytest.raises(Refused, match="rectify-type"):
            bound(COLUMN, text, "shop.visit.seen", "mariadb")
