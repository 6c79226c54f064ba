"""SoftFil's databases: which stores there are, their tables, and how rows get into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Date, Engine, MetaData, Table, create_engine, event, insert, select

from troth.demo import commerce, contacts
from troth.stores.address import parse_address

Cells = dict[str, Any]
Rows = Mapping[tuple[str, str], Sequence[Cells]]

# The day that Troth records at the move, where what shows it stays behind: live table -> event.
ARCHIVED: Mapping[tuple[str, str], str | None] = {
    ("erp", "party"): "relationship-end",
    ("erp", "person"): "relationship-end",
    ("erp", "contract"): "relationship-end",
    ("erp", "shipment"): "relationship-end",
    ("shop", "orders"): "relationship-end",
    ("mail", "thread"): "relationship-end",
    ("mail", "message"): "relationship-end",
    ("mail", "attachment"): "relationship-end",
    ("erp", "invoice"): "financial-year-end",
    ("erp", "credit_note"): "financial-year-end",
    ("erp", "ledger_entry"): "financial-year-end",
    ("erp", "bank_detail"): None,
    ("shop", "payment_attempt"): None,
}
AT_ONCE = 5_000  # rows in one insert


def recorded(event_name: str) -> str:
    """The archive's column that keeps the day of an event."""
    return f"troth_day_{event_name.replace('-', '_')}"


def schemas() -> dict[str, MetaData]:
    """Fresh metadata of every store, the archive with the columns of what it receives."""
    live = {
        "shop": commerce.shop(),
        "web": contacts.web(),
        "erp": commerce.erp(),
        "news": contacts.news(),
        "survey": contacts.survey(),
        "training": contacts.training(),
        "social": contacts.social(),
        "mail": contacts.mail(),
        "phone": contacts.phone(),
    }
    return live | {"archive": _archive(live)}


def _archive(live: Mapping[str, MetaData]) -> MetaData:
    """Tables without constraints but the key: what comes in has left its relatives behind."""
    meta = MetaData()
    for (store, name), kept in ARCHIVED.items():
        source = live[store].tables[name]
        columns: list[Column[Any]] = [
            Column(column.name, column.type, primary_key=column.primary_key, autoincrement=False)
            for column in source.columns
            if column.name not in UNDECLARED.get((store, name), ())
        ]
        if kept is not None:
            columns.append(Column(recorded(kept), Date))
        Table(name, meta, *columns)
    return meta


UNDECLARED: Mapping[tuple[str, str], tuple[str, ...]] = {("erp", "person"): ("birth_note",)}
UNDECLARED_TABLES = (("shop", "fair_leads_import"),)


def build(addresses: Mapping[str, str], rows: Rows) -> None:
    """Make every table in the databases at `addresses`, by store, and fill it, in one go each."""
    for store, meta in schemas().items():
        engine = _engine(addresses[store])
        try:
            with engine.begin() as connection:
                meta.create_all(connection)
                for table in meta.sorted_tables:
                    found = rows.get((store, table.name), ())
                    for start in range(0, len(found), AT_ONCE):
                        connection.execute(insert(table), list(found[start : start + AT_ONCE]))
        finally:
            engine.dispose()


def read_back(addresses: Mapping[str, str]) -> dict[tuple[str, str], list[Cells]]:
    """Every row of every store, as its driver returns it."""
    found: dict[tuple[str, str], list[Cells]] = {}
    for store, meta in schemas().items():
        engine = _engine(addresses[store])
        try:
            with engine.connect() as connection:
                for table in meta.sorted_tables:
                    cursor = connection.execute(select(table).order_by(table.c.id))
                    found[store, table.name] = [dict(row) for row in cursor.mappings()]
        finally:
            engine.dispose()
    return found


def _engine(address: str) -> Engine:
    """An engine for the demo's own databases; SQLite checks foreign keys only when told."""
    engine = create_engine(parse_address(address).url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _check_foreign_keys(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys = ON")

    return engine
