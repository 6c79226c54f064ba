"""A promise in which every part of a decision can be there or missing, each by its own name."""

from __future__ import annotations

from typing import Any

from troth.policy.model import Policy

Json = dict[str, Any]
CLAUSES = ["T-1"]
SIGNED = {"kind": "Art. 28 contract", "signed": "2020-01-01"}


def _recipient(**more: Any) -> Json:
    fit: Json = {
        "name": "R",
        "role": "processor",
        "task": "made up",
        "country": "FR",
        "terms": SIGNED,
        "clauses": CLAUSES,
    }
    return fit | more


RECIPIENTS = {
    "fit": _recipient(),
    "abroad": _recipient(country="US", safeguard="clauses"),
    "unsigned": _recipient(terms={"kind": "Art. 28 contract"}),
    "lapsed": _recipient(terms=SIGNED | {"valid_until": "2026-01-31"}),
    "overdue": _recipient(review_by="2026-02-28"),
    "refused": _recipient(allowed="no"),
    "open": _recipient(allowed="undetermined"),
    "court": _recipient(allowed="legal-order", role="authority", terms=None),
    "agreed": _recipient(allowed="consent", role="controller"),
    "elsewhere": _recipient(activities=["register"]),
    "other-data": _recipient(data_categories=["health"]),
    "nowhere": _recipient(country=None),
    "unassessed": _recipient(country="US", safeguard="unassessed"),
    "ended": _recipient(country="US", safeguard="ended"),
    "undetermined": _recipient(country="US", safeguard="undetermined"),
    "unlisted": _recipient(country="VN", safeguard="adequacy"),
    "bare": _recipient(country="US"),
    "forbidden": _recipient(country="US", safeguard="clauses"),
    "listed-readers": _recipient(readers=["sales"]),
}
SAFEGUARDS = {
    "clauses": {"kind": "standard-contractual-clauses", "assessment": "2021-07-01"},
    "unassessed": {"kind": "standard-contractual-clauses"},
    "ended": {"kind": "certification", "assessment": "2021-07-01", "valid_until": "2026-02-28"},
    "undetermined": {"kind": "undetermined"},
    "adequacy": {"kind": "adequacy"},
}


def _basis(kind: str, **more: Any) -> Json:
    return {"kind": kind, "clauses": CLAUSES} | more


def _activity(basis: Json | list[Json], **more: Any) -> Json:
    fit: Json = {
        "purpose": "made up",
        "controllers": ["us"],
        "subjects": ["customer"],
        "categories": ["data"],
        "legal_bases": basis if isinstance(basis, list) else [basis],
        "recipients": [name for name in RECIPIENTS if name != "elsewhere"],
        "clauses": CLAUSES,
    }
    return fit | more


_FLOOR = {
    "id": "floor",
    "promise": "made up",
    "clauses": CLAUSES,
    "bound": "floor",
    "period": "P1Y",
    "after": "sold",
}
ACTIVITIES = {
    "care": _activity(_basis("legitimate-interests")),
    "kept-care": _activity(_basis("legitimate-interests"), retention=[_FLOOR]),
    "sale": _activity(_basis("contract")),
    "register": _activity(_basis("legal-obligation")),
    "news": _activity(_basis("consent", consent="news"), direct_marketing=True),
    "club": _activity(_basis("consent", consent="club")),
    "kids": _activity(_basis("consent", consent="kids")),
    "unsure-kids": _activity(_basis("consent", consent="unsure-kids")),
    "unnamed": _activity(_basis("consent")),
    "lead": _activity(
        _basis("legitimate-interests"),
        sources=[{"provenance": "received", "inform_within": "P1M"}],
    ),
    "picky": _activity(_basis("contract"), conditions=["needed", "shown"]),
    "either": _activity(
        [_basis("contract", when="party"), _basis("consent", when="shown", consent="club")]
    ),
    "closed": _activity(_basis("contract"), readers=["legal"], regions=["north"]),
    "risky": _activity(_basis("contract"), impact_assessment="needed"),
    "narrow": _activity(
        _basis("contract"), categories=["contact"], subjects=["member"], places=["archive"]
    ),
    "study": _activity(
        _basis("contract"),
        special_conditions=[
            {"article": "9(2)(a)", "detail": "x", "consent": "club", "clauses": CLAUSES}
        ],
    ),
}


def policy(**more: Any) -> Policy:
    """The promise; `more` replaces parts of it. Names are not checked against each other."""

    def label(**rest: Any) -> Json:
        return {"label": "made up", "clauses": CLAUSES} | rest

    whole: Json = {
        "troth": 1,
        "organisation": "us",
        "title": "A promise",
        "zone": "Europe/Paris",
        "since": "2000-01-01",
        "financial_year_ends": "12-31",
        "laws": ["gdpr", "fr-loi-78-17"],
        "versions": [{"id": "1", "effective": "2020-01-01", "clauses": CLAUSES}],
        "controllers": {"us": {"name": "Us", "clauses": CLAUSES}},
        "subjects": {"customer": label(), "member": label(parent="customer"), "other": label()},
        "categories": {
            "data": label(),
            "contact": label(parent="data"),
            "health": label(parent="data", special="health"),
            "secret": label(never_stored=True),
        },
        "events": {"sold": label()},
        "conditions": {
            "needed": label(unknown_means="unknown"),
            "shown": label(unknown_means="fails", on_failure="suspend"),
            "party": label(unknown_means="unknown"),
        },
        "consents": {
            "news": label(expires="P13M"),
            "club": label(),
            "kids": label(minimum_age=15),
            "unsure-kids": label(minimum_age=15, unknown_age="unknown"),
        },
        "places": {
            "shop": label(),
            "archive": label(kind="archive", readers=["legal"]),
        },
        "activities": ACTIVITIES,
        "recipients": RECIPIENTS,
        "safeguards": {name: guard | {"clauses": CLAUSES} for name, guard in SAFEGUARDS.items()},
        "transfers": {
            "none": {"recipients": ["forbidden"], "allowed": False, "clauses": CLAUSES},
            "some": {
                "recipients": ["abroad", "forbidden"],
                "countries": ["US"],
                "safeguard": "clauses",
                "allowed": True,
                "clauses": CLAUSES,
            },
        },
        "rights": {
            name: {"right": name, "promise": "made up", "clauses": [f"T-{name}"]}
            for name in ("objection", "erasure", "restriction", "opt-out")
        },
    }
    return Policy.model_validate(whole | more)
