"""Lists of requests: what they show, how they go on, and that they cost no fold of events."""

from __future__ import annotations

import csv
import json
import random
from datetime import UTC, date, datetime, timedelta

import pytest

from troth.desk.overview.export import as_csv, as_json, inert
from troth.desk.overview.lists import Asked, asked_of, list_of, wanted_of, written
from troth.desk.overview.today import today
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.request_pages import every_request
from troth.ledger.request_words import keep_words
from troth.ledger.saved_views import drop_view, save_view, views_of
from troth.ledger.standings import Standing, replace_standings

ORG = "acme"
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
DAY = NOW.date()


def standing(number: str, **other: object) -> Standing:
    made = {
        "number": number,
        "right": "access",
        "channel": "portal",
        "received_at": NOW - timedelta(days=20),
        "due_on": DAY + timedelta(days=10),
        "stage": "decision",
    }
    return Standing(**{**made, **other})  # type: ignore[arg-type]


def filled(ledger: Ledger, *standings: Standing) -> None:
    with ledger.writing(ORG) as writing:
        replace_standings(writing, standings)


def numbers(ledger: Ledger, account: str = "anna", **query: str) -> list[str]:
    asked = asked_of(query)
    with ledger.reading(ORG) as reading:
        found = list_of(reading, asked, wanted_of(asked, account=account, contacts=True))
    return [row.number for row in found.page.rows]


def test_filters_fit_together_and_the_first_due_comes_first(ledger: Ledger) -> None:
    filled(
        ledger,
        standing("A", due_on=date(2026, 12, 3)),
        standing("B", due_on=date(2026, 12, 1), assigned="anna", right="erasure"),
        standing("C", due_on=None, stage="identity", turn="person"),
        standing("D", stage="closed", turn="nobody"),
        standing("E", due_on=date(2026, 12, 2), assigned="ben", channel="mail", tasks=2),
    )
    assert numbers(ledger) == ["B", "E", "A", "C"]  # the clock of C stands still: it comes last
    assert numbers(ledger, order="due-last") == ["C", "A", "E", "B"]
    assert numbers(ledger, state="all") == ["B", "E", "A", "D", "C"]
    assert numbers(ledger, state="closed") == ["D"]
    assert numbers(ledger, assigned="me") == ["B"]
    assert numbers(ledger, assigned="ben", channel="mail", tasks="1") == ["E"]
    assert numbers(ledger, assigned="ben", channel="portal") == []
    assert numbers(ledger, turn="person") == ["C"]
    assert numbers(ledger, **{"from": "2026-12-02", "to": "2026-12-03"}) == ["E", "A"]


def test_pages_go_on_by_key_both_ways_and_lose_nothing(ledger: Ledger) -> None:
    chance = random.Random(7)
    some = [
        standing(f"R{n:03}", due_on=DAY + timedelta(days=chance.randrange(5))) for n in range(37)
    ]
    filled(ledger, *some)
    wanted = sorted(some, key=lambda one: (str(one.due_on), one.number))
    for order in ("due", "due-last"):
        seen, back, asked = [], [], asked_of({"order": order})
        with ledger.reading(ORG) as reading:
            while True:
                found = list_of(
                    reading, asked, wanted_of(asked, account="", contacts=True), size=10
                )
                seen += [row.number for row in found.page.rows]
                if found.page.after is None:
                    break
                asked = asked_of({"order": order, "after": written(found.page.after)})
            while found.page.before is not None:
                asked = asked_of({"order": order, "before": written(found.page.before)})
                found = list_of(
                    reading, asked, wanted_of(asked, account="", contacts=True), size=10
                )
                back = [row.number for row in found.page.rows] + back
        named = [one.number for one in wanted]
        assert seen == (named if order == "due" else named[::-1])
        assert back == seen[:30]
        assert found.total == 37


def test_a_text_finds_beginnings_of_words_without_case_or_accents(ledger: Ledger) -> None:
    filled(ledger, standing("7KQ4M-2XC9D"), standing("8AAAA-BBBBB"))
    with ledger.writing(ORG) as writing:
        keep_words(
            writing,
            [
                ("7KQ4M-2XC9D", "zoe@mail.example", ["Zoé Lefèvre"]),
                ("8AAAA-BBBBB", "12 rue Basse, Lyon", ["Zo Durand"]),
            ],
        )
    assert numbers(ledger, q="ZOÉ") == ["7KQ4M-2XC9D"]
    assert numbers(ledger, q="zo lefev") == ["7KQ4M-2XC9D"]
    assert numbers(ledger, q="rue") == ["8AAAA-BBBBB"]
    assert numbers(ledger, q="8aaaa") == ["8AAAA-BBBBB"]
    assert numbers(ledger, q="efevre") == []
    assert numbers(ledger, q="z") == []  # too short to mean anybody
    asked = asked_of({"q": "lefevre"})
    with ledger.reading(ORG) as reading:  # whoever may not see people finds numbers alone
        hidden = wanted_of(asked, account="anna", contacts=False)
        assert list_of(reading, asked, hidden).page.rows == ()


