"""The world fails while a plan is carried out: a clear error or a clean continuation."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from apply import scenarios
from apply.fire import NOW, ORG, engine_of
from apply.scenarios import apply, fill_old, plan_of
from apply.shop import Shop, customer, log, open_shop, orders
from troth.apply import batches as running
from troth.apply import running as at_work
from troth.apply.outcome import Progress
from troth.apply.planning import Setting
from troth.errors import Refused, Transient
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import verify
from troth.plan.model import Limits
from troth.stores.opening import open_store

OLD = datetime(2020, 1, 1)  # noqa: DTZ001 - naive, as stored


def fill_log(shop: Shop, rows: int = 5) -> None:
    shop.insert(log, *({"id": n, "at": OLD, "ip": "192.0.2.1"} for n in range(1, rows + 1)))


def kinds(shop: Shop) -> list[str]:
    with shop.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        return [entry.kind for entry in read_entries(reading)]


def run_ids(shop: Shop) -> set[str]:
    with shop.ledger.reading(ORG) as reading:
        return {e.payload["run"] for e in read_entries(reading, kind="run-started") if e.payload}


def test_ctrl_c_stops_between_batches_and_the_same_plan_goes_on(small_shop: Shop) -> None:
    fill_old(small_shop)
    plan = plan_of(small_shop)

    def interrupt(_: Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        apply(small_shop, plan, progress=interrupt)
    assert kinds(small_shop)[-1] == "run-ended"
    assert 0 < len(small_shop.ids(customer)) < 5
    tomorrow = replace(small_shop, now=small_shop.now + timedelta(hours=18))
    assert apply(tomorrow, plan).clean
    assert small_shop.ids(customer) == []
    assert len(run_ids(small_shop)) == 1


@pytest.mark.parametrize("moment", ["between", "inside"])
def test_a_connection_that_is_cut(shop: Shop, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    if shop.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connection to cut")
    fill_old(shop)
    plan = plan_of(shop)

    def cut() -> None:
        with shop.engine.connect() as connection:
            if shop.engine.dialect.name == "postgresql":
                connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE application_name = 'troth' AND datname = current_database()"
                    )
                )
            else:
                found = connection.execute(
                    sa.text(
                        "SELECT id FROM information_schema.processlist "
                        "WHERE db = database() AND id <> connection_id()"
                    )
                )
                for (number,) in found.all():
                    connection.exec_driver_sql(f"KILL {number}")

    if moment == "between":
        scenarios.after_picking(monkeypatch, cut)
    else:
        real = running.write_receipt

        def receipt(*arguments: object, **named: object) -> None:
            monkeypatch.setattr(running, "write_receipt", real)
            cut()
            real(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

        monkeypatch.setattr(running, "write_receipt", receipt)
    with pytest.raises(Transient) as caught:
        apply(shop, plan)
    assert caught.value.code == "connection-lost"
    assert shop.ids(customer) == [1, 2, 3, 4, 5]

    assert apply(shop, plan).clean
    assert shop.ids(customer) == []
    assert kinds(shop)[-1] == "run-ended"


def test_a_store_that_goes_away_and_comes_back(small_shop: Shop) -> None:
    fill_old(small_shop)
    plan = plan_of(small_shop)
    path = small_shop.setting.stores["shop"].address.url.database
    assert path is not None
    away = Path(path).rename(f"{path}.away")
    with pytest.raises((Transient, Refused)):
        apply(small_shop, plan)
    away.rename(path)
    assert apply(small_shop, plan).clean


def test_a_full_disk_under_the_ledger(small_shop: Shop) -> None:
    fill_old(small_shop, 40)
    plan = plan_of(small_shop)
    batches: list[Progress] = []

    def full(driver: object, *_: object) -> None:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]  # the driver's connection
        driver.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]  # as above

    def fill_up(progress: Progress) -> None:
        if not batches:
            small_shop.ledger.engine.dispose()
            sa.event.listen(small_shop.ledger.engine, "connect", full)
        batches.append(progress)

    # every entry of the journal grows the file, so that soon no page is left
    running_flush, running.FLUSH_SECONDS = running.FLUSH_SECONDS, -1.0
    try:
        with pytest.raises(Transient) as caught:
            apply(small_shop, plan, progress=fill_up)
    finally:
        running.FLUSH_SECONDS = running_flush
        sa.event.remove(small_shop.ledger.engine, "connect", full)
        small_shop.ledger.engine.dispose()
    assert caught.value.code == "ledger-full"
    final = plan_of(small_shop)
    apply(small_shop, final)
    assert small_shop.ids(customer) == []
    kinds(small_shop)


@pytest.mark.postgres
def test_a_right_that_is_missing_stops_its_step_alone(postgres_url: str, ledger: Ledger) -> None:
    owner = open_shop(postgres_url, ledger, NOW)
    fill_old(owner)
    fill_log(owner)
    role = f"r_{sa.engine.make_url(postgres_url).database}"
    with owner.engine.begin() as connection:
        for statement in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE DELETE ON log FROM {role}",
        ):
            connection.execute(sa.text(statement))
    try:
        user = sa.engine.make_url(postgres_url).set(username=role)
        shop = open_shop_as(user.render_as_string(hide_password=False), owner)
        outcome = apply(shop, plan_of(shop))

        assert owner.ids(customer) == []
        assert owner.ids(log) == [1, 2, 3, 4, 5]
        assert [(s.steps, s.error.code) for s in outcome.stopped] == [
            (("delete:shop.log",), "permission-denied")
        ]
        assert outcome.remaining == {"delete:shop.log": 5}
        assert not outcome.clean
    finally:
        with owner.engine.begin() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {role}"))
            connection.execute(sa.text(f"DROP ROLE {role}"))
        owner.engine.dispose()


def open_shop_as(url: str, owner: Shop) -> Shop:
    store = open_store("shop", url, purpose="write")
    setting = Setting(
        owner.setting.policy, owner.setting.map, {"shop": store}, clocks=lambda _: owner.now
    )
    return replace(owner, engine=engine_of(url), setting=setting)


def test_a_store_that_may_only_be_read(sqlite_url: str, ledger: Ledger) -> None:
    shop = open_shop(sqlite_url, ledger, NOW)
    fill_old(shop)
    plan = plan_of(shop)
    reading = {"shop": open_store("shop", sqlite_url, purpose="read")}
    setting = Setting(shop.setting.policy, shop.setting.map, reading, clocks=lambda _: shop.now)
    with pytest.raises(Refused) as caught:
        apply(replace(shop, setting=setting), plan)
    assert caught.value.code == "store-opened-for-reading"
    assert shop.ids(customer) == [1, 2, 3, 4, 5]


TRIGGERS = {
    "sqlite": ["CREATE TRIGGER keep BEFORE DELETE ON log BEGIN SELECT RAISE(IGNORE); END"],
    "postgresql": [
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "UPDATE log SET ip = 'deleted' WHERE id = OLD.id; RETURN NULL; END $$",
        "CREATE TRIGGER keep BEFORE DELETE ON log FOR EACH ROW EXECUTE FUNCTION keep()",
    ],
    "mysql": [
        "CREATE TRIGGER keep BEFORE DELETE ON log FOR EACH ROW "
        "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'"
    ],
}


def test_a_trigger_that_suppresses_deletes_stops_its_step_alone(shop: Shop) -> None:
    fill_old(shop)
    fill_log(shop)
    dialect = shop.engine.dialect.name
    with shop.engine.begin() as connection:
        for statement in TRIGGERS[dialect]:
            connection.exec_driver_sql(statement)
    outcome = apply(shop, plan_of(shop))

    assert shop.ids(log) == [1, 2, 3, 4, 5]
    assert {row["ip"] for row in shop.rows(log)} == {"192.0.2.1"}  # the batch was rolled back
    assert shop.ids(customer) == []
    (stopped,) = outcome.stopped
    assert stopped.steps == ("delete:shop.log",)
    if dialect != "mysql":
        assert stopped.error.code == "affected-rows-differ"
    assert outcome.remaining == {"delete:shop.log": 5}


def test_a_trigger_that_puts_erased_values_back_is_noticed(small_shop: Shop) -> None:
    scenarios.fill_old(small_shop, 3)
    with small_shop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE invoice SET issued_on = '2020-01-01'")
        connection.exec_driver_sql(
            "CREATE TRIGGER back AFTER UPDATE ON customer WHEN NEW.name IS NULL "
            "BEGIN UPDATE customer SET name = OLD.name WHERE id = OLD.id; END"
        )
    outcome = apply(small_shop, plan_of(small_shop))

    (stopped,) = outcome.stopped
    assert stopped.error.code == "affected-rows-differ"
    assert small_shop.ids(orders) == []


def test_more_rows_than_approved_stop_their_step_alone(sqlite_url: str, ledger: Ledger) -> None:
    limits = Limits(tolerance_percent=0, tolerance_rows=0)
    shop = open_shop(sqlite_url, ledger, NOW, limits=limits)
    fill_old(shop)
    fill_log(shop)
    plan = plan_of(shop)
    shop.insert(log, {"id": 6, "at": OLD, "ip": "192.0.2.1"})
    outcome = apply(shop, plan)

    assert [s.error.code for s in outcome.stopped] == ["more-rows-than-approved"]
    assert len(shop.ids(log)) == 6
    assert shop.ids(customer) == []


def test_what_refuses_a_plan_before_the_first_write(small_shop: Shop) -> None:
    shop = small_shop
    fill_old(shop)
    plan = plan_of(shop)

    def refusal(of: Shop, what: object) -> str:
        with pytest.raises(Refused) as caught:
            apply(of, what)  # type: ignore[arg-type]  # a plan
        return caught.value.code

    edited = plan.model_copy(update={"limits": Limits(tolerance_rows=1_000_000)})
    assert refusal(shop, edited) == "plan-not-approved"
    back = replace(shop, now=shop.now - timedelta(days=3))
    assert refusal(back, plan) == "plan-of-a-future-day"
    late = replace(shop, now=shop.now + timedelta(days=9))
    assert refusal(late, plan) == "plan-stale"
    shop.approve(plan_of(replace(shop, now=shop.now - timedelta(days=3))))
    assert refusal(back, plan_of(back)) == "clock-before-journal"
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orders ADD COLUMN gift TEXT")
    assert refusal(shop, plan) == "plan-stale"
    assert shop.ids(customer) == [1, 2, 3, 4, 5]


@pytest.mark.mariadb
def test_a_date_of_zeros_is_unknown_and_harms_nobody(mariadb_url: str, ledger: Ledger) -> None:
    shop = open_shop(mariadb_url, ledger, NOW)
    fill_log(shop, 3)
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("SET sql_mode = ''")
        connection.exec_driver_sql("UPDATE log SET at = '0000-00-00 00:00:00' WHERE id = 2")
    assert apply(shop, plan_of(shop)).clean
    with shop.engine.connect() as connection:
        assert list(connection.scalars(sa.select(log.c.id))) == [2]
    shop.engine.dispose()


@pytest.mark.mariadb
def test_a_table_without_transactions_needs_leave_and_is_counted_between(
    mariadb_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(mariadb_url, ledger, NOW)
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE log ENGINE = MyISAM")
    fill_log(shop)
    plan = plan_of(shop)
    with pytest.raises(Refused) as caught:
        apply(shop, plan)
    assert caught.value.code == "plan-blocked-no-transactions"

    real = running.write_receipt

    def dies(*_: object, **__: object) -> None:
        monkeypatch.setattr(running, "write_receipt", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "write_receipt", dies)
    with pytest.raises(KeyboardInterrupt):
        apply(shop, plan, accept=["no-transactions"])
    outcome = apply(shop, plan, accept=["no-transactions"])
    assert outcome.between == {"delete:shop.log": (0, 5)}
    assert shop.ids(log) == []
    assert kinds(shop).count("batch-uncertain") == 1
    shop.engine.dispose()


def test_a_ledger_older_than_the_store_is_refused(small_shop: Shop, tmp_path: Path) -> None:
    fill_old(small_shop)
    apply(small_shop, plan_of(small_shop))
    fill_log(small_shop)
    with open_ledger(str(tmp_path / "other.sqlite"), at=NOW) as fresh:
        restored = replace(small_shop, ledger=fresh)
        with pytest.raises(Refused) as caught:
            apply(restored, plan_of(restored))
        assert caught.value.code in ("ledger-behind-store", "another-run")
        with pytest.raises(Refused) as caught:
            apply(restored, plan_of(restored))
        assert caught.value.code == "ledger-behind-store"
    assert small_shop.ids(log) == [1, 2, 3, 4, 5]


def test_what_a_dead_run_could_not_journal_is_journaled_by_a_run_without_steps(
    small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise Transient("ledger-unreachable", "the ledger is away")

    fill_log(small_shop, 1)
    with monkeypatch.context() as patch:
        patch.setattr(at_work, "mirror", dies)
        with pytest.raises(Transient):
            apply(small_shop, plan_of(small_shop))
    assert small_shop.ids(log) == []
    assert "batch-applied" not in kinds(small_shop)

    nothing = plan_of(small_shop)
    assert nothing.steps == ()
    assert apply(small_shop, nothing).clean
    assert kinds(small_shop).count("batch-applied") == 1
