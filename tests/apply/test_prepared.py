"""Requests by prepared statements: what they do is what the general way does, or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apply.club import EACH, MAP, NOW, ORGANISATION, SINGERS, Club, open_club
from troth.apply.general import apply_generally
from troth.apply.outcome import Outcome
from troth.apply.prepared.carry import Carrying
from troth.apply.prepared.desk import Desk, prepared
from troth.apply.prepared.direct import Direct
from troth.desk.rights.carry_out import plan_of_acts
from troth.errors import Refused
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.ledger.marks import read_marks
from troth.ledger.plans import approve_plan
from troth.ledger.verify import verify
from troth.plan.model import Limits

NewDatabase = Callable[[], Any]
BOTH = ("prepared", "general")


@contextmanager
def at(club: Club) -> Iterator[Desk]:
    with prepared(club.setting, club.ledger, lambda: NOW, pause=lambda _: None) as desk:
        yield desk


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def club(request: pytest.FixtureRequest, ledger: Ledger) -> Iterator[Club]:
    found = open_club(request.getfixturevalue(f"{request.param}_url"), ledger)
    yield found
    found.engine.dispose()


@pytest.fixture
def other(club: Club, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Club]:
    """The same club once more, in a database of its own."""
    if club.engine.dialect.name == "sqlite":
        with sqlite3.connect(tmp_path / "other.db") as connection:
            connection.execute("VACUUM")
        found = open_club(f"sqlite:///{tmp_path / 'other.db'}", club.ledger)
        yield found
        found.engine.dispose()
        return
    with request.getfixturevalue("new_postgres")() as url:
        found = open_club(url, club.ledger)
        yield found
        found.engine.dispose()


@pytest.fixture
def postgres_club(postgres_url: str, ledger: Ledger) -> Iterator[Club]:
    found = open_club(postgres_url, ledger)
    yield found
    found.engine.dispose()


def run(desk: Desk, acts: list[str]) -> Outcome:
    asked = desk.ask(acts)
    desk.approve(asked, by="dpo")
    return desk.carry_out(asked, by="dpo")


def run_generally(club: Club, acts: list[str]) -> Outcome:
    facts = read_facts(club.ledger, ORGANISATION, NOW)
    plan = plan_of_acts(club.setting, facts, acts, NOW)
    with club.ledger.writing(ORGANISATION) as writing:
        ends = datetime(2100, 1, 1, tzinfo=UTC)
        approve_plan(writing, plan.digest(), by="dpo", at=NOW, expires_at=ends)
    return apply_generally(plan, club.setting, club.ledger, lambda: NOW, by="dpo")


def verified(ledger: Ledger) -> bool:
    with ledger.reading(ORGANISATION) as reading:
        return verify(reading).ok


def written(outcome: Outcome) -> dict[str, int]:
    return {step: rows for step, rows in outcome.written.items() if rows}


@pytest.mark.parametrize("by", ["number", "email"])
def test_it_does_what_the_general_way_does(
    club: Club, other: Club, ledger: Ledger, by: str
) -> None:
    with at(club) as desk:
        for singers in ((1,), (2,), (3, 4, 5)):
            acts = club.asks(*singers, by=by)
            asked = desk.ask(acts)
            assert asked.why == ""
            mine, theirs = run(desk, acts), run_generally(other, acts)
            assert written(mine) == written(theirs) == asked.counts
            assert mine.clean
            assert theirs.clean
    assert club.rows() == other.rows()
    with ledger.reading(ORGANISATION) as reading:
        (epoch,) = read_marks(reading, "choir").epochs
    found = {what: len(marks) for what, marks in epoch.marks.items()}
    assert found == {  # the same ones from both; two of the five have neither papers nor letters
        ("wish", "row"): 5 * EACH,
        ("paper", "row"): 3,
        ("letter", "body"): 3 * EACH,
    }
    assert len(club.rows()["singer"]) == SINGERS - 2  # those without papers went whole
    assert verified(ledger)


def test_a_hold_opened_after_it_was_asked_wins(club: Club) -> None:
    with at(club) as desk:
        acts = club.asks(1, 2)
        asked = desk.ask(acts)
        desk.approve(asked, by="dpo")
        club.hold(1)
        before = club.rows()
        outcome = desk.carry_out(asked, by="dpo")
        after = club.rows()
    assert written(outcome) == {"delete:choir.wish": EACH, "delete:choir.singer": 1}
    for table, rows in before.items():
        place = 0 if table == "singer" else 1
        assert [r for r in rows if r[place] != 2] == after[table]


def test_a_hold_of_one_table_keeps_that_table_alone(club: Club) -> None:
    with at(club) as desk:
        club.hold(1, tables=(("choir", "wish"),))
        outcome = run(desk, club.asks(1))
        rows = club.rows()
    assert "delete:choir.wish" not in written(outcome)
    assert sum(row[1] == 1 for row in rows["wish"]) == EACH
    assert all(row[3] == "" for row in rows["letter"] if row[1] == 1)


def test_a_hold_opened_while_rows_are_written_wins(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, held = Direct.write, []

    def slow(self: Direct, classes: Any) -> Any:
        found = write(self, classes)
        if not held:
            held.append(True)
            club.hold(1)
        return found

    monkeypatch.setattr(Direct, "write", slow)
    before = club.rows()
    with at(club) as desk:
        outcome = run(desk, club.asks(1))
    assert written(outcome) == {}
    assert club.rows() == before


def test_a_restriction_and_a_weighed_objection_are_seen_by_a_desk_that_is_open(club: Club) -> None:
    with at(club) as desk:
        acts = club.asks(1, 2, 3)
        assert sum(desk.ask(acts).counts.values()) == 2 * (1 + EACH + EACH + 1) + 1 + EACH
        club.asks(3, kind="restriction")
        asked = desk.ask(acts)
        assert asked.why == ""
        assert sum(asked.counts.values()) == (1 + EACH + EACH + 1) + 1 + EACH


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE wish ADD COLUMN mood text",
        "ALTER TABLE letter ALTER COLUMN body SET NOT NULL",
        "ALTER TABLE wish DROP CONSTRAINT wish_singer_id_fkey",
        "CREATE RULE quiet AS ON DELETE TO wish DO INSTEAD NOTHING",
        "CREATE TABLE more (id int PRIMARY KEY, singer_id int REFERENCES singer (id))",
    ],
)
def test_a_schema_that_changes_is_noticed_before_anything_goes(
    postgres_club: Club, change: str
) -> None:
    club = postgres_club
    with at(club) as desk:
        (first, second) = club.asks(1, 2)
        assert run(desk, [second]).clean
        asked = desk.ask([first])
        desk.approve(asked, by="dpo")
        club.execute(change)
        before = club.rows()
        with pytest.raises(Refused) as refused:
            desk.carry_out(asked, by="dpo")
        assert refused.value.code == "plan-stale"
        assert club.rows() == before
        if "RULE" in change:
            return
        again = desk.ask([first])
        assert again.counts == asked.counts
        desk.approve(again, by="dpo")
        assert desk.carry_out(again, by="dpo").clean


def test_a_row_that_came_to_reference_a_person_keeps_them(club: Club) -> None:
    club.execute("CREATE TABLE gift (id int PRIMARY KEY, singer_id int REFERENCES singer (id))")
    club.execute("INSERT INTO gift VALUES (1, 2)")
    with at(club) as desk:
        outcome = run(desk, club.asks(2))
    assert outcome.clean
    assert written(outcome) == {
        "delete:choir.wish": EACH,
        "erase:choir.singer:number+email": 1,
    }


def test_nothing_goes_that_nobody_approved(club: Club) -> None:
    before = club.rows()
    with at(club) as desk:
        asked = desk.ask(club.asks(1))
        with pytest.raises(Refused) as refused:
            desk.carry_out(asked, by="dpo")
    assert refused.value.code == "plan-not-approved"
    assert club.rows() == before


def test_more_rows_than_approved_go_only_within_the_tolerance(
    postgres_url: str, ledger: Ledger
) -> None:
    club = open_club(postgres_url, ledger, Limits(tolerance_rows=1))
    with at(club) as desk:
        asked = desk.ask(club.asks(1))
        desk.approve(asked, by="dpo")
        club.execute(
            "INSERT INTO wish SELECT 900 + n, 1, '2024-01-01', 'x' FROM generate_series(1, 2) n"
        )
        before = club.rows()
        with pytest.raises(Refused) as refused:
            desk.carry_out(asked, by="dpo")
        assert refused.value.code == "more-rows-than-approved"
        assert club.rows() == before
    club.engine.dispose()


def test_many_persons_go_some_at_a_time(
    postgres_url: str, new_postgres: NewDatabase, ledger: Ledger
) -> None:
    club = open_club(postgres_url, ledger, Limits(rows_together=10))
    with new_postgres() as url:
        other = open_club(url, ledger)
        with at(club) as desk:
            for singers, batches in (((1,), 1), ((3, 4, 5, 6), 4)):  # of eight rows each, or four
                acts = club.asks(*singers)
                outcome = run(desk, acts)
                assert outcome.batches == batches
                assert outcome.clean
                assert written(outcome) == written(run_generally(other, acts))
        assert club.rows() == other.rows()
        other.engine.dispose()
    assert verified(ledger)
    club.engine.dispose()


def test_a_person_with_too_much_for_one_transaction_goes_the_general_way(
    postgres_url: str, ledger: Ledger
) -> None:
    few = Limits(rows_together=2, rows_at_once=2, batch_rows=2, batch_parents=1)
    club = open_club(postgres_url, ledger, few)
    with at(club) as desk:
        asked = desk.ask(club.asks(1))
        assert asked.why == f"{asked.rows} rows are more than one transaction takes"
        desk.approve(asked, by="dpo")
        outcome = desk.carry_out(asked, by="dpo")
    assert outcome.batches > 1
    assert outcome.clean
    club.engine.dispose()


def test_desks_take_turns(club: Club) -> None:
    with at(club) as one, at(club) as other:
        first, second, third = club.asks(1, 3, 5)
        assert run(one, [first]).clean
        assert run(other, [second]).clean
        assert run(one, [third]).clean


def test_a_newer_run_keeps_an_older_one_from_going_on(
    postgres_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = open_club(postgres_url, ledger, Limits(rows_together=10))
    first, second, third = club.asks(1, 3, 5)
    with at(club) as older, at(club) as newer:
        carry, turns = Carrying._transaction, []

        def overtaken(self: Carrying, direct: Direct, *given: Any) -> None:
            carry(self, direct, *given)
            turns.append(given)
            if len(turns) == 1:
                assert run(newer, [second]).clean

        monkeypatch.setattr(Carrying, "_transaction", overtaken)
        asked = older.ask([first, third])
        older.approve(asked, by="dpo")
        with pytest.raises(Refused) as refused:
            older.carry_out(asked, by="dpo")
        assert refused.value.code == "another-run"
        assert len(turns) == 2  # of the older run the first, and the newer one's
        assert run(older, [third]).clean
    assert verified(ledger)
    club.engine.dispose()


def test_what_is_held_is_told_with_its_keys(club: Club) -> None:
    with at(club) as desk:
        held = {one.table: one for one in desk.held(club.asks(1))}
    assert held["singer"].columns == ("id", "number", "email")
    assert held["singer"].rows == [(1, "S1", "singer1@mail.example")]
    assert [row[0] for row in held["wish"].rows] == [100, 101, 102]
    assert set(held) == {"singer", "wish", "paper", "letter"}


def test_rows_in_which_the_role_does_not_hold_are_nobodys(
    postgres_url: str, ledger: Ledger
) -> None:
    text = MAP.replace(
        "roles: {singer: {subject: singer, person: [singer]}}",
        "roles: {singer: {subject: singer, person: [singer], when: {column: id, at_least: 101}}}",
    )
    club = open_club(postgres_url, ledger, map_text=text)
    with at(club) as desk:
        acts = club.asks(1)
        held = {one.table: [row[0] for row in one.rows] for one in desk.held(acts)}
        outcome = run(desk, acts)
    assert held["wish"] == [101, 102]
    assert written(outcome)["delete:choir.wish"] == 2
    club.engine.dispose()


def test_what_is_not_made_for_it_goes_the_general_way(any_store_url: str, ledger: Ledger) -> None:
    shown = MAP.replace(
        "events: {entry: {column: since}}",
        'events: {entry: {related: ["<wish.singer"], day: {column: made_on}, none: unknown}}',
    )
    club = open_club(any_store_url, ledger, map_text=shown)
    with at(club) as desk:
        asked = desk.ask(club.asks(2))
        assert asked.why
        desk.approve(asked, by="dpo")
        outcome = desk.carry_out(asked, by="dpo")
    assert outcome.clean
    assert written(outcome) == {"delete:choir.wish": EACH, "delete:choir.singer": 1}
    club.engine.dispose()


@pytest.mark.parametrize("held", ["singer", "wish"])
def test_rows_that_a_hold_names_keep_whose_they_are_and_nobody_else(
    club: Club, other: Club, held: str
) -> None:
    def hold(at: Club) -> None:
        key = 3 if held == "singer" else 301  # of the third singer
        with at.ledger.writing(ORGANISATION) as writing:
            rows = [("choir", held, (key,)), ("choir", "paper", (10_000,))]  # one is nowhere
            add_hold(writing, case="C", reason="dispute", by="dpo", at=NOW, rows=rows)

    hold(club)  # the other club has the same ledger
    with at(club) as desk:
        for singers in ((2,), (1,), (3, 5)):
            acts = club.asks(*singers)
            asked = desk.ask(acts)
            assert bool(asked.why) == (3 in singers)
            mine, theirs = run(desk, acts), run_generally(other, acts)
            assert written(mine) == written(theirs)
            assert club.rows() == other.rows()
    kept = club.rows()[held]
    assert any(row[0] == (3 if held == "singer" else 301) for row in kept)


@pytest.mark.postgres
def test_texts_of_marks_are_the_same_from_either_side(postgres_url: str) -> None:
    texts = [
        "",
        "a",
        'q"q',
        "back\\slash",
        "é ß 日本 🎵",
        "a\nb\tc\rd\be\ff",
        "\x01\x1f\x7f",
        "/",
        "' $1",
    ]
    with psycopg.connect(postgres_url) as connection:
        for text in texts:
            told = connection.execute("SELECT to_json(%s::text)::text", (text,)).fetchone()
            assert told == (json.dumps(text, ensure_ascii=False),)
