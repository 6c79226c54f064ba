"""The page about rights: its statements make users with whom check, plan and apply work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from apply.shop import customer
from cli.project import Folder, make_folder
from docs.tutorial import blocks
from troth.stores.opening import open_store

TROTH = "troth: 1\nstores: {shop: '${SHOP_URL}'}\nledger: ledger.sqlite\nlocale: en\n"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "least-privilege.md"


def statements(dialect: str, database: str, users: tuple[str, str]) -> Iterator[str]:
    """The page's statements for one dialect, on another database and for users of the test's."""
    page = blocks(PAGE.read_text(encoding="utf-8"))
    (text,) = (one.text for one in page if one.language == "sql" and one.about == dialect)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    text = text.replace("troth_reader", users[0]).replace("troth_writer", users[1])
    text = text.replace("DATABASE shop", f"DATABASE {database}").replace("shop.", f"{database}.")
    yield from filter(None, (statement.strip() for statement in text.split(";")))


@pytest.fixture(
    params=[
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def owned(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[Folder, str, str]]:
    """A project as its owner sees it, and the addresses of the page's two users."""
    url = sa.engine.make_url(request.getfixturevalue(f"{request.param}_url"))
    folder = make_folder(tmp_path, url.render_as_string(hide_password=False), capsys)
    database = str(url.database)
    reader, writer = f"r_{database}", f"w_{database}"
    dialect = "postgresql" if request.param == "postgres" else "mariadb"
    for statement in statements(dialect, database, (reader, writer)):
        folder.execute(statement.replace("%", "%%"))
    as_reader = url.set(username=reader, password="a-password")
    as_writer = url.set(username=writer, password="another-password")
    yield (
        folder,
        as_reader.render_as_string(hide_password=False),
        as_writer.render_as_string(hide_password=False),
    )
    for name in (reader, writer):
        if dialect == "postgresql":
            folder.execute(f"DROP OWNED BY {name}")
            folder.execute(f"DROP ROLE {name}")
        else:
            folder.execute(f"DROP USER {name}@'%%'")
    folder.engine.dispose()


def test_the_reader_checks_and_plans_and_the_writer_applies(
    owned: tuple[Folder, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, reader, writer = owned
    (folder.path / "troth.yaml").write_text(TROTH, encoding="utf-8")
    monkeypatch.setenv("SHOP_URL", reader)

    assert folder.json("check", status=1)["score"]["due"] > 0
    plan = folder.make_plan()
    assert plan["rows"] > 0

    status = 1 if folder.engine.dialect.name == "postgresql" else 2  # each step, or the fence
    told = folder.run("apply", str(folder.plan), "--approve", status=status)
    assert "permission-denied" in told
    assert folder.ids(customer) == [1, 2], "the reader has changed nothing"

    monkeypatch.setenv("SHOP_URL", writer)
    folder.make_plan()
    outcome = folder.json("apply", str(folder.plan), "--approve")
    assert outcome["uncertain"] == {}
    assert outcome["remaining"] == {}
    assert folder.json("check")["score"]["due"] == 0


def test_the_writer_finds_a_place_for_receipts(owned: tuple[Folder, str, str]) -> None:
    store = open_store("shop", owned[2], purpose="write")
    table = store.own_table("receipt", sa.column("run"))
    with store.session() as session, session.told():
        inspector = sa.inspect(session.connection)
        there = inspector.has_table(table.name, schema=table.schema)
    assert there or store.capabilities.may_create.yes
