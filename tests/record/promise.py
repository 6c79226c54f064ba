"""A made-up policy that lacks nothing of what Art. 30 requires, to take things from."""

from __future__ import annotations

import copy
from typing import Any

from troth.policy.model import Policy

C = ["1"]


def whole() -> dict[str, Any]:
    """The policy of a small bakery as plain data."""
    return copy.deepcopy(_WHOLE)


def policy(data: dict[str, Any]) -> Policy:
    return Policy.model_validate(data)


_WHOLE: dict[str, Any] = {
    "troth": 1,
    "organisation": "bakery",
    "title": "Privacy at the Bakery",
    "languages": ["en"],
    "zone": "Europe/Paris",
    "since": "2015-01-01",
    "financial_year_ends": "12-31",
    "versions": [
        {"id": "v1", "effective": "2019-05-01", "clauses": C},
        {"id": "v2", "effective": "2024-02-29", "change": "better", "clauses": C},
    ],
    "controllers": {
        "bakery": {
            "name": "The Bakery",
            "legal_form": "SARL",
            "country": "FR",
            "contacts": ["desk"],
            "clauses": C,
        }
    },
    "joint_controllers": {
        "mill": {
            "name": "The Mill",
            "activities": ["orders"],
            "contact_point": "desk",
            "clauses": C,
        }
    },
    "contacts": {
        "desk": {
            "purpose": "all",
            "email": "desk@bakery.example",
            "post": "1 Oven Row",
            "clauses": C,
        }
    },
    "data_protection_officer": {"name": "A. Crumb", "contacts": ["desk"], "clauses": C},
    "subjects": {
        "customer": {"label": "Customers", "clauses": C},
        "child": {"label": "Children", "parent": "customer", "clauses": C},
    },
    "categories": {
        "contact": {"label": "Contact details", "examples": ["name", "e-mail"], "clauses": C},
        "allergy": {"label": "Allergies", "special": "health", "clauses": C},
        "card": {"label": "Card number", "never_stored": True, "clauses": C},
    },
    "events": {"last-order": {"label": "the last order", "clauses": C}},
    "consents": {"allergy-consent": {"label": "Allergies may be noted", "clauses": C}},
    "places": {"shop": {"label": "The shop", "clauses": C}},
    "activities": {
        "orders": {
            "purpose": "Taking and delivering orders",
            "controllers": ["bakery"],
            "subjects": ["customer"],
            "categories": ["contact", "allergy", "card"],
            "legal_bases": [{"kind": "contract", "contract": "the order", "clauses": C}],
            "special_conditions": [
                {
                    "article": "9(2)(a)",
                    "detail": "express consent",
                    "consent": "allergy-consent",
                    "clauses": C,
                }
            ],
            "retention": [
                {
                    "id": "orders-3y",
                    "promise": "Three years after the last order.",
                    "period": "P3Y",
                    "after": "last-order",
                    "clauses": C,
                },
                {
                    "id": "allergies-30d",
                    "promise": "Thirty days after the last order.",
                    "categories": ["allergy"],
                    "period": "P30D",
                    "after": "last-order",
                    "clauses": C,
                },
            ],
            "recipients": ["courier", "host"],
            "clauses": C,
        }
    },
    "recipients": {
        "courier": {
            "name": "Swift Courier",
            "role": "controller",
            "task": "Delivers",
            "country": "BE",
            "clauses": C,
        },
        "host": {
            "name": "Cloudy",
            "role": "processor",
            "task": "Hosts the shop",
            "country": "US",
            "safeguard": "clauses-of-2021",
            "instructions": [{"purpose": "store orders", "clauses": C}],
            "sub_processors": ["Deep Cloud"],
            "clauses": C,
        },
    },
    "safeguards": {
        "clauses-of-2021": {
            "kind": "standard-contractual-clauses",
            "text": "https://bakery.example/clauses",
            "clauses": C,
        }
    },
    "commitments": [
        {"id": "locked", "kind": "security", "promise": "Doors are locked.", "clauses": C}
    ],
}
