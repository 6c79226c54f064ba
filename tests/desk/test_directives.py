"""Wishes for after death: the latest valid version, its trusted person, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.promise import ANN, BEN, NOW, ORG, act, promise
from troth.desk.directives.execute import (
    Executed,
    after_death,
    close_account,
    execute,
    refuse_heir,
    settle_estate,
)
from troth.desk.directives.orders import erasures_after, handed_elsewhere, number_of_order
from troth.desk.directives.wishes import add_directive, parse_trusted, revoke
from troth.desk.told.forget import forget_ended
from troth.desk.told.suppression import ask
from troth.errors import Refused
from troth.grounds.facts import Act, Identifier
from troth.ledger.acts import find_act, record_acts
from troth.ledger.directives import (
    Directive,
    Instruction,
    Trusted,
    read_directives,
    read_hand_overs,
)
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger
from troth.ledger.proofs import record_proof
from troth.ledger.verify import verify

FIRST = Trusted("Cléo Roux", "cleo@mail.example")
SECOND = Trusted("Dan Weiss", "dan@mail.example")
ERASE = Instruction("erase")
BEFORE = NOW - timedelta(days=30)


def wish(*instructions: Instruction, trusted: Trusted = FIRST, **more: object) -> Directive:
    one = Directive("", (ANN,), BEFORE, "file 12", instructions or (ERASE,), (trusted,), "dpo")
    return replace(one, **more)  # type: ignore[arg-type] - fields by name


def filed(ledger: Ledger, *versions: Directive) -> list[str]:
    with ledger.writing(ORG) as writing:
        one = promise()
        return [add_directive(writing, each, one.policy, one.map, at=NOW).id for each in versions]


def died(ledger: Ledger, person: Identifier = ANN, *, proven: bool = True) -> str:
    with ledger.writing(ORG) as writing:
        (made,) = record_acts(writing, [act("death", person)], by="dpo", at=NOW)
        if proven:
            record_proof(writing, made.id, "certificate, file 3", by="dpo", at=NOW)
    return made.id


def asked(ledger: Ledger, death: str, asked_by: str, identity: str = "passport") -> Executed:
    with ledger.writing(ORG) as writing:
        after = after_death(writing, death, promise().map, NOW)
        return execute(
            writing,
            after,
            promise().policy,
            promise().map,
            asked_by=asked_by,
            identity=identity,
            by="dpo",
            at=NOW,
        )


def closed(
    ledger: Ledger, death: str, event: str = "account-closed", heirship: str = "deed"
) -> Executed:
    with ledger.writing(ORG) as writing:
        after = after_death(writing, death, promise().map, NOW)
        return close_account(
            writing, after, promise().policy, event=event, heirship=heirship, by="dpo", at=NOW
        )


def settled(ledger: Ledger, death: str, categories: list[str]) -> Executed:
    heir = Trusted("Zoe")
    with ledger.writing(ORG) as writing:
        after = after_death(writing, death, promise().map, NOW)
        return settle_estate(
            writing,
            after,
            promise().policy,
            heir=heir,
            heirship="deed",
            categories=categories,
            by="dpo",
            at=NOW,
        )


def refused(ledger: Ledger, death: str, asked_by: str, identity: str = "passport") -> Refused:
    with pytest.raises(Refused) as found:
        asked(ledger, death, asked_by, identity)
    return found.value


def act_named(ledger: Ledger, id: str) -> Act:
    with ledger.reading(ORG) as reading:
        return find_act(reading, id, NOW).act


@pytest.mark.clause("SMA-5g-1", "SMA-5g-2", "SPI-RGT-9", "COL-AMB-9")
def test_the_second_version_runs_and_the_first_designee_is_refused(ledger: Ledger) -> None:
    first, second = filed(
        ledger,
        wish(
            Instruction("keep"), trusted=FIRST, persons=(Identifier("email", "ANN@mail.example"),)
        ),
        wish(trusted=SECOND, given_at=BEFORE + timedelta(days=1)),
    )
    death = died(ledger)
    replaced = refused(ledger, death, "Cléo Roux")
    assert replaced.code == "directive-replaced-designee"
    assert "art. 85" in replaced.message
    assert refused(ledger, death, "A cousin").code == "not-designated"
    assert refused(ledger, death, "Dan Weiss", identity=" ").code == "identity-unproven"
    done = asked(ledger, death, "dan weiss")
    assert (done.directive, done.hand_overs) == (second, ())
    (erasure,) = done.erasures
    made = act_named(ledger, erasure)
    assert (made.kind, made.persons, made.categories) == ("erasure", (ANN,), ())
    assert [decision.outcome for decision in made.decisions] == ["accepted"]
    assert refused(ledger, death, "Dan Weiss").code == "directive-ended"
    with ledger.reading(ORG) as reading:
        assert ask(reading, [[ANN]], promise().map)[0].blocked == (0,)
        ends = {one.id: one.end.how if one.end else None for one in read_directives(reading)}
        journal = str([entry.payload for entry in read_entries(reading)])
        assert verify(reading).ok
    assert ends == {first: None, second: "executed"}
    for word in ("mail.example", "Cléo", "Weiss", "passport", "certificate"):
        assert word not in journal


@pytest.mark.clause("SMA-5g-1", "SMA-5g-2")
def test_a_wish_has_no_effect_before_a_proven_death(ledger: Ledger) -> None:
    filed(ledger, wish())
    unproven = died(ledger, proven=False)
    assert refused(ledger, unproven, "Cléo Roux").code == "death-unproven"
    with ledger.writing(ORG) as writing:
        (alive,) = record_acts(writing, [act("objection")], by="dpo", at=NOW)
    assert refused(ledger, alive.id, "Cléo Roux").code == "not-a-death"
    assert refused(ledger, "death-x", "Cléo Roux").code == "unknown-act"


@pytest.mark.clause("SMA-5g-1")
def test_a_revoked_wish_is_none_and_brings_no_earlier_one_back(ledger: Ledger) -> None:
    _, second = filed(ledger, wish(), wish(trusted=SECOND, given_at=BEFORE + timedelta(days=1)))
    with ledger.writing(ORG) as writing:
        revoke(writing, second, by="dpo", at=NOW - timedelta(days=1))
    death = died(ledger)
    for name in ("Cléo Roux", "Dan Weiss"):
        assert refused(ledger, death, name).code == "no-directive"


def test_a_version_given_after_the_death_is_none(ledger: Ledger) -> None:
    death = died(ledger)
    with ledger.writing(ORG) as writing:
        late = wish(given_at=NOW + timedelta(hours=1))
        one = promise()
        add_directive(writing, late, one.policy, one.map, at=NOW + timedelta(hours=2))
    assert refused(ledger, death, "Cléo Roux").code == "no-directive"


@pytest.mark.clause("MAS-RGT-4", "SMA-5g-1")
def test_instructions_are_carried_out_each_within_its_scope(ledger: Ledger) -> None:
    receiver = Trusted("Eve", "eve@mail.example")
    filed(
        ledger,
        wish(
            Instruction("erase", categories=("contact",)),
            Instruction("hand-over", categories=("order",), to=receiver),
        ),
    )
    death = died(ledger)
    done = asked(ledger, death, "cleo@mail.example")
    (order,) = done.hand_overs
    assert (done.erasures, done.erases_later) == ((), True)  # handing over comes first
    with ledger.writing(ORG) as writing:
        one, at = promise(), NOW + timedelta(days=1)
        handed_elsewhere(writing, one.policy, one.map, order.id, "run-1", by="dpo", now=at)
        (erasure,) = erasures_after(writing, number_of_order(order.id))
        found = find_act(writing, erasure, at).act
    assert (found.categories, found.decisions[0].outcome) == (("contact",), "accepted")
    assert (order.to, order.categories, order.purpose) == (receiver, ("order",), "directive")
    with ledger.reading(ORG) as reading:
        assert read_hand_overs(reading) == (order,)


def test_what_is_to_stay_is_no_part_of_the_erasure(ledger: Ledger) -> None:
    filed(ledger, wish(ERASE, Instruction("keep", categories=("order",))))
    (erasure,) = asked(ledger, died(ledger), "Cléo Roux").erasures
    categories = set(act_named(ledger, erasure).categories)
    assert categories == set(promise().policy.categories) - {"order"}


def test_a_place_that_is_to_stay_is_no_part_of_the_erasure(ledger: Ledger) -> None:
    with pytest.raises(Refused) as wrong:
        filed(ledger, wish(ERASE, Instruction("keep", places=("elsewhere",))))
    assert wrong.value.code == "unknown-place"
    filed(ledger, wish(ERASE, Instruction("keep", places=("attic",))))
    (erasure,) = asked(ledger, died(ledger), "Cléo Roux").erasures
    assert act_named(ledger, erasure).places == ("shop",)


@pytest.mark.clause("SMA-5g-4", "SPI-RGT-9")
def test_without_a_wish_an_heir_has_the_account_closed_and_nothing_else(ledger: Ledger) -> None:
    death = died(ledger, BEN)
    assert refused(ledger, death, "An heir").code == "no-directive"
    with pytest.raises(Refused, match=r"art\. 84 and 85") as limited:
        refuse_heir()
    assert limited.value.code == "heir-limited"
    assert closed(ledger, death).closed == "account-closed"
    (order,) = settled(ledger, death, ["invoice"]).hand_overs
    assert (order.purpose, order.categories, order.directive) == ("estate", ("invoice",), None)
    with ledger.reading(ORG) as reading:
        assert [one.payload for one in read_entries(reading) if one.kind == "act-recorded"][
            1:
        ] == []


@pytest.mark.clause("SMA-5g-4")
@pytest.mark.parametrize(
    ("event", "heirship", "code"),
    [("account-closed", " ", "heir-unproven"), ("account-close", "deed", "unknown-event")],
)
def test_an_heir_proves_it_and_the_event_is_the_policys(
    ledger: Ledger, event: str, heirship: str, code: str
) -> None:
    death = died(ledger, BEN)
    with pytest.raises(Refused) as found:
        closed(ledger, death, event, heirship)
    assert found.value.code == code


def test_an_estate_is_never_everything(ledger: Ledger) -> None:
    death = died(ledger, BEN)
    with pytest.raises(Refused) as found:
        settled(ledger, death, [])
    assert found.value.code == "estate-without-scope"


@pytest.mark.clause("SMA-5g-1")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"form": " "}, "directive-without-form"),
        ({"persons": ()}, "directive-without-person"),
        ({"persons": (Identifier("name", "Ann"),)}, "unknown-namespace"),
        ({"instructions": ()}, "directive-without-instruction"),
        ({"trusted": ()}, "directive-without-trusted"),
        ({"instructions": (Instruction("hand-over"),)}, "hand-over-without-recipient"),
        ({"instructions": (Instruction("erase", ("contacts",)),)}, "unknown-category"),
        ({"instructions": (Instruction("keep", ("order",), ("shop",)),)}, "keep-unclear"),
        ({"given_at": datetime(2027, 1, 1, tzinfo=UTC)}, "directive-in-the-future"),
    ],
)
def test_a_wish_that_cannot_count_is_refused(
    ledger: Ledger, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as found:
        filed(ledger, replace(wish(), **change))  # type: ignore[arg-type] - fields by name
    assert found.value.code == code


@pytest.mark.clause("SMA-5g-1")
def test_wishes_go_once_they_are_carried_out(ledger: Ledger) -> None:
    filed(ledger, wish(), wish(trusted=SECOND, given_at=BEFORE + timedelta(days=1)))
    other = filed(ledger, wish(persons=(BEN,)))
    asked(ledger, died(ledger), "Dan Weiss")
    with ledger.writing(ORG) as writing:
        gone = forget_ended(writing, promise().policy, promise().map, at=NOW)
        assert gone.directives == 2, "the version that it replaced goes as well"
    with ledger.reading(ORG) as reading:
        assert [one.id for one in read_directives(reading)] == other
        assert verify(reading).ok


def test_a_trusted_person_is_written_with_or_without_contact() -> None:
    assert parse_trusted("Dan Weiss <dan@mail.example>") == SECOND
    assert parse_trusted(" Dan Weiss ") == Trusted("Dan Weiss")
