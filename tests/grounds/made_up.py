"""Small promises, maps and rows for tests of the interpreter: one store, made-up people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from troth.datamap.model import DataMap
from troth.grounds.evidence import Evidence, Reference, Row, Value
from troth.grounds.facts import Facts
from troth.grounds.interpreter import standing
from troth.grounds.standing import Standing
from troth.policy.model import Policy

Json = dict[str, Any]
CLAUSES = ["T-1"]
PARIS = ZoneInfo("Europe/Paris")
NO_FACTS = Facts()


def rule(id: str = "rule", **terms: Any) -> Json:
    return {"id": id, "promise": "made up", "clauses": CLAUSES, **terms}


def after(event: str, period: Any) -> Json:
    return {"after": event, "period": period}


def basis(kind: str = "contract", **more: Any) -> Json:
    return {"kind": kind, "clauses": CLAUSES, **more}


def activity(*rules: Json, **more: Any) -> Json:
    return {
        "purpose": "made up",
        "controllers": ["us"],
        "subjects": ["person"],
        "categories": ["data"],
        "legal_bases": [basis()],
        "retention": list(rules),
        "clauses": CLAUSES,
    } | more


def promise(*activities: Json, **more: Any) -> Policy:
    """A policy: categories data > contact > phone and data > health; subjects person > customer."""
    return Policy.model_validate(
        {
            "troth": 1,
            "organisation": "us",
            "title": "A promise",
            "zone": "Europe/Paris",
            "since": "2000-01-01",
            "financial_year_ends": "12-31",
            "versions": [{"id": "1", "effective": None, "clauses": CLAUSES}],
            "controllers": {"us": {"name": "Us", "clauses": CLAUSES}},
            "subjects": {
                "person": {"label": "p", "clauses": CLAUSES},
                "customer": {"label": "c", "parent": "person", "clauses": CLAUSES},
            },
            "categories": {
                "data": {"label": "d", "clauses": CLAUSES},
                "contact": {"label": "c", "parent": "data", "clauses": CLAUSES},
                "phone": {"label": "p", "parent": "contact", "clauses": CLAUSES},
                "health": {"label": "h", "parent": "data", "clauses": CLAUSES},
            },
            "places": {
                "live": {"label": "live", "clauses": CLAUSES},
                "vault": {"label": "vault", "kind": "archive", "clauses": CLAUSES},
            },
            "activities": {f"a{n}": body for n, body in enumerate(activities)},
        }
        | more
    )


def table(**more: Any) -> Json:
    """A table of customers with one personal column `name`, keyed by `id`."""
    return {
        "key": ["id"],
        "roles": {"owner": {"subject": "customer"}},
        "columns": {"id": None, "name": "contact"},
    } | more


def mapped(tables: Mapping[str, Json], **more: Any) -> DataMap:
    stores = {"main": {"place": "live", "tables": dict(tables)}}
    return DataMap.model_validate({"troth": 1, "stores": stores | more})


def evidence(
    policy: Policy,
    tables: Mapping[str, Json],
    rows: Mapping[str, Sequence[Any]],
    *,
    stores: Mapping[str, Json] | None = None,
    references: tuple[Reference, ...] = (),
) -> Evidence:
    """Evidence of the store `main`; rows of other stores are keyed `store.table`."""
    found = {}
    for name, cells in rows.items():
        store, _, inner = name.rpartition(".")
        found[store or "main", inner] = tuple(cells)
    return Evidence(policy, mapped(tables, **(stores or {})), found, references)


def single(policy: Policy, cells: Json, **more: Any) -> Evidence:
    """One table `t` with one row, whose event `end` is the column `end_on`."""
    cells = {"id": 1, "name": "Ada"} | cells
    columns = dict.fromkeys(cells) | {"name": "contact"}
    body = table(columns=columns, events={"end": {"column": "end_on"}})
    return evidence(policy, {"t": body | more}, {"t": [cells]})


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """The instant of a local time (noon where only a day is given), in UTC."""
    local = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
    return local.replace(tzinfo=zone).astimezone(UTC)


def look(
    found: Evidence,
    day: str,
    *,
    column: str = "name",
    row: int = 0,
    name: str = "t",
    facts: Facts = NO_FACTS,
) -> Standing:
    value = Value(Row("main", name, row), column)
    return standing(value, found, facts, at(day))


def state(found: Evidence, day: str, **more: Any) -> str:
    return look(found, day, **more).state.value


def day(text: str) -> date:
    return date.fromisoformat(text)
