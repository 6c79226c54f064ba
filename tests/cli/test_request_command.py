"""`troth request`: received, decided, lifted and carried out, about one person alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apply.shop import customer, log, orders
from cli.project import Folder

NEW = ("--person", "email=new@mail.example")


def earlier(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat(timespec="seconds")


def new(folder: Folder, right: str, *more: str) -> str:
    made: str = folder.json("request", "new", right, *NEW, *more)["id"]
    return made


def test_an_erasure_is_carried_out_for_its_person_alone(folder: Folder) -> None:
    made = new(folder, "erasure")
    done = folder.json("request", "run", made, "--approve")

    assert done["requests"] == [made]
    assert folder.ids(customer) == [1]  # who is due, but nobody asked about
    assert folder.ids(orders) == [1]
    assert folder.ids(log) == [1, 2]
    assert "nothing" in folder.run("request", "run", made, "--approve").lower()


def test_a_plan_of_a_request_is_written_and_applied_as_any_other(folder: Folder) -> None:
    made = new(folder, "erasure")
    folder.run("request", "run", made, "--out", str(folder.plan))
    assert folder.ids(customer) == [1, 2]
    assert "mail.example" not in folder.plan.read_text()
    folder.run("apply", str(folder.plan), "--approve")
    assert folder.ids(customer) == [1]


def test_nobody_approved_means_nothing_done(small: Folder) -> None:
    made = new(small, "erasure")
    small.run("request", "run", made, status=1)
    assert small.ids(customer) == [1, 2]


def test_a_request_is_listed_and_shown_with_its_decisions(small: Folder) -> None:
    made = new(small, "objection", "--activity", "security")
    assert f"{made} accepted" in small.run("request", "decide", made, "--accept", "--by", "Ada")
    assert made in small.run("request", "list")
    shown = small.json("request", "show", made)
    assert shown["right"] == "objection"
    assert shown["activities"] == ["security"]
    assert shown["persons"] == [{"namespace": "email", "value": "new@mail.example"}]
    (decision,) = shown["decisions"]
    assert (decision["outcome"], decision["decided_by"]) == ("accepted", "Ada")
    assert "decision: " in small.run("request", "show", made)
    assert small.run("journal", "verify")


def test_a_refusal_says_all_that_the_law_asks(small: Folder) -> None:
    made = new(small, "objection", "--activity", "security", "--received", earlier(days=2))
    told = ("--told", earlier(hours=1))
    refuse = ("request", "decide", made, "--refuse", "compelling-grounds", "--by", "Ada")
    reason, second = ("--reason", "an attack is being traced"), ("--approved-by", "Bob")
    assert small.code(*refuse, *second, *told) == "refusal-without-reason"
    assert small.code(*refuse, *reason, *told) == "refusal-without-second-approver"
    assert small.code(*refuse, *reason, *second) == "refusal-untold"
    assert small.code(*refuse, *reason, *second, "--told", "yesterday") == "not-an-instant"
    claims = ("request", "decide", made, "--refuse", "legal-claims", "--by", "Ada")
    assert small.code(*claims, *reason, *second, *told) == "refusal-without-case"
    unknown = ("request", "decide", made, "--refuse", "because")
    assert small.code(*unknown, *reason, *second, *told) == "unknown-refusal-ground"
    assert small.json("request", "show", made)["decisions"] == []
    assert f"{made} refused" in small.run(*refuse, *reason, *second, *told)


def test_a_refusal_after_the_deadline_is_too_late(small: Folder) -> None:
    made = new(small, "objection", "--activity", "security", "--received", earlier(days=60))
    told = ("--told", earlier(hours=1), "--reason", "r", "--approved-by", "Bob", "--by", "Ada")
    refuse = ("request", "decide", made, "--refuse", "compelling-grounds")
    assert small.code(*refuse, *told) == "refusal-too-late"


def test_a_restriction_is_lifted_days_after_the_person_was_told(small: Folder) -> None:
    made = new(small, "restriction", "--received", earlier(days=20))
    assert small.code("request", "decide", made, "--accept") == "nothing-to-decide"
    assert small.code("request", "lift", made) == "restriction-untold"
    assert small.code("request", "lift", made, "--told", earlier(hours=1)) == "restriction-untold"
    assert f"{made} lifted" in small.run("request", "lift", made, "--told", earlier(days=5))
    objection = new(small, "objection", "--activity", "security")
    lift = ("request", "lift", objection, "--told", earlier(days=5))
    assert small.code(*lift) == "not-a-restriction"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("access", *NEW), "unknown-right"),
        (("erasure", "--person", "phone=1"), "unknown-namespace"),
        (("erasure", "--person", "email="), "not-a-person"),
        (("erasure", *NEW, "--activity", "sails"), "unknown-activity"),
        (("erasure", *NEW, "--category", "logs"), "unknown-category"),
        (("erasure", *NEW, "--place", "moon"), "unknown-place"),
        (("erasure", *NEW, "--received", "2026-01-31"), "not-an-instant"),
        (("erasure", *NEW, "--received", "2199-01-31T09:00:00+01:00"), "act-in-the-future"),
        (("objection", *NEW, "--activity", "accounting"), "not-objectable"),
        (("opt-out", *NEW, "--activity", "security"), "not-objectable"),
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


def test_a_decision_is_one_thing_or_the_other(small: Folder) -> None:
    made = new(small, "erasure")
    assert small.code("request", "decide", made) == "decision-unclear"
    both = ("--accept", "--refuse", "legal-claims")
    assert small.code("request", "decide", made, *both) == "decision-unclear"


def test_a_decision_names_activities_of_the_policy(small: Folder) -> None:
    made = new(small, "erasure", "--received", earlier(days=2))
    accept = ("request", "decide", made, "--accept", "--activity", "sails")
    assert small.code(*accept) == "unknown-activity"
    terms = ("--reason", "r", "--by", "Ada", "--approved-by", "Bob", "--told", earlier(hours=1))
    refuse = ("request", "decide", made, "--refuse", "legal-obligation", "--activity", "sails")
    assert small.code(*refuse, *terms) == "unknown-activity"
    assert small.json("request", "show", made)["decisions"] == []
