"""Which columns are personal: precision and recall over the annotated shop, traps, and chance."""

from __future__ import annotations

from random import Random

import pytest
from stdnum import luhn

from troth.discover.chance import Tally, chance_of, weight
from troth.discover.detectors import is_card, is_ip, is_phone
from troth.discover.guess import StoreGuess
from troth.discover.people import SURE_ENOUGH
from troth.discover.survey import Settings, survey

from .fakes import MemorySampler, schema_of
from .shop import KINDS, NOT_PERSONAL

FEWEST_ANNOTATED = 60
FACTS = {"transaction", "communication", "usage", "participation"}  # more than one name is right


def _found(shop: StoreGuess) -> dict[tuple[str, str], str]:
    return {
        (table.schema.name, guess.column.name): guess.kind or NOT_PERSONAL
        for table in shop.tables
        for guess in table.columns
    }


def _expected() -> dict[tuple[str, str], str]:
    return {(t, c): kind for t, columns in KINDS.items() for c, kind in columns.items()}


def test_every_column_of_the_shop_is_annotated(shop: StoreGuess) -> None:
    assert _found(shop).keys() == _expected().keys()
    assert len(_expected()) >= FEWEST_ANNOTATED


def test_precision_and_recall_over_the_annotated_columns(shop: StoreGuess) -> None:
    found, expected = _found(shop), _expected()
    right = sum(kind == expected[at] for at, kind in found.items() if kind)
    claimed = sum(bool(kind) for kind in found.values())
    wanted = sum(bool(kind) for kind in expected.values())
    wrong = {at: kind for at, kind in found.items() if kind != expected[at]}
    assert right / claimed >= 0.95, wrong
    assert right / wanted >= 0.95, wrong


@pytest.mark.parametrize(
    ("table", "column", "never"),
    [
        ("orders", "order_number", "payment-card"),
        ("products", "sku", "phone-number"),
        ("products", "supplier_code", "phone-number"),
        ("products", "name", "person-name"),
        ("products", "firmware_version", "ip-address"),
        ("products", "launched_on", "birth-date"),
        ("products", "ean", "national-id"),
        ("orders", "tracking_code", "company-number"),
        ("countries", "name", "person-name"),
        ("customers", "last_login", "login-name"),
    ],
)
def test_traps_are_not_taken(shop: StoreGuess, table: str, column: str, never: str) -> None:
    assert _found(shop)[table, column] != never


def test_names_alone_speak_when_a_table_is_empty(settings: Settings) -> None:
    ddl = {"clients": "id INTEGER PRIMARY KEY, email VARCHAR(100), prenom VARCHAR(50), x INTEGER"}
    table = survey(schema_of(ddl), MemorySampler({}), settings).tables[0]
    kinds = {guess.column.name: guess.kind for guess in table.columns}
    assert kinds == {"id": None, "email": "email-address", "prenom": "person-name", "x": None}
    assert any("empty" in note for note in table.notes)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adresse_mail", "email-address"),
        ("NumTel", "phone-number"),
        ("code_postal", "postcode"),
        ("ddn", "birth-date"),
        ("num_secu", "national-id"),
        ("siret", "company-number"),
        ("remember_token", "credential"),
        ("nom_jeune_fille", "person-name"),
        ("HTTPUserAgent", "user-agent"),
        ("useremail", "email-address"),
        ("groupe_sanguin", "health"),
        ("email_template", None),
        ("phone_model", None),
        ("token_expires_at", None),
        ("ip_count", None),
    ],
)
def test_names_in_many_spellings(settings: Settings, name: str, kind: str | None) -> None:
    ddl = {"patients": f"id INTEGER PRIMARY KEY, first_name VARCHAR(50), {name} VARCHAR(100)"}
    table = survey(schema_of(ddl), MemorySampler({}), settings).tables[0]
    assert table.columns[-1].kind == kind, table.columns[-1].reason


def test_values_that_deny_the_name_are_believed(settings: Settings) -> None:
    ddl = {"users": "id INTEGER PRIMARY KEY, email VARCHAR(100), nom VARCHAR(50)"}
    rows = [(n, f"yes {n}", f"Nom{n}") for n in range(50)]
    table = survey(schema_of(ddl), MemorySampler({"users": rows}), settings).tables[0]
    assert table.columns[1].kind is None
    assert table.columns[1].confidence < SURE_ENOUGH


def test_hashed_addresses_stay_personal(settings: Settings) -> None:
    rng = Random(9)
    ddl = {"users": "id INTEGER PRIMARY KEY, email VARCHAR(100), last_name VARCHAR(50)"}
    rows = [(n, f"{rng.getrandbits(256):064x}", "Castel") for n in range(50)]
    table = survey(schema_of(ddl), MemorySampler({"users": rows}), settings).tables[0]
    assert table.columns[1].kind == "email-address"
    assert "hashed" in table.columns[1].reason


def test_random_digits_pass_weak_tests_by_chance() -> None:
    rng = Random(1)
    nine = [str(rng.randrange(10**8, 10**9)) for _ in range(400)]
    assert chance_of(is_phone(["FR"]), nine, rng) > 0.5
    cards = [f"4{rng.randrange(10**14):014d}" for _ in range(200)]
    cards = [body + str(luhn.calc_check_digit(body)) for body in cards]
    assert 0.02 < chance_of(is_card, cards, rng) < 0.25
    versions = [f"{rng.randrange(9)}.{rng.randrange(9)}.0.{rng.randrange(9)}" for _ in range(50)]
    assert chance_of(is_ip, versions, rng) == 1.0


def test_a_test_weighs_what_it_adds_to_chance() -> None:
    assert weight(Tally(100, 83, 0.83), 0.9, 4, 3) < 0
    assert weight(Tally(100, 100, 0.1), 0.9, 4, 3) == 4
    assert weight(Tally(100, 10, 0.1), 0.9, 4, 3) == -3
    assert weight(Tally(0, 0, 0.5), 0.9, 4, 3) == 0
