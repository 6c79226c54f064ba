"""Receiving an act: what it may touch is checked, and its deadline counted."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import holidays

from troth.documents.nearest import advice
from troth.errors import Refused
from troth.grounds.facts import Act, ActKind, Identifier
from troth.law.calendar import Period, add, day_of
from troth.law.deadlines import ONE_MONTH, answer_day
from troth.policy.model import Activity, Policy

WEIGHED = ("legitimate-interests", "public-task")
REVIEW = Period(years=1)
"""A restriction is looked at again after this, unless another day is given."""

_RIGHTS: dict[str, str] = {"erasure": "erasure", "objection": "objection"}


@dataclass(frozen=True)
class Received:
    """What a person asks for, as it came: the right, their names, and what it is about.

    `received_at` is aware; empty `activities`, `categories`, `places`: all that it can touch.
    """

    kind: ActKind
    persons: tuple[Identifier, ...]
    received_at: datetime
    activities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    review_on: date | None = None


def act_of(received: Received, policy: Policy) -> Act:
    """The act to record, with its deadline (Art. 12(3)) or its day of review (Art. 18).

    Refused: `unknown-activity`, `unknown-category`, `unknown-place`, `not-objectable`,
    `unknown-namespace` is for the caller, who has the map.
    """
    refuse_unknown(received.activities, policy.activities, "activity")
    refuse_unknown(received.categories, policy.categories, "category")
    refuse_unknown(received.places, policy.places, "place")
    if received.kind in ("objection", "opt-out"):
        _refuse_not_objectable(received, policy)
    day = day_of(received.received_at, policy.zoneinfo)
    answer_by = review_on = None
    if received.kind in _RIGHTS:
        answer_by = answer_day(day, term_of(policy, received.kind), holidays_of(policy))
    if received.kind == "restriction":
        review_on = received.review_on or add(day, REVIEW)
    return Act(
        id="",
        kind=received.kind,
        persons=tuple(dict.fromkeys(received.persons)),
        at=received.received_at,
        activities=received.activities,
        categories=received.categories,
        places=received.places,
        answer_by=answer_by,
        review_on=review_on,
    )


def term_of(policy: Policy, right: str) -> Period:
    """The term for an answer: the policy's own where it is shorter than the law's month."""
    start = date(2001, 1, 1)  # terms of unlike units are compared as of a common year
    own = [
        terms.deadline
        for terms in policy.rights.values()
        if terms.right == right and terms.deadline is not None
    ]
    return min((*own, ONE_MONTH), key=lambda term: add(start, term))


def holidays_of(policy: Policy) -> Container[date]:
    """Public holidays of the country in which the first controller is established."""
    countries = (controller.country for controller in policy.controllers.values())
    country = next((found for found in countries if found), None)
    if country is None or country not in holidays.list_supported_countries():
        return frozenset()
    found: Container[date] = holidays.country_holidays(country)
    return found


def yields_to_objection(activity: Activity) -> bool:
    """Whether a person may object to an activity at all (Art. 21(1)-(2))."""
    return activity.direct_marketing or any(
        basis.kind in (*WEIGHED, "consent") for basis in activity.legal_bases
    )


def _refuse_not_objectable(received: Received, policy: Policy) -> None:
    for name in received.activities:
        activity = policy.activities[name]
        if received.kind == "opt-out" and not activity.direct_marketing:
            raise Refused(
                "not-objectable",
                f"the activity '{name}' is no direct marketing",
                help="an objection to it is weighed: record it as an objection",
            )
        if not yields_to_objection(activity):
            kinds = " or ".join(dict.fromkeys(basis.kind for basis in activity.legal_bases))
            raise Refused(
                "not-objectable",
                f"the activity '{name}' rests on {kinds}: nobody can object to it (Art. 21(1))",
                help="tell the person so, with its legal basis and the way to complain",
            )


def refuse_unknown(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """Refused (`unknown-activity`, `-category` or `-place`) where the policy has no such name."""
    listed = list(known)
    for name in names:
        if name not in listed:
            raise Refused(
                f"unknown-{what}",
                f"the policy has no {what} '{name}'",
                help=advice(name, listed) or f"it has {', '.join(listed) or 'none'}",
            )
