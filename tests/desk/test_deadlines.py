"""Deadlines of requests: the earliest term, one extension told in time, and what stands by then.

The days are worked out by hand from the texts; `tests/law/test_deadlines.py` has the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from troth.desk.rights.extend import extension
from troth.desk.rights.receive import Received, act_of, deadline_of
from troth.desk.rights.verdicts import accepted
from troth.errors import Refused
from troth.grounds.facts import Act, ActKind, Identifier
from troth.ledger.acts import ActRecord, find_act, list_acts, record_acts, record_verdicts
from troth.ledger.extensions import record_extension
from troth.ledger.facts import facts_of
from troth.ledger.ledger import Ledger
from troth.policy.load import parse_policy
from troth.policy.model import Policy

EXAMPLES = Path(__file__).parents[2] / "examples"
ANN = (Identifier("email", "ann@people.example"),)


def policy(name: str) -> Policy:
    return parse_policy((EXAMPLES / name / "policy.yaml").read_text("utf-8"), "policy.yaml")


def received(
    policy: Policy, kind: ActKind, day: str, *categories: str, old_file: bool = False
) -> Act:
    return act_of(
        Received(kind, ANN, at(day), categories=categories, old_file=old_file),
        policy,
    )


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def put_off(act: Act, policy: Policy, told: str, **more: Any) -> date:
    given: dict[str, Any] = {"reason": "nine systems", "now": at("2027-01-01"), **more}
    record = ActRecord(act, act.at, "dpo", ())
    return extension(record, policy, told_at=at(told), by="dpo", **given).until


@pytest.mark.clause("SMA-5-4")
def test_a_month_clamped_and_moved_and_put_off_in_time_alone() -> None:
    shop = policy("softfil")
    act = received(shop, "access", "2026-01-31")
    found = deadline_of(act, shop)
    assert found is not None
    assert (found.due, found.aim) == (date(2026, 3, 2), date(2026, 2, 27))
    assert act.answer_by == date(2026, 3, 2)
    assert put_off(act, shop, "2026-02-20") == date(2026, 4, 30)
    with pytest.raises(Refused, match="extension-too-late"):
        put_off(act, shop, "2026-03-03")


@pytest.mark.clause("MAS-INT-4", "MAS-REQ-4")
def test_swiss_law_counts_beside_the_union_s() -> None:
    practice = policy("mast")
    found = deadline_of(received(practice, "erasure", "2026-01-30"), practice)
    assert found is not None
    assert (found.due, found.aim) == (date(2026, 3, 1), date(2026, 2, 27))
    assert found.term.source == "OPDo 18"


@pytest.mark.clause("MAS-RGT-2")
def test_a_medical_file_is_answered_within_eight_days() -> None:
    practice = policy("mast")
    assert received(practice, "access", "2026-03-02").answer_by == date(2026, 3, 10)
    health = received(practice, "access", "2026-03-02", "health")
    assert health.answer_by == date(2026, 3, 10)
    with pytest.raises(Refused, match="extension-not-allowed"):
        put_off(health, practice, "2026-03-05")
    rest = received(practice, "access", "2026-03-02", "identity")
    assert rest.answer_by == date(2026, 4, 1)  # thirty days, a day before the calendar month
    # Older than five years, the two months of its own law end after the thirty days.
    old = received(practice, "access", "2026-03-02", "health", old_file=True)
    assert old.answer_by == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " "}, "extension-without-reason"),
        ({"now": at("2026-02-19")}, "extension-untold"),
        ({"until": date(2026, 5, 1)}, "extension-too-long"),
        ({"until": date(2026, 3, 2)}, "extension-too-long"),
    ],
)
def test_an_extension_that_is_not_as_the_law_has_it_is_refused(
    more: dict[str, Any], code: str
) -> None:
    shop = policy("softfil")
    with pytest.raises(Refused, match=code):
        put_off(received(shop, "access", "2026-01-31"), shop, "2026-02-20", **more)


def test_told_on_the_last_day_is_in_time_unless_silence_has_spoken() -> None:
    shop = policy("softfil")
    answered = received(shop, "access", "2026-01-31")
    assert put_off(answered, shop, "2026-03-02") == date(2026, 4, 30)
    erased = received(shop, "erasure", "2026-01-31")  # takes effect undecided on that very day
    assert put_off(erased, shop, "2026-03-01") == date(2026, 4, 30)
    with pytest.raises(Refused, match="extension-too-late"):
        put_off(erased, shop, "2026-03-02")


def test_what_waits_for_no_answer_is_not_put_off() -> None:
    shop = policy("softfil")
    with pytest.raises(Refused, match="nothing-to-extend"):
        put_off(received(shop, "opt-out", "2026-01-31"), shop, "2026-02-01")


@pytest.fixture
def recorded(ledger: Ledger) -> Sequence[Act]:
    """An erasure and an access, received on 31 January 2026."""
    shop = policy("softfil")
    new = [received(shop, "erasure", "2026-01-31"), received(shop, "access", "2026-01-31")]
    with ledger.writing("sma") as writing:
        return record_acts(writing, new, by="dpo", at=at("2026-01-31"))


def test_the_longer_term_stands_in_the_facts_once_and_not_before(
    ledger: Ledger, recorded: Sequence[Act]
) -> None:
    shop, (erasure, access) = policy("softfil"), recorded
    with ledger.writing("sma") as writing:
        for act in recorded:
            record = find_act(writing, act.id, at("2026-02-20"))
            made = extension(
                record, shop, told_at=at("2026-02-20", 9), reason="many", by="dpo",
                now=at("2026-02-20"),
            )  # fmt: skip
            record_extension(writing, made, at=at("2026-02-20"))
    with ledger.reading("sma") as reading:
        before = facts_of(reading, at("2026-02-19")).acts
        after = facts_of(reading, at("2026-02-21")).acts
        found = {one.act.id: one for one in list_acts(reading, at("2026-05-01"))}
        again = found[erasure.id]
    assert [act.answer_by for act in before] == [date(2026, 3, 2)]
    assert [act.answer_by for act in after] == [date(2026, 4, 30)]  # access touches no ground
    assert found[access.id].overdue(date(2026, 5, 1))
    assert not found[access.id].overdue(date(2026, 4, 30))
    assert not again.overdue(date(2026, 5, 1))  # silence has granted it
    with pytest.raises(Refused, match="extended-before"):
        extension(again, shop, told_at=at("2026-02-21"), reason="x", by="dpo", now=at("2026-02-22"))


def test_what_is_decided_is_not_put_off(ledger: Ledger, recorded: Sequence[Act]) -> None:
    shop, (erasure, _) = policy("softfil"), recorded
    now = at("2026-02-02")
    with ledger.writing("sma") as writing:
        verdict = accepted(erasure, shop, by="dpo", now=now)
        record_verdicts(writing, [(erasure.id, verdict)], at=now)
        with pytest.raises(Refused, match="nothing-to-extend"):
            extension(
                find_act(writing, erasure.id, now), shop, told_at=now, reason="x", by="dpo", now=now
            )
