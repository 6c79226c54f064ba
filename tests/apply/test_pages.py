"""Large tables are walked along their pages: every due row goes, wherever an update puts it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
import sqlalchemy as sa

from apply.fire import NOW, ORG
from apply.overlapping import STEP, at_commit, at_receipt, books, crowds, cut, journaled
from apply.scenarios import add_hold, apply, plan_of
from apply.shop import Shop, log, open_shop
from troth.apply import ranges, walking
from troth.errors import Transient
from troth.ledger.ledger import Ledger
from troth.plan.model import Limits
from troth.stores.pages import Pages
from troth.stores.postgresql import PostgreSQL

pytestmark = pytest.mark.postgres
BATCH = 300  # rows: one page never holds more
ROWS = 9_000
DUE = ROWS - ROWS // 5  # more than are found at once


@pytest.fixture
def logs(
    postgres_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Shop, list[tuple[int, int]]]]:
    """A shop of many log lines of which each fifth is young; and the pages that are asked for."""
    limits = Limits(batch_rows=BATCH, walk_rows=BATCH, batch_parents=2)
    shop = open_shop(postgres_url, ledger, NOW, limits=limits)
    fill(shop, 1, ROWS, "id % 5 = 0")
    asked: list[tuple[int, int]] = []
    real = PostgreSQL.on_pages

    def on_pages(self: PostgreSQL, first: int, last: int) -> sa.ColumnElement[bool]:
        asked.append((first, last))
        return real(self, first, last)

    monkeypatch.setattr(PostgreSQL, "on_pages", on_pages)
    monkeypatch.setattr(walking, "LONGEST_SECONDS", 60.0)  # a busy machine writes the same ranges
    yield shop, asked
    shop.engine.dispose()


def fill(shop: Shop, first: int, last: int, young: str) -> None:
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO log (id, at, ip) SELECT id, CASE WHEN "
            f"{young.replace('%', '%%')} THEN timestamp '2026-01-01' "
            "ELSE timestamp '2020-01-01' END, '192.0.2.1' "
            f"FROM generate_series({first}, {last}) id"
        )
        connection.exec_driver_sql("ANALYZE log")


def update(shop: Shop, change: str, keys: str) -> None:
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE log SET {change} WHERE {keys}")


def test_every_due_row_goes_by_pages_in_batches_no_larger_than_allowed(
    logs: tuple[Shop, list[tuple[int, int]]],
) -> None:
    shop, asked = logs
    outcome = apply(shop, plan_of(shop))

    assert outcome.clean
    assert outcome.written == {STEP: DUE}
    assert outcome.skipped == {}
    assert shop.ids(log) == list(range(5, ROWS + 1, 5))
    assert books(shop) == DUE
    assert all(0 < rows <= BATCH for _, rows in journaled(shop))
    assert asked[0][0] == 0
    assert all(after[0] == before[1] + 1 for before, after in pairwise(asked))


def test_a_due_row_that_is_written_elsewhere_meanwhile_goes_as_well(
    logs: tuple[Shop, list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, asked = logs
    late = f"id > {ROWS - 500}"  # more than the last page has room for
    plan = plan_of(shop)
    at_receipt(monkeypatch, 5, lambda: update(shop, "ip = '198.51.100.100'", late))
    outcome = apply(shop, plan)

    with shop.engine.connect() as connection:
        last = connection.exec_driver_sql(
            "SELECT max((ctid::text::point)[0])::int FROM log"
        ).scalar_one()
    assert last > asked[-1][1], "the rows lie behind the last page that was walked along"
    assert outcome.clean
    assert outcome.written == {STEP: DUE}
    assert outcome.skipped == {}
    assert shop.ids(log) == list(range(5, ROWS + 1, 5))
    assert books(shop) == DUE


def test_a_row_that_is_due_no_longer_is_skipped_and_stays(
    logs: tuple[Shop, list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _ = logs
    plan = plan_of(shop)
    late = f"id IN ({ROWS - 1}, {ROWS - 2})"
    at_receipt(monkeypatch, 5, lambda: update(shop, "at = '2026-01-01'", late))
    outcome = apply(shop, plan)

    assert outcome.clean
    assert outcome.written == {STEP: DUE - 2}
    assert outcome.skipped == {STEP: 2}
    assert shop.ids(log)[-3:] == [ROWS - 2, ROWS - 1, ROWS]
    assert books(shop) == DUE - 2


def test_a_hold_opened_meanwhile_wins(
    logs: tuple[Shop, list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _ = logs

    def hold() -> None:
        with shop.ledger.writing(ORG) as writing:
            rows = [("shop", "log", (ROWS - 1,))]
            add_hold(writing, case="1", reason="claim", by="dpo", at=shop.now, rows=rows)

    plan = plan_of(shop)
    at_receipt(monkeypatch, 4, hold)
    outcome = apply(shop, plan)

    assert outcome.written == {STEP: DUE - 1}
    assert shop.ids(log)[-2:] == [ROWS - 1, ROWS]
    assert books(shop) == DUE - 1


def test_a_crowd_after_a_desert_is_written_narrower(
    logs: tuple[Shop, list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _ = logs
    update(shop, "at = '2026-01-01'", "true")
    fill(shop, ROWS + 1, 2 * ROWS, "false")
    with shop.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM FULL log")
    crowded = crowds(monkeypatch)
    outcome = apply(shop, plan_of(shop))

    assert outcome.clean
    assert shop.ids(log) == list(range(1, ROWS + 1))
    assert books(shop) == ROWS
    assert all(rows <= BATCH for _, rows in journaled(shop))
    assert crowded


def test_a_walk_that_loses_its_connection_is_taken_up_again(
    logs: tuple[Shop, list[tuple[int, int]]],
) -> None:
    shop, _ = logs
    plan = plan_of(shop)
    with pytest.MonkeyPatch.context() as patch:
        at_commit(patch, shop, 4, lambda: cut(shop))
        with pytest.raises(Transient):
            apply(shop, plan)
    left = len(shop.ids(log)) - ROWS // 5
    assert 0 < left < DUE
    assert books(shop) == DUE - left

    assert apply(shop, plan).clean
    assert shop.ids(log) == list(range(5, ROWS + 1, 5))
    assert books(shop) == DUE


def test_a_range_reads_its_own_pages_alone(logs: tuple[Shop, list[tuple[int, int]]]) -> None:
    shop, _ = logs
    store = shop.setting.stores["shop"]
    with store.writing() as connection:
        where = store.dialect.on_pages(3, 4), log.c.at < NOW.replace(tzinfo=None)
        text = sa.delete(log).where(*where).compile(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN {text}", dict(text.params)).scalars().all()
    assert any("Tid Range Scan on log" in line for line in plan), plan


def test_rows_far_apart_on_their_pages_are_looked_for_instead() -> None:
    assert walking.worth_turning(Pages(number=100, rows=10_000, most_rows=291), 2_000, 291)
    assert not walking.worth_turning(Pages(number=100, rows=10_000, most_rows=291), 2_000, 290)
    assert not walking.worth_turning(Pages(number=100, rows=10_000, most_rows=291), 500, 300)
    assert not walking.worth_turning(Pages(number=9_000, rows=10_000, most_rows=291), 2_000, 300)


def test_a_slow_store_is_asked_for_less_at_once() -> None:
    walk = walking.Walk(0, 100_000, 1_000)
    first, last = walk.step() or (0, 0)
    walk.wrote(first, last, 200, seconds=4 * walking.LONGEST_SECONDS)
    assert walk.width == 250
    first, last = walk.step() or (0, 0)
    walk.wrote(first, last, 50, seconds=0.001)
    assert walk.width == 500
    assert ranges.FOUND_AT_ONCE * BATCH < DUE
