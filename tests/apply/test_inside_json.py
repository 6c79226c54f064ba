"""Values inside JSON columns keep their own periods, from the check to the journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from apply.two import ORG, Place, policy
from troth.apply import values
from troth.apply.check import check
from troth.apply.promises import CheckReport
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.verify import verify
from troth.plan.model import DeleteRows, EraseValues

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rule(category: str, years: int, archive: str = "") -> str:
    return f"""
      - id: {category}-years
        promise: The category goes {years} years after the last order.
        period: P{years}Y
        after: last-order
        categories: [{category}]
        clauses: [C-2]{archive}
"""


ARCHIVE = """
        archive:
          place: vault
          when: {period: P1Y, after: last-order}
          readers: [legal]
          clauses: [C-3]"""


def promise(rules: str) -> str:
    text = policy(["last-order"], rules)
    more = "".join(
        f"  {name}: {{label: {name}, clauses: [A-3]}}\n" for name in ("health", "log", "taste")
    )
    text = text.replace("places:\n", f"{more}places:\n")
    return text.replace(
        "categories: [contact]\n    legal", "categories: [contact, health, log]\n    legal"
    )


POLICY = promise(rule("contact", 5) + rule("health", 1) + rule("log", 2))
INSIDE = "{/mail: contact, /body/weight: health}"
MAP = f"""
troth: 1
stores:
  shop:
    tables:
      reader:
        key: [id]
        roles: {{customer: {{subject: customer}}}}
        columns:
          id:
          seen:
          profile: {{category: log, inside: {INSIDE}}}
        events: {{last-order: {{column: seen}}}}
"""
WHOLE = '{"mail": "a@people.example", "body": {"weight": 70, "eyes": "blue"}, "theme": [1, null]}'
ROWS = (
    (1, "2026-01-10", WHOLE),
    (2, "2025-06-01", WHOLE),
    (3, "2024-01-01", WHOLE),
    (4, "2019-01-01", WHOLE),
    (5, "2019-01-01", None),
    (6, "2025-06-01", '{"body": {"weight": null}, "theme": "dark"}'),
    (7, "2025-06-01", None),
    (8, "2019-01-01", '{"mail": "a@people.example", "body": "70 kg"}'),
    (9, "2019-01-01", '["a@people.example"]'),
)
TYPES = {"sqlite": "TEXT", "postgresql": "json", "mysql": "LONGTEXT"}


def laid_down(at: Place, store: str = "shop", rows: Any = ROWS, kind: str | None = None) -> Place:
    dialect = (
        next(name for name in TYPES if at.urls[store].startswith(name[:5]))
        if not at.urls[store].startswith("mariadb")
        else "mysql"
    )
    at.sql(
        store,
        "CREATE TABLE reader (id INTEGER PRIMARY KEY, seen DATE, "
        f"profile {kind or TYPES[dialect]})",
        *(
            f"INSERT INTO reader VALUES ({id}, '{seen}', {'NULL' if doc is None else repr(doc)})"
            for id, seen, doc in rows
        ),
    )
    return at


def documents(at: Place, store: str = "shop") -> dict[object, Any]:
    found = at.rows(store, "SELECT id, profile FROM reader ORDER BY id")
    return {id: json.loads(doc) if isinstance(doc, str) else doc for id, doc in found}


def report(at: Place) -> CheckReport:
    return check(at.setting(), read_facts(at.ledger, ORG, at.now), at.now)


def counts(found: CheckReport) -> dict[str, tuple[int, int, int]]:
    return {
        state.promise.id: (one.due, one.unknown, one.kept)
        for state in found.promises
        for one in state.findings
    }


@pytest.fixture
def at(any_store_url: str, ledger: Ledger) -> Place:
    return laid_down(Place({"shop": any_store_url}, POLICY, MAP, ledger, NOW))


def test_each_value_goes_at_the_end_of_its_own_period(at: Place) -> None:
    before = report(at)
    assert counts(before) == {
        "contact-years": (3, 1, 5),  # of row 8 what is no object is not on the way; row 9 is a list
        "health-years": (4, 2, 3),
        "log-years": (3, 2, 4),
    }
    reasons = {
        reason.code for state in before.promises for one in state.findings for reason in one.reasons
    }
    assert "json-unreadable" in reasons
    plan = at.plan()
    erasures = [step for step in plan.steps if isinstance(step, EraseValues)]
    assert {(*step.columns, step.counts.rows if step.counts else 0) for step in erasures} == {
        ("profile#/body/weight", 2),
        ("profile#/mail", 1),
        ("profile", 1),
    }
    (delete,) = (step for step in plan.steps if isinstance(step, DeleteRows))
    assert delete.counts is not None
    assert delete.counts.rows == 2
    assert at.apply(plan).clean
    assert documents(at) == {
        1: json.loads(WHOLE),
        2: {"mail": "a@people.example", "body": {"eyes": "blue"}, "theme": [1, None]},
        3: {"mail": "a@people.example", "body": {}},
        6: {"body": {"weight": None}, "theme": "dark"},
        7: None,
        8: {"body": "70 kg"},
        9: ["a@people.example"],
    }
    after = counts(report(at))
    assert after == {
        "contact-years": (0, 1, 6),
        "health-years": (0, 2, 5),
        "log-years": (0, 2, 5),
    }
    assert not any(step.counts and step.counts.rows for step in at.plan().steps)
    with at.ledger.reading(ORG) as reading:
        assert verify(reading).ok


VAULT = (
    MAP
    + f"""
  vault:
    place: vault
    tables:
      reader:
        key: [id]
        roles: {{customer: {{subject: customer}}}}
        columns:
          id:
          seen:
          profile: {{category: log, inside: {INSIDE}}}
          troth_day_last_order:
        events: {{last-order: {{column: troth_day_last_order}}}}
