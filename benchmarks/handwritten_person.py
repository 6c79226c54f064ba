"""What somebody would write by hand to read and erase persons in the made-up database.

Each variant leaves the same rows behind as Troth does; the fastest of its kind is the measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from benchmarks.person_world import OLD_PAPERS, World

Connection = psycopg.Connection[tuple[Any, ...]]
_FORMS = {"ticket": "NULL", "review": "''"}


def kind_of(table: str) -> str:
    return table.partition("_")[0]


def find(connection: Connection, number: str, *, lock: bool = False) -> int:
    """The customer's key."""
    text = "SELECT id FROM customer WHERE number = %s" + (" FOR UPDATE" if lock else "")
    row = connection.execute(text, (number,), prepare=True).fetchone()
    assert row is not None
    return int(row[0])


def read_statements(world: World, where: str) -> list[str]:
    """One for each table; `where` says whose rows, of a column."""
    found = [f"SELECT id, number, email, name, phone FROM customer WHERE {where.format('id')}"]
    found += [
        f"SELECT id, note, address, ip FROM {name} WHERE {where.format('customer_id')}"
        for name, _ in world.others
    ]
    return found


def write_statements(world: World, where: str) -> list[str]:
    """What goes, children first; then the values of rows that stay."""
    theirs, own = where.format("customer_id"), where.format("id")
    found = [f"DELETE FROM {name} WHERE {theirs}" for name in world.of("wish", "visit")]
    found += [
        f"DELETE FROM {name} WHERE {theirs} AND made_on <= '{OLD_PAPERS}'"
        for name in world.of("paper")
    ]
    for kind, form in _FORMS.items():
        for name in world.of(kind):
            values = ", ".join(f"{column} = {form}" for column in ("note", "address", "ip"))
            found.append(f"UPDATE {name} SET {values} WHERE {theirs}")
    stays = " AND ".join(
        f"NOT EXISTS (SELECT FROM {name} t WHERE t.customer_id = customer.id)"
        for name in world.of("paper", "ticket", "review")
    )
    found.append(f"DELETE FROM customer WHERE {own}" + (f" AND {stays}" if stays else ""))
    found.append(
        f"UPDATE customer SET number = NULL, email = NULL, name = NULL, phone = NULL WHERE {own}"
    )
    return found


def pipelined(connection: Connection, statements: Sequence[str], key: int) -> list[Any]:
    """Prepared, one behind the other; what each returned."""
    with connection.pipeline():
        cursors = [connection.execute(text, (key,), prepare=True) for text in statements]
    return [cursor.fetchall() if cursor.description else cursor.rowcount for cursor in cursors]


def one_by_one(connection: Connection, statements: Sequence[str], key: int) -> list[Any]:
    """Prepared, each after the answer of the one before."""
    found = []
    for text in statements:
        cursor = connection.execute(text, (key,), prepare=True)
        found.append(cursor.fetchall() if cursor.description else cursor.rowcount)
    return found


Way = Callable[[Connection, Sequence[str], int], list[Any]]
WAYS: dict[str, Way] = {"pipelined": pipelined, "one after the other": one_by_one}


def read(connection: Connection, world: World, number: str, way: Way) -> int:
    """Everything that is held of a customer, of one moment; how many rows."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        key = find(connection, number)
        answers = way(connection, read_statements(world, "{} = %s"), key)
    return sum(len(rows) for rows in answers)


def erase(connection: Connection, world: World, number: str, way: Way) -> int:
    """One customer erased in one transaction; how many rows were written."""
    with connection.transaction():
        key = find(connection, number, lock=True)
        answers = way(connection, write_statements(world, "{} = %s"), key)
    return sum(answers)


def _many(connection: Connection, numbers: Sequence[str]) -> None:
    connection.execute("CREATE TEMP TABLE asked (id bigint PRIMARY KEY) ON COMMIT DROP")
    connection.execute(
        "INSERT INTO asked SELECT id FROM customer WHERE number = ANY(%s)", (list(numbers),)
    )
    connection.execute("ANALYZE asked")


_JOINED = "{} IN (SELECT id FROM asked)"


def erase_many(connection: Connection, world: World, numbers: Sequence[str]) -> int:
    """Many customers at once, by a joined temporary table, in one transaction."""
    written = 0
    with connection.transaction():
        _many(connection, numbers)
        connection.execute("SELECT FROM customer WHERE id IN (SELECT id FROM asked) FOR UPDATE")
        for text in write_statements(world, _JOINED):
            written += connection.execute(text.encode()).rowcount
    return written


def erase_many_by_table(connection: Connection, world: World, numbers: Sequence[str]) -> int:
    """The same, each table committed by itself."""
    written = 0
    with connection.transaction():
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS asked (id bigint PRIMARY KEY)")
        connection.execute("TRUNCATE asked")
        connection.execute(
            "INSERT INTO asked SELECT id FROM customer WHERE number = ANY(%s)", (list(numbers),)
        )
    connection.execute("ANALYZE asked")
    for text in write_statements(world, _JOINED):
        written += connection.execute(text.encode()).rowcount
    connection.execute("DROP TABLE asked")
    return written


MANY: dict[str, Callable[[Connection, World, Sequence[str]], int]] = {
    "one transaction": erase_many,
    "a transaction for each table": erase_many_by_table,
}


def read_many(connection: Connection, world: World, numbers: Sequence[str]) -> Iterator[Any]:
    """Everything that is held of many customers, by a joined temporary table."""
    with connection.transaction():
        _many(connection, numbers)
        for text in read_statements(world, _JOINED):
            with connection.cursor() as cursor:
                yield from cursor.stream(text.encode())


def decide_many(connection: Connection, world: World, numbers: Sequence[str]) -> int:
    """How many rows would go or lose values, by a joined temporary table."""
    due = 0
    with connection.transaction():
        _many(connection, numbers)
        for name, kind in world.others:
            where = "customer_id IN (SELECT id FROM asked)"
            if kind == "paper":
                where += f" AND made_on <= '{OLD_PAPERS}'"
            if kind in _FORMS:
                where += " AND (note IS NOT NULL OR address IS NOT NULL OR ip IS NOT NULL)"
            row = connection.execute(
                f"SELECT count(*) FROM {name} WHERE {where}".encode()
            ).fetchone()
            assert row is not None
            due += int(row[0])
        row = connection.execute(_customers(world).encode()).fetchone()
        assert row is not None
        due += int(row[0])
    return due


def _customers(world: World) -> str:
    """How many customers go, or lose their names because something of theirs stays."""
    stays = [
        f"EXISTS (SELECT FROM {name} t WHERE t.customer_id = customer.id"
        + (f" AND t.made_on > '{OLD_PAPERS}')" if kind == "paper" else ")")
        for name, kind in world.others
        if kind in ("paper", *_FORMS)
    ]
    named = "number IS NOT NULL OR email IS NOT NULL OR name IS NOT NULL OR phone IS NOT NULL"
    return (
        f"SELECT count(*) FROM customer WHERE id IN (SELECT id FROM asked)"
        f" AND (NOT ({' OR '.join(stays)}) OR {named})"
    )
