"""`troth request`: acts received, decided with what the law asks, and carried out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from apply.shop import customer, invoice, log, orders
from cli.project import Folder

NEW, OLD = "email=new@mail.example", "email=old@mail.example"


def at(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def asked(folder: Folder, right: str, *more: str, person: str = NEW) -> str:
    found: str = folder.json("request", "new", right, "--person", person, *more)["id"]
    return found


def test_an_erasure_takes_what_no_ground_supports_and_leaves_everybody_else(folder: Folder) -> None:
    today = datetime.now(UTC).date()
    with folder.engine.begin() as connection:
        issued = {"id": 1, "customer_id": 2, "issued_on": today, "billed_to": "New"}
        connection.execute(sa.insert(invoice).values(issued))
    id = asked(folder, "erasure")
    folder.run("request", "decide", id, "--accept")

    text = folder.run("request", "run", id, "--approve", "--by", "dpo")

    assert "Nothing of this plan is still due." in text
    assert folder.ids(orders) == [1]  # the order of somebody else, which retention alone takes
    assert folder.ids(log) == [1, 2]
    assert "nothing" in folder.run("request", "run", id, "--approve").lower()
    with folder.engine.connect() as connection:
        rows = {row.id: row for row in connection.execute(sa.select(customer))}
        kept = connection.execute(sa.select(invoice.c.billed_to)).scalar()
    assert (rows[1].email, rows[1].name) == ("old@mail.example", "Old")
    assert (rows[2].email, rows[2].name) == (None, None)  # a skeleton, for the invoice
    assert kept == "New"  # by the commercial code


def test_what_stays_is_listed_with_its_ground_article_clause_and_day(small: Folder) -> None:
    today = datetime.now(UTC).date()
    with small.engine.begin() as connection:
        issued = {"id": 1, "customer_id": 2, "issued_on": today, "billed_to": "New"}
        connection.execute(sa.insert(invoice).values(issued))
    id = asked(small, "erasure")
    small.run("request", "decide", id, "--accept")

    told = small.run("request", "run", id, status=1)
    (kept,) = small.json("request", "run", id, "--approve")["stays"]

    assert (kept["activity"], kept["clauses"], kept["rows"]) == ("accounting", ["D-2"], 1)
    assert "Commercial code" in kept["bases"][0]
    assert "Art. 6(1)(c) GDPR" in kept["bases"][0]
    # ten years from 31 December, through that day: the first day without it is the next
    assert kept["until"] == f"{today.year + 11}-01-01"
    assert "Keeping the books" in told
    assert "Commercial code" in told
    assert str(today.year + 11) in told


def test_a_hold_that_keeps_everything_is_told(small: Folder) -> None:
    small.run("hold", "add", "--case", "C-7", "--reason", "claim", "--person", NEW)
    id = asked(small, "erasure")

    told = " ".join(small.run("request", "run", id, "--approve").split())

    assert "held for a legal claim" in told
    assert "Art. 17(3)(e) GDPR" in told
    assert "until a legal hold is lifted" in told
    assert "Nothing of it stays" not in told
    assert small.ids(customer) == [1, 2]


def test_an_erasure_without_other_ground_takes_the_row(folder: Folder) -> None:
    id = asked(folder, "erasure")

    found = folder.json("request", "run", id, "--approve")

    assert found["written"] == {"delete:shop.customer": 1, "delete:shop.orders": 1}
    assert found["remaining"] == {}
    assert (folder.ids(customer), folder.ids(orders)) == ([1], [1])


def test_without_approval_nothing_happens(small: Folder) -> None:
    id = asked(small, "erasure")
    text = small.run("request", "run", id, status=1)
    assert "nothing was changed" in text
    assert small.ids(customer) == [1, 2]


def test_a_plan_of_a_request_can_be_read_and_applied_later(small: Folder) -> None:
    id = asked(small, "erasure")
    small.run("request", "run", id, "--out", str(small.plan))
    assert small.ids(customer) == [1, 2]
    assert "new@mail.example" not in small.plan.read_text()

    small.run("apply", str(small.plan), "--approve")

    assert small.ids(customer) == [1]


def test_a_restriction_stops_retention_until_it_is_lifted(folder: Folder) -> None:
    id = asked(folder, "restriction", person=OLD)

    folder.run("apply", _planned(folder), "--approve")
    assert folder.ids(customer) == [1, 2]

    assert folder.code("request", "lift", id) == "restriction-untold"
    assert folder.code("request", "lift", id, "--told", at(-1)) == "restriction-untold"
    folder.run("request", "lift", id, "--told", at(-4))

    folder.run("apply", _planned(folder), "--approve")
    assert folder.ids(customer) == [2]


def _planned(folder: Folder) -> str:
    folder.make_plan()
    return str(folder.plan)


def test_at_the_person_s_own_wish_a_restriction_ends_at_once(folder: Folder) -> None:
    id = asked(folder, "restriction", person=OLD)
    assert folder.code("request", "lift", id, "--own-wish", " ") == "wish-without-proof"
    objection = asked(folder, "objection", "--activity", "security")
    wish = ("--own-wish", "letter of 3 March, file 7", "--by", "Ana")
    assert folder.code("request", "lift", objection, *wish) == "not-a-restriction"

    folder.run("request", "lift", id, *wish)

    (decision,) = folder.json("request", "show", id)["decisions"]
    assert (decision["ground"], decision["reason"]) == ("own-wish", "letter of 3 March, file 7")
    assert decision["decided_by"] == "Ana"
    folder.run("apply", _planned(folder), "--approve")
    assert folder.ids(customer) == [2]


def test_an_answer_is_put_off_once_with_reasons_and_in_time(small: Folder) -> None:
    id = asked(small, "access", "--received", at(-20))
    before = small.json("request", "show", id)
    assert before["extension"] is None
    extend = ("request", "extend", id)
    assert small.code(*extend, "--reason", "many systems") == "extension-untold"
    assert small.code(*extend, "--told", at(0)) == "extension-without-reason"
    told = (*extend, "--reason", "many systems", "--told", at(0), "--by", "Ana")
    assert small.code(*told, "--until", "2199-01-01") == "extension-too-long"

    small.run(*told)

    after = small.json("request", "show", id)
    assert after["answer_by"] > before["answer_by"]
    assert after["extension"]["reason"] == "many systems"
    assert "many systems" in small.run("request", "show", id)
    assert small.code(*told) == "extended-before"
    late = asked(small, "access", "--received", at(-60))
    assert "LATE" in small.run("request", "list")
    shown = {one["id"]: one["overdue"] for one in small.json("request", "list")["requests"]}
    assert shown == {id: False, late: True}
    untimely = ("request", "extend", late, "--reason", "many systems", "--told", at(0))
    assert small.code(*untimely) == "extension-too-late"


def test_a_new_request_shows_its_deadline_and_where_to_aim(small: Folder) -> None:
    received = ("--received", "2026-01-31T10:00:00+01:00")
    text = small.run("request", "new", "access", "--person", NEW, *received)
    # The shop is in no country that is known, so that no holiday moves anything.
    assert "to be answered by 2026-03-02" in text
    assert "by GDPR 12(3); aim at 2026-02-27" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("erazure", "--person", NEW), "unknown-right"),
        (("erasure", "--person", "new"), "not-a-person"),
        (("erasure", "--person", "email="), "not-a-person"),
        (("erasure", "--person", "phone=1"), "unknown-namespace"),
        (("erasure", "--person", NEW, "--activity", "sails"), "unknown-activity"),
        (("erasure", "--person", NEW, "--category", "logs"), "unknown-category"),
        (("erasure", "--person", NEW, "--place", "moon"), "unknown-place"),
        (("erasure", "--person", NEW, "--received", "yesterday"), "not-an-instant"),
        (("erasure", "--person", NEW, "--received", "2026-01-31"), "not-an-instant"),
        (
            ("erasure", "--person", NEW, "--received", "2199-01-31T09:00:00+01:00"),
            "act-in-the-future",
        ),
        (("objection", "--person", NEW, "--activity", "accounting"), "not-objectable"),
        (("opt-out", "--person", NEW, "--activity", "security"), "not-objectable"),
        (("opt-out", "--person", NEW, "--activity", "sales"), "not-objectable"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    small: Folder, arguments: tuple[str, ...], code: str
) -> None:
    assert small.code("request", "new", *arguments) == code
    assert small.json("request", "list")["requests"] == []


@pytest.mark.parametrize("verb", [("show",), ("run", "--approve"), ("decide", "--accept")])
def test_a_request_that_does_not_exist(small: Folder, verb: tuple[str, ...]) -> None:
    assert small.code("request", verb[0], "erasure-0", *verb[1:]) == "unknown-act"


def test_a_decision_is_one_thing_about_what_the_policy_has(small: Folder) -> None:
    id = asked(small, "erasure", "--received", at(-2))
    decide = ("request", "decide", id)
    assert small.code(*decide) == "decision-unclear"
    assert small.code(*decide, "--accept", "--refuse", "legal-claims") == "decision-unclear"
    assert small.code(*decide, "--accept", "--activity", "sails") == "unknown-activity"
    terms = ("--reason", "r", "--by", "Ana", "--approved-by", "Ben", "--told", at(0))
    refuse = (*decide, "--refuse", "legal-obligation", "--activity", "sails")
    assert small.code(*refuse, *terms) == "unknown-activity"
    assert small.json("request", "show", id)["decisions"] == []


def test_a_request_is_listed_and_shown_with_its_decisions(small: Folder) -> None:
    id = asked(small, "objection", "--activity", "security")
    assert f"{id} accepted" in small.run("request", "decide", id, "--accept", "--by", "Ana")
    assert id in small.run("request", "list")
    shown = small.json("request", "show", id)
    assert (shown["right"], shown["activities"]) == ("objection", ["security"])
    assert shown["persons"] == [{"namespace": "email", "value": "new@mail.example"}]
    (decision,) = shown["decisions"]
    assert (decision["outcome"], decision["decided_by"]) == ("accepted", "Ana")
    assert "decision: " in small.run("request", "show", id)
    assert small.run("journal", "verify")


def test_a_refusal_proves_what_the_law_asks(small: Folder) -> None:
    id = asked(small, "objection", "--activity", "security")
    refuse = ("request", "decide", id, "--refuse")
    told = ("--told", at(0))

    assert small.code(*refuse, "sales interest", *told) == "unknown-refusal-ground"
    assert small.code(*refuse, "legal-obligation", *told) == "unknown-refusal-ground"
    ground = (*refuse, "legal-claims", *told)
    assert small.code(*ground) == "refusal-without-reason"
    reason = (*ground, "--reason", "the court asks for it", "--by", "Ana")
    assert small.code(*reason) == "refusal-without-second-approver"
    assert small.code(*reason, "--approved-by", "Ana") == "refusal-without-second-approver"
    second = (*reason, "--approved-by", "Ben")
    assert small.code(*second) == "refusal-without-case"
    small.run(*second, "--case", "2026-7")

    (decision,) = small.json("request", "show", id)["decisions"]
    assert (decision["outcome"], decision["case"]) == ("refused", "2026-7")
    assert (decision["decided_by"], decision["approved_by"]) == ("Ana", "Ben")


def test_a_refusal_that_nobody_was_told_of_or_too_late_is_none(small: Folder) -> None:
    late = asked(small, "objection", "--activity", "security", "--received", at(-60))
    refuse = (
        *("request", "decide", late, "--refuse", "compelling-grounds", "--reason", "attacks"),
        *("--approved-by", "Ben", "--by", "Ana"),
    )
    assert small.code(*refuse) == "refusal-untold"
    assert small.code(*refuse, "--told", at(1)) == "refusal-untold"
    assert small.code(*refuse, "--told", "yesterday") == "not-an-instant"
    assert small.code(*refuse, "--told", at(0)) == "refusal-too-late"


def test_what_takes_effect_by_itself_is_not_decided(small: Folder) -> None:
    id = asked(small, "opt-out")
    assert small.code("request", "decide", id, "--accept") == "nothing-to-decide"
    assert small.code("request", "lift", id, "--told", at(-4)) == "not-a-restriction"
    restriction = asked(small, "restriction")
    assert small.code("request", "decide", restriction, "--accept") == "nothing-to-decide"


def test_the_list_shows_deadlines_and_the_journal_no_names(small: Folder) -> None:
    id = asked(small, "erasure", "--received", "2026-01-31T10:00:00+01:00")
    text = small.run("request", "list")
    assert id in text
    assert "2026-03-02" in text
    assert "new@mail.example" not in small.run("journal", "export")
    assert "new@mail.example" in small.run("request", "show", id)


def test_a_person_is_recorded_by_every_name_that_is_surely_theirs(small: Folder) -> None:
    (found,) = small.json("request", "new", "erasure", "--person", "email=NEW@Mail.example")[
        "persons"
    ][1:]
    assert found == {"namespace": "email", "value": "new@mail.example"}
    text = small.run("request", "new", "restriction", "--person", NEW)
    assert "found in 2 rows of 2 tables" in text
    alone = small.json("request", "new", "opt-out", "--person", "email=x@y.example", "--as-named")
    assert len(alone["persons"]) == 1


@pytest.mark.clause("SMA-5e-1", "SMA-5e-5")
def test_a_restriction_of_a_person_sets_every_row_aside_and_gives_it_back(small: Folder) -> None:
    id = asked(small, "restriction")
    found = small.json("restrict", "on", "--act", id, "--ground", "unlawful")
    assert [row["table"] for row in found["rows"]] == ["shop.customer", "shop.orders"]
    with small.engine.connect() as connection:
        hidden = {row.id: row.email for row in connection.execute(sa.select(customer))}
    assert hidden == {1: "old@mail.example", 2: None}
    assert small.json("restrict", "check")["shortfalls"] == []
    # nobody's name is in a store any more, and the retention of everybody else goes on
    small.run("apply", _planned(small), "--approve")
    assert small.ids(customer) == [2]

    told = (datetime.now(UTC) - timedelta(days=4)).date().isoformat()
    off = ("restrict", "off", found["restriction"], "--reason", "settled", "--told-on", told)
    small.run(*off)

    with small.engine.connect() as connection:
        rows = {row.id: (row.email, row.name) for row in connection.execute(sa.select(customer))}
    assert rows == {2: ("new@mail.example", "New")}


def test_a_person_is_erased_whole_or_not_at_all(small: Folder) -> None:
    today = datetime.now(UTC).date()
    with small.engine.begin() as connection:
        issued = {"id": 1, "customer_id": 2, "issued_on": today, "billed_to": "New"}
        connection.execute(sa.insert(invoice).values(issued))
    small.execute(
        "CREATE TRIGGER frozen BEFORE UPDATE ON customer BEGIN SELECT RAISE(ABORT, 'frozen'); END"
    )
    id = asked(small, "erasure")

    found = small.json("request", "run", id, "--approve", status=1)

    assert {step for one in found["stopped"] for step in one["steps"]} >= {"delete:shop.orders"}
    assert found["written"] == {}
    assert small.ids(orders) == [1, 2]  # the order would have gone first

    small.execute("DROP TRIGGER frozen")
    again = small.json("request", "run", id, "--approve")
    assert again["remaining"] == {}
    assert small.ids(orders) == [1]


def test_whoever_comes_back_after_an_erasure_is_a_new_customer(folder: Folder) -> None:
    id = asked(folder, "erasure")
    folder.run("request", "run", id, "--approve")
    assert folder.json("request", "show", id)["decisions"] == []  # nobody has granted it yet
    folder.run("request", "decide", id, "--accept")
    folder.run("request", "run", id, "--approve")
    outcomes = [each["outcome"] for each in folder.json("request", "show", id)["decisions"]]
    assert outcomes == ["accepted", "carried-out"]

    with folder.engine.begin() as connection:
        back = {"id": 7, "email": "new@mail.example", "name": "New"}
        connection.execute(sa.insert(customer).values(back))
        bought = {"id": 7, "customer_id": 7, "ordered_on": datetime.now(UTC).date(), "address": "b"}
        connection.execute(sa.insert(orders).values(bought))
    folder.run("apply", _planned(folder), "--approve")
    assert folder.ids(customer) == [7]
