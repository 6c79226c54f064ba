"""Section 4: what a row shows of an event, in every form, with every meaning of absence."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import (
    activity,
    after,
    at,
    day,
    evidence,
    promise,
    rule,
    single,
    state,
    table,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import DayFact, Facts, Identifier, KeptDay

YEAR = promise(activity(rule(**after("end", "P1Y"))))
ON = "2026-01-01"


def shown(binding: Any, cells: dict[str, Any]) -> str:
    """The state on 1 January 2026 of a value kept for a year after the event."""
    return state(single(YEAR, cells, events={"end": binding}), ON)


@pytest.mark.parametrize(
    ("absent", "expected"),
    [("not-yet", "supported"), ("never", "unknown"), ("unknown", "unknown"), ("next", "unknown")],
)
def test_what_null_means(absent: str, expected: str) -> None:
    assert shown({"column": "c", "absent": absent}, {"c": None}) == expected


@pytest.mark.parametrize(
    ("form", "cell", "expected"),
    [
        ("native", day("2025-01-01"), "due"),
        ("native", day("2025-01-02"), "supported"),
        ("native", "2025-01-01", "due"),
        ("native", "2025-01-01 23:59:59.5", "due"),
        ("native", "2025-01-01T22:59:59Z", "due"),
        ("native", "2025-01-01T23:00:00Z", "supported"),
        ("native", "2025-W01-1", "unknown"),
        ("native", "", "unknown"),
        ("native", "0000-00-00", "unknown"),
        ("native", "infinity", "unknown"),
        ("native", 20250101, "unknown"),
        ("YYYY-MM-DD", "2025-01-01", "due"),
        ("YYYY-MM-DD", "2025-1-1", "unknown"),
        ("YYYY-MM-DD", "2025-02-30", "unknown"),
        ("YYYY-MM-DD", "2025-01-01 ", "unknown"),
        ("YYYY-MM-DD", "2025-01-01\n", "unknown"),
        ("YYYY-MM-DD", "２０25-01-01", "unknown"),
        ("YYYY-MM-DD", day("2025-01-01"), "unknown"),
        ("YYYY-MM-DD hh:mm:ss", "2025-01-01 23:59:59", "due"),
        ("YYYY-MM-DD hh:mm:ss", "2025-01-02T00:00:00.125", "supported"),
        ("YYYY-MM-DD hh:mm:ss", "2025-01-01 24:00:00", "unknown"),
        ("YYYY-MM-DD hh:mm:ss", "2025-01-01", "unknown"),
        ("DD/MM/YYYY", "02/01/2025", "supported"),
        ("MM/DD/YYYY", "01/02/2025", "supported"),
        ("DD/MM/YYYY", "01/13/2024", "unknown"),
        ("DD.MM.YYYY", "01.01.2025", "due"),
        ("YYYYMMDD", "20250101", "due"),
        ("unix", 1735685999, "due"),  # 2024-12-31T22:59:59Z, 23:59:59 in Paris on the 31st
        ("unix", 1735772400, "supported"),  # 2025-01-01T23:00:00Z, midnight of 2 January in Paris
        ("unix", "1735685999", "due"),
        ("unix", "1735685999.0", "unknown"),
        ("unix", True, "unknown"),
        ("unix", 1735685999000, "unknown"),
        ("unix-ms", 1735685999999, "due"),
        ("unix-ms", 1735685999, "unknown"),  # seconds read as milliseconds: January 1970
        ("unix", 10**17, "unknown"),
    ],
)
def test_reading_a_cell(form: str, cell: Any, expected: str) -> None:
    text = form not in ("native", "unix", "unix-ms")
    given = {"as": "text", "format": form} if text else {"as": form}
    assert shown({"column": "c", **given}, {"c": cell}) == expected


@pytest.mark.parametrize(
    ("more", "cell", "expected"),
    [
        ({}, "1999-12-31", "unknown"),
        ({}, "2000-01-01", "due"),
        ({"not_before": "1999-01-01"}, "1999-12-31", "due"),
        ({"not_before": "2020-01-01"}, "2019-12-31", "unknown"),
        ({}, "2026-01-01", "supported"),
        ({}, "2026-01-02", "unknown"),
        ({"future": True}, "2026-01-02", "supported"),
    ],
)
def test_the_valid_range(more: dict[str, Any], cell: str, expected: str) -> None:
    assert shown({"column": "c", **more}, {"c": day(cell)}) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('{"at": {"day": "2025-01-01"}}', "due"),
        ({"at": {"day": "2025-01-01"}}, "due"),
        ({"at": {"day": None}}, "supported"),
        ({"at": {}}, "supported"),
        ({"at": "2025-01-01"}, "supported"),
        (None, "supported"),
        ("not json", "unknown"),
        ({"at": {"day": 7}}, "unknown"),
    ],
)
def test_a_day_inside_json(cell: Any, expected: str) -> None:
    binding = {"column": "c", "json": "/at/day", "as": "text", "absent": "not-yet"}
    assert shown(binding, {"c": cell}) == expected


@pytest.mark.clause("SMA-3-11")
def test_first_of_hands_on_only_what_is_absent() -> None:
    binding = {
        "first": [{"column": "opened", "absent": "next"}, {"column": "confirmed", "absent": "next"}]
    }
    policy = promise(activity(rule(**after("end", "P3Y"))))

    def on(when: str, opened: Any, confirmed: Any) -> str:
        cells = {"opened": opened, "confirmed": confirmed}
        return state(single(policy, cells, events={"end": binding}), when)

    assert on("2026-04-01", None, day("2023-04-02")) == "supported"
    assert on("2026-04-02", None, day("2023-04-02")) == "due"
    assert on("2026-04-02", day("2024-01-01"), day("2023-04-02")) == "supported"
    assert on("2026-04-02", None, None) == "unknown"
    assert on("2026-04-02", "", day("2023-04-02")) == "unknown"


def opening(
    rows: list[dict[str, Any]], none: str = "unknown", facts: Facts | None = None, **more: Any
) -> Any:
    """A subscriber whose last human opening counts for three years."""
    policy = promise(activity(rule(**after("end", "P3Y"))))
    binding = {
        "related": ["<opening.subscriber"],
        "day": {"column": "opened_at", "absent": "never"},
        "where": {"column": "machine", "is_not": True},
        "none": none,
    } | more
    opened = {
        "key": ["id"],
        "columns": {"id": None, "subscriber_id": None, "opened_at": None, "machine": None},
        "relations": {"subscriber": {"columns": ["subscriber_id"], "references": "t"}},
    }
    tables = {"t": table(events={"end": binding}), "opening": opened}
    found = evidence(policy, tables, {"t": [{"id": 1, "name": "Ada"}], "opening": rows})
    return lambda when: state(found, when, facts=facts or Facts())


def an_opening(subscriber: Any, opened: Any, machine: Any = False) -> dict[str, Any]:
    return {"id": 1, "subscriber_id": subscriber, "opened_at": opened, "machine": machine}


@pytest.mark.clause("SMA-3-10", "SMA-3-11")
def test_the_last_human_opening_counts_and_a_prefetch_does_not() -> None:
    rows = [
        an_opening(1, at("2021-01-01")),
        an_opening(1, at("2023-01-10")),
        an_opening(1, at("2025-06-01"), True),
        an_opening(2, at("2025-07-01")),
        an_opening(None, at("2025-07-01")),
        an_opening("1", at("2025-07-01")),
    ]
    on = opening(rows)
    assert on("2026-01-09") == "supported"
    assert on("2026-01-10") == "due"


def test_related_rows_combine_as_latest_or_earliest_of() -> None:
    old, invalid = an_opening(1, at("2020-01-01")), an_opening(1, at("2030-01-01"))
    assert opening([old, invalid])(ON) == "unknown"
    assert opening([old, invalid], take="earliest")(ON) == "due"
    assert opening([old, an_opening(1, None)])(ON) == "due"
    not_yet = {"column": "opened_at", "absent": "not-yet"}
    assert opening([old, an_opening(1, None)], day=not_yet)(ON) == "supported"
    as_next = {"column": "opened_at", "absent": "next"}
    assert opening([old, an_opening(1, None)], day=as_next)(ON) == "due"


def test_no_related_row_means_what_none_says() -> None:
    assert opening([], "not-yet")(ON) == "supported"
    assert opening([], "never")(ON) == "unknown"
    assert opening([an_opening(1, at("2025-01-01"), True)], "not-yet")(ON) == "supported"


def test_a_kept_day_counts_as_one_more_related_row() -> None:
    kept = Facts(kept=(KeptDay("main", "t", (1,), "end", day("2022-06-01")),))
    assert opening([], "not-yet", kept)(ON) == "due"
    assert opening([an_opening(1, at("2025-01-01"))], facts=kept)(ON) == "supported"
    other = Facts(kept=(KeptDay("main", "t", (1,), "other", day("2022-06-01")),))
    assert opening([], "not-yet", other)(ON) == "supported"


def registration(session: Any, none: str = "unknown") -> Evidence:
    """A registration kept until its session is organised."""
    sessions = {
        "key": ["id"],
        "columns": {"id": None, "closed_on": None},
        "events": {"end": {"column": "closed_on", "absent": "not-yet"}},
    }
    mine = table(
        columns={"id": None, "name": "contact", "session_id": None},
        relations={"session": {"columns": ["session_id"], "references": "session"}},
        events={"end": {"of": ["session"], "none": none}},
    )
    rows: dict[str, list[Any]] = {
        "t": [{"id": 1, "name": "Ada", "session_id": session}],
        "session": [
            {"id": 1, "closed_on": day("2026-03-20")},
            {"id": 2, "closed_on": None},
        ],
    }
    return evidence(promise(activity(rule(during="end"))), {"t": mine, "session": sessions}, rows)


@pytest.mark.clause("SMA-3-12", "SMA-3-13")
def test_the_event_of_a_parent_row() -> None:
    assert state(registration(1), "2026-03-19") == "unknown"  # a closing day to come is an error
    assert state(registration(1), "2026-03-20") == "due"
    assert state(registration(2), "2026-03-20") == "supported"
    assert state(registration(3), "2026-03-20") == "unknown"
    assert state(registration(None, "not-yet"), "2026-03-20") == "supported"


def test_a_kept_day_counts_as_one_more_parent() -> None:
    kept = Facts(kept=(KeptDay("main", "t", (1,), "end", day("2026-03-10")),))
    assert state(registration(3), "2026-03-09", facts=kept) == "supported"
    assert state(registration(3), "2026-03-10", facts=kept) == "due"
    assert state(registration(1), "2026-03-20", facts=kept) == "due"
    assert state(registration(2), "2026-03-20", facts=kept) == "supported"  # one is still open
    other = Facts(kept=(KeptDay("main", "t", (2,), "end", day("2026-03-10")),))
    assert state(registration(3), "2026-03-10", facts=other) == "unknown"


def test_next_is_handed_on_by_the_parts_of_first_alone() -> None:
    """A parent whose own event says next is unknown; it is not the child's to hand on."""
    sessions = {
        "key": ["id"],
        "columns": {"id": None, "closed_on": None},
        "events": {"end": {"column": "closed_on", "absent": "next"}},
    }
    mine = table(
        columns={"id": None, "name": "contact", "session_id": None},
        relations={"session": {"columns": ["session_id"], "references": "session"}},
        events={"end": {"first": [{"of": ["session"], "none": "next"}, {"at": "2020-01-01"}]}},
    )

    def on(session: Any) -> str:
        rows: dict[str, list[dict[str, Any]]] = {
            "t": [{"id": 1, "name": "Ada", "session_id": session}],
            "session": [{"id": 1, "closed_on": None}],
        }
        return state(evidence(YEAR, {"t": mine, "session": sessions}, rows), ON)

    assert on(1) == "unknown"
    assert on(None) == "due"


