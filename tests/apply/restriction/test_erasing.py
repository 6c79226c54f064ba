"""A large erasure: who is erased in batches is set aside first, and nothing of it comes back."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from apply.fire import NOW, ORG
from apply.shop import Shop, customer, invoice, line, open_shop, orders
from troth.apply import batches
from troth.apply import general as running
from troth.apply.outcome import Outcome
from troth.apply.restriction.check import check
from troth.apply.restriction.erasing import MARK
from troth.apply.run import apply_plan
from troth.apply.running import office
from troth.desk.rights.carry_out import plan_of_acts
from troth.grounds.facts import Act, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import open_ledger
from troth.ledger.restrictions import Restriction, list_restrictions
from troth.ledger.verify import verify
from troth.plan.model import Limits, Plan

ANN, BEN = 1, 2
LIMITS = Limits(batch_rows=2, walk_rows=2, batch_parents=2, rows_at_once=3, rows_together=3)


@pytest.fixture
def place(any_store_url: str, tmp_path: Path) -> tuple[str, str]:
    """Addresses of a shop in which Ann has much, and of a ledger that has her erasure."""
    found = any_store_url, str(tmp_path / "ledger.sqlite")
    with opened(found) as shop:
        fill(shop)
    return found


class opened:  # noqa: N801 - used as a function: with opened(place) as shop
    """A shop of its own, with the ledger open."""

    def __init__(self, place: tuple[str, str], roles: tuple[str, ...] = ()) -> None:
        self.ledger = open_ledger(place[1], at=NOW)
        self.place, self.roles = place, roles

    def __enter__(self) -> Shop:
        shop = open_shop(self.place[0], self.ledger.__enter__(), NOW, limits=LIMITS)
        setting = replace(shop.setting, roles={"shop": self.roles})
        self.shop = replace(shop, setting=setting)
        return self.shop

    def __exit__(self, *error: Any) -> None:
        self.shop.engine.dispose()
        self.ledger.__exit__(*error)


def fill(shop: Shop) -> None:
    people = {ANN: "Ann", BEN: "Ben"}
    shop.insert(
        customer,
        *(
            {"id": n, "email": f"{name.lower()}@mail.example", "name": name}
            for n, name in people.items()
        ),
    )
    numbers = range(1, 8)
    shop.insert(
        orders,
        *(
            {
                "id": n,
                "customer_id": ANN if n < 7 else BEN,
                "ordered_on": date(2026, 1, n),
                "address": "a",
            }
            for n in numbers
        ),
    )
    shop.insert(line, *({"id": n, "order_id": n, "goods": "tea"} for n in numbers))
    person = Identifier("email", "ann@mail.example")
    accepted = Verdict(Decision("accepted", NOW), decided_by="dpo")
    with shop.ledger.writing(ORG) as writing:
        (act,) = record_acts(
            writing, [Act("erasure-1", "erasure", (person,), NOW)], by="dpo", at=NOW
        )
        record_verdicts(writing, [(act.id, accepted)], at=NOW)


def plan_of(shop: Shop) -> Plan:
    facts = read_facts(shop.ledger, ORG, NOW)
    return shop.approve(plan_of_acts(shop.setting, facts, ["erasure-1"], NOW))


def run(shop: Shop, plan: Plan | None = None, **options: Any) -> Outcome:
    plan = plan or plan_of(shop)
    return apply_plan(plan, shop.setting, shop.ledger, shop.clock, by="dpo", **options)


def restrictions(shop: Shop) -> tuple[Restriction, ...]:
    with shop.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        return list_restrictions(reading)


def name_of(shop: Shop, person: int = ANN) -> object:
    return next((row["name"] for row in shop.rows(customer) if row["id"] == person), "gone")


def sealed(shop: Shop) -> int:
    """Rows of the quarantine with anything in it."""
    postgres = shop.engine.dialect.name == "postgresql"
    table = "troth.quarantine" if postgres else "troth_quarantine"
    with shop.engine.connect() as connection:
        if not sa.inspect(connection).has_table(
            "quarantine" if postgres else table, schema="troth" if postgres else None
        ):
            return 0
        return int(
            connection.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE sealed <> ''")) or 0
        )


def keep_an_invoice(shop: Shop) -> None:
    """The law keeps it, and with it her row, without her name."""
    shop.insert(
        invoice, {"id": 1, "customer_id": ANN, "issued_on": date(2026, 1, 1), "billed_to": "Ann"}
    )


def hold(shop: Shop) -> None:
    with shop.ledger.writing(ORG) as writing:
        person = Identifier("email", "ann@mail.example")
        add_hold(writing, case="7", reason="claim", by="dpo", at=NOW, persons=[person])


def test_what_names_a_person_is_hidden_before_the_first_batch(place: tuple[str, str]) -> None:
    with opened(place) as shop:
        keep_an_invoice(shop)
        seen: list[tuple[int, object]] = []
        outcome = run(shop, progress=lambda _: seen.append((len(shop.ids(orders)), name_of(shop))))

        assert outcome.clean
        assert seen[0] == (5, MARK), "the first batch is done, and she has no name any more"
        assert shop.ids(orders) == shop.ids(line) == [7]
        assert [(row["id"], row["name"], row["email"]) for row in shop.rows(customer)] == [
            (ANN, None, None),
            (BEN, "Ben", "ben@mail.example"),
        ]
        (found,) = restrictions(shop)
        assert (found.ground, found.act, found.in_force) == ("erasure", "erasure-1", False)
        assert sealed(shop) == 0


def test_the_plan_says_so(place: tuple[str, str]) -> None:
    with opened(place) as shop:
        told = [one for one in plan_of(shop).notices if one.code == "set-aside-first"]
        assert [(one.store, one.table, one.severity) for one in told] == [
            ("shop", "customer", "info")
        ]
        assert "name" in told[0].message
        small = replace(shop, setting=replace(shop.setting, limits=Limits()))
        assert not [one for one in plan_of(small).notices if one.code == "set-aside-first"]
        assert run(small).clean
        assert restrictions(small) == ()


def in_child(place: tuple[str, str], dies: Callable[[], None]) -> None:
    """A run in a process of its own, that kills itself."""
    child = os.fork()
    if not child:
        try:
            dies()
            with opened(place) as shop:
                run(shop)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before_batch(number: int) -> Callable[[], None]:
    """Dies before that batch is written; before the first, everything is set aside already."""

    def patch() -> None:
        real, seen = batches._write, []

        def write(*given: Any) -> Any:
            if len(seen) == number:
                die()
            seen.append(1)
            return real(*given)

        batches._write = write  # the child's own copy of the module

    return patch


def between() -> None:
    """Dies when she is set aside, and nothing is picked again yet."""
    running.reload_facts = _after_the_first(running.reload_facts)


def at_the_end() -> None:
    """Dies when all is erased, and nothing is given back."""
    running.give_back = lambda *_, **__: die()


def _after_the_first(real: Callable[..., Any]) -> Callable[..., Any]:
    seen: list[int] = []

    def reload(*given: Any) -> Any:
        if seen:
            die()
        seen.append(1)
        return real(*given)

    return reload


MOMENTS = [between, *(before_batch(n) for n in range(4)), at_the_end]


@pytest.mark.parametrize("moment", range(len(MOMENTS)))
def test_killed_at_any_moment_the_next_run_ends_it(place: tuple[str, str], moment: int) -> None:
    with opened(place) as shop:
        keep_an_invoice(shop)
    in_child(place, MOMENTS[moment])
    with opened(place) as shop:
        assert name_of(shop) in (MARK, None), "killed, she stays set aside"
        assert [one.in_force for one in restrictions(shop)] == [True]
        told = check(office(shop.setting, shop.ledger, ORG, NOW)).shortfalls
        assert [one.why for one in told] == [
            "a large erasure has not ended: run `troth request run erasure-1`"
        ]
        outcome = run(shop)

        assert outcome.clean
        assert [(row["name"], row["email"]) for row in shop.rows(customer) if row["id"] == ANN] == [
            (None, None)
        ]
        assert shop.ids(orders) == [7]
        assert not any(one.in_force for one in restrictions(shop))
        assert sealed(shop) == 0


def test_a_retention_run_in_between_brings_nothing_back(place: tuple[str, str]) -> None:
    """It erases the rest as well; what lies sealed for her goes with it."""
    from troth.apply.planning import make_plan

    with opened(place) as shop:
        keep_an_invoice(shop)
    in_child(place, before_batch(1))
    with opened(place) as shop:
        facts = read_facts(shop.ledger, ORG, NOW)
        assert run(shop, shop.approve(make_plan(shop.setting, facts, NOW))).clean
        assert run(shop).clean
        assert name_of(shop) is None
        assert not any(one.in_force for one in restrictions(shop))
        assert sealed(shop) == 0


def test_what_a_hold_keeps_after_all_is_given_back(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(place) as shop:
        before = shop.rows(customer), shop.rows(orders)
        real = running.set_aside

        def then_held(*given: Any, **named: Any) -> None:
            real(*given, **named)
            assert name_of(shop) == MARK
            hold(shop)

        monkeypatch.setattr(running, "set_aside", then_held)
        assert run(shop).clean
        assert (shop.rows(customer), shop.rows(orders)) == before
        assert not any(one.in_force for one in restrictions(shop))


@pytest.fixture
def role(postgres_server: str) -> Iterator[str]:
    name = f"app_{os.getpid()}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name}".encode())
    yield name
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP ROLE {name}".encode())


@pytest.mark.postgres
def test_policies_hide_the_row_where_they_bind_the_application(
    postgres_url: str, tmp_path: Path, role: str
) -> None:
    place = postgres_url, str(tmp_path / "ledger.sqlite")
    with opened(place, (role,)) as shop:
        fill(shop)
        with shop.engine.begin() as connection:
            connection.execute(sa.text(f"GRANT SELECT ON customer TO {role}"))

        def seen() -> list[int]:
            with shop.engine.connect() as connection:
                connection.execute(sa.text(f"SET ROLE {role}"))
                return list(connection.scalars(sa.text("SELECT id FROM customer ORDER BY id")))

        assert seen() == [ANN, BEN]
        during: list[list[int]] = []
        assert run(shop, progress=lambda _: during.append(seen())).clean
        assert during
        assert all(found == [BEN] for found in during)
        assert seen() == [BEN]
        with shop.engine.begin() as connection:
            policies = sa.text("SELECT count(*) FROM pg_policies WHERE tablename = 'customer'")
            assert connection.scalar(policies) == 0
            connection.execute(sa.text(f"DROP OWNED BY {role}"))
