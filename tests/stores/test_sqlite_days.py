"""Days in SQLite: what its own functions decide is what Troth's function would have decided."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from troth.plan.predicate import DayColumn
from troth.stores.days import day_within
from troth.stores.sqlite_days import day_in, teach
from troth.stores.template import writer

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2000, 1, 1), date(2023, 10, 28)
BOUNDS = (
    "2000-01-01",
    "2023-10-28",
    "2000-01-01 00:00:00",
    "2023-10-29 00:00:00",
    "1999-12-31 23:00:00",
    "2023-10-28 22:00:00",
)
ENDS = ("", ".5", ".000000", ".9999999", ".", "Z", ".123456Z", "+01:00", "-23:59", " ", "\0")
TYPES = ("TEXT", "DATE", "DATETIME", "TEXT COLLATE NOCASE", "TEXT COLLATE RTRIM", "BLOB")


@st.composite
def almost_instants(draw: st.DrawFn) -> str:
    """Texts that are days or times, but for a character or what follows."""
    seconds = draw(st.integers(0, 60 * 366 * 86_400))
    moment = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    whole = list(moment.isoformat(draw(st.sampled_from(" T"))))
    for at in draw(st.lists(st.sampled_from((5, 6, 8, 9, 11, 12, 14, 17)), max_size=2)):
        whole[at] = draw(st.sampled_from("0123456789 -"))
    length = draw(st.sampled_from((10, 16, 19, 19)))
    return "".join(whole)[:length] + draw(st.sampled_from(ENDS))


def within(value: object, kind: str) -> int:
    column: sa.ColumnClause[str] = sa.column("c", sa.Text())
    day = DayColumn(column="c", zone=PARIS.key)
    found = day_within("sqlite", column, "date", day, PARIS, FIRST, LAST, alone=True)
    text = found.compile(dialect=writer("sqlite"), compile_kwargs={"literal_binds": True})
    connection = sqlite3.connect(":memory:")
    try:
        teach(connection)
        connection.execute(f"CREATE TABLE t (c {kind})")
        connection.execute("INSERT INTO t VALUES (?)", (value,))
        (worth,) = connection.execute(f"SELECT {text} FROM t").fetchone()
    finally:
        connection.close()
    assert isinstance(worth, int)
    return worth


@given(almost_instants() | st.text(max_size=30), st.sampled_from(TYPES))
@example("2023-02-30", "DATE")  # SQLite's date() leaves it as it is
@example("2023-10-28 24:00:00", "DATETIME")
@example("2023-10-28 23:59:59.9999999", "DATETIME")  # and rounds this up
@example("2023-10-28 23:30:00.123456Z", "TEXT")  # as long as one without an offset
@example("2023-10-28 ", "TEXT COLLATE RTRIM")
def test_sqlite_decides_days_as_the_function_does(value: str, kind: str) -> None:
    assert within(value, kind) == day_in(value, *BOUNDS)


@pytest.mark.parametrize("value", [None, 2460000, 2460000.5, 1_700_000_000, b"2020-01-01"])
@pytest.mark.parametrize("kind", ["DATE", "TEXT", "BLOB"])
def test_what_is_no_text_is_no_day(value: object, kind: str) -> None:
    assert within(value, kind) == 0
