"""Who is the person, who may be, and what a human's word changes."""

from __future__ import annotations

import unicodedata

import pytest

from desk.find.house import House, doubts, sure, tables
from troth.errors import Refused

ANNA = {"email": "anna@mail.example", "full_name": "Anna Berg", "number": "C-1"}


def test_case_blanks_and_encodings_of_accents_are_the_same_address(house: House) -> None:
    decomposed = unicodedata.normalize("NFD", "josé@mail.example")
    house.people(
        {"email": " JOSÉ@Mail.Example", "full_name": "José Paz"},
        {"email": decomposed, "full_name": "José Paz", "number": "C-2"},
        {"email": "jose@mail.example", "full_name": "Other Paz"},
    )
    found = house.find(unicodedata.normalize("NFC", "josé@mail.example"))
    assert sure(found) == {"shop.account": 2}
    assert doubts(found) == [("shop.account", "accents")]


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ("anna+shop@mail.example", "plus-tag"),
        ("änna@mail.example", "accents"),
    ],
)
def test_what_is_only_alike_is_doubtful(house: House, there: str, reason: str) -> None:
    house.people(ANNA, {"email": there, "number": "C-9", "full_name": "Anna Berg"})
    found = house.find("anna@mail.example")
    assert sure(found) == {"shop.account": 1}
    assert doubts(found) == [("shop.account", reason)]


def test_dots_count_but_for_services_that_ignore_them(house: House) -> None:
    house.people(
        {"email": "anna.berg@gmail.com"},
        {"email": "annaberg@googlemail.com"},
        {"email": "anna.berg@mail.example", "full_name": "A"},
        {"email": "annaberg@mail.example", "full_name": "B"},
    )
    assert doubts(house.find("annaberg@gmail.com")) == [("shop.account", "dots")] * 2
    found = house.find("annaberg@mail.example")
    assert (sure(found), doubts(found)) == ({"shop.account": 1}, [])


def test_an_exact_column_is_compared_to_the_letter_and_the_rest_is_doubtful(house: House) -> None:
    house.put("legacy", {"mail": "anna@mail.example"}, {"mail": "Anna@mail.example "})
    found = house.find("anna@mail.example")
    assert sure(found) == {"news.legacy": 1}
    assert doubts(found) == [("news.legacy", "case-or-spaces")]


def test_a_number_in_national_and_international_form_is_one(house: House) -> None:
    house.people({"phone": "06 12 34 56 78"}, {"phone": "+33 6 12 34 56 79"})
    assert sure(house.find("+33612345678")) == {"shop.account": 1}
    assert sure(house.find("06.12.34.56.79")) == {"shop.account": 1}


def test_several_accounts_of_one_address_are_one_person(house: House) -> None:
    house.people(ANNA, ANNA | {"number": "C-7", "full_name": "BERG Anna"})
    house.put("orders", {"account_id": 1}, {"account_id": 2})
    found = house.find("anna@mail.example")
    assert tables(found) == {"shop.account": 2, "shop.orders": 2}
    assert not found.doubtful


def test_the_customer_number_leads_to_a_second_address(house: House) -> None:
    house.people(ANNA, {"email": "berg@work.example", "number": "C-1", "full_name": "Anna Berg"})
    house.put("legacy", {"mail": "berg@work.example"})
    found = house.find("anna@mail.example")
    assert sure(found) == {"shop.account": 2, "news.legacy": 1}
    assert {one.value for one in found.identifiers} == {
        "anna@mail.example",
        "berg@work.example",
        "C-1",
    }


def test_a_household_number_merges_nobody(house: House) -> None:
    house.people(
        ANNA | {"phone": "0612345678"},
        {"email": "ben@mail.example", "full_name": "Ben Berg", "phone": "06 12 34 56 78"},
    )
    house.put("orders", {"account_id": 1}, {"account_id": 2})
    found = house.find("anna@mail.example")
    assert tables(found) == {"shop.account": 1, "shop.orders": 1}
    assert doubts(found) == [("shop.account", "shared")]
    assert "phone" not in {one.namespace for one in found.identifiers}
    by_phone = house.find("0612345678")
    assert by_phone.persons == ()
    assert doubts(by_phone) == [("shop.account", "shared")] * 2
    named = house.find("0612345678", names=["Anna Berg"])
    assert tables(named) == {"shop.account": 1, "shop.orders": 1}


def test_a_mailbox_that_several_read_merges_nobody(house: House) -> None:
    box = "info@company.example"
    house.people(
        {"email": box, "full_name": "Anna Berg"},
        {"email": box, "full_name": "Ben Lund"},
        {"email": box},
    )
    found = house.find(box)
    assert found.persons == ()
    assert doubts(found) == [("shop.account", "shared-mailbox")] * 3
    found = house.find(box, names=["Anna Berg"])
    assert sure(found) == {"shop.account": 1}
    assert found.identifiers == ()


