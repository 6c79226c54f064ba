"""Relations, roles and events: declared or guessed, and checked against the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from troth.discover.across import link_stores
from troth.discover.guess import Link, StoreGuess, TableGuess
from troth.discover.survey import Settings, survey

from .fakes import MemorySampler, schema_of
from .shop import DDL, rows


def _table(shop: StoreGuess, name: str) -> TableGuess:
    table = shop.table(name)
    assert table is not None
    return table


def _links(shop: StoreGuess, name: str) -> dict[tuple[str, str], Link]:
    return {(link.columns[0], link.references): link for link in _table(shop, name).links}


def test_all_relations_of_the_shop_and_no_others(shop: StoreGuess) -> None:
    found = {
        (table.schema.name, link.columns[0], link.references)
        for table in shop.tables
        for link in table.links
    }
    assert found == {
        ("orders", "customer_id", "customers"),
        ("order_lines", "order_id", "orders"),
        ("order_lines", "product_id", "products"),
        ("bank_details", "idClient", "customers"),
        ("payments", "order_id", "orders"),
        ("customer_meta", "customer_id", "customers"),
        ("survey_answers", "customer_id", "customers"),
        ("attachments", "owner_id", "customers"),
        ("attachments", "owner_id", "products"),
    }


def test_evidence_says_the_share_and_the_number(shop: StoreGuess) -> None:
    evidence = _links(shop, "payments")["order_id", "orders"].evidence
    assert evidence.startswith("100 % of 240 sampled values are keys of orders")


def test_values_outside_the_target_deny_the_name(settings: Settings) -> None:
    made = rows()
    made["payments"] = [(n, n + 10_000, *rest) for n, _, *rest in made["payments"]]
    shop = survey(schema_of(DDL), MemorySampler(made), settings)
    assert ("order_id", "orders") not in _links(shop, "payments")


def test_a_few_orphans_do_not(settings: Settings) -> None:
    made = rows()
    made["payments"][:3] = [(n, n + 10_000, *rest) for n, _, *rest in made["payments"][:3]]
    shop = survey(schema_of(DDL), MemorySampler(made), settings)
    evidence = _links(shop, "payments")["order_id", "orders"].evidence
    assert evidence.startswith("98.7 % of 240")


def test_types_that_cannot_be_compared_are_not_related(settings: Settings) -> None:
    ddl = {
        "customers": "id INTEGER PRIMARY KEY, email VARCHAR(90)",
        "visits": "id INTEGER PRIMARY KEY, customer_id VARCHAR(20)",
    }
    shop = survey(schema_of(ddl), MemorySampler({}), settings)
    assert _table(shop, "visits").links == ()


def test_same_named_unique_columns_are_related(settings: Settings) -> None:
    ddl = {
        "customers": "id INTEGER PRIMARY KEY, name VARCHAR(50), customer_number VARCHAR(9) UNIQUE",
        "parcels": "id INTEGER PRIMARY KEY, customer_number VARCHAR(9)",
    }
    made = {
        "customers": [(n, "Luc Aubry", f"K{n:05d}") for n in range(60)],
        "parcels": [(n, f"K{n % 50:05d}") for n in range(200)],
    }
    shop = survey(schema_of(ddl), MemorySampler(made), settings)
    link = _links(shop, "parcels")["customer_number", "customers"]
    assert link.to == ("customer_number",)


def test_polymorphic_references_carry_their_condition(shop: StoreGuess) -> None:
    links = _links(shop, "attachments")
    assert links["owner_id", "customers"].where == ("owner_type", "Customer")
    assert links["owner_id", "products"].where == ("owner_type", "Product")


@pytest.mark.parametrize(
    ("table", "subject", "path"),
    [
        ("customers", "customer", ()),
        ("orders", "customer", ("customer",)),
        ("payments", "customer", ("order", "customer")),
        ("bank_details", "customer", ("client",)),
        ("employees", "employee", ()),
        ("newsletter_subscribers", "subscriber", ()),
        ("access_log", "visitor", ()),
    ],
)
def test_whose_data(shop: StoreGuess, table: str, subject: str, path: tuple[str, ...]) -> None:
    role = _table(shop, table).role
    assert role is not None
    assert (role.subject, role.path) == (subject, path)


def test_tables_of_things_are_of_nobody_and_say_why(shop: StoreGuess) -> None:
    for name in ("products", "countries"):
        assert _table(shop, name).role is None
        assert _table(shop, name).because


def test_rows_without_personal_data_go_with_their_parent(shop: StoreGuess) -> None:
    lines = _table(shop, "order_lines")
    assert lines.role is None
    assert [link.part_of for link in lines.links] == [True, False]


def test_framework_tables_are_left_alone_with_a_reason(shop: StoreGuess) -> None:
    assert shop.ignored == {
        "schema_migrations": "keeps which migrations ran; holds no personal data"
    }


def test_staff_who_handled_a_row_are_not_whom_it_is_about(settings: Settings) -> None:
    ddl = {
        "users": "id INTEGER PRIMARY KEY, email VARCHAR(90)",
        "patients": "id INTEGER PRIMARY KEY, nir VARCHAR(15), last_name VARCHAR(40)",
        "visits": """id INTEGER PRIMARY KEY, created_by INTEGER REFERENCES users(id),
            patient_id INTEGER REFERENCES patients(id), note TEXT""",
    }
    shop = survey(schema_of(ddl), MemorySampler({}), settings)
    role = _table(shop, "visits").role
    assert role is not None
    assert (role.subject, role.path) == ("patient", ("patient",))


@pytest.mark.parametrize(
    ("table", "event", "column", "form", "text"),
    [
        ("customers", "creation", "created_at", "native", "YYYY-MM-DD"),
        ("customers", "last-login", "last_login", "unix", "YYYY-MM-DD"),
        ("orders", "order", "ordered_at", "native", "YYYY-MM-DD"),
        ("orders", "delivery", "delivery_date", "text", "DD/MM/YYYY"),
        ("payments", "payment", "paid_at", "native", "YYYY-MM-DD"),
        ("employees", "closed", "left_on", "native", "YYYY-MM-DD"),
        ("newsletter_subscribers", "unsubscribed", "unsubscribed_at", "native", "YYYY-MM-DD"),
        ("access_log", "creation", "ts", "unix", "YYYY-MM-DD"),
    ],
)
def test_events(
    shop: StoreGuess, table: str, event: str, column: str, form: str, text: str
) -> None:
    found = {guess.event: guess for guess in _table(shop, table).events}[event]
    assert (found.column, found.form, found.format) == (column, form, text)


def test_what_any_write_moves_and_births_are_no_events(shop: StoreGuess) -> None:
    columns = {event.column for event in _table(shop, "customers").events}
    assert not columns & {"updated_at", "dateNaissance"}


def test_stores_are_linked_by_email(settings: Settings, shop: StoreGuess) -> None:
    ddl = {"subscribers": "id INTEGER PRIMARY KEY, email VARCHAR(120)"}
    mails = [row[3].upper() for row in rows()["customers"][:90]]
    mails += [f"stranger{n}@else.example" for n in range(10)]
    news_rows = MemorySampler({"subscribers": list(enumerate(mails))})
    news = survey(replace(schema_of(ddl), store="news"), news_rows, settings)
    linked = link_stores([shop, news], {"shop": MemorySampler(rows()), "news": news_rows})
    links = [x for x in linked[1].tables[0].links if x.references == "customers"]
    assert len(links) == 1
    assert (links[0].store, links[0].to, links[0].compare) == ("shop", ("courriel",), "email")
    assert links[0].evidence.startswith("90.0 % of 100 sampled e-mail addresses")


def test_sessions_of_a_framework_are_told_from_those_of_a_course(settings: Settings) -> None:
    ddl = {
        "session": "id INTEGER PRIMARY KEY, title VARCHAR(50), starts_on DATE",
        "django_session": "session_key VARCHAR(40) PRIMARY KEY, session_data TEXT",
    }
    found = survey(schema_of(ddl), MemorySampler({}), settings)
    assert list(found.ignored) == ["django_session"]
    assert [table.schema.name for table in found.tables] == ["session"]
