"""When a request is closed, and which acts go on protecting: from the law, not from the code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from troth.grounds.acts import may_object
from troth.grounds.closing import closed_on, erases_all, protects
from troth.grounds.facts import Act, ActKind, Decision, Identifier
from troth.policy.load import parse_policy

EXAMPLES = Path(__file__).parents[2] / "examples"
POLICY = parse_policy((EXAMPLES / "softfil" / "policy.yaml").read_text("utf-8"), "policy.yaml")
ANN = (Identifier("email", "ann@people.example"),)
CAME, LATER = datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)
DUE = date(2026, 3, 2)


def act(kind: ActKind, **more: object) -> Act:
    return replace(Act("a", kind, ANN, CAME), **more)  # type: ignore[arg-type]  # fields of an act


GRANTED = Decision("accepted", datetime(2026, 2, 10, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("one", "now", "closed"),
    [
        # An answer that was not given is owed, however long ago it was due.
        (act("access", answer_by=DUE), LATER, None),
        (act("access", answer_by=DUE, decisions=(GRANTED,)), LATER, date(2026, 2, 10)),
        # An opt-out has its effect on the day on which it came.
        (act("opt-out"), LATER, date(2026, 1, 31)),
        # Undecided before the deadline an erasure waits; silence then decides it.
        (act("erasure", answer_by=DUE), datetime(2026, 2, 20, tzinfo=UTC), None),
        (act("erasure", answer_by=DUE), LATER, DUE),
        (act("erasure", answer_by=DUE, decisions=(GRANTED,)), LATER, date(2026, 2, 10)),
        # A restriction is open while it is in force, and ends on its day of review.
        (act("restriction", review_on=date(2026, 9, 1)), LATER, None),
        (act("restriction", review_on=date(2026, 5, 1)), LATER, date(2026, 5, 1)),
    ],
)
def test_the_day_on_which_an_act_is_closed(one: Act, now: datetime, closed: date | None) -> None:
    assert closed_on(one, POLICY, now) == closed


def test_what_protects_outlives_its_own_record_s_period() -> None:
    assert protects(act("opt-out"), POLICY, LATER)
    assert protects(act("death"), POLICY, LATER)
    assert protects(act("objection", decisions=(GRANTED,)), POLICY, LATER)
    refused = replace(GRANTED, outcome="refused")
    marketing = [name for name, one in POLICY.activities.items() if not one.direct_marketing]
    about = act("objection", activities=tuple(marketing), decisions=(refused,))
    assert not protects(about, POLICY, LATER)
    assert not protects(act("access", decisions=(GRANTED,)), POLICY, LATER)


def test_only_an_erasure_of_everything_is_one_of_the_person() -> None:
    assert erases_all(act("erasure", decisions=(GRANTED,)), POLICY, LATER)
    assert not erases_all(act("erasure", categories=("x",), decisions=(GRANTED,)), POLICY, LATER)
    assert not erases_all(act("opt-out"), POLICY, LATER)


def test_who_may_object_is_told_by_the_basis() -> None:
    by_law = {"legal-obligation", "contract", "vital-interests"}
    for name, activity in POLICY.activities.items():
        kinds = {basis.kind for basis in activity.legal_bases}
        if not activity.direct_marketing and kinds <= by_law:
            assert not may_object(activity), name
        if kinds & {"legitimate-interests", "public-task"}:
            assert may_object(activity), name