def test_a_search_that_many_fit_is_as_right_as_one_that_few_do(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(ledger, *(standing(f"R{n}", stage="closed" if n % 2 else "answer") for n in range(9)))
    with ledger.writing(ORG) as writing:
        keep_words(writing, [(f"R{n}", f"person{n}@mail.example", ["Ann"]) for n in range(9)])
    few = [numbers(ledger, q="ann person"), numbers(ledger, q="person3", state="all")]
    monkeypatch.setattr("troth.ledger.request_words.PICKED", 2)
    assert [numbers(ledger, q="ann person"), numbers(ledger, q="person3", state="all")] == few
    assert few == [["R0", "R2", "R4", "R6", "R8"], ["R3"]]


@pytest.mark.parametrize(
    "query",
    [
        {"order": "name"},
        {"state": "lost"},
        {"from": "tomorrow"},
        {"after": "2026-12-01"},
        {"after": "soon~R1"},
        {"order": "received", "after": "2026-12-01~R1"},
    ],
)
def test_an_address_that_nobody_wrote_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        asked_of(query)
    assert refused.value.code == "unknown-filter"


def test_the_address_of_a_list_leaves_the_text_out() -> None:
    asked = asked_of({"q": "anna@mail.example", "right": "erasure", "order": "received"})
    assert asked == Asked({"right": "erasure", "state": "open"}, "anna@mail.example", "received")
    assert asked.query(stage="answer") == {
        "right": "erasure",
        "state": "open",
        "order": "received",
        "stage": "answer",
    }


def test_no_cell_of_an_export_is_a_formula(ledger: Ledger) -> None:
    filled(ledger, standing("A", assigned='=HYPERLINK("http://bad.example")'), standing("B"))
    with ledger.reading(ORG) as reading:
        wanted = wanted_of(asked_of({}), account="", contacts=False)
        lines = list(csv.reader(list(as_csv(every_request(reading, wanted)))))
        told = json.loads("".join(as_json(every_request(reading, wanted, at_once=1))))
    assert lines[0][0] == "\ufeffnumber"
    assert lines[1][7] == '\'=HYPERLINK("http://bad.example")'
    assert [one["number"] for one in told["requests"]] == ["A", "B"]
    for text in ("=1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"):
        assert inert(text) == f"'{text}"
    assert inert("7KQ4M-2XC9D") == "7KQ4M-2XC9D"


def test_the_morning_tells_apart_late_due_and_coming(ledger: Ledger) -> None:
    filled(
        ledger,
        standing("late", due_on=DAY - timedelta(days=1)),
        standing("due", due_on=DAY),
        standing("coming", due_on=DAY + timedelta(days=7)),
        standing("far", due_on=DAY + timedelta(days=8), tasks=1, turn="approver"),
        standing("still", due_on=None, turn="person"),
        standing("over", due_on=DAY, stage="closed", turn="nobody"),
        *(standing(f"more{n}", due_on=DAY + timedelta(days=3)) for n in range(20)),
    )
    with ledger.reading(ORG) as reading:
        found = today(reading, DAY, NOW)
    assert [row.number for row in found.late.rows] == ["late"]
    assert [row.number for row in found.due.rows] == ["due"]
    assert (len(found.coming.rows), found.coming.total) == (6, 21)
    assert [row.number for row in found.person.rows] == ["still"]
    assert [row.number for row in found.approver.rows] == ["far"]
    assert [row.number for row in found.tasks.rows] == ["far"]
    assert (found.check, found.plans, found.outbox.waiting) == (None, (), 0)
    assert not found.calm


def test_views_are_an_accounts_own_and_one_organisations(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        save_view(writing, "anna", " late  ones ", {"state": "open"}, at=NOW)
        save_view(writing, "anna", "late ones", {"state": "all"}, at=NOW)
        save_view(writing, "ben", "his", {}, at=NOW)
        with pytest.raises(Refused, match="has a name"):
            save_view(writing, "anna", " ", {}, at=NOW)
    with ledger.reading(ORG) as reading:
        assert [(v.name, v.filters) for v in views_of(reading, "anna")] == [
            ("late ones", {"state": "all"})
        ]
    with ledger.reading("other") as reading:
        assert views_of(reading, "anna") == ()
    with ledger.writing(ORG) as writing:
        drop_view(writing, "anna", "late ones")
    with ledger.reading(ORG) as reading:
        assert views_of(reading, "anna") == ()
