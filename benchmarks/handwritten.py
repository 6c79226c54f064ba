"""The best hand-written SQL for the same jobs: same locks, same rechecks, same constraints.

Each returns after the last commit. Kept in several variants; the benchmark takes the best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

LOG_CUTOFF = "2025-11-23"  # log lines before this instant are due
ORDER_CUTOFF = "2021-11-22"
INVOICE_CUTOFF = "2014-12-31"


def flat_single(uri: str) -> None:
    """One DELETE for everything."""
    with psycopg.connect(uri) as connection:
        connection.execute(f"DELETE FROM log WHERE at < '{LOG_CUTOFF}'")


def flat_batched(uri: str, rows: int = 10_000) -> None:
    """Keys in a temporary table by batch; per batch lock, decide again, delete, receipt, commit."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'Europe/Paris'")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS receipts (batch int PRIMARY KEY, rows int, at timestamptz)"
        )
        connection.execute("CREATE TEMP TABLE due (id bigint, batch int)")
        connection.execute(
            "INSERT INTO due SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s FROM log "
            f"WHERE at < '{LOG_CUTOFF}'",
            (rows,),
        )
        connection.execute("CREATE INDEX ON due (batch)")
        connection.execute("ANALYZE due")
        last = connection.execute("SELECT max(batch) FROM due").fetchone()
        for batch in range((last[0] if last and last[0] is not None else -1) + 1):
            with connection.transaction():
                connection.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM log JOIN due ON due.id = log.id "
                    "WHERE due.batch = %s FOR UPDATE OF log) locked",
                    (batch,),
                )
                connection.execute(
                    "DELETE FROM due WHERE batch = %s AND NOT EXISTS (SELECT 1 FROM log "
                    f"WHERE log.id = due.id AND log.at < '{LOG_CUTOFF}')",
                    (batch,),
                )
                done = connection.execute(
                    "DELETE FROM log USING due WHERE due.id = log.id AND due.batch = %s", (batch,)
                )
                connection.execute(
                    "INSERT INTO receipts VALUES (%s, %s, now())", (batch, done.rowcount)
                )


