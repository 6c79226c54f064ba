"""Quarantine: values leave the row sealed, a marked skeleton stays, lifting loses nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from apply.restriction.world import ANN, MARK, NOW, ORG, World, insert
from troth.apply.planning import make_plan
from troth.apply.restriction import enforce as enforcing
from troth.apply.restriction import lift as lifting
from troth.apply.restriction.check import check
from troth.apply.restriction.enforce import enforce
from troth.apply.restriction.sealed import sealed_rows
from troth.desk.find.find import finder
from troth.desk.find.model import Asked
from troth.desk.package.access import Asking, answer_access
from troth.errors import Broken, Refused, Transient
from troth.grounds.facts import Act, Identifier
from troth.ledger.acts import record_acts
from troth.ledger.facts import read_facts
from troth.ledger.moved import ask_moved
from troth.ledger.restrictions import data_key, list_restrictions, read_states
from troth.ledger.verify import verify

PERSON = (Identifier("email", "ann@mail.example"),)


def quarantined(world: World) -> list[dict[str, object]]:
    own = "troth.quarantine" if world.engine.dialect.name == "postgresql" else "troth_quarantine"
    return world.rows(own)


@pytest.mark.clause("SMA-5e-1", "SMA-5e-5")
def test_values_are_moved_and_the_mark_stands_in_their_place(world: World) -> None:
    before = world.rows()
    outcome = world.restrict(1)

    (row,) = outcome.rows
    assert outcome.clean
    assert row.enforcement.mechanism == "quarantine"
    ann = world.row(1)
    assert ann["name"] == MARK
    assert (ann["email"], ann["phone"]) == (None, None)
    assert ann["status"] == "gold", "what is nobody's data stays as it is"
    assert world.row(2) == before[1]
    assert len(world.rows()) == len(before), "the row is still stored"

    (sealed,) = quarantined(world)
    for value in ("Ann", "ann@", "+33", "612345678"):
        assert value not in str(sealed)
    assert check(world.office).shortfalls == ()


def test_lifting_gives_everything_back(world: World) -> None:
    before = world.rows()
    id = world.restrict(1, 2).restriction
    assert world.rows() != before

    outcome = world.lift(id)
    assert outcome.clean
    assert world.rows() == before
    assert quarantined(world) == []
    with world.office.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        with pytest.raises(Broken, match="no data key"):
            data_key(reading, id)


@pytest.mark.clause("SMA-5e-2", "COL-RES-1")
def test_a_disputed_column_is_hidden_alone(world: World) -> None:
    outcome = world.restrict(1, columns=["phone"])
    assert outcome.clean
    ann = world.row(1)
    assert ann["phone"] == MARK
    assert (ann["name"], ann["email"]) == ("Ann Dupont", "ann@mail.example")

    world.lift(outcome.restriction)
    assert world.row(1)["phone"] == "+33 6 12 34 56 78"


@pytest.mark.clause("SMA-5e-4", "COL-RES-2", "COL-RES-3")
def test_a_due_row_is_not_purged_while_it_is_restricted(world: World) -> None:
    world.execute("UPDATE customer SET seen_on = '2020-01-01' WHERE id = 1")
    office = world.office
    assert make_plan(office.setting, read_facts(office.ledger, ORG, NOW), NOW).steps

    id = world.restrict(1, ground="needed-for-claim", review_on=date(2027, 6, 10)).restriction
    facts = read_facts(office.ledger, ORG, NOW)
    assert make_plan(office.setting, facts, NOW).steps == ()
    later = world.at(NOW + timedelta(days=366))
    (reminder,) = check(later.office).shortfalls
    assert "review" in reminder.why

    later.lift(id)
    after = later.office.now
    assert make_plan(office.setting, read_facts(office.ledger, ORG, after), after).steps


@pytest.mark.clause("SMA-5e-7", "SPI-RGT-7")
def test_nothing_is_lifted_before_the_person_has_heard(world: World) -> None:
    id = world.restrict(1).restriction
    with pytest.raises(Refused, match="lift-without-notice"):
        world.lift(id, told_on=None)
    with pytest.raises(Refused, match="lift-without-notice"):
        world.lift(id, told_on=date(2026, 6, 11))  # tomorrow
    with pytest.raises(Refused, match="lift-too-early"):
        world.lift(id, told_on=date(2026, 6, 8))
    assert world.row(1)["name"] == MARK
    assert world.lift(id, told_on=date(2026, 6, 7)).clean
    with pytest.raises(Refused, match="restriction-lifted"):
        world.lift(id)


def test_at_the_person_s_own_wish_nothing_is_waited_for(world: World) -> None:
    before = world.row(1)
    id = world.restrict(1).restriction
    with pytest.raises(Refused, match="lift-without-reason"):
        world.lift(id, told_on=None, own_wish=True, reason=" ")
    assert world.lift(id, told_on=None, own_wish=True, reason="letter, file 7").clean
    assert world.row(1) == before
    (entry,) = world.journal("restriction-lifted")
    assert (entry["own_wish"], entry["told_on"]) == (True, None)


def test_a_wish_ends_what_the_person_asked_for_and_no_objection(world: World) -> None:
    office = world.office
    with office.ledger.writing(ORG) as writing:
        acts = [Act("", "objection", PERSON, NOW), Act("", "restriction", PERSON, NOW)]
        objection, restriction = record_acts(writing, acts, by="dpo", at=NOW)
    beside = world.restrict(1, ground="objection", act=objection.id).restriction
    with pytest.raises(Refused, match="not-their-restriction"):
        world.lift(beside, told_on=None, own_wish=True)
    asked = world.restrict(2, act=restriction.id).restriction
    assert world.lift(asked, told_on=None, own_wish=True).clean


def test_restricting_again_does_nothing_twice(world: World) -> None:
    id = world.restrict(1).restriction
    sealed, row = quarantined(world), world.row(1)
    with world.office.ledger.writing(ORG) as writing:  # as after a crash before the ledger knew
        writing.connection.exec_driver_sql("DELETE FROM restriction_states")
    assert "not enforced yet" in check(world.office).shortfalls[0].why
    assert enforce(world.office, id).clean
    assert (quarantined(world), world.row(1)) == (sealed, row)


def test_a_row_that_is_not_there_is_told(world: World) -> None:
    outcome = world.restrict(1, 9)
    assert [each.enforcement.state for each in outcome.rows] == ["enforced", "unknown"]
    assert "not there" in outcome.rows[1].enforcement.why
    assert not outcome.clean
    assert len(check(world.office).shortfalls) == 1


def test_the_applications_later_value_is_a_conflict(world: World) -> None:
    id = world.restrict(1).restriction
    world.execute("UPDATE customer SET phone = '0000' WHERE id = 1")
    assert "phone" in check(world.office).shortfalls[0].why

    outcome = world.lift(id)
    assert not outcome.clean
    assert "phone" in outcome.rows[0].enforcement.why
    assert "0000" not in outcome.rows[0].enforcement.why
    assert world.row(1)["name"] == MARK, "nothing of the row is given back"
    assert "waits" in check(world.office).shortfalls[0].why

    assert world.lift(id, "application").clean
    ann = world.row(1)
    assert (ann["phone"], ann["name"]) == ("0000", "Ann Dupont")


def test_the_restricted_value_may_win(world: World) -> None:
    id = world.restrict(1).restriction
    world.execute("UPDATE customer SET phone = '0000' WHERE id = 1")
    assert world.lift(id, "restricted").clean
    assert world.row(1)["phone"] == "+33 6 12 34 56 78"


def test_nothing_is_restored_over_another_person(world: World) -> None:
    id = world.restrict(1).restriction
    world.execute("DELETE FROM customer WHERE id = 1")
    insert(world, ANN | {"name": "Zoe", "email": "zoe@mail.example", "born_as": "r-99"})
    for choice in ("report", "restricted"):
        outcome = world.lift(id, choice)
        assert "another" in outcome.rows[0].enforcement.why
        assert world.row(1)["name"] == "Zoe"
    assert world.lift(id, "application").clean
    assert world.row(1)["name"] == "Zoe"
    assert quarantined(world) == []


def test_a_deleted_row_keeps_its_seal_until_somebody_decides(world: World) -> None:
    id = world.restrict(1).restriction
    world.execute("DELETE FROM customer WHERE id = 1")
    assert "not there" in check(world.office).shortfalls[0].why
    assert "deleted" in world.lift(id).rows[0].enforcement.why
    assert len(quarantined(world)) == 1


def test_what_the_application_changed_elsewhere_in_the_row_stays(world: World) -> None:
    id = world.restrict(1).restriction
    world.execute("UPDATE customer SET status = 'silver' WHERE id = 1")
    assert world.lift(id).clean
    assert world.row(1) | {"status": "gold"} == {
        **world.row(1),
        "status": "gold",
        "name": "Ann Dupont",
    }
    assert world.row(1)["status"] == "silver"


@pytest.mark.parametrize("first", [0, 1])
def test_two_restrictions_of_one_row_are_lifted_in_any_order(world: World, first: int) -> None:
    before = world.row(1)
    ids = [
        world.restrict(1, columns=["phone", "email"]).restriction,
        world.restrict(1, mark="Nicht verwenden").restriction,
    ]
    if first:
        ids.reverse()
    assert world.lift(ids[0]).clean
    hidden = ("name", "email", "phone") if first == 0 else ("email", "phone")
    for name in hidden:
        assert world.row(1)[name] != before[name], name
    assert check(world.office).shortfalls == ()
    assert world.lift(ids[1]).clean
    assert world.row(1) == before


@pytest.mark.parametrize("first", [0, 1])
def test_an_older_restriction_enforced_later_keeps_nothing_from_the_younger(
    world: World, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """Two workers restrict at once, and one dies after its record: its seal is the younger one."""

    def dies(*_: object) -> None:
        raise Transient("connection-lost", "the process died")

    before = world.row(1)
    with monkeypatch.context() as patch:
        patch.setattr(enforcing, "at_work", dies)
        with pytest.raises(Transient):
            world.restrict(1)
    younger = world.restrict(1).restriction
    with world.office.ledger.reading(ORG) as reading:
        (older,) = {each.id for each in list_restrictions(reading)} - {younger}
    assert enforce(world.office, older).clean

    ids = (older, younger) if first == 0 else (younger, older)
    assert world.lift(ids[0]).clean
    assert world.row(1)["name"] == MARK
    assert world.lift(ids[1]).clean
    assert world.row(1) == before
    assert quarantined(world) == []


@pytest.mark.parametrize("moment", ["in_store", "_give_back"])
def test_two_who_lift_at_once_both_succeed(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    whole = world.row()
    id = world.restrict(1).restriction
    place = lifting if moment == "in_store" else lifting._Lifting
    real = getattr(place, moment)

    def second(*arguments: object) -> object:
        monkeypatch.setattr(place, moment, real)
        assert world.lift(id).clean
        return real(*arguments)

    monkeypatch.setattr(place, moment, second)
    assert world.lift(id).clean

    assert world.row() == whole
    assert quarantined(world) == []
    assert len(world.journal("restriction-lifted")) == 1


def test_the_journal_holds_no_personal_data(world: World) -> None:
    id = world.restrict(1).restriction
    world.lift(id)
    with world.office.ledger.reading(ORG) as reading:
        text = str(reading.connection.exec_driver_sql("SELECT payload FROM journal").all())
        assert read_states(reading, id)[0].state == "released"
    for value in ("Ann", "ann@", "+33", "[1]"):
        assert value not in text


def test_an_altered_seal_is_found(world: World) -> None:
    id = world.restrict(1, 2).restriction
    own = "troth.quarantine" if world.engine.dialect.name == "postgresql" else "troth_quarantine"
    (other,) = (row["sealed"] for row in quarantined(world) if row["position"] == 1)
    world.execute(f"UPDATE {own} SET sealed = '{other}' WHERE position = 0")
    assert "altered" in check(world.office).shortfalls[0].why
    with pytest.raises(Broken, match="quarantine-unreadable"):
        world.lift(id)
    world.execute(f"DELETE FROM {own} WHERE position = 0")
    with pytest.raises(Broken, match="quarantine-missing"):
        world.lift(id)


def test_acts_of_somebody_in_quarantine_find_their_row(world: World) -> None:
    """What the row names is sealed; its keyed hash leads acts there until it is lifted."""
    id = world.restrict(1).restriction
    office = world.office
    with office.ledger.writing(ORG) as writing:
        erased = Act("", "erasure", PERSON, NOW, decisions=())
        record_acts(writing, [erased], by="dpo", at=NOW)
    facts = read_facts(office.ledger, ORG, NOW)
    (moved,) = facts.moved
    assert (moved.table, moved.key, moved.name) == ("customer", (1,), PERSON[0])
    with finder(office.setting, ask_moved(office.ledger, ORG)) as desk:
        (found,) = desk.find(Asked(PERSON)).rows
        assert (found.table, found.rows) == ("customer", 1)
    assert world.lift(id).clean
    assert read_facts(office.ledger, ORG, NOW).moved == ()


@pytest.mark.clause("SMA-5e-1")
def test_the_person_gets_their_own_data_while_it_is_set_aside(world: World, tmp_path: Path) -> None:
    """Art. 18 binds those who would use the data; the person's copy (Art. 15) is not suspended."""
    world.restrict(1, columns=["phone"])
    world.restrict(1)
    world.restrict(2)
    office = world.office
    with finder(office.setting, ask_moved(office.ledger, ORG)) as desk:
        found = desk.find(Asked(PERSON))
        facts = read_facts(office.ledger, ORG, NOW)
        sealed = sealed_rows(office.ledger, ORG)
        asking = Asking(office.setting, desk, facts, NOW, "en", sealed=sealed)
        answer_access(asking, found, tmp_path / "answer")
    data = json.loads((tmp_path / "answer" / "data.json").read_text(encoding="utf-8"))
    (row,) = data["tables"][0]["rows"]
    assert {name: row["values"][name] for name in ("name", "email", "phone")} == {
        name: ANN[name] for name in ("name", "email", "phone")
    }
    assert all("restricted" in one["marks"] or "held" in one["marks"] for one in row["standing"])
    assert "Ben" not in json.dumps(data)
