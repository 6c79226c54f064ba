"""The command on real databases: read only, bounded; the draft loads and tells no value."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest

from troth.cli.main import main
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.discover import sampling
from troth.discover.draft import draft_yaml
from troth.discover.sampling import StoreSampler
from troth.discover.scan import scan_stores
from troth.discover.survey import Settings
from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.project.load import load_policy
from troth.stores.opening import open_store
from troth.stores.reflect import reflect

from .shop import DDL, rows, statements

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 3, 2)


def _fill_sqlite(url: str) -> str:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        for statement in statements():
            connection.execute(statement)
        for table, made in rows().items():
            marks = ",".join("?" * len(made[0]))
            texts = [[v if isinstance(v, int | str | None) else str(v) for v in r] for r in made]
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", texts)
    connection.close()
    return url


def _fill_postgres(url: str) -> str:
    with psycopg.connect(url) as connection:
        for statement in statements():
            connection.execute(statement.encode())
        for table, made in rows().items():
            marks = ",".join(["%s"] * len(made[0]))
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})".encode(), made)
    return url


@pytest.fixture
def sqlite_shop(sqlite_url: str) -> str:
    return _fill_sqlite(sqlite_url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return _fill_sqlite(request.getfixturevalue("sqlite_url"))
    return _fill_postgres(request.getfixturevalue("postgres_url"))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_live_shop_is_read_as_the_one_in_memory(
    shop_url: str, settings: Settings, shop: object
) -> None:
    (found,) = scan_stores({"shop": shop_url}, settings)
    kinds = {
        (t.schema.name, c.column.name.lower()): c.kind for t in found.tables for c in t.columns
    }
    expected = {
        (t.schema.name, c.column.name.lower()): c.kind
        for t in shop.tables  # type: ignore[attr-defined]  # the fixture is a StoreGuess
        for c in t.columns
    }
    assert kinds == expected
    roles = {t.schema.name: t.role.path for t in found.tables if t.role}
    assert roles["payments"] == ("order", "customer")


def test_the_draft_loads_as_a_data_map(shop_url: str, settings: Settings) -> None:
    text = draft_yaml(scan_stores({"shop": shop_url}, settings), TODAY)
    datamap = validate(read_document(text, "map.yaml"), DataMap)
    tables = datamap.stores["shop"].tables
    assert set(tables) == set(DDL) - {"schema_migrations"}
    for name, table in tables.items():
        assert len(table.columns) == len(rows()[name][0])
        assert bool(table.roles) != bool(table.because)
    assert "# 0.9" in text


@pytest.mark.parametrize("organisation", ["softfil", "spimed", "publisher", "mast", "collectif-m"])
def test_the_draft_loads_with_a_policy(
    sqlite_shop: str, settings: Settings, organisation: str
) -> None:
    file = EXAMPLES / organisation / "policy.yaml"
    if not file.is_file():
        pytest.skip(f"there is no example policy of {organisation}")
    policy = load_policy(file)
    with_policy = Settings(settings.lexicon, TODAY, Random(3), policy)
    text = draft_yaml(scan_stores({"shop": sqlite_shop}, with_policy), TODAY)
    datamap, _ = parse_map(text, "map.yaml", policy)
    assert datamap.stores["shop"].tables["customers"].roles


def test_json_has_the_documented_shape(
    shop_url: str, in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", shop_url, "--name", "shop", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    for table in printed["tables"]:
        assert {"table", "data_subject", "columns", "relations"} <= set(table)
        for column in table["columns"]:
            assert {"column", "category", "confidence", "reason"} <= set(column)
            assert 0 <= column["confidence"] <= 1
            assert column["reason"]
        for relation in table["relations"]:
            assert set(relation) == {"columns", "references", "declared", "evidence"}
    assert not list(in_folder.iterdir())


def test_a_map_is_written_and_never_overwritten_unasked(
    sqlite_shop: str, in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", sqlite_shop]) == 0
    summary = capsys.readouterr().out
    assert "customers" in summary
    assert "doubtful" in summary
    draft = in_folder / "map.yaml"
    draft.write_text("troth: 1  # reviewed\n")
    assert main(["scan", sqlite_shop]) == 2
    assert "map-exists" in capsys.readouterr().err
    assert "reviewed" in draft.read_text()
    assert main(["scan", sqlite_shop, "--force"]) == 0
    assert "reviewed" not in draft.read_text()


def test_no_value_is_printed_or_written(
    sqlite_shop: str, in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", sqlite_shop]) == 0
    assert main(["scan", sqlite_shop, "--json"]) == 0
    printed = capsys.readouterr()
    text = (printed.out + printed.err + (in_folder / "map.yaml").read_text()).casefold()
    for row in rows()["customers"]:
        for value in (row[3], row[4], row[5], row[10], row[12], row[13]):
            assert str(value).casefold() not in text


def test_the_database_is_not_changed(sqlite_shop: str, in_folder: Path) -> None:
    file = Path(sqlite_shop.removeprefix("sqlite:///"))
    before = file.read_bytes()
    assert main(["scan", sqlite_shop]) == 0
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["scan"], "no-store"),
        (["scan", "--store", "nonsense"], "store-option"),
        (["scan", "sqlite:///missing.db"], "store-missing"),
        (["scan", "nonsense://x/y"], "store-scheme"),
        (["scan", "sqlite:///x.db", "--policy", "none.yaml"], "file-missing"),
    ],
)
def test_wrong_calls_are_refused(
    in_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    assert main(arguments) == 2
    assert code in capsys.readouterr().err


def test_an_empty_database_is_refused(
    sqlite_url: str, in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", sqlite_url]) == 2
    assert "no-tables" in capsys.readouterr().err


def test_two_stores_are_linked(sqlite_shop: str, in_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "news.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE subscribers (id INTEGER PRIMARY KEY, email TEXT UNIQUE)")
        mails = [(row[0], row[3]) for row in rows()["customers"]]
        connection.executemany("INSERT INTO subscribers VALUES (?, ?)", mails)
    connection.close()
    arguments = ["--store", f"shop={sqlite_shop}", "--store", f"news=sqlite:///{other}"]
    assert main(["scan", *arguments]) == 0
    datamap = validate(read_document((in_folder / "map.yaml").read_text(), "map.yaml"), DataMap)
    relations = datamap.stores["news"].tables["subscribers"].relations
    assert [r.references for r in relations.values() if r.compare == "email"] == ["shop.customers"]


@pytest.mark.parametrize(
    "dialect", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_big_table_is_sampled_and_not_read(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    monkeypatch.setattr(sampling, "SMALL_TABLE", 1_000)
    monkeypatch.setattr(sampling, "SAMPLE_ROWS", 400)
    url = request.getfixturevalue(f"{dialect}_url")
    if dialect == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, ip TEXT)")
            connection.executemany(
                "INSERT INTO log VALUES (?, ?)", ((n, f"10.1.2.{n % 250}") for n in range(20_000))
            )
        connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as postgres:
            postgres.execute("CREATE TABLE log (id int PRIMARY KEY, ip text)")
            postgres.execute(
                "INSERT INTO log SELECT n, '10.1.2.' || n % 250 FROM generate_series(1, 20000) n"
            )
            postgres.execute("ANALYZE log")
    store = open_store("shop", url, purpose="read")
    sampler = StoreSampler(store, Random(2))
    table = reflect(store).tables[0]
    sample = sampler.sample(table)
    assert 200 <= sample.rows <= 400
    ids = [value for value in sample.column("id").values if isinstance(value, int)]
    assert max(ids) > 5_000  # not only the first rows
    assert sampler.present(table, "id", [1, 2, 3, 999_999]) == 3
    assert sample.how in ("20 ranges of the key", "sampled pages")
