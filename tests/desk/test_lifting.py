"""A restriction ends as steps of its request: decided, approved, told, lifted (Art. 18(3))."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.test_to_the_end import Desk, desk, made
from troth.desk.overview.restricted import set_aside, waiting_restrictions
from troth.desk.workflow.lifting import (
    approve_lifting,
    decide_lifting,
    lift,
    may_lift_on,
    return_lifting,
)
from troth.desk.workflow.model import Rules
from troth.desk.workflow.office import look
from troth.desk.workflow.post import posted
from troth.errors import Refused
from troth.grounds.phases import Phase, phase
from troth.ledger.acts import find_act
from troth.ledger.documents import open_document
from troth.ledger.restrictions import list_restrictions
from troth.ledger.verify import verify
from web.console.world import ORG

__all__ = ["desk", "made"]
NAME = "SELECT name FROM customer WHERE id = 1"


def restricted(desk: Desk) -> str:
    """A restriction that is enforced, answered and closed; its number."""
    number = desk.arrives("restriction", "A-1")
    desk.record(number)
    desk.executed(number, ground="accuracy")
    assert desk.to_the_end(number).stage == "closed"
    assert desk.shop(NAME) != "Anna Berg"
    return number


def told(desk: Desk, number: str) -> None:
    """The newest letter about the end is posted."""
    letter = desk.progress(number).letter("lifting")
    assert letter is not None
    at = desk.clock()
    posted(desk.office, number, letter.document, at=at, by="ben", now=at)


@pytest.mark.clause("COL-RES-4")
def test_the_person_hears_of_it_before_it_ends(desk: Desk) -> None:
    number = restricted(desk)
    assert desk.progress(number).next == ("decide-lifting",)
    with pytest.raises(Refused) as caught:
        decide_lifting(desk.office, number, " ", by="dpo", now=desk.clock())
    assert caught.value.code == "lift-without-reason"
    why = "the name was compared with the passport on 25 November"
    decide_lifting(desk.office, number, why, by="dpo", now=desk.clock())
    with pytest.raises(Refused) as caught:  # nobody has read it yet
        lift(desk.office, number, by="dpo", now=desk.clock())
    assert caught.value.code == "restriction-untold"
    told(desk, number)
    lifting = desk.progress(number).lifting
    assert lifting is not None
    # 26 November and the three days of a policy that names none: the 29th.
    assert str(may_lift_on(desk.office, lifting)) == "2026-11-29"
    with pytest.raises(Refused) as caught:
        lift(desk.office, number, by="dpo", now=desk.clock())
    assert caught.value.code == "restriction-untold"
    assert desk.shop(NAME) != "Anna Berg"

    desk.now += timedelta(days=3)
    (outcome,) = lift(desk.office, number, by="dpo", now=desk.clock())
    assert outcome.clean
    assert desk.shop(NAME) == "Anna Berg"
    done = desk.progress(number)
    assert (done.stage, done.turn, done.lifting) == ("closed", "nobody", None)
    assert done.lifted_at is not None
    assert "lift" not in done.next
    with desk.desk.ledger.reading(ORG) as reading:
        act = find_act(reading, done.acts[0], desk.now)
        (verdict,) = [one for one in act.verdicts if one.decision.outcome == "refused"]
        assert not any(one.in_force for one in list_restrictions(reading))
        assert verify(reading).ok
    assert verdict.reason == why
    assert phase(act.act, "sales", False, desk.now, desk.now.date()) is Phase.VOID


def test_its_letter_names_the_day_and_the_reason_in_their_language(desk: Desk) -> None:
    number = restricted(desk)
    decide_lifting(desk.office, number, "the passport was seen", by="dpo", now=desk.clock())
    letter = desk.progress(number).letter("lifting")
    assert letter is not None
    with desk.desk.ledger.reading(ORG) as reading:
        assert open_document(reading, letter.document, desk_key=desk.office.key).startswith(b"%PDF")
    from troth.desk.workflow.letters import Said, letter_text

    request, progress = look(desk.office, number, desk.now)
    assert progress.lifting is not None
    said = Said(reason="the passport was seen", until=progress.lifting.earliest)
    for language, words in (
        ("en", ("From 29 November 2026 on we use it again", "the passport was seen", "object")),
        ("fr", ("À partir du 29 novembre 2026", "the passport was seen", "opposer")),
    ):
        asked = replace(request, language=language)
        body = letter_text("lifting", asked, progress, desk.office.policy, desk.now, said).body()
        assert all(one in " ".join(body.split()) for one in words), body


def test_at_their_own_wish_it_ends_at_once_and_the_letter_comes_after(desk: Desk) -> None:
    number = restricted(desk)
    wish = "letter of 26 November, file 7"
    decide_lifting(desk.office, number, "", wish=wish, by="dpo", now=desk.clock())
    assert desk.progress(number).letter("lifting") is None
    lift(desk.office, number, by="dpo", now=desk.clock())
    assert desk.shop(NAME) == "Anna Berg"
    done = desk.progress(number)
    assert done.letter("lifting") is not None
    assert "send-letter" in done.next  # it may leave, although the request is closed
    told(desk, number)
    with desk.desk.ledger.reading(ORG) as reading:
        verdicts = find_act(reading, done.acts[0], desk.now).verdicts
    assert [(one.ground, one.reason) for one in verdicts if one.ground] == [("own-wish", wish)]


def test_somebody_else_approves_it_or_keeps_it(desk: Desk) -> None:
    number = restricted(desk)
    desk.office = replace(desk.office, rules=Rules(two_people=True))
    decide_lifting(desk.office, number, "seen", by="dpo", now=desk.clock())
    waits = desk.progress(number)
    assert (waits.turn, waits.next) == ("approver", ("approve-lifting", "return-lifting"))
    assert waits.letter("lifting") is None
    with desk.desk.ledger.reading(ORG) as reading:
        assert waiting_restrictions(reading, desk.now.date()) == 1
        (shown,) = set_aside(reading, desk.office.policy, desk.now)
    assert (shown.number, shown.restriction.rows) == (number, 2)
    assert shown.lifting is not None
    with pytest.raises(Refused) as caught:
        approve_lifting(desk.office, number, by="dpo", now=desk.clock())
    assert caught.value.code == "same-person"
    return_lifting(desk.office, number, "the passport is of another", by="mo", now=desk.clock())
    assert desk.progress(number).next == ("decide-lifting",)
    decide_lifting(desk.office, number, "seen again", by="dpo", now=desk.clock())
    approve_lifting(desk.office, number, by="mo", now=desk.clock())
    told(desk, number)
    desk.now += timedelta(days=4)
    lift(desk.office, number, by="ben", now=desk.clock())
    with desk.desk.ledger.reading(ORG) as reading:
        verdicts = find_act(reading, desk.progress(number).acts[0], desk.now).verdicts
        assert waiting_restrictions(reading, desk.now.date()) == 0
    (ended,) = [one for one in verdicts if one.decision.outcome == "refused"]
    assert (ended.decided_by, ended.approved_by) == ("dpo", "mo")


def test_a_row_that_changed_meanwhile_stays_sealed_until_somebody_says(desk: Desk) -> None:
    import sqlite3
    from contextlib import closing

    number = restricted(desk)
    decide_lifting(desk.office, number, "", wish="a call, file 7", by="dpo", now=desk.clock())
    with closing(sqlite3.connect(desk.folder / "shop.sqlite")) as shop:
        shop.execute("UPDATE customer SET name = 'Written since' WHERE id = 1")
        shop.commit()
    (outcome,) = lift(desk.office, number, by="dpo", now=desk.clock())
    assert not outcome.clean
    halted = desk.progress(number)
    assert halted.lifting is not None
    assert (halted.lifting.kept, halted.lifted_at) == (outcome.count("conflict"), None)
    (outcome,) = lift(desk.office, number, conflicts="restricted", by="dpo", now=desk.clock())
    assert outcome.clean
    assert desk.shop(NAME) == "Anna Berg"
    assert desk.progress(number).lifted_at is not None
