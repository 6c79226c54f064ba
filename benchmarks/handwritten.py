"""The best hand-written SQL for retention: same locks, same rechecks, same constraints.

Each returns after the last commit. Kept in several variants; the benchmark takes the best.
"""

from __future__ import annotations

from collections.abc import Callable

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


def flat_pages(uri: str, width: int = 650) -> None:
    """Ranges of the table's pages, as they lie: nothing is looked up, all else as in ranges.

    A row that is updated meanwhile may move to a page that was already walked over, so what is left
    goes in the end.
    """
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS receipts (batch int PRIMARY KEY, rows int, at timestamptz)"
        )
        row = connection.execute(
            "SELECT pg_relation_size('log') / current_setting('block_size')::int"
        ).fetchone()
        for batch, first in enumerate(range(0, row[0] if row else 0, width)):
            with connection.transaction():
                done = connection.execute(
                    f"DELETE FROM log WHERE ctid >= '({first},0)' AND ctid < '({first + width},0)' "
                    f"AND at < '{LOG_CUTOFF}'"
                )
                connection.execute(
                    "INSERT INTO receipts VALUES (%s, %s, now())", (batch, done.rowcount)
                )
        with connection.transaction():
            connection.execute("SET LOCAL enable_indexscan = off")  # a third faster after a sweep
            done = connection.execute(f"DELETE FROM log WHERE at < '{LOG_CUTOFF}'")
            connection.execute("INSERT INTO receipts VALUES (-1, %s, now())", (done.rowcount,))


def tree_batched(parents: int, *, by_index: bool = False) -> Callable[[str], None]:
    """The customers of a batch with all that hangs on them, in one transaction, children first.

    `by_index`: the planner is told not to read whole tables for a batch.
    """

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
            if by_index:
                connection.execute("SET enable_seqscan = off")
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
            with connection.transaction():
                _of_held(connection)

    return run


def _of_held(connection: psycopg.Connection) -> None:
    """What hangs on customers who are held goes, as their hold names them alone."""
    connection.execute(
        f"""CREATE TEMP TABLE old AS SELECT o.id FROM orders o JOIN hold USING (customer_id)
        WHERE NOT EXISTS (SELECT 1 FROM orders n WHERE n.customer_id = o.customer_id
            AND n.ordered_on > '{ORDER_CUTOFF}')"""
    )
    connection.execute("SELECT 1 FROM orders JOIN old USING (id) FOR UPDATE OF orders")
    connection.execute(
        f"""DELETE FROM old USING orders o WHERE o.id = old.id AND EXISTS (SELECT 1 FROM orders n
        WHERE n.customer_id = o.customer_id AND n.ordered_on > '{ORDER_CUTOFF}')"""
    )
    for statement in (
        "DELETE FROM line USING old WHERE line.order_id = old.id",
        "DELETE FROM orders USING old WHERE orders.id = old.id",
        f"""DELETE FROM invoice USING hold WHERE hold.customer_id = invoice.customer_id
        AND invoice.issued_on <= '{INVOICE_CUTOFF}'""",
        "INSERT INTO receipts VALUES (-1, 0, now())",
    ):
        connection.execute(statement)


def tree_rows(uri: str) -> list[int]:
    """The rows that are left of each table of the tree."""
    with psycopg.connect(uri) as connection:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM orders), "
            "(SELECT count(*) FROM line), (SELECT count(*) FROM invoice)"
        ).fetchone()
    return list(found or ())


def tree_row_by_row(uri: str, customers: int) -> None:
    """By the bare driver: every row loaded and deleted by itself, a commit per customer."""
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


def find_by_loop(uri: str, customers: range) -> int:
    """What goes of some customers, asked person by person: how many rows of all tables."""
    found = 0
    with psycopg.connect(uri) as connection:
        for number in customers:
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
