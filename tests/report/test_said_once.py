"""What is true of several places or promises is said once."""

from __future__ import annotations

from apply.shop import POLICY
from troth.apply.promises import Finding, PromiseState, Reason, promises_of
from troth.plan.model import Notice
from troth.policy.load import parse_policy
from troth.report.notices import folded
from troth.report.same import same_reasons


def notice(store: str, table: str | None, message: str) -> Notice:
    return Notice(code="c", severity="info", store=store, table=table, message=message)


def test_notices_that_say_the_same_of_several_places_are_one() -> None:
    found = folded(
        [
            notice("web", None, "lives on"),
            notice("erp", "log", "scans"),
            notice("erp", None, "lives on"),
        ]
    )
    assert [(one.message, one.places) for one in found] == [
        ("lives on", ("erp", "web")),
        ("scans", ("erp.log",)),
    ]


def state(number: int, *reasons: Reason) -> PromiseState:
    promise = promises_of(parse_policy(POLICY, "policy.yaml"))[number]
    finding = Finding(
        "shop", "log", ("ip",), "unknown", 3, 0, 3, 0, overdue_since=None, reasons=reasons
    )
    return PromiseState(promise, (finding,))


def test_the_same_reasons_lead_to_the_first_promise_that_told_them() -> None:
    empty = Reason("event-null", (("column", "at"),), 3)
    other = Reason("event-null", (("column", "seen_at"),), 3)
    first, second, third = state(0, empty), state(1, empty), state(2, other)

    found = same_reasons([first, second, third])

    assert found == {second.promise.id: first.promise}


def test_promises_without_reasons_are_not_the_same() -> None:
    assert same_reasons([state(0), state(1)]) == {}