@pytest.mark.parametrize(
    ("relation", "cells", "expected"),
    [
        ({"columns": ["ref"]}, {"ref": 1}, "due"),
        ({"columns": ["ref"]}, {"ref": "1"}, "supported"),
        ({"columns": ["doc"], "json": "/to/id"}, {"doc": {"to": {"id": 1}}}, "due"),
        ({"columns": ["doc"], "json": "/to/id"}, {"doc": '{"to": {"id": 1}}'}, "due"),
        ({"columns": ["doc"], "json": "/to/id"}, {"doc": {"to": {"id": "1"}}}, "supported"),
        ({"columns": ["doc"], "json": "/to/id"}, {"doc": {"to": None}}, "supported"),
        (
            {"columns": ["ref"], "where": {"column": "kind", "is": "t"}},
            {"ref": 1, "kind": "t"},
            "due",
        ),
        (
            {"columns": ["ref"], "where": {"column": "kind", "is": "t"}},
            {"ref": 1, "kind": "u"},
            "supported",
        ),
    ],
)
def test_references_inside_json_of_a_type_and_for_some_rows(
    relation: dict[str, Any], cells: dict[str, Any], expected: str
) -> None:
    binding = {"related": ["<note.about"], "day": {"column": "at"}, "none": "not-yet"}
    note = {
        "key": ["id"],
        "columns": dict.fromkeys(["id", "ref", "doc", "kind", "at"]),
        "relations": {"about": {"references": "t"} | relation},
    }
    tables = {"t": table(events={"end": binding}), "note": note}
    blank = {"id": 1, "ref": None, "doc": None, "kind": None, "at": day("2020-01-01")}
    rows = {"t": [{"id": 1, "name": "Ada"}], "note": [blank | cells]}
    assert state(evidence(YEAR, tables, rows), ON) == expected


