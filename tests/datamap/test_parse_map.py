"""The data map: what is accepted, each mistake's answer, and what is remarked."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.datamap.load import parse_map
from troth.errors import Problems, Refused
from troth.policy.load import parse_policy
from troth.policy.model import Policy

HERE = Path(__file__).parent
POLICY_TEXT = (HERE.parent / "policy" / "minimal.yaml").read_text(encoding="utf-8")
POLICY = parse_policy(POLICY_TEXT, "policy.yaml")
MAP = (HERE / "map.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> tuple[str, int]:
    assert MAP.count(old) == 1, f"{old!r} must stand once in the map"
    return MAP.replace(old, new), MAP[: MAP.index(old)].count("\n") + 1


def problems(text: str) -> list[Refused]:
    with pytest.raises(Problems) as caught:
        parse_map(text, "map.yaml", POLICY)
    return list(caught.value.problems)


def test_the_map_is_accepted_without_a_remark() -> None:
    datamap, remarks = parse_map(MAP, "map.yaml", POLICY)
    assert remarks == ()
    account = datamap.table("web", "account")
    assert account.columns["id"] is None
    assert account.personal["email"].erased.form == "empty"
    orders = datamap.table("web", "orders")
    assert orders.personal["total"].category == "orders"
    assert datamap.place_of("vault", "orders") == "vault"


MISTAKES: list[tuple[str, str, str, str | None]] = [
    ("owner: {subject: customer}", "owner: {subject: custmer}", "unknown-name", "customer"),
    ("category: identity.email", "category: identity.emial", "unknown-name", "identity.email"),
    ("address: identity.email", "address: identity.mail", "unknown-name", "identity.email"),
    ("relation-end: {fact", "relation-ends: {fact", "unknown-name", "relation-end"),
    ("informed: {column", "informd: {column", "unknown-name", "informed"),
    ("  news:\n    place: shop", "  news:\n    place: shp", "unknown-name", "shop"),
    ("person: [account], when", "person: [acount], when", "unknown-relation", "account"),
    ("person: [subscriber]", "person: ['<orders.account']", "path-not-to-one", None),
    ('"<orders.account"', '"<order.account"', "unknown-table", "orders.account"),
    ('"<orders.account"', '"<orders.acount"', "unknown-relation", "account"),
    ('"<orders.account"', '"<order_line.order"', "relation-elsewhere", None),
    ('"<news.delivery', '"<nws.delivery', "unknown-table", "news.delivery.subscriber"),
    ("day: {column: placed_at}", "day: {column: placd_at}", "unknown-column", "placed_at"),
    ("day: {column: sent_on}", "day: {column: send_on}", "unknown-column", "sent_on"),
    ("protect: {column: is_staff", "protect: {column: staff", "unknown-column", "is_staff"),
    ("when: {column: kind", "when: {column: kin", "unknown-column", "kind"),
    ("key: [order_id, line]", "key: [order_id, lin]", "unknown-column", "line"),
    ("columns: [order_id]", "columns: [ordr_id]", "unknown-column", "order_id"),
    ("columns: [order_id]", "columns: [order_id, line]", "relation-columns-differ", None),
    ("references: orders", "references: order", "unknown-table", "orders"),
    ("to: [email]", "to: [emial]", "unknown-column", "email"),
    ("namespace: email}", "namespace: phone}", "no-such-identity", None),
    ("migrations: Versions", "orders: Versions", "ignored-and-mapped", None),
    ("{table: vault.orders}", "{table: vault.order}", "unknown-table", "vault.orders"),
    ("{table: vault.orders}", "{table: news.delivery}", "not-an-archive", None),
    ("  web.orders: {", "  web.order: {", "unknown-table", "web.orders"),
]


@pytest.mark.parametrize(("old", "new", "code", "nearest"), MISTAKES)
def test_each_mistake_is_told_at_its_line(
    old: str, new: str, code: str, nearest: str | None
) -> None:
    text, line = changed(old, new)
    first = problems(text)[0] if code == "not-an-archive" else None
    problem = first or next(p for p in problems(text) if p.code == code)
    offset = old.count("\n") if old.startswith("  news") else 0
    assert (problem.code, problem.place) == (code, f"map.yaml:{line + offset}")
    if nearest is not None:
        assert problem.help == f"did you mean '{nearest}'?"


def test_a_column_role_must_be_one_of_the_table() -> None:
    text = MAP.replace("total: orders\n", "total: {category: orders, roles: [byer]}\n")
    (problem,) = problems(text)
    assert (problem.code, problem.help) == ("unknown-role", "did you mean 'buyer'?")


def test_personal_data_of_nobody_is_refused() -> None:
    text, line = changed("line: , article: }", "line: , article: orders}")
    (problem,) = problems(text)
    assert problem.code == "roles-missing"
    assert problem.place == f"map.yaml:{line - 2}", "at the table's name"


def test_an_event_taken_from_a_parent_must_be_bound_there() -> None:
    text, _ = changed("          relation-end: {fact: relation-closed, namespace: email}\n", "")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "relation-end: {of" in line]
    assert len(lines) == 2
    expected = [("event-not-bound", f"map.yaml:{line}") for line in lines]
    assert [(problem.code, problem.place) for problem in problems(text)] == expected


def test_an_event_that_is_followed_back_to_itself_is_refused() -> None:
    old = "relation-end: {fact: relation-closed, namespace: email}"
    new = (
        "relation-end: {first: [{column: id, absent: next}, {of: [latest], event: relation-end}]}\n"
        "        relations:\n          latest: {columns: [id], references: orders}"
    )
    assert "event-cycle" in {problem.code for problem in problems(changed(old, new)[0])}


def test_an_archive_needs_the_columns_of_the_live_table() -> None:
    text, _ = changed("kind: , placed_at: , total: orders}", "placed_at: , total: orders}")
    (problem,) = problems(text)
    assert problem.code == "archive-lacks-column"
    assert "'kind'" in problem.message


def test_an_archive_must_lie_in_an_archive_place() -> None:
    text, _ = changed("  vault:\n    place: vault", "  vault:\n    place: shop")
    (problem,) = problems(text)
    assert problem.code == "not-an-archive"


def remarks_after(old: str, new: str) -> list[tuple[str, str]]:
    """Code and message of the remarks on the map with the first `old` changed."""
    assert old in MAP
    _, remarks = parse_map(MAP.replace(old, new, 1), "map.yaml", POLICY)
    assert all(remark.place.startswith("map.yaml:") for remark in remarks)
    return [(remark.code, remark.message) for remark in remarks]


CONDITION = "        conditions:\n          informed: {column: is_staff, is: false}\n"
PART_OF = (
    "        relations:\n"
    "          order: {columns: [order_id], references: orders, part_of: true}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("          relation-end: {of: [account]}\n", "", "event-not-bound", "'orders-books'"),
        (CONDITION, "", "condition-not-bound", "'selling'"),
        (PART_OF, "", "reason-missing", "'order_line'"),
        ("delivery:\n        key: [id]\n", "delivery:\n", "key-missing", "'delivery'"),
    ],
)
def test_what_stays_unknown_is_remarked(old: str, new: str, code: str, words: str) -> None:
    ((found, message),) = remarks_after(old, new)
    assert found == code
    assert words in message


def test_a_person_whom_nothing_names_is_remarked() -> None:
    text = MAP.replace("identity: email, compare", "compare")
    text = text.replace("{fact: relation-closed, namespace: email}", "{at: 2024-01-01}")
    _, remarks = parse_map(text, "map.yaml", POLICY)
    assert [remark.code for remark in remarks] == ["person-not-named"] * 4


@pytest.mark.parametrize(
    ("bound", "codes"),
    [
        ("{column: is_staff}", ["birth-before-since"]),
        ("{column: is_staff, not_before: 1900-01-01}", []),
    ],
)
def test_births_before_the_policys_since_are_remarked(bound: str, codes: list[str]) -> None:
    policy = parse_policy(
        POLICY_TEXT.replace(
            "newsletter: {label: Newsletter,",
            "newsletter: {label: Newsletter, minimum_age: 15, born: birth,",
        ).replace("events:\n", "events:\n  birth: {label: Birth, clauses: [S-9]}\n", 1),
        "policy.yaml",
    )
    text = MAP.replace("events:\n", f"events:\n          birth: {bound}\n", 1)
    _, remarks = parse_map(text, "map.yaml", policy)
    assert [remark.code for remark in remarks] == codes


def test_a_birth_that_a_consent_looks_at_and_no_table_shows_is_remarked() -> None:
    policy = parse_policy(
        POLICY_TEXT.replace(
            "newsletter: {label: Newsletter,",
            "newsletter: {label: Newsletter, minimum_age: 15, born: birth,",
        ).replace("events:\n", "events:\n  birth: {label: Birth, clauses: [S-9]}\n", 1),
        "policy.yaml",
    )
    _, remarks = parse_map(MAP, "map.yaml", policy)
    codes = [remark.code for remark in remarks]
    assert codes
    assert set(codes) == {"birth-not-bound"}
    assert all("'newsletter'" in remark.message for remark in remarks)
    assert parse_map(MAP, "map.yaml", POLICY)[1] == ()


def test_a_table_that_no_rule_covers_needs_no_event() -> None:
    assert remarks_after(CONDITION, "        activities: [news]\n") == []


def needed(policy: Policy, gone: str) -> list[str]:
    """What is remarked on the live tables once no table shows the event `gone`."""
    lines = [line for line in MAP.splitlines() if not line.strip().startswith(f"{gone}: {{")]
    _, remarks = parse_map("\n".join(lines), "map.yaml", policy)
    return [remark.message for remark in remarks if f"'{gone}'" in remark.message]


def test_a_rule_bound_to_another_place_needs_nothing_here() -> None:
    assert len(needed(POLICY, "relation-end")) == 2, "orders, in the shop and in the archive"
    bound = POLICY_TEXT.replace("bound: floor\n", "bound: floor\n        places: [vault]\n")
    elsewhere = needed(parse_policy(bound, "policy.yaml"), "relation-end")
    assert len(elsewhere) == 1, "only the archive is left"


def test_a_rule_that_a_more_specific_one_replaces_needs_nothing() -> None:
    named = "books.\n        categories: [orders]\n"
    assert POLICY_TEXT.count(named) == 1
    broad = POLICY_TEXT.replace(named, "books.\n")  # it covers what the activity covers
    specific = (
        "      - {id: specific, promise: sooner, categories: [identity, orders], period: P1Y, "
        "bound: floor, after: last-order, clauses: [S-7]}\n"
    )
    both = broad.replace("      - id: orders-books\n", specific + "      - id: orders-books\n")
    assert needed(parse_policy(broad, "policy.yaml"), "relation-end")
    assert not needed(parse_policy(both, "policy.yaml"), "relation-end")


def test_a_cap_needs_its_event_in_its_places() -> None:
    cap = (
        "caps:\n  - {id: short, promise: short, places: [PLACE], categories: [identity], "
        "period: P1Y, after: relation-end, clauses: [S-7]}\nreadings:"
    )
    text = POLICY_TEXT.replace("readings:", cap.replace("PLACE", "shop"))
    here = [m for m in needed(parse_policy(text, "policy.yaml"), "relation-end") if "cap" in m]
    assert len(here) == 2, "accounts and deliveries hold identities, and lie in the shop"
    text = POLICY_TEXT.replace("readings:", cap.replace("PLACE", "vault"))
    there = needed(parse_policy(text, "policy.yaml"), "relation-end")
    assert not [m for m in there if "cap" in m]
