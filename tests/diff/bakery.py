"""A bakery's policy with something of every section, and ways to change it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from record.promise import policy, whole
from troth.policy.model import Policy

Json = dict[str, Any]
Change_ = Callable[[Json], None]
C = ["1"]


def rich() -> Json:
    """The bakery with something of every section."""
    data = whole()
    data |= {
        "laws": ["gdpr", "fr-loi-78-17"],
        "parameters": {"a-while": {"value": "P1Y", "text": "a while", "clauses": C}},
        "conditions": {"adult": {"label": "is an adult", "clauses": C}},
        "authorities": {"cnil": {"name": "CNIL", "country": "FR", "clauses": C}},
        "caps": [
            {
                "id": "shop-cap",
                "promise": "Nothing stays in the shop.",
                "places": ["shop"],
                "period": {"parameter": "a-while"},
                "after": "last-order",
                "clauses": C,
            }
        ],
        "representatives": {"desk": {"name": "Desk SAS", "address": "Lyon", "clauses": C}},
        "collection_points": {
            "form": {
                "label": "order form",
                "activities": ["orders"],
                "mandatory": ["name"],
                "marked": True,
                "clauses": C,
            }
        },
        "transfers": {
            "none-else": {"allowed": False, "clauses": C},
        },
        "trackers": {
            "stats": {
                "label": "statistics",
                "kind": "cookie",
                "purpose": "counts visits",
                "consent": "allergy-consent",
                "lifetime": "P13M",
                "clauses": C,
            }
        },
        "rights": {
            "access": {
                "right": "access",
                "promise": "You see your data.",
                "channels": ["desk"],
                "deadline": "P15D",
                "refused_on": ["rights-of-others"],
                "clauses": C,
            },
            "erasure": {"right": "erasure", "promise": "We erase.", "clauses": C},
        },
        "ages": [{"id": "child", "threshold": 15, "consents": ["child", "parent"], "clauses": C}],
        "holds": {"promise": "Held.", "scope": "a case", "review": "P6M", "clauses": C},
        "anonymisation": {"promise": "Nobody.", "smallest_group": 10, "clauses": C},
    }
    data["activities"]["orders"]["conditions"] = ["adult"]
    data["activities"]["news"] = {
        "purpose": "Sending news",
        "controllers": ["bakery"],
        "subjects": ["customer"],
        "categories": ["contact"],
        "legal_bases": [{"kind": "consent", "consent": "allergy-consent", "clauses": C}],
        "direct_marketing": True,
        "retention": [
            {
                "id": "news-1y",
                "promise": "A year.",
                "period": {"parameter": "a-while"},
                "after": "last-order",
                "warn": {"delay": "P30D", "message": "Stay?", "clauses": C},
                "clauses": C,
            }
        ],
        "clauses": C,
    }
    return data


def put(value: Any, *path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


def drop(*path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return change


def also(value: Any, *path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path:
            inner = inner[step]
        inner.append(value)

    return change


ORDERS = ("activities", "orders")
RULE = (*ORDERS, "retention", 0)
NEWS = {
    "purpose": "Guessing what you like",
    "controllers": ["bakery"],
    "subjects": ["customer"],
    "categories": ["contact"],
    "legal_bases": [{"kind": "legitimate-interests", "interest": "sales", "clauses": C}],
    "clauses": C,
}


def changed(*how: Change_) -> Policy:
    data = copy.deepcopy(rich())
    for each in how:
        each(data)
    return policy(data)