def test_an_event_that_leads_back_to_itself_is_unknown() -> None:
    mine = table(
        columns={"id": None, "name": "contact", "up": None},
        relations={"up": {"columns": ["up"], "references": "t"}},
        events={"end": {"of": ["up"]}},
    )
    found = evidence(YEAR, {"t": mine}, {"t": [{"id": 1, "name": "Ada", "up": 1}]})
    assert state(found, ON) == "unknown"


@pytest.mark.clause("SMA-3-5")
def test_the_end_of_the_financial_year_that_contains_a_day() -> None:
    policy = promise(activity(rule(bound="both", **after("end", "P10Y"))))

    def on(when: str, cells: Any, **more: Any) -> str:
        binding = {"financial_year_end_of": {"column": "c"}, **more}
        return state(single(policy, {"c": cells}, events={"end": binding}), when)

    assert on("2025-12-31", day("2015-02-03")) == "supported"
    assert on("2026-01-01", day("2015-02-03")) == "due"
    assert on("2026-06-30", day("2015-12-31"), ends="06-30") == "supported"
    assert on("2026-07-01", day("2015-12-31"), ends="06-30") == "due"
    assert on("2015-02-03", day("2015-02-03")) == "supported"  # the year's end lies ahead
    assert on("2015-02-02", day("2015-02-03")) == "unknown"


