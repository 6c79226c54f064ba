"""The best hand-written SQL for what `check` tells: each variant gives the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
import sqlalchemy as sa

from benchmarks.handwritten import LOG_CUTOFF, ORDER_CUTOFF


@dataclass(frozen=True)
class Answer:
    """What `check` says of a table: numbers of rows, and the oldest trigger of what is due."""

    rows: int
    due: int
    unknown: int
    kept: int
    oldest: date | None


_SINCE = "2000-01-01"  # days before it are unknown, as are days to come
_TODAY = "2026-11-22"
_TOMORROW = "2026-11-23"
_BOOKS_CUTOFF = (
    "2015-12-31"  # issued until then is due: ten years from the end of the year, a floor
)

_LAST = f"last <= '{ORDER_CUTOFF}' AND first >= '{_SINCE}'"
_NO_LAST = f"last IS NULL OR first < '{_SINCE}' OR last > '{_TODAY}'"
_ISSUED = f"issued_on BETWEEN '{_SINCE}' AND '{_BOOKS_CUTOFF}'"
_NOT_ISSUED = f"issued_on IS NULL OR issued_on NOT BETWEEN '{_SINCE}' AND '{_TODAY}'"
_LOGGED = f"at >= '{_SINCE}' AND at < '{LOG_CUTOFF}'"
_NOT_LOGGED = f"at IS NULL OR at < '{_SINCE}' OR at >= '{_TOMORROW}'"


def _flat(table: str, held: str, day: str, due: str, unknown: str, *, whole: bool = True) -> str:
    """One pass: rows, due, unknown and there, the oldest due and there.

    `held`: a row still holds a value. With `whole`, a due row goes as a whole, and is due without a
    value too. (A due customer may stay for an invoice; that no due customer is empty, the shop
    promises.)
    """
    gone = due if whole else f"{due} AND {held}"
    return f"""SELECT count(*), count(*) FILTER (WHERE {gone}),
        count(*) FILTER (WHERE ({unknown}) AND {held}), min({day}) FILTER (WHERE {due} AND {held})
        FROM {table}"""


_CONTACT = "(email IS NOT NULL OR name IS NOT NULL OR phone IS NOT NULL)"
_ORDERS = "SELECT customer_id, min(ordered_on) AS first, max(ordered_on) AS last"
_INVOICE = _flat("invoice", "billed_to IS NOT NULL", "issued_on", _ISSUED, _NOT_ISSUED)
_LOG = _flat("log", "ip IS NOT NULL", "at", _LOGGED, _NOT_LOGGED)


def check_by_table(uri: str) -> dict[str, Answer]:
    """A statement for each table; the last order is found by joining the orders by customer."""
    by_customer = f"({_ORDERS} FROM orders GROUP BY 1) o"
    customer = _flat(
        f"customer LEFT JOIN {by_customer} ON o.customer_id = id",
        _CONTACT,
        "last",
        _LAST,
        _NO_LAST,
        whole=False,
    )
    orders = _flat(
        f"orders LEFT JOIN {by_customer} USING (customer_id)",
        "address IS NOT NULL",
        "last",
        _LAST,
        _NO_LAST,
    )
    return _answers(uri, {"customer": customer, "orders": orders, "invoice": _INVOICE, "log": _LOG})


def check_by_lookup(uri: str) -> dict[str, Answer]:
    """The same, where the last order is looked up for each customer in the index."""
    lookup = f"LATERAL ({_ORDERS} FROM orders x WHERE x.customer_id = c.id GROUP BY 1) o"
    customer = _flat(
        f"customer c LEFT JOIN {lookup} ON true", _CONTACT, "last", _LAST, _NO_LAST, whole=False
    )
    orders = f"""SELECT sum(n), sum(n) FILTER (WHERE {_LAST}),
        sum(there) FILTER (WHERE {_NO_LAST}), min(last) FILTER (WHERE {_LAST} AND there > 0) FROM
        ({_ORDERS}, count(*) AS n, count(address) AS there FROM orders GROUP BY 1) o"""
    return _answers(uri, {"customer": customer, "orders": orders, "invoice": _INVOICE, "log": _LOG})


def check_by_window(uri: str) -> dict[str, Answer]:
    """The same, where every order is shown its customer's last one by a window."""
    windows = """(SELECT address, min(ordered_on) OVER w AS first, max(ordered_on) OVER w AS last
        FROM orders WINDOW w AS (PARTITION BY customer_id)) o"""
    orders = _flat(windows, "address IS NOT NULL", "last", _LAST, _NO_LAST)
    customer = _flat(
        f"customer LEFT JOIN ({_ORDERS} FROM orders GROUP BY 1) o ON o.customer_id = id",
        _CONTACT,
        "last",
        _LAST,
        _NO_LAST,
        whole=False,
    )
    return _answers(uri, {"customer": customer, "orders": orders, "invoice": _INVOICE, "log": _LOG})


def check_together(uri: str) -> dict[str, Answer]:
    """Customers and their orders in one statement that reads each table once.

    Right only because every order has a customer, which a foreign key and NOT NULL promise.
    """
    both = f"""SELECT count(*), count(*) FILTER (WHERE ({_LAST}) AND {_CONTACT}),
        count(*) FILTER (WHERE ({_NO_LAST}) AND {_CONTACT}),
        min(last) FILTER (WHERE ({_LAST}) AND {_CONTACT}),
        sum(n), sum(n) FILTER (WHERE {_LAST}),
        sum(there) FILTER (WHERE {_NO_LAST}),
        min(last) FILTER (WHERE ({_LAST}) AND there > 0)
        FROM customer LEFT JOIN
        ({_ORDERS}, count(*) AS n, count(address) AS there FROM orders GROUP BY 1) o
        ON o.customer_id = id"""
    return _answers(uri, {"customer orders": both, "invoice": _INVOICE, "log": _LOG})


def _answers(uri: str, statements: dict[str, str]) -> dict[str, Answer]:
    found = {}
    with _connected(uri) as ask:
        for tables, statement in statements.items():
            row = ask(statement)
            for at, table in enumerate(tables.split()):
                rows, due, unknown, oldest = row[at * 4 : at * 4 + 4]
                day = _day(oldest)
                if table == "invoice" and day is not None:
                    day = day.replace(month=12, day=31)
                rows, due, unknown = (int(number or 0) for number in (rows, due, unknown))
                found[table] = Answer(rows, due, unknown, rows - due - unknown, day)
    return found


def _day(oldest: date | str | None) -> date | None:
    if isinstance(oldest, str):  # SQLite's days are texts
        return date.fromisoformat(oldest[:10])
    return oldest.date() if isinstance(oldest, datetime) else oldest


@contextmanager
def _connected(uri: str) -> Iterator[Callable[[str], Any]]:
    """Asks PostgreSQL, or a file of SQLite, for one row."""
    if uri.startswith("sqlite"):
        with sa.create_engine(uri).connect() as found:
            yield lambda statement: found.exec_driver_sql(statement).one()
        return
    with psycopg.connect(uri) as connection:
        yield lambda statement: connection.execute(statement.encode()).fetchone()


CHECKS: dict[str, Callable[[str], dict[str, Answer]]] = {
    "by table": check_by_table,
    "by look-up": check_by_lookup,
    "by window": check_by_window,
    "together": check_together,
}

SQLITE_CHECKS = {name: CHECKS[name] for name in ("by table", "by window", "together")}
"""Those that SQLite takes; it has no LATERAL."""