def test_another_name_at_the_address_is_doubtful(house: House) -> None:
    house.people(ANNA)
    house.put("orders", {"email": "anna@mail.example", "guest_name": "Ben Lund"})
    found = house.find("C-1")
    assert sure(found) == {"shop.account": 1}
    assert doubts(found) == [("shop.orders", "shared")]


def test_tombstones_name_nobody(small: House) -> None:
    from desk.find import house as module

    erased = module.MAP.replace(
        "email: {category: contact, identity: email, compare: email}",
        "email: {category: contact, identity: email, compare: email, "
        "erased: {form: value, value: gone@erased.example}}",
    )
    small.people(ANNA | {"email": "gone@erased.example"}, {"email": "gone@erased.example"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAP", erased)
        found = small.find("C-1")
    assert sure(found) == {"shop.account": 1}
    assert not found.doubtful


def test_a_former_address_on_an_invoice_points_to_its_account(house: House) -> None:
    house.people(ANNA, {"email": "ben@mail.example", "full_name": "Ben Lund"})
    house.put("invoice", {"account_id": 1, "sent_to": "old@mail.example"}, {"account_id": 2})
    found = house.find("old@mail.example")
    assert found.persons == ()
    assert doubts(found) == [("shop.account", "mentioned")]
    settled = house.find("old@mail.example", confirm="1")
    assert tables(settled) == {"shop.account": 1, "shop.invoice": 1}


def test_one_name_and_place_is_doubtful_and_told_row_by_row(house: House) -> None:
    home = {"street": "12 rue des Lilas", "postcode": "75011"}
    house.people(
        ANNA | home,
        {"email": "a.berg@old.example", "full_name": "Berg Anna", "number": "C-2"} | home,
        {"email": "x@old.example", "full_name": "Anna Berg", "number": "C-3", "postcode": "69001"},
    )
    found = house.find("anna@mail.example")
    assert sure(found) == {"shop.account": 1}
    assert doubts(found) == [("shop.account", "same-name-and-address")]
    both = house.find("anna@mail.example", confirm=found.doubtful[0].mark)
    assert sure(both) == {"shop.account": 2}
    by_name = house.find("Berg Anna")
    assert sorted(doubts(by_name)) == [
        ("shop.account", "same-name"),
        ("shop.account", "transposed-name"),
        ("shop.account", "transposed-name"),
    ]
    by_place = house.find("12, rue des lilas, 75011 Paris")
    assert doubts(by_place) == [("shop.account", "same-address")] * 2


def test_a_rejected_match_stays_out_and_a_confirmed_one_leads_on(house: House) -> None:
    house.people(ANNA, {"email": "anna+tea@mail.example", "number": "C-5"})
    house.put("legacy", {"mail": "anna+tea@mail.example"})
    found = house.find("anna@mail.example")
    assert doubts(found) == [("news.legacy", "plus-tag"), ("shop.account", "plus-tag")]
    rejected = house.find("anna@mail.example", reject="1,2".replace(",", " "))
    assert (sure(rejected), rejected.doubtful) == ({"shop.account": 1}, ())
    confirmed = house.find("anna@mail.example", confirm="2")
    assert sure(confirmed) == {"shop.account": 2, "news.legacy": 1}
    with pytest.raises(Refused) as refused:
        house.find("anna@mail.example", confirm="9")
    assert refused.value.code == "no-such-match"


def test_an_identifier_beside_very_many_names_nobody(small: House) -> None:
    from troth.desk.find.hunt import MOST_FACES

    small.put(
        "legacy",
        *({"mail": "all@list.example", "name": f"N{n} M{n}"} for n in range(MOST_FACES + 5)),
    )
    found = small.find("all@list.example")
    assert found.persons == ()
    assert "identifier-crowded" in {hint.code for hint in found.hints}


@pytest.mark.parametrize(
    ("texts", "code"),
    [((" ",), "nobody-asked"), ((), "nobody-asked")],
)
def test_nothing_asked_is_refused(small: House, texts: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        small.find(*texts)
    assert refused.value.code == code


def test_an_unknown_namespace_is_refused(small: House) -> None:
    with pytest.raises(Refused) as refused:
        small.find(ids=["custmer-number=1"])
    assert refused.value.code == "unknown-namespace"
    assert "customer-number" in refused.value.help


@pytest.mark.parametrize("table", ["reader", "legacy"])
def test_what_is_not_searched_is_told(small: House, table: str) -> None:
    from desk.find import house as module

    keyless = module.MAP.replace(f"      {table}:\n        key: [id]\n", f"      {table}:\n")
    keyless = keyless.replace("references: reader}", "references: reader, to: [id]}")
    small.people(ANNA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAP", keyless)
        found = small.find("anna@mail.example")
    assert sure(found) == {"shop.account": 1}
    told = {hint.table for hint in found.hints if hint.code == "table-without-key"}
    assert f"news.{table}" in told
