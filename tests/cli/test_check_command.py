"""`troth check`: JSON, terminal, HTML, exit status, and what is wrong outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.project import Folder, engine_of
from troth.ledger.ledger import open_ledger
from troth.ledger.matches import record_matches


def by_rule(found: dict[str, object]) -> dict[str, dict[str, object]]:
    promises = found["promises"]
    assert isinstance(promises, list)
    return {promise["rule"]: promise for promise in promises}


def test_json_has_the_promised_shape(folder: Folder) -> None:
    found = folder.json("check", status=1)

    assert set(found) >= {"as_of", "promises", "undeclared"}
    sales = by_rule(found)["sales-five-years"]
    assert (sales["clause"], sales["status"]) == ("C-2", "broken")
    assert sales["promise"] == "Customer data goes five years after the last order."
    (table,) = [one for one in sales["tables"] if one["table"] == "customer"]  # type: ignore[attr-defined]  # JSON
    assert set(table) >= {"store", "table", "columns", "rows", "oldest", "why"}
    assert (table["store"], table["columns"], table["rows"]) == ("shop", ["email", "name"], 1)
    assert table["why"] is None
    assert found["undeclared"] == []


def test_the_terminal_tells_what_is_broken_and_how_to_repair_it(folder: Folder) -> None:
    text = folder.run("check", status=1)

    assert "1 of 3 promises kept" in text
    assert "Log lines go after twelve months." in text
    assert "shop.log (ip)" in text
    assert "troth plan" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_remarks_on_the_map_are_shown_and_break_nothing(folder: Folder) -> None:
    folder.make_plan()
    folder.run("apply", str(folder.plan), "--approve")
    page = folder.path / "report.html"

    text = folder.run("check", "--html", str(page))
    (remark,) = folder.json("check")["remarks"]

    assert (remark["place"], remark["code"]) == ("map.yaml:47", "person-not-named")
    assert remark["help"] == "mark a column of the person's table with 'identity'"
    assert "1 REMARK ON THE MAP" in text
    assert "map.yaml:47: nothing names the person of role 'customer'" in text
    assert "[person-not-named]" in text
    assert "mark a column of the person's table with 'identity'" in " ".join(text.split())
    assert "Every promise is kept." in text
    shown = page.read_text(encoding="utf-8")
    assert "Remarks on the map" in shown
    assert "map.yaml:47" in shown


def test_a_map_without_remarks_says_nothing_of_them(folder: Folder) -> None:
    file = folder.path / "map.yaml"
    text = file.read_text(encoding="utf-8")
    ip = "          ip: {category: log}"
    assert ip in text
    file.write_text(text.replace(ip, ip[:-1] + ", identity: ip}"), encoding="utf-8")

    assert folder.json("check", status=1)["remarks"] == []
    assert "ON THE MAP" not in folder.run("check", status=1)


def test_after_apply_all_is_well(folder: Folder) -> None:
    folder.make_plan()
    folder.run("apply", str(folder.plan), "--approve")

    assert "Every promise is kept." in folder.run("check")
    assert {p["status"] for p in folder.json("check")["promises"]} == {"kept"}


def test_a_rule_that_falls_silent_is_reported(folder: Folder) -> None:
    folder.make_plan()
    folder.run("apply", str(folder.plan), "--approve")
    assert folder.json("check")["silent"] == []
    today = datetime.now(UTC).date()
    with open_ledger(str(folder.path / "ledger.sqlite"), at=datetime.now(UTC)) as ledger:
        for ago in range(1, 100, 7):
            with ledger.writing("corner-shop") as writing:
                rows = {("logs-one-year", "shop.log"): 12, ("no-such-rule", "shop.log"): 12}
                record_matches(writing, today - timedelta(days=ago), rows)
    assert folder.json("check")["silent"] == [], "it still matches a row"

    folder.execute("DELETE FROM log")
    page = folder.path / "report.html"
    found = folder.json("check", "--html", str(page), status=1)

    (silent,) = found["silent"]
    assert (silent["rule"], silent["table"], silent["rows"]) == ("logs-one-year", "shop.log", 12)
    assert silent["last"] == (today - timedelta(days=1)).isoformat()
    assert "Rules that fell silent" in page.read_text(encoding="utf-8")
    text = folder.run("check", status=1)
    assert "1 FELL SILENT" in text
    assert folder.json("check", "--at", "2090-01-01", status=1)["silent"] == []


def test_another_day_is_another_answer(folder: Folder) -> None:
    folder.make_plan()
    folder.run("apply", str(folder.plan), "--approve")

    found = folder.json("check", "--at", "2090-01-01", status=1)

    assert found["as_of"] == "2090-01-01"
    assert by_rule(found)["logs-one-year"]["status"] == "broken"


def test_schema_tells_where_map_and_database_differ(folder: Folder) -> None:
    assert folder.run("check", "--schema") == "map and databases agree\n"
    folder.execute("CREATE TABLE surprise (id INTEGER)")
    folder.execute("ALTER TABLE log ADD COLUMN agent VARCHAR(40)")
    folder.execute("ALTER TABLE invoice DROP COLUMN billed_to")

    found = folder.json("check", "--schema", status=1)["differences"]

    assert {(one["code"], one["table"], one["column"]) for one in found} == {
        ("unmapped-table", "surprise", None),
        ("unmapped-column", "log", "agent"),
        ("missing-column", "invoice", "billed_to"),
    }


def test_ignored_tables_are_left_alone(small: Folder) -> None:
    small.execute("CREATE TABLE migrations (id INTEGER)")
    text = (small.path / "map.yaml").read_text()
    (small.path / "map.yaml").write_text(
        text.replace("  shop:\n", "  shop:\n    ignored: {migrations: of the application}\n")
    )

    assert small.json("check", "--schema") == {"differences": []}


def test_a_column_that_does_not_exist_leaves_its_promise_unknown(folder: Folder) -> None:
    folder.execute("ALTER TABLE log DROP COLUMN at")

    found = folder.json("check", status=1)

    logs = by_rule(found)["logs-one-year"]
    assert logs["status"] == "unknown"
    assert "shop.log has no column at in the database" in str(logs["tables"])
    assert by_rule(found)["sales-five-years"]["status"] == "broken"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--at", "soon"], "not-a-day"),
        (["--at", "0001-01-01"], "not-a-day"),
        (["--html", "x.html", "--lang", "xx"], "unknown-language"),
    ],
)
def test_wrong_options_are_refused(small: Folder, arguments: list[str], code: str) -> None:
    assert small.code("check", *arguments) == code


def test_a_store_that_is_down_is_told(small: Folder) -> None:
    text = (small.path / "troth.yaml").read_text()
    address = "postgresql://nobody@127.0.0.1:1/shop"
    (small.path / "troth.yaml").write_text(text.replace(text.split("'")[1], address))

    assert small.code("check") == "store-unreachable"
    assert small.code("plan") == "store-unreachable"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://nobody@no-such-host.invalid/shop", "store-unreachable"),
        ("mariadb://nobody@no-such-host.invalid/shop", "store-unreachable"),
        ("postgresql://nobody@127.0.0.1:99999/shop", "store-address"),
    ],
)
def test_an_address_that_leads_nowhere_is_no_lost_connection(
    small: Folder, address: str, code: str
) -> None:
    text = (small.path / "troth.yaml").read_text()
    (small.path / "troth.yaml").write_text(text.replace(text.split("'")[1], address))

    assert small.code("check") == code


def test_a_file_that_cannot_be_written_is_told(small: Folder) -> None:
    assert small.code("check", "--html", str(small.path / "no" / "such.html")) == "file-unwritable"


def test_html_stands_alone(small: Folder) -> None:
    report = small.path / "report.html"
    small.run("check", "--html", str(report), "--lang", "fr", status=1)

    text = report.read_text(encoding="utf-8")
    assert '<html lang="fr">' in text
    assert "Customer data goes five years after the last order." in text
    assert "mail.example" not in text


@pytest.mark.postgres
def test_a_store_that_only_allows_reading_is_enough(
    postgres_url: str, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    from cli.project import make_folder

    folder = make_folder(Path(str(tmp_path)), postgres_url, capsys)
    engine = engine_of(postgres_url)
    with engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    engine.dispose()

    assert by_rule(folder.json("check", status=1))["logs-one-year"]["status"] == "broken"
