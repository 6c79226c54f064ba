"""The public suite of a store adapter: inherit it, give it a fresh store, declare the gaps.

    class TestMyStore(StoreConformance):
        gaps = {"row_locks": "the whole file is one lock"}

        @pytest.fixture
        def store_url(self) -> str: ...   # the address of a fresh, empty database

A gap is a capability that the adapter answers with no or not probed. One that is not declared
fails, and so does a declared one that has closed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from troth.errors import Refused, TrothError
from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.conformance_inside import JsonInside
from troth.stores.limits import LOAD_ROWS
from troth.stores.opening import open_store
from troth.stores.reflect import reflect
from troth.stores.store import Session, Store
from troth.stores.tables import TemporaryTable, table_clause

SECRET = "ada@people.example"
WAITED_S = 0.3  # a writer that has not finished by then is waiting for a lock
CLOCK_S = 60  # how far the clocks of a test's two machines may lie apart
ON = (("id", "id"),)

_PERSON = (
    "CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) UNIQUE,"
    " born DATE, seen TIMESTAMP NULL, note VARCHAR(80))"
)
_VISIT = (
    "CREATE TABLE visit (id INTEGER NOT NULL PRIMARY KEY, person INTEGER,"
    " FOREIGN KEY (person) REFERENCES person (id))"
)


class StoreConformance(JsonInside):
    """What the engine relies on in every store."""

    gaps: ClassVar[Mapping[str, str]] = {}
    """Capabilities that are not there, each with the reason."""
    instant: ClassVar[str | None] = "TIMESTAMP WITH TIME ZONE"
    """The type of a column that holds instants; None where the store has none."""

    @pytest.fixture
    def store_url(self) -> str:
        """The address of a fresh, empty database on which everything is allowed."""
        raise NotImplementedError("give the suite a fixture store_url")

    @pytest.fixture
    def store(self, store_url: str) -> Store:
        """The store, with a person of each kind and a visit."""
        store = open_store("shop", store_url, purpose="write")
        with store.session() as session:
            session.connection.exec_driver_sql(_PERSON)
            session.connection.exec_driver_sql(_VISIT)
            person = table_clause(store.address.dialect, _schema(store, "person"))
            with session.writing() as connection:
                for number in range(1, 7):
                    connection.execute(
                        sa.insert(person).values(
                            id=number,
                            email=SECRET if number == 1 else f"p{number}@people.example",
                            born=date(1990, 1, number),
                            seen=datetime.fromisoformat(f"2020-01-{number:02} 12:00:00"),
                            note="kept",
                        )
                    )
                connection.execute(sa.text("INSERT INTO visit (id, person) VALUES (1, 1)"))
        return store

    @pytest.fixture
    def session(self, store: Store) -> Iterator[Session]:
        """A session on the store."""
        with store.session() as session:
            yield session

    @pytest.fixture
    def person(self, store: Store) -> sa.TableClause:
        """The table of persons."""
        return table_clause(store.address.dialect, _schema(store, "person"))

    @pytest.fixture
    def picked(self, store: Store, session: Session) -> sa.TableClause:
        """A temporary table that holds the keys 1, 2 and 3, numbered by `batch` 1, 1 and 2."""
        key = _schema(store, "person").columns[0]
        batch = ColumnSchema("batch", "integer", store.dialect.types["integer"], True)
        table = session.create_temporary(TemporaryTable("picked", (key, batch), ("id",)))
        with session.writing() as connection:
            store.dialect.bulk_load(connection, table, ("id", "batch"), ((1, 1), (2, 1), (3, 2)))
        return table

    # Capabilities and sessions

    def test_gaps_are_declared_and_still_open(self, store: Store) -> None:
        found = {name: answer.why for name, answer in store.capabilities.gaps().items()}
        assert set(found) == set(self.gaps), "a gap opened or closed: see `gaps`"
        assert all(found.values()), "every gap has its reason"
        assert all(self.gaps.values()), "every declared gap has its reason"

    def test_clock_is_the_time_of_day_in_utc(self, store: Store, session: Session) -> None:
        now = store.dialect.clock(session.connection)
        assert now.utcoffset() == timedelta(0)
        assert abs(now - datetime.now(UTC)) < timedelta(seconds=CLOCK_S)

    def test_no_repr_and_no_text_shows_a_password(self, store: Store) -> None:
        password = store.address.url.password
        assert not password or str(password) not in f"{store!r} {store.address}"

    def test_a_store_opened_for_reading_writes_nothing(self, store_url: str) -> None:
        reader = open_store("shop", store_url, purpose="read")
        with pytest.raises(Refused) as refused, reader.writing():
            pass
        assert refused.value.code == "store-opened-for-reading"

    # Reading

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO visit (id) VALUES (9)",
            "UPDATE person SET note = 'changed'",
            "DELETE FROM visit",
            "CREATE TABLE surprise (id INTEGER)",
            "DROP TABLE visit",
        ],
    )
    @pytest.mark.parametrize("mode", ["reading", "collecting"])
    def test_reading_cannot_write(self, store: Store, statement: str, mode: str) -> None:
        before = _counts(store)
        with store.session() as session:
            transaction = session.reading() if mode == "reading" else session.collecting()
            with pytest.raises(TrothError) as failed, transaction as connection:
                connection.exec_driver_sql(statement)
        assert failed.value.code == "store-read-only"
        assert _counts(store) == before
        assert {table.name for table in reflect(store).tables} == {"person", "visit"}

    def test_reading_sees_one_moment(self, store: Store, store_url: str) -> None:
        if not store.capabilities.snapshot.yes:
            pytest.skip(store.capabilities.snapshot.why)
        with store.reading() as connection:
            before = _count(connection, "visit")
            _later(store_url, "INSERT INTO visit (id) VALUES (7)")
            assert _count(connection, "visit") == before
        with store.reading() as connection:
            assert _count(connection, "visit") == before + 1

    def test_temporary_tables_are_filled_while_reading(
        self, store: Store, session: Session, person: sa.TableClause, picked: sa.TableClause
    ) -> None:
        select = sa.select(person.c.id, sa.literal(3)).where(person.c.id > 4)
        with session.collecting() as connection:
            dialect = store.dialect
            assert dialect.insert_from_select(connection, picked, ("id", "batch"), select) == 2
            dialect.analyse(connection, "picked")
        with session.reading() as connection:
            assert dialect.bulk_load(connection, picked, ("id", "batch"), [(4, 3)]) == 1
        with session.reading() as connection:
            keys = connection.execute(sa.select(picked.c.id).order_by(picked.c.id)).scalars()
            assert list(keys) == [1, 2, 3, 4, 5, 6]

    def test_collecting_keeps_no_writer_waiting(
        self,
        store: Store,
        store_url: str,
        person: sa.TableClause,
        picked: sa.TableClause,
        session: Session,
    ) -> None:
        if not store.capabilities.row_locks.yes:
            pytest.skip(store.capabilities.row_locks.why)
        with session.collecting() as connection:
            select = sa.select(person.c.id, sa.literal(3)).where(person.c.id > 3)
            store.dialect.insert_from_select(connection, picked, ("id", "batch"), select)
            assert not _waits(store_url, "UPDATE person SET note = 'mine' WHERE id = 5")

    def test_temporary_tables_are_seen_by_their_session_alone(
        self, store: Store, picked: sa.TableClause
    ) -> None:
        with pytest.raises(TrothError) as failed, store.reading() as connection:
            connection.execute(sa.select(picked.c.id)).all()
        assert failed.value.code == "schema-mismatch"
        assert "picked" not in {table.name for table in reflect(store).tables}

    def test_temporary_tables_are_made_before_a_reading(self, store: Store) -> None:
        key = _schema(store, "person").columns[0]
        table = TemporaryTable("wanted", (key,), ("id",))
        with store.reading([table]) as connection:
            clause = table.clause(store.address.dialect)
            assert store.dialect.bulk_load(connection, clause, ("id",), [(1,)]) == 1

    def test_dropping_a_temporary_table_spares_a_table_of_that_name(self, store: Store) -> None:
        visit = TemporaryTable("visit", _schema(store, "visit").columns)
        with store.session() as session:
            session.create_temporary(visit)
            session.drop_temporary(visit)
            with pytest.raises(TrothError):
                session.drop_temporary(visit)
        assert _counts(store)["visit"] == 1

    def test_odd_dates_come_back_as_they_are(self, store: Store, person: sa.TableClause) -> None:
        with store.reading() as connection:
            born = connection.execute(sa.select(person.c.born).where(person.c.id == 2)).scalar()
            seen = connection.execute(sa.select(person.c.seen).where(person.c.id == 2)).scalar()
            early = sa.select(person.c.id).where(person.c.born <= date(1990, 1, 2))
            until = sa.select(person.c.id).where(
                person.c.seen < datetime.fromisoformat("2020-01-02 12:00:00")
            )
            assert sorted(connection.execute(early).scalars()) == [1, 2]
            assert sorted(connection.execute(until).scalars()) == [1]
        assert str(born) == "1990-01-02"
        assert str(seen).startswith("2020-01-02 12:00:00")

    def test_instants_come_back_with_their_zone(self, store: Store) -> None:
        if self.instant is None:
            pytest.skip("the store has no type of instants")
        # Half past midnight in Paris, and the day before in UTC.
        told = datetime.fromisoformat("2024-02-01 00:30:00+01:00")
        with store.session() as session:
            session.connection.exec_driver_sql(
                f"CREATE TABLE moment (id INTEGER PRIMARY KEY, at {self.instant})"
            )
            assert _schema(store, "moment").columns[1].kind == "timestamptz"
            moment = table_clause(store.address.dialect, _schema(store, "moment"))
            with session.writing() as connection:
                connection.execute(sa.insert(moment).values(id=1, at=told))
            inner = sa.select(sa.func.max(moment.c.at).label("at")).scalar_subquery()
            cells = (
                moment.c.at,
                sa.func.min(moment.c.at).over(),
                sa.case((moment.c.id == 1, moment.c.at), else_=sa.null()),
                sa.select(
                    sa.func.min(sa.select(inner.label("at")).subquery().c.at)
                ).scalar_subquery(),
            )
            with session.reading() as connection:
                found = connection.execute(sa.select(*cells).where(moment.c.at == told)).one()
        assert all(cell == told and cell.utcoffset() is not None for cell in found), found

    # Writing

    def test_a_batch_is_locked_updated_and_deleted(
        self, store: Store, session: Session, person: sa.TableClause, picked: sa.TableClause
    ) -> None:
        dialect = store.dialect
        second, third = picked.c.id == 2, picked.c.batch == 2
        with session.writing() as connection:
            lock = dialect.lock_statement(person, picked, ON, batch=picked.c.batch == 1)
            assert connection.execute(lock).scalar_one() == 2
            update = dialect.update_statement(person, picked, ON, {"note": None}, batch=second)
            assert connection.execute(update).rowcount == 1
            delete = dialect.delete_statement(person, picked, ON, batch=third)
            assert connection.execute(delete).rowcount == 1
            kept = dialect.delete_statement(
                person, picked, ON, batch=second, where=person.c.note == "kept"
            )
            assert connection.execute(kept).rowcount == 0
        assert _column(store, "note") == {1: "kept", 2: None, 4: "kept", 5: "kept", 6: "kept"}

    def test_values_may_come_from_the_picked_table(
        self, store: Store, session: Session, person: sa.TableClause, picked: sa.TableClause
    ) -> None:
        with session.writing() as connection:
            values = {"note": sa.cast(picked.c.batch, sa.String(10))}
            update = store.dialect.update_statement(person, picked, ON, values)
            assert connection.execute(update).rowcount == 3
        assert _column(store, "note") == {
            1: "1",
            2: "1",
            3: "2",
            4: "kept",
            5: "kept",
            6: "kept",
        }

    def test_keys_of_several_columns(self, store: Store, session: Session) -> None:
        with session.writing() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE line (shop INTEGER NOT NULL, number VARCHAR(9) NOT NULL,"
                " PRIMARY KEY (shop, number))"
            )
        line = table_clause(store.address.dialect, _schema(store, "line"))
        keys = TemporaryTable("keys", _schema(store, "line").columns, ("shop", "number"))
        picked = session.create_temporary(keys)
        on = (("shop", "shop"), ("number", "number"))
        with session.writing() as connection:
            every = [(1, "a"), (1, "b"), (2, "a")]
            store.dialect.bulk_load(connection, line, ("shop", "number"), every)
            store.dialect.bulk_load(connection, picked, ("shop", "number"), every[1:])
            lock = store.dialect.lock_statement(line, picked, on)
            assert connection.execute(lock).scalar_one() == 2
            delete = store.dialect.delete_statement(line, picked, on)
            assert connection.execute(delete).rowcount == 2
            assert connection.execute(sa.select(line)).all() == [(1, "a")]

    def test_every_row_lies_on_one_page(
        self, store: Store, session: Session, person: sa.TableClause
    ) -> None:
        dialect = store.dialect
        with session.writing() as connection:
            many = [(number, f"p{number}@people.example") for number in range(100, 1_000)]
            dialect.bulk_load(connection, person, ("id", "email"), many)
            if store.address.dialect == "postgresql":
                connection.exec_driver_sql("ANALYZE person")
            pages = dialect.pages(connection, person)
            if pages is None:
                pytest.skip("the store does not tell where rows lie")
            counted = sa.select(sa.func.count()).select_from(person)
            found = [
                connection.execute(counted.where(dialect.on_pages(page, page))).scalar_one()
                for page in range(pages.number)
            ]
            assert sum(found) == connection.execute(counted).scalar_one() == pages.rows
            assert len(found) > 1
            assert max(found) <= pages.most_rows
            gone = sa.delete(person).where(dialect.on_pages(0, 0), person.c.id >= 100)
            assert 0 < connection.execute(gone).rowcount <= found[0]

    def test_locked_rows_keep_a_writer_waiting_and_others_do_not(
        self,
        store: Store,
        store_url: str,
        session: Session,
        person: sa.TableClause,
        picked: sa.TableClause,
    ) -> None:
        if not store.capabilities.row_locks.yes:
            pytest.skip(store.capabilities.row_locks.why)
        with session.writing() as connection:
            lock = store.dialect.lock_statement(person, picked, ON, batch=picked.c.batch == 1)
            connection.execute(lock)
            assert not _waits(store_url, "UPDATE person SET note = 'mine' WHERE id = 3")
            assert _waits(store_url, "UPDATE person SET note = 'mine' WHERE id = 1")
            # Whoever is about to get a new child must wait for our decision, too.
            assert _waits(store_url, "INSERT INTO visit (id, person) VALUES (8, 2)")

    def test_a_second_statement_sees_what_has_been_committed(
        self, store: Store, store_url: str, session: Session
    ) -> None:
        if not store.capabilities.row_locks.yes:
            pytest.skip("nobody else can write during a writing transaction")
        with session.writing() as connection:
            before = _count(connection, "visit")
            _later(store_url, "INSERT INTO visit (id) VALUES (7)")
            assert _count(connection, "visit") == before + 1

    def test_an_error_rolls_everything_back(self, store: Store, session: Session) -> None:
        with pytest.raises(ZeroDivisionError):
            _change_and_raise(session, ZeroDivisionError())
        assert set(_column(store, "note").values()) == {"kept"}

    def test_an_interrupt_rolls_everything_back(self, store: Store, session: Session) -> None:
        with pytest.raises(KeyboardInterrupt):
            _change_and_raise(session, KeyboardInterrupt())
        assert set(_column(store, "note").values()) == {"kept"}

    def test_ddl_is_rolled_back_where_it_is_transactional(
        self, store: Store, session: Session
    ) -> None:
        with suppress(ZeroDivisionError), session.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE surprise (id INTEGER)")
            raise ZeroDivisionError
        left = {table.name for table in reflect(store).tables}
        assert ("surprise" not in left) == store.capabilities.transactional_ddl.yes

    def test_foreign_keys_are_enforced(self, store: Store) -> None:
        with pytest.raises(Refused) as refused, store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM person WHERE id = 1")
        assert refused.value.code == "constraint-violation"

    def test_errors_name_constraints_and_no_values(
        self, store: Store, person: sa.TableClause
    ) -> None:
        with pytest.raises(Refused) as refused, store.writing() as connection:
            connection.execute(sa.insert(person).values(id=9, email=SECRET))
        assert refused.value.code == "constraint-violation"
        assert "email" in str(refused.value)
        assert SECRET not in str(refused.value)
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__

    def test_a_missing_table_is_a_mismatch_of_schemas(self, store: Store) -> None:
        with pytest.raises(Refused) as refused, store.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM nowhere")
        assert refused.value.code == "schema-mismatch"
        assert "nowhere" in str(refused.value) or store.address.dialect == "postgresql"

    def test_bulk_loads_are_chunked(self, store: Store, session: Session) -> None:
        visit = table_clause(store.address.dialect, _schema(store, "visit"))
        ahead: list[int] = []

        def rows() -> Iterator[tuple[int, None]]:
            for number in range(100, 100 + 2 * LOAD_ROWS + 1):
                ahead.append(number)
                yield number, None

        with session.writing() as connection:
            loaded = store.dialect.bulk_load(connection, visit, ("id", "person"), rows())
            assert loaded == len(ahead) == 2 * LOAD_ROWS + 1
            assert _count(connection, "visit") == loaded + 1


def _schema(store: Store, name: str) -> TableSchema:
    table = reflect(store).table(name)
    assert table is not None
    return table


def _count(connection: sa.Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def _counts(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {name: _count(connection, name) for name in ("person", "visit")}


def _column(store: Store, column: str) -> dict[int, Any]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT id, {column} FROM person").all()
    return {int(row[0]): row[1] for row in rows}


def _change_and_raise(session: Session, error: BaseException) -> None:
    with session.writing() as connection:
        connection.exec_driver_sql("UPDATE person SET note = 'changed'")
        raise error


def _later(url: str, statement: str) -> None:
    """Somebody else writes and commits."""
    with open_store("shop", url, purpose="write").writing() as connection:
        connection.exec_driver_sql(statement)


def _waits(url: str, statement: str) -> bool:
    """Whether somebody else's statement has to wait for us; it is undone in the end."""
    started, done = threading.Event(), threading.Event()

    def write() -> None:
        store = open_store("shop", url, purpose="write")
        with suppress(TrothError, ZeroDivisionError), store.writing() as connection:
            started.set()
            connection.exec_driver_sql(statement)
            done.set()
            raise ZeroDivisionError

    threading.Thread(target=write, daemon=True).start()
    assert started.wait(timeout=CLOCK_S)
    return not done.wait(timeout=WAITED_S)