def invoice(dated: Any, periods: list[tuple[str, str, bool | None]]) -> Evidence:
    policy = promise(activity(rule(bound="both", **after("end", "P10Y"))))
    binding = {
        "period_end_of": {"column": "dated"},
        "table": "period",
        "starts": "starts_on",
        "ends": "ends_on",
        "closed": {"column": "closed", "is": True},
    }
    mine = table(columns={"id": None, "name": "contact", "dated": None}, events={"end": binding})
    period = {"key": ["id"], "columns": dict.fromkeys(["id", "starts_on", "ends_on", "closed"])}
    rows = [
        {"id": n, "starts_on": day(first), "ends_on": day(last), "closed": closed}
        for n, (first, last, closed) in enumerate(periods)
    ]
    tables = {"t": mine, "period": period}
    return evidence(
        policy, tables, {"t": [{"id": 1, "name": "Ada", "dated": dated}], "period": rows}
    )


@pytest.mark.clause("SMA-3-5")
def test_the_end_of_the_accounting_period() -> None:
    year, odd = ("2015-01-01", "2015-12-31", True), ("2015-01-01", "2016-06-30", True)
    dated = day("2015-02-03")
    assert state(invoice(dated, [year]), "2025-12-31") == "supported"
    assert state(invoice(dated, [year]), "2026-01-01") == "due"
    assert state(invoice(dated, [odd]), "2026-06-30") == "supported"
    assert state(invoice(dated, [odd]), "2026-07-01") == "due"
    assert state(invoice(dated, [year, odd]), "2026-06-30") == "supported"
    assert state(invoice(dated, [("2015-01-01", "2015-12-31", None)]), "2030-01-01") == "supported"
    assert (
        state(invoice(dated, [year, ("2015-01-01", "2015-12-31", False)]), "2030-01-01")
        == "supported"
    )
    assert state(invoice(day("2016-02-03"), [year]), "2030-01-01") == "unknown"
    assert state(invoice(day("2015-12-31"), [year]), "2026-01-01") == "due"


