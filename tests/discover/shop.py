"""A made-up shop with an annotated schema: what each column holds, and traps that hold nothing.

The rows are drawn from a seed; people, numbers and addresses are invented.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from stdnum import iban, luhn
from stdnum.fr import nir

DDL: dict[str, str] = {
    "customers": """
        id INTEGER PRIMARY KEY, prenom VARCHAR(60), nom VARCHAR(60), courriel VARCHAR(120) UNIQUE,
        tel_mobile VARCHAR(30), adresse VARCHAR(200), cp VARCHAR(10), ville VARCHAR(80),
        dateNaissance DATE, civilite VARCHAR(5), mdp_hash VARCHAR(100), num_client VARCHAR(20),
        commentaire TEXT, ip_addr VARCHAR(45), user_agent VARCHAR(300), langue VARCHAR(2),
        actif INTEGER NOT NULL, created_at TIMESTAMP NOT NULL, last_login BIGINT,
        updated_at TIMESTAMP""",
    "orders": """
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
        order_number VARCHAR(20) NOT NULL, total NUMERIC(10,2) NOT NULL, status VARCHAR(12),
        ordered_at TIMESTAMP NOT NULL, delivery_date VARCHAR(10), tracking_code VARCHAR(20),
        gift_message TEXT""",
    "order_lines": """
        id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id),
        product_id INTEGER NOT NULL, quantity INTEGER NOT NULL, price NUMERIC(10,2)""",
    "products": """
        id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, sku VARCHAR(20), supplier_code BIGINT,
        firmware_version VARCHAR(20), description TEXT, launched_on DATE, price NUMERIC(10,2),
        ean VARCHAR(13), color VARCHAR(20)""",
    "bank_details": """
        id INTEGER PRIMARY KEY, idClient INTEGER NOT NULL, iban VARCHAR(40), bic VARCHAR(11),
        titulaire VARCHAR(120)""",
    "payments": """
        id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, pan VARCHAR(19), reference VARCHAR(20),
        paid_at TIMESTAMP, amount NUMERIC(10,2)""",
    "employees": """
        id INTEGER PRIMARY KEY, full_name VARCHAR(80), num_secu VARCHAR(21), email VARCHAR(120),
        salaire NUMERIC(10,2), hired_on DATE, left_on DATE""",
    "newsletter_subscribers": """
        id INTEGER PRIMARY KEY, contact VARCHAR(120), opted_in_at TIMESTAMP,
        unsubscribed_at TIMESTAMP""",
    "access_log": """
        id INTEGER PRIMARY KEY, remote VARCHAR(45), agent_string VARCHAR(300), url VARCHAR(200),
        ts BIGINT""",
    "countries": "code VARCHAR(2) PRIMARY KEY, name VARCHAR(60) NOT NULL",
    "customer_meta": """
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, meta_key VARCHAR(40),
        meta_value TEXT""",
    "attachments": """
        id INTEGER PRIMARY KEY, owner_type VARCHAR(20), owner_id INTEGER, file_name VARCHAR(80)""",
    "survey_answers": """
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, answers TEXT, score INTEGER""",
    "schema_migrations": "version VARCHAR(20) PRIMARY KEY",
}

NOT_PERSONAL = ""
KINDS: dict[str, dict[str, str]] = {
    "customers": {
        "prenom": "person-name",
        "nom": "person-name",
        "courriel": "email-address",
        "tel_mobile": "phone-number",
        "adresse": "postal-address",
        "cp": "postcode",
        "ville": "city",
        "dateNaissance": "birth-date",
        "civilite": "gender",
        "mdp_hash": "credential",
        "num_client": "person-number",
        "commentaire": "free-text",
        "ip_addr": "ip-address",
        "user_agent": "user-agent",
        "langue": NOT_PERSONAL,
        "actif": NOT_PERSONAL,
        "id": NOT_PERSONAL,
        "created_at": NOT_PERSONAL,
        "last_login": NOT_PERSONAL,
        "updated_at": NOT_PERSONAL,
    },
    "orders": {
        "gift_message": "free-text",
        "total": "transaction",
        "order_number": NOT_PERSONAL,  # passes Luhn by its check digit; no payment card
        "tracking_code": NOT_PERSONAL,
        "id": NOT_PERSONAL,
        "customer_id": NOT_PERSONAL,
        "status": NOT_PERSONAL,
        "ordered_at": NOT_PERSONAL,
        "delivery_date": NOT_PERSONAL,
    },
    "order_lines": dict.fromkeys(
        ("id", "order_id", "product_id", "quantity", "price"), NOT_PERSONAL
    ),
    "products": dict.fromkeys(
        (
            *("id", "name", "sku", "supplier_code", "firmware_version", "description"),
            *("launched_on", "price", "ean", "color"),
        ),
        NOT_PERSONAL,
    ),
    "bank_details": {
        "iban": "iban",
        "bic": "bic",
        "titulaire": "person-name",
        "id": NOT_PERSONAL,
        "idClient": NOT_PERSONAL,
    },
    "payments": {
        "pan": "payment-card",
        "reference": NOT_PERSONAL,
        "amount": NOT_PERSONAL,
        "id": NOT_PERSONAL,
        "order_id": NOT_PERSONAL,
        "paid_at": NOT_PERSONAL,
    },
    "employees": {
        "full_name": "person-name",
        "num_secu": "national-id",
        "email": "email-address",
        "salaire": "employment",
        "id": NOT_PERSONAL,
        "hired_on": NOT_PERSONAL,
        "left_on": NOT_PERSONAL,
    },
    "newsletter_subscribers": {
        "contact": "email-address",
        "id": NOT_PERSONAL,
        "opted_in_at": NOT_PERSONAL,
        "unsubscribed_at": NOT_PERSONAL,
    },
    "access_log": {
        "remote": "ip-address",
        "agent_string": "user-agent",
        "url": "usage",
        "id": NOT_PERSONAL,
        "ts": NOT_PERSONAL,
    },
    "countries": {"code": NOT_PERSONAL, "name": NOT_PERSONAL},
    "customer_meta": {
        "meta_value": "free-json",
        "meta_key": NOT_PERSONAL,
        "id": NOT_PERSONAL,
        "customer_id": NOT_PERSONAL,
    },
    "attachments": {
        "file_name": NOT_PERSONAL,
        "owner_type": NOT_PERSONAL,
        "owner_id": NOT_PERSONAL,
        "id": NOT_PERSONAL,
    },
    "survey_answers": {
        "answers": "free-json",
        "score": "participation",
        "id": NOT_PERSONAL,
        "customer_id": NOT_PERSONAL,
    },
}

_NAMES = """
first: Élodie Karim Jeanne Luc Fatima Pierre Chloé Hugo Nadia Yves Inès Marc Sophie Omar
last: Garnier Belkacem Roussel Ndiaye Lefort Aubry Castel Moreau Tessier Vidal Perrot Lacroix
last: Benali Okafor Delorme Sorel Marchal Ferrand Guyot
town: Lyon Nantes Lille Rennes Pau Metz Caen Brest
good: Lampe Fauteuil Vase Tapis Miroir Horloge Coussin Bougeoir Plateau Cadre
"""
_STREETS = (
    "rue des Lilas", "avenue Foch", "boulevard Carnot", "chemin du Moulin", "place de la Mairie"
)  # fmt: skip
_START = datetime(2019, 1, 7, 9, 30)  # noqa: DTZ001 - a column without a time zone, as shops have


def _words(kind: str) -> list[str]:
    lines = [line.split() for line in _NAMES.splitlines() if line.startswith(f"{kind}:")]
    return [word for line in lines for word in line[1:]]


_FIRST, _LAST, _TOWNS, _GOODS = (_words(kind) for kind in ("first", "last", "town", "good"))


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _phone(rng: Random) -> str:
    number = rng.choice("67") + _digits(rng, 8)
    if rng.random() < 0.5:
        return "+33" + number
    text = "0" + number
    return " ".join(text[i : i + 2] for i in range(0, 10, 2))


def _iban(rng: Random) -> str:
    body = _bban(_digits(rng, 21))
    made = (f"FR{check:02d}{body}" for check in range(2, 99))
    return next(text for text in made if iban.is_valid(text))


def _bban(body: str) -> str:
    """A French account number whose own two check digits are right."""
    bank, branch, account = body[:5], body[5:10], body[10:]
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return f"{bank}{branch}{account}{key:02d}"


def _card(rng: Random) -> str:
    body = "4" + _digits(rng, 14)
    return body + str(luhn.calc_check_digit(body))


def _nir(rng: Random) -> str:
    body = f"{rng.choice('12')}{rng.randrange(50, 99):02d}{rng.randrange(1, 13):02d}"
    body += f"{rng.randrange(10, 19)}{rng.randrange(1, 99):03d}{rng.randrange(1, 999):03d}"
    return body + str(nir.calc_check_digits(body))


def _ip(rng: Random) -> str:
    return ".".join(str(rng.randrange(1, 255)) for _ in range(4))


_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0"


def rows(seed: int = 5, people: int = 120) -> dict[str, list[tuple[Any, ...]]]:
    """By table, its rows in the order of the columns of `DDL`."""
    rng = Random(seed)
    made: dict[str, list[tuple[Any, ...]]] = {table: [] for table in DDL}
    for number in range(1, people + 1):
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        mail = f"{last}.{number}@mail.example".lower()
        seen = _START + timedelta(days=rng.randrange(2000), seconds=rng.randrange(80_000))
        born = date(1945, 1, 1) + timedelta(days=rng.randrange(22_000))
        made["customers"].append(
            (
                number, first, last, mail, _phone(rng),
                f"{rng.randrange(1, 200)} {rng.choice(_STREETS)}",
                f"{rng.randrange(1, 95):02d}{_digits(rng, 3)}", rng.choice(_TOWNS), born,
                rng.choice(["M.", "Mme"]), "$2y$10$" + _digits(rng, 53), f"C{100_000 + number}",
                f"Préfère être livré le matin, client numéro {number} de la liste",
                _ip(rng), _AGENT.format(v=rng.randrange(80, 140)), "fr", 1, seen,
                int(seen.timestamp()) + 5000, seen,
            )
        )  # fmt: skip
        made["bank_details"].append((number, number, _iban(rng), "ABCDFRPP", f"{first} {last}"))
        made["newsletter_subscribers"].append((number, mail, seen, None))
        for key in ("phone2", "birthday", "theme"):
            made["customer_meta"].append(
                (len(made["customer_meta"]) + 1, number, key, _digits(rng, 6))
            )
        answers = json.dumps({"email": mail, "satisfied": True, "comment": "très bien"})
        made["survey_answers"].append((number, number, answers, rng.randrange(10)))
        made["access_log"].append(
            (number, _ip(rng), _AGENT.format(v=rng.randrange(80, 140)), f"/p/{number}",
             int(seen.timestamp()))
        )  # fmt: skip
        if number <= 40:
            made["employees"].append(
                (number, f"{rng.choice(_FIRST)} {rng.choice(_LAST)}", _nir(rng),
                 f"e{number}@shop.example", 2000 + number, date(2015, 3, 1 + number % 28), None)
            )  # fmt: skip
            _thing(rng, number, made)
        made["attachments"].append(
            (number, rng.choice(["Customer", "Product"]), rng.randrange(1, 41), f"doc-{number}.pdf")
        )
    for number in range(1, 2 * people + 1):
        _order(rng, number, people, made)
    made["countries"] = [
        ("FR", "France"),
        ("BE", "Belgique"),
        ("CH", "Suisse"),
        ("DE", "Allemagne"),
    ]
    made["schema_migrations"] = [("20240101",), ("20240202",)]
    return made


def _thing(rng: Random, number: int, made: dict[str, list[tuple[Any, ...]]]) -> None:
    made["products"].append(
        (
            number, f"{rng.choice(_GOODS)} {rng.choice(['Nord', 'Rivage', 'Ambre'])} {number}",
            f"0{rng.choice('1234')}{_digits(rng, 8)}", int("6" + _digits(rng, 8)),
            f"{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}",
            "Un bel objet pour la maison, en bois clair et en verre soufflé",
            date(1960 + number, 5, 1), 10 + number, _digits(rng, 13), "bleu",
        )
    )  # fmt: skip


def _order(rng: Random, number: int, people: int, made: dict[str, list[tuple[Any, ...]]]) -> None:
    when = _START + timedelta(days=rng.randrange(2000))
    body = f"4{number:014d}"
    made["orders"].append(
        (
            number, rng.randrange(1, people + 1), body + str(luhn.calc_check_digit(body)),
            10 + number, rng.choice(["paid", "sent"]), when, when.strftime("%d/%m/%Y"),
            f"6{_digits(rng, 8)}", f"Bon anniversaire et à très vite, voici ton cadeau {number}",
        )
    )  # fmt: skip
    made["order_lines"].append((number, number, rng.randrange(1, 41), 1, 5))
    made["payments"].append((number, number, _card(rng), f"R{number:08d}", when, 10 + number))


def statements() -> Sequence[str]:
    """The tables, in the order in which they can be created."""
    return [f"CREATE TABLE {table} ({columns})" for table, columns in DDL.items()]
