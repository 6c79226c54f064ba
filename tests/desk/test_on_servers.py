"""Rectification, restriction and its end as steps of a request, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.test_to_the_end import Desk
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.decision import approve
from troth.desk.workflow.execution import execute, plan
from troth.desk.workflow.lifting import decide_lifting, lift
from troth.desk.workflow.model import Rules
from troth.desk.workflow.post import posted
from troth.desk.workflow.shown import lines_of
from troth.errors import Refused
from troth.ledger.restrictions import list_restrictions
from troth.ledger.verify import verify
from troth.stores.opening import open_store
from troth.web.console.desks import open_desk
from web.console.conftest import KEY
from web.console.world import MAP, NOON, ORG, POLICY, office_of

TABLES = sa.MetaData()
CUSTOMER = sa.Table(
    "customer",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("email", sa.String(120)),
    sa.Column("name", sa.String(120)),
    sa.Column("answers", sa.String(200)),
)
ORDERS = sa.Table(
    "orders",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customer.id")),
    sa.Column("ordered_on", sa.Date),
    sa.Column("address", sa.String(120)),
)
LOG = sa.Table(
    "log",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime),
    sa.Column("ip", sa.String(40)),
)
PEOPLE = [
    (1, "anna@mail.example", "Anna Berg", "knee pain since May"),
    (2, "zoe@mail.example", "Zoé Lefèvre", "none"),
]


@dataclass
class Served(Desk):
    """The practice's desk with its shop on a server."""

    engine: sa.Engine = field(kw_only=True)

    def shop(self, query: str) -> Any:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(query).scalar_one()

    def rows(self, table: sa.Table) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]


@pytest.fixture(
    params=[
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    monkeypatch.setattr("troth.apply.refusals.CLOCKS_DIFFER", timedelta(days=36_500))
    url: str = request.getfixturevalue(f"{request.param}_url")
    with open_store("shop", url, purpose="write").engine.connect() as connection:
        engine = connection.engine
        TABLES.create_all(connection)
        keys = [column.name for column in CUSTOMER.c]
        connection.execute(CUSTOMER.insert(), [dict(zip(keys, row, strict=True)) for row in PEOPLE])
        connection.execute(
            ORDERS.insert(),
            [
                {"id": n, "customer_id": n, "ordered_on": date(2026, 10, n), "address": f"{n} Lane"}
                for n in (1, 2)
            ],
        )
        at = datetime(2026, 3, 1, 10)  # noqa: DTZ001 - as a database keeps it
        connection.execute(LOG.insert(), [{"id": 1, "at": at, "ip": "192.0.2.1"}])
        connection.commit()
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "troth.yaml").write_text(
        f"troth: 1\nstores: {{shop: '{url}'}}\nledger: ledger.sqlite\n", encoding="utf-8"
    )
    with open_desk(tmp_path, {}, KEY, NOON) as opened:
        found = Served(opened, office_of(opened), tmp_path, engine=engine)
        assert found.office.setting is not None
        setting = replace(found.office.setting, clocks=lambda _: found.now)
        found.office = replace(found.office, setting=setting, rules=Rules(two_people=True))
        yield found
        for store in setting.stores.values():
            store.engine.dispose()
        engine.dispose()


def test_a_correction_a_restriction_and_its_end(desk: Served) -> None:
    """One story: Anna's name is corrected; then her data is set aside, and later given back."""
    before = (desk.rows(CUSTOMER), desk.rows(ORDERS))
    first = desk.arrives("rectification", "A-1")
    desk.record(first)
    desk.granted(first)
    approve(desk.office, first, "decision", by="mo", now=desk.clock())
    right = Correction(("contact=Anna Bergh-Šimić",), ("Anna Berg",))
    shown = plan(desk.office, first, by="dpo", now=desk.clock(), correction=right)
    assert [(one.kind, one.where, one.rows) for one in lines_of(shown)] == [
        ("correct", "shop.customer", 1)
    ]
    assert desk.rows(CUSTOMER) == before[0]
    with pytest.raises(Refused) as caught:
        execute(desk.office, first, by="dpo", clock=desk.clock)
    assert caught.value.code == "step-not-now"
    approve(desk.office, first, "plan", by="mo", now=desk.clock())
    assert execute(desk.office, first, by="dpo", clock=desk.clock).clean
    corrected = [(1, PEOPLE[0][1], "Anna Bergh-Šimić", PEOPLE[0][3]), PEOPLE[1]]
    assert desk.rows(CUSTOMER) == corrected
    assert desk.to_the_end(first).stage == "closed"

    second = desk.arrives("restriction", "A-2")
    desk.record(second)
    plan(desk.office, second, by="dpo", now=desk.clock(), ground="accuracy")
    approve(desk.office, second, "plan", by="mo", now=desk.clock())
    execute(desk.office, second, by="dpo", clock=desk.clock)
    hidden = desk.rows(CUSTOMER)
    assert not {"Anna Bergh-Šimić", "knee pain since May"} & set(hidden[0])
    assert hidden[1] == PEOPLE[1]
    assert desk.to_the_end(second).stage == "closed"

    desk.office = replace(desk.office, rules=Rules())
    decide_lifting(desk.office, second, "the passport was seen", by="dpo", now=desk.clock())
    letter = desk.progress(second).letter("lifting")
    assert letter is not None
    posted(desk.office, second, letter.document, at=desk.now, by="ben", now=desk.now)
    desk.now += timedelta(days=3)
    (outcome,) = lift(desk.office, second, by="dpo", now=desk.clock())
    assert outcome.clean, outcome.rows
    assert (desk.rows(CUSTOMER), desk.rows(ORDERS)) == (corrected, before[1])
    with desk.desk.ledger.reading(ORG) as reading:
        assert not any(one.in_force for one in list_restrictions(reading))
        assert verify(reading).ok


def test_a_correction_that_died_goes_on(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.office = replace(desk.office, rules=Rules())
    number = desk.arrives("rectification", "A-1")
    desk.record(number)
    desk.granted(number)
    correction = Correction(("shop.customer.name=Anna Bergh",))
    plan(desk.office, number, by="dpo", now=desk.clock(), correction=correction)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("troth.desk.workflow.correcting._tell", dies)
        with pytest.raises(KeyboardInterrupt):
            execute(desk.office, number, by="dpo", clock=desk.clock)
    assert desk.rows(CUSTOMER)[0][2] == "Anna Bergh"
    assert not desk.progress(number).executed
    assert execute(desk.office, number, by="dpo", clock=desk.clock).clean
    assert desk.progress(number).executed
    assert desk.rows(CUSTOMER)[1] == PEOPLE[1]