archives:
  shop.reader: {{table: vault.reader}}
"""
)
KEPT_FOR_LAWYERS = promise(
    rule("contact", 5, ARCHIVE) + rule("health", 1) + rule("log", 6, ARCHIVE.replace("P1Y", "P2Y"))
)


def test_parts_of_a_document_go_to_the_archive_one_after_the_other(
    any_store_url: str, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.apply.refusals.check_clocks", lambda *_, **__: None)
    (tmp_path / "vault.db").touch()
    urls = {"shop": any_store_url, "vault": f"sqlite:///{tmp_path / 'vault.db'}"}
    at = laid_down(Place(urls, KEPT_FOR_LAWYERS, VAULT, ledger, NOW), rows=ROWS[:4])
    assert at.apply().clean
    assert documents(at) == {
        1: json.loads(WHOLE),
        2: {"body": {"eyes": "blue"}, "theme": [1, None]},
    }
    mail = {"mail": "a@people.example"}
    rest = {"body": {"eyes": "blue"}, "theme": [1, None]}
    assert documents(at, "vault") == {2: mail, 3: mail | rest}
    later = Place(urls, KEPT_FOR_LAWYERS, VAULT, ledger, datetime(2027, 8, 1, 12, tzinfo=UTC))
    assert later.apply().clean
    assert documents(later) == {1: rest}
    assert documents(later, "vault") == {1: mail, 2: mail | rest, 3: mail | rest}


@pytest.mark.parametrize("url", ["sqlite_url", "mariadb_url"])
def test_text_that_is_no_json_is_unknown_and_stays(
    url: str, request: pytest.FixtureRequest, ledger: Ledger
) -> None:
    at = Place({"shop": request.getfixturevalue(url)}, POLICY, MAP, ledger, NOW)
    texts = ("", "{", '{"mail": "a@people.example"', '{"mail": "a", "mail": "b"}', "gone")
    laid_down(at, rows=[(n, "2019-01-01", text) for n, text in enumerate(texts)])
    assert set(counts(report(at)).values()) == {(0, len(texts), 0)}
    assert at.apply().clean
    found = at.rows("shop", "SELECT profile FROM reader ORDER BY id")
    assert [text for (text,) in found] == list(texts)


@pytest.mark.postgres
def test_json_in_a_column_of_text_is_unknown_on_postgresql(
    postgres_url: str, ledger: Ledger
) -> None:
    at = Place({"shop": postgres_url}, POLICY, MAP, ledger, NOW)
    laid_down(at, rows=[*ROWS, (10, "2019-01-01", "{no JSON")], kind="text")
    found = counts(report(at))
    assert found["contact-years"] == (1, 4, 5)  # row 5 is NULL; what was there may have been read
    assert at.apply().clean
    assert "json-as-text" in {notice.code for notice in at.plan().notices}
    assert len(documents_as_text(at)) == len(ROWS)


def documents_as_text(at: Place) -> list[object]:
    return [text for (text,) in at.rows("shop", "SELECT profile FROM reader")]


def test_what_would_erase_the_whole_column_does_not_pass(
    at: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault of a place that takes its column along: the documents show it."""
    monkeypatch.setattr(values, "_document", lambda *_: sa.null())
    at.apply()
    assert documents(at)[2] is None