def flat_ranges(uri: str, width: int = 50_000) -> None:
    """Ranges of the key, a fifth of each due: one locks, decides, deletes, leaves a receipt."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS receipts (batch int PRIMARY KEY, rows int, at timestamptz)"
        )
        ends = connection.execute("SELECT min(id), max(id) FROM log").fetchone()
        low, high = ends if ends else (0, -1)
        for batch, first in enumerate(range(low, high + 1, width)):
            with connection.transaction():
                done = connection.execute(
                    f"DELETE FROM log WHERE id BETWEEN %s AND %s AND at < '{LOG_CUTOFF}'",
                    (first, first + width - 1),
                )
                connection.execute(
                    "INSERT INTO receipts VALUES (%s, %s, now())", (batch, done.rowcount)
                )


def tree_batched(parents: int) -> Callable[[str], None]:
    """The customers of a batch with all that hangs on them, in one transaction, children first."""

    def run(uri: str) -> None:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS receipts "
                "(batch int PRIMARY KEY, rows int, at timestamptz)"
            )
            connection.execute("CREATE TEMP TABLE due (id bigint PRIMARY KEY, batch int)")
            connection.execute(
                f"""INSERT INTO due SELECT id, (row_number() OVER (ORDER BY id) - 1) / {parents}
                FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
                AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id
                    AND o.ordered_on > '{ORDER_CUTOFF}')
                AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.customer_id = c.id
                    AND i.issued_on > '{INVOICE_CUTOFF}')
                AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.customer_id = c.id)"""
            )
            connection.execute("CREATE INDEX ON due (batch)")
            connection.execute("ANALYZE due")
            last = connection.execute("SELECT max(batch) FROM due").fetchone()
            for batch in range((last[0] if last and last[0] is not None else -1) + 1):
                with connection.transaction():
                    connection.execute(
                        "SELECT count(*) FROM (SELECT 1 FROM customer c JOIN due ON due.id = c.id "
                        "WHERE due.batch = %s FOR UPDATE OF c) locked",
                        (batch,),
                    )
                    for table in ("orders", "invoice"):
                        connection.execute(
                            f"SELECT count(*) FROM (SELECT 1 FROM {table} r JOIN due "
                            "ON due.id = r.customer_id WHERE due.batch = %s FOR UPDATE OF r) x",
                            (batch,),
                        )
                    connection.execute(
                        f"""DELETE FROM due WHERE batch = %s AND (
                        EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = due.id
                            AND o.ordered_on > '{ORDER_CUTOFF}')
                        OR EXISTS (SELECT 1 FROM invoice i WHERE i.customer_id = due.id
                            AND i.issued_on > '{INVOICE_CUTOFF}')
                        OR EXISTS (SELECT 1 FROM hold h WHERE h.customer_id = due.id))""",
                        (batch,),
                    )
                    for statement in (
                        "DELETE FROM line USING orders o, due WHERE line.order_id = o.id "
                        "AND o.customer_id = due.id AND due.batch = %s",
                        "DELETE FROM orders USING due WHERE orders.customer_id = due.id "
                        "AND due.batch = %s",
                        "DELETE FROM invoice USING due WHERE invoice.customer_id = due.id "
                        "AND due.batch = %s",
                        "DELETE FROM customer USING due WHERE customer.id = due.id "
                        "AND due.batch = %s",
                    ):
                        connection.execute(statement, (batch,))
                    connection.execute("INSERT INTO receipts VALUES (%s, 0, now())", (batch,))

    return run


def tree_row_by_row(uri: str, customers: int) -> None:
    """What an ORM does: every object loaded and deleted by itself, a commit per customer."""
    with psycopg.connect(uri, autocommit=True) as connection:
        due = connection.execute(
            f"""SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o
            WHERE o.customer_id = c.id AND o.ordered_on > '{ORDER_CUTOFF}')
            AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.customer_id = c.id)
            ORDER BY id LIMIT {customers}"""
        ).fetchall()
        for (customer,) in due:
            with connection.transaction():
                orders = connection.execute(
                    "SELECT * FROM orders WHERE customer_id = %s", (customer,)
                ).fetchall()
                for order in orders:
                    lines = connection.execute(
                        "SELECT * FROM line WHERE order_id = %s", (order[0],)
                    ).fetchall()
                    for line in lines:
                        connection.execute("DELETE FROM line WHERE id = %s", (line[0],))
                    connection.execute("DELETE FROM orders WHERE id = %s", (order[0],))
                for invoice in connection.execute(
                    "SELECT * FROM invoice WHERE customer_id = %s", (customer,)
                ).fetchall():
                    connection.execute("DELETE FROM invoice WHERE id = %s", (invoice[0],))
                connection.execute("DELETE FROM customer WHERE id = %s", (customer,))


def find_set_based(uri: str) -> int:
    """How many customers are due, in one statement."""
    with psycopg.connect(uri) as connection:
        row = connection.execute(
            f"""SELECT count(*) FROM customer c
            WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
            AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id
                AND o.ordered_on > '{ORDER_CUTOFF}')"""
        ).fetchone()
        return int(row[0]) if row else 0


def find_by_loop(uri: str, customers: int) -> int:
    """What goes of the first customers, asked person by person: how many rows of all tables."""
    found = 0
    with psycopg.connect(uri) as connection:
        for number in range(1, customers + 1):
            orders = connection.execute(
                "SELECT max(ordered_on), count(*) FROM orders WHERE customer_id = %s", (number,)
            ).fetchone()
            invoices = connection.execute(
                f"SELECT count(*) FILTER (WHERE issued_on <= '{INVOICE_CUTOFF}'), count(*) "
                "FROM invoice WHERE customer_id = %s",
                (number,),
            ).fetchone()
            assert orders
            assert invoices
            found += invoices[0]
            if orders[0] is not None and orders[0].isoformat() <= ORDER_CUTOFF:
                lines = connection.execute(
                    "SELECT count(*) FROM line JOIN orders ON orders.id = line.order_id "
                    "WHERE orders.customer_id = %s",
                    (number,),
                ).fetchone()
                found += orders[1] + (lines[0] if lines else 0)
                found += invoices[0] == invoices[1]
    return found


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
    with psycopg.connect(uri) as connection:
        for tables, statement in statements.items():
            row = connection.execute(statement).fetchone()
            assert row is not None
            for at, table in enumerate(tables.split()):
                rows, due, unknown, oldest = row[at * 4 : at * 4 + 4]
                day = oldest.date() if isinstance(oldest, datetime) else oldest
                if table == "invoice" and day is not None:
                    day = day.replace(month=12, day=31)
                rows, due, unknown = (int(number or 0) for number in (rows, due, unknown))
                found[table] = Answer(rows, due, unknown, rows - due - unknown, day)
    return found


CHECKS: dict[str, Callable[[str], dict[str, Answer]]] = {
    "by table": check_by_table,
    "by look-up": check_by_lookup,
    "by window": check_by_window,
    "together": check_together,
}
