"""`troth may`: allowed with its ground, or everything that is missing, and the exit status."""

from __future__ import annotations

from cli.project import Folder

NEW = ("--person", "email=new@mail.example")
SALES = ("--purpose", "sales", "--category", "contact")


def test_a_contract_allows_its_own_use(folder: Folder) -> None:
    text = folder.run("may", *SALES, *NEW)
    assert text == "allowed: sales, by contract (GDPR 6(1)(b); clause C-1)\n"
    found = folder.json("may", *SALES, *NEW)
    assert found["allowed"] is True
    assert found["ground"] == {
        "activity": "sales",
        "basis": "contract",
        "article": "GDPR 6(1)(b)",
        "clauses": ["C-1"],
        "case": None,
    }
    assert found["missing"] == []


def test_every_missing_part_is_named_at_once(small: Folder) -> None:
    use = ("--purpose", "sales", "--category", "log", "--recipient", "x", "--country", "us")
    found = small.json("may", *use, *NEW, status=1)
    assert [part["code"] for part in found["missing"]] == [
        "category-not-covered",
        "recipient-not-named",
        "transfer-without-mechanism",
    ]
    assert all(part["article"].startswith("GDPR") for part in found["missing"])


def test_a_wrong_name_is_shown_the_nearest(small: Folder) -> None:
    text = small.run("may", "--purpose", "sale", "--category", "contact", *NEW, status=1)
    assert "not allowed" in text
    assert "purpose-not-declared" in text
    assert "did you mean 'sales'?" in text


def test_a_hold_opens_its_case_and_its_names_are_compared_as_the_map_does(folder: Folder) -> None:
    folder.run("hold", "add", "--case", "7", "--reason", "dispute", *NEW)
    person = ("--person", "email=NEW@mail.example")
    text = folder.run("may", "--case", "7", "--category", "contact", *person)
    assert text == "allowed: case 7 (GDPR 17(3)(e))\n"
    assert "no-hold-for-case" in folder.run(
        "may", "--case", "8", "--category", "contact", *person, status=1
    )


def test_what_is_no_question_is_refused(small: Folder) -> None:
    category = ("--category", "contact")
    assert small.code("may", *category, *NEW) == "question-incomplete"
    assert small.code("may", *SALES, "--case", "7", *NEW) == "question-incomplete"
    assert small.code("may", *SALES, *NEW, "--at", "yesterday") == "question-incomplete"
    assert small.code("may", *SALES, *NEW, "--despite", "whim") == "question-incomplete"
    assert small.code("may", *SALES, *NEW, "--condition", "vip=yes") == "question-incomplete"
    assert small.code("may", *SALES, "--person", "new@mail.example") == "not-a-person"
