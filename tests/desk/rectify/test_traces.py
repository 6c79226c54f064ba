"""The old value is kept nowhere; facts under it go on applying; a crash is resumed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

import troth.desk.rectify.run as running
from desk.rectify.desk import Desk
from troth.errors import Transient
from troth.grounds.facts import Act, ConsentFact, Hold, Identifier
from troth.ledger.acts import record_acts
from troth.ledger.consents import record_consents
from troth.ledger.days import record_days
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.rectifications import list_corrections, list_rectifications
from troth.ledger.verify import verify

ORG = "corner-shop"
NEW = "anna@new.example"
OLD = Identifier("email", "ANNA@old.example")
ALIAS = Identifier("email", NEW)


def ledger_of(desk: Desk) -> AbstractContextManager[Ledger]:
    return open_ledger(str(desk.path / "ledger.sqlite"), at=datetime.now(UTC))


@pytest.mark.clause("SMA-5b-1")
def test_neither_value_is_in_ledger_journal_or_output(desk: Desk) -> None:
    name = "shop.account.full_name=Zelda Unmistakable"
    shown = desk.run(
        *("request", "rectify", "--person", "customer-number=C-1", "--set", name), status=1
    )
    found = desk.run(
        *("request", "rectify", "--person", "customer-number=C-1", "--set", name, "--approve")
    )

    assert desk.column("account", "full_name")[0] == "Zelda Unmistakable"
    for text in (shown.encode(), found.encode(), desk.traces()):
        assert b"Anna Bergh" not in text
        assert b"Unmistakable" not in text


def test_the_fact_of_the_change_stands(small: Desk) -> None:
    small.rectify("--set", f"email={NEW}", "--reason", "a typing error", "--by", "Ana")
    with ledger_of(small) as ledger, ledger.reading(ORG) as reading:
        (record,) = list_rectifications(reading)
        assert verify(reading).ok
    one = record.rectification
    assert (one.category, one.rows, one.left, one.reason) == ("contact", 4, 1, "a typing error")
    assert record.recorded_by == "Ana"
    assert Identifier("customer-number", "C-1") in one.persons
    assert ALIAS in one.persons
    assert b"nna@old" not in small.traces().replace(b"ANNA", b"anna")


@pytest.mark.clause("SMA-5b-3")
def test_a_correction_stands_beside_the_paper(small: Desk) -> None:
    found = small.rectify("--set", "shop.account.full_name=Anna Berg", "--correction")
    assert found["corrections"] == 1
    with ledger_of(small) as ledger, ledger.reading(ORG) as reading:
        (one,) = list_corrections(reading)
    assert (one.table, one.key, one.column, one.value) == (
        "invoice",
        (1,),
        "billed_to",
        "Anna Berg",
    )


def test_facts_recorded_under_the_old_name_go_on_applying(small: Desk) -> None:
    now = datetime.now(UTC)
    with ledger_of(small) as ledger, ledger.writing(ORG) as writing:
        record_acts(writing, [Act("", "opt-out", (OLD,), now)], by="dpo", at=now)
        record_consents(writing, [ConsentFact(OLD, "news", "given", now)], by="site", at=now)
        record_days(writing, [("birth", OLD, now.date())], by="dpo", at=now)
        add_hold(writing, case="7", reason="claim", by="dpo", at=now, persons=[OLD])
    small.rectify("--set", f"email={NEW}")
    with ledger_of(small) as ledger:
        facts = read_facts(ledger, ORG, datetime.now(UTC))
    assert facts.acts[0].persons == (OLD, ALIAS)
    assert {fact.person for fact in facts.consents} == {OLD, ALIAS}
    assert {fact.subject for fact in facts.days} == {OLD, ALIAS}
    hold: Hold = facts.holds[0]
    assert hold.persons == (OLD, ALIAS)


def test_a_second_rectification_forgets_the_first_alias(small: Desk) -> None:
    now = datetime.now(UTC)
    with ledger_of(small) as ledger, ledger.writing(ORG) as writing:
        record_acts(writing, [Act("", "opt-out", (OLD,), now)], by="dpo", at=now)
    small.rectify("--set", "email=anna@middle.example")
    small.rectify("--set", f"email={NEW}", person="email=anna@middle.example")
    with ledger_of(small) as ledger:
        facts = read_facts(ledger, ORG, datetime.now(UTC))
        with ledger.reading(ORG) as reading:
            assert verify(reading).ok
    assert facts.acts[0].persons == (OLD, ALIAS)


@pytest.mark.parametrize("commits", [0, 1])
def test_an_interrupted_run_is_resumed_and_leaves_no_trace(
    desk: Desk, commits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([True] * commits)
    written = running.write

    def dying(*arguments: object, **more: object) -> object:
        if next(left, False):
            return written(*arguments, **more)  # type: ignore[arg-type]  # passed on as it came
        raise Transient("store-unreachable", "gone", place="here")

    monkeypatch.setattr(running, "write", dying)
    assert desk.code("--set", f"email={NEW}") == "store-unreachable"
    monkeypatch.undo()
    assert b"anna@old" not in desk.traces().lower()
    assert desk.code("--set", f"email={NEW}") == "rectification-unfinished"

    found = desk.json("request", "rectify", "--resume")

    assert found["remaining"] == []
    assert sum(found["written"].values()) == 4
    assert desk.column("account", "email")[0] == NEW
    assert desk.column("reader", "address")[0] == NEW
    assert b"anna@old" not in desk.traces().lower()
    assert desk.json("request", "rectify", "--resume") == {"run": None}


def test_what_has_changed_meanwhile_is_not_overwritten(
    small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = running.write

    def late(*arguments: object, **more: object) -> object:
        small.execute("UPDATE orders SET mail = 'anna@third.example' WHERE id = 1")
        return written(*arguments, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(running, "write", late)
    found = small.rectify("--set", f"email={NEW}")
    assert "shop.orders.mail" not in found["written"]
    assert small.column("orders", "mail")[0] == "anna@third.example"


def test_bad_input_gets_one_clear_error(small: Desk) -> None:
    assert small.code("--set", "emial=x") == "unknown-category"
    assert small.code("--set", "email") == "rectify-unreadable"
    assert small.code("--set", "email=") == "rectify-empty"
    assert small.code("--set", "shop.account.mail=x") == "unknown-column"
    assert small.code("--set", "email=x", "--was", "z@mail.example") == "rectify-nothing"
    assert small.code("--set", "email=x", person="email=z@mail.example") == "rectify-nobody"
    assert small.code() == "rectify-unclear"
