"""Which rows are found, in tables that name the person in different ways."""

from __future__ import annotations

import pytest

from desk.find.house import House, doubts, sure, tables

ANNA = {"email": "anna@mail.example", "full_name": "Anna Berg", "number": "C-1"}
BEN = {"email": "ben@mail.example", "full_name": "Ben Lund", "number": "C-2"}


@pytest.mark.clause("SMA-5d-1")
def test_every_way_to_reach_a_person(house: House) -> None:
    house.people(ANNA, BEN)
    house.put("orders", {"account_id": 1, "goods": "tea"}, {"account_id": 2}, {"account_id": 1})
    house.put(
        "note",
        {"kind": "account", "about_id": 1},
        {"kind": "product", "about_id": 1},
        {"kind": "account", "about_id": 2},
    )
    house.put(
        "meta",
        {"account_id": 1, "name": "birthday"},
        {"account_id": 1, "name": "shoe"},
        {"account_id": 2, "name": "shoe"},
    )
    house.put(
        "event", {"doc": {"user": {"id": 1}}}, {"doc": {"user": {"id": "1"}}}, {"doc": {"user": {}}}
    )
    house.put("reader", {"address": " ANNA@mail.example"}, {"address": "ben@mail.example"})
    house.put("opening", {"reader_id": 1}, {"reader_id": 2}, {"reader_id": 1})
    found = house.find("anna@mail.example")
    assert tables(found) == {
        "shop.account": 1,
        "shop.orders": 2,
        "shop.note": 1,
        "shop.meta": 2,
        "shop.event": 1,
        "news.reader": 1,
        "news.opening": 2,
    }
    assert sure(found) == {"shop.account": 1}
    assert not found.doubtful
    assert {(one.namespace, one.value) for one in found.identifiers} == {
        ("email", "anna@mail.example"),
        ("customer-number", "C-1"),
    }


def test_a_composite_key_leads_to_rows_of_that_key_alone(house: House) -> None:
    house.put(
        "member",
        {"region": "n", "no": 1, "login": "anna.b"},
        {"region": "s", "no": 1, "login": "ben"},
        {"region": "n", "no": 2, "login": None},
    )
    house.put(
        "visit",
        {"region": "n", "no": 1},
        {"region": "s", "no": 1},
        {"region": "n", "no": None},
        {"region": "n", "no": 2},
    )
    assert tables(house.find(ids=["login=anna.b"])) == {"shop.member": 1, "shop.visit": 1}


def test_a_person_without_rows_elsewhere_and_one_who_is_nobody(house: House) -> None:
    house.people(ANNA)
    assert tables(house.find("C-1")) == {"shop.account": 1}
    nobody = house.find("carla@mail.example")
    assert (nobody.persons, nobody.doubtful, nobody.rows) == ((), (), ())


def test_null_and_empty_identifiers_join_nobody(house: House) -> None:
    house.people(ANNA | {"phone": ""}, {"email": "", "number": None}, {"email": None, "phone": " "})
    house.put("orders", {"account_id": None, "email": ""}, {"account_id": 2, "email": None})
    house.put("reader", {"address": ""}, {"address": None})
    assert tables(house.find("anna@mail.example")) == {"shop.account": 1}


@pytest.mark.parametrize("trap", ["an_a@mail.example", "a%@mail.example", "%", "_nna@mail.example"])
def test_what_means_something_in_sql_means_itself(house: House, trap: str) -> None:
    house.people(ANNA, {"email": trap, "full_name": "Trap Trap", "number": f"{trap}'\\"})
    found = house.find(emails=[trap])
    assert sure(found) == {"shop.account": 1}
    assert doubts(found) == []
    assert sure(house.find(ids=[f"customer-number={trap}'\\"])) == {"shop.account": 1}


def test_rows_of_two_people_say_so_and_whose_columns_are_whose(house: House) -> None:
    house.put(
        "thread",
        {"from_email": "anna@mail.example", "to_email": "ben@mail.example"},
        {"from_email": "ben@mail.example", "to_email": "anna@mail.example"},
        {"from_email": "anna@mail.example", "to_email": "anna@mail.example"},
        {"from_email": "anna@mail.example", "to_email": None},
        {"from_email": "ben@mail.example", "to_email": "carla@mail.example"},
    )
    (rows,) = house.find("anna@mail.example").rows
    assert rows.rows == 4
    counted = {one.concern.role: (one.rows, one.shared) for one in rows.roles}
    assert counted == {"sender": (3, 1), "receiver": (2, 1)}
    sender = next(one.concern for one in rows.roles if one.concern.role == "sender")
    assert (sender.mine, sender.common, sender.others) == (
        ("from_email",),
        ("body",),
        ("to_email",),
    )


def test_protected_rows_are_found_and_marked(house: House) -> None:
    house.people(ANNA | {"staff": 1}, BEN | {"staff": 0})
    (rows,) = house.find("anna@mail.example").rows
    assert (rows.rows, rows.roles[0].protected) == (1, 1)
    (rows,) = house.find("ben@mail.example").rows
    assert rows.roles[0].protected == 0


def test_a_guest_order_counts_for_the_guest_and_not_for_the_buyer(house: House) -> None:
    house.people(ANNA, BEN)
    house.put(
        "orders",
        {"account_id": None, "email": "Anna@Mail.example", "guest_name": "Anna Berg"},
        {"account_id": 2, "email": "anna@mail.example"},
        {"account_id": 2, "email": "ben@mail.example"},
    )
    found = house.find("anna@mail.example")
    (orders,) = (one for one in found.rows if one.table == "orders")
    assert orders.rows == 2
    (guest,) = orders.roles
    assert (guest.concern.role, guest.rows, guest.holding, guest.shared) == ("guest", 2, 1, 1)


def test_many_persons_at_once_each_with_their_own_rows(house: House) -> None:
    people = [
        {"email": f"p{number}@mail.example", "number": f"C-{number}", "full_name": f"P {number}x"}
        for number in range(1, 1201)
    ]
    house.people(*people)
    house.put("orders", *({"account_id": 1 + number % 600} for number in range(900)))
    with house.open() as desk:
        from troth.desk.find.asked import asked_of
        from troth.desk.find.people import numbered

        asked = [asked_of(desk.facets, [f"P{number}@mail.example"]) for number in range(1, 1201)]
        answers = desk.find_many(asked)
        assert all(len(answer.persons) == 1 for answer in answers)
        buyer = next(c for c in desk.concerns.all if (c.table, c.role) == ("orders", "buyer"))
        work = desk.works["shop"]
        select = numbered(work, desk.concerns, buyer, ["id"])
        assert select is not None
        rows = sorted(work.connection.execute(select).all())
        assert [tuple(row) for row in rows] == [(n + 1, n % 600) for n in range(900)]


def test_what_is_shared_is_asked_of_one_person_alone(small: House) -> None:
    """Among many the other one may be among them: then nobody could tell whom to spare."""
    from troth.desk.find.asked import asked_of

    small.people(ANNA, BEN)
    with small.open() as desk:
        concern = desk.concerns.all[0]
        desk.find_many([asked_of(desk.facets, ["anna@mail.example"])])
        assert desk.shared(concern) is concern.shared_beyond
        desk.find_many([asked_of(desk.facets, [who]) for who in ("anna@mail.example", "C-2")])
        with pytest.raises(AssertionError, match="one person at a time"):
            desk.shared(concern)
        with pytest.raises(AssertionError, match="one person at a time"):
            desk.together(concern)
