"""Rectification: every copy of a value changes, issued papers and other people's do not."""

from __future__ import annotations

import json

import pytest

from desk.rectify.desk import Desk

NEW = "anna@new.example"


@pytest.mark.clause("SMA-5b-1", "COL-RGT-3", "SPI-RGT-4")
def test_an_email_changes_in_every_store_and_form(desk: Desk) -> None:
    found = desk.rectify("--set", f"email={NEW}")

    assert desk.column("account", "email") == [NEW, "ben@mail.example"]
    assert desk.column("orders", "mail") == [NEW, "ben@mail.example", None]
    assert desk.column("reader", "address") == [NEW, "ben@mail.example"]
    prefs = desk.column("account", "prefs")[0]
    assert (json.loads(prefs) if isinstance(prefs, str) else prefs) == {
        "contact": {"mail": NEW},
        "theme": "dark",
    }
    assert found["remaining"] == []
    assert found["written"] == {
        "shop.account.email": 1,
        "shop.account.prefs": 1,
        "shop.orders.mail": 1,
        "news.reader.address": 1,
    }


@pytest.mark.clause("SMA-5b-3")
def test_issued_papers_stay_with_their_ground(desk: Desk) -> None:
    found = desk.rectify("--set", "shop.account.full_name=Anna Berg")

    assert desk.column("invoice", "billed_to") == ["Anna Bergh"]
    (paper,) = [one for one in found["left"] if one["why"] == "paper"]
    assert (paper["table"], paper["column"], paper["rows"]) == ("invoice", "billed_to", 1)
    assert (paper["rule"], paper["clauses"]) == ("books-ten-years", ["D-2"])
    assert found["corrections"] == 0
    assert desk.column("account", "full_name") == ["Anna Berg", "Anna Bergh"]
    assert desk.column("orders", "ship_name") == ["Anna Berg", "Anna Bergh", "Gift for Zoe"]


def test_a_name_in_data_of_another_category_is_shown_and_left(desk: Desk) -> None:
    found = desk.rectify("--set", "shop.account.full_name=Anna Berg")
    left = {(one["table"], one["column"]): one["why"] for one in found["left"]}
    assert left["orders", "note"] == "other-category"
    assert desk.column("orders", "note") == [None, None, "Anna Bergh"]


def test_several_values_ask_which(desk: Desk) -> None:
    assert desk.code("--set", "phone=+33644444444") == "rectify-several-values"

    desk.rectify("--set", "phone=+33644444444", "--was", "+33 6 11 11 11 11")

    assert desk.column("account", "phone") == ["+33644444444", "+33633333333"]
    assert desk.column("account", "mobile")[0] == "+33622222222"
    assert desk.column("meta", "value") == ["+33644444444"]


def test_a_shared_home_is_left_until_it_is_confirmed(desk: Desk) -> None:
    named = ("--set", "shop.home.street=2 rue Basse")
    found = desk.rectify(*named)
    assert [(one["why"], one["rows"]) for one in found["left"]] == [("shared", 1)]
    assert desk.column("home", "street") == ["1 rue Haute", "2 rue Basse"]

    desk.rectify(*named, "--was", "1 rue Haute", "--confirm-shared")
    assert desk.column("home", "street") == ["2 rue Basse", "2 rue Basse"]


def test_a_missing_value_is_completed(desk: Desk) -> None:
    desk.execute("UPDATE account SET mobile = NULL WHERE id = 1")
    desk.rectify("--set", "shop.account.mobile=+33655555555")
    assert desk.column("account", "mobile") == ["+33655555555", None]


def test_protected_and_excepted_copies_stay(desk: Desk) -> None:
    desk.rectify("--set", f"email={NEW}", "--except", "news.reader.address")
    assert desk.column("reader", "address")[0] == "anna@old.example"
    desk.execute("UPDATE account SET staff = 1 WHERE id = 1")

    found = desk.rectify("--set", "email=x@new.example", person=f"email={NEW}")
    left = {(one["table"], one["column"]): one["why"] for one in found["left"]}
    assert left == {("account", "email"): "protected", ("account", "prefs"): "protected"}
    assert desk.column("account", "email")[0] == NEW


def test_only_the_case_differs(desk: Desk) -> None:
    desk.rectify("--set", "email=anna@old.example")
    assert desk.column("account", "email")[0] == "anna@old.example"
    assert desk.column("orders", "mail")[0] == "anna@old.example"


@pytest.mark.clause("SMA-5b-2")
def test_what_is_disputed_is_restricted(small: Desk) -> None:
    found = small.json(
        *("request", "rectify", "--person", "email=anna@old.example", "--disputed", "contact")
    )
    assert (found["right"], found["categories"]) == ("restriction", ["contact"])
    assert {"namespace": "customer-number", "value": "C-1"} in found["persons"]
    assert found["review_on"]