def dispute(case: Any, *facts: DayFact) -> Any:
    binding = {"fact": "limitation", "namespace": "case", "column": "file", "absent": "not-yet"}
    found = single(promise(activity(rule(during="end"))), {"file": case}, events={"end": binding})
    return lambda when: state(found, when, facts=Facts(days=facts))


@pytest.mark.clause("SMA-3-17", "SMA-3-20")
def test_a_day_of_the_ledger() -> None:
    mine = Identifier("case", "D-7")
    first = DayFact("limitation", mine, day("2025-01-10"), at("2020-01-10"))
    newer = DayFact("limitation", mine, day("2027-01-10"), at("2022-01-10"))
    other = DayFact("limitation", Identifier("case", "D-8"), day("2021-01-01"), at("2023-01-10"))
    cleared = DayFact("limitation", mine, None, at("2024-01-10"))
    assert dispute("D-7", first)("2025-01-10") == "due"
    on = dispute("D-7", newer, first, other)
    assert on("2027-01-09") == "supported"
    assert on("2027-01-10") == "due"
    assert on("2021-06-01") == "supported"  # the newer fact was not yet recorded
    shorter = DayFact("limitation", mine, day("2021-01-01"), at("2024-01-10"))
    assert dispute("D-7", first, shorter)("2022-01-01") == "supported"  # not yet recorded
    assert dispute("D-7", first, shorter)("2024-01-10") == "due"
    same = DayFact("limitation", mine, day("2030-01-10"), at("2020-01-10"))
    assert dispute("D-7", first, same)("2025-01-10") == "supported"
    assert dispute("D-7", same, first)("2025-01-10") == "due"
    assert dispute("D-7", first, cleared)(ON) == "supported"
    assert dispute("D-7")(ON) == "supported"
    assert dispute(None, first)(ON) == "unknown"
    assert dispute("", first)(ON) == "unknown"


def test_a_day_of_the_ledger_for_the_person() -> None:
    columns = {
        "id": None,
        "name": "contact",
        "mail": {"category": "contact", "identity": "email", "compare": "email"},
    }
    binding = {"fact": "left", "namespace": "email"}
    mine = table(columns=columns, events={"end": binding})
    cells = {"id": 1, "name": "Ada", "mail": " Ada@Mail.example"}
    found = evidence(promise(activity(rule(**after("end", "P1Y")))), {"t": mine}, {"t": [cells]})
    left = DayFact(
        "left", Identifier("email", "ada@mail.example"), day("2025-01-01"), at("2025-01-01")
    )
    assert state(found, ON, facts=Facts(days=(left,))) == "due"
    assert state(found, "2025-12-31", facts=Facts(days=(left,))) == "supported"


def test_a_constant_day_and_an_unbound_event() -> None:
    assert shown({"at": "2025-01-01"}, {}) == "due"
    assert shown({"at": "2025-01-02"}, {}) == "supported"
    assert state(single(YEAR, {}, events={}), ON) == "unknown"
