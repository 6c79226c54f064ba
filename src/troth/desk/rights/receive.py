"""Receiving an act: what it may touch is checked, and its deadline counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from troth.documents.nearest import advice
from troth.errors import Refused
from troth.grounds.acts import may_object
from troth.grounds.facts import Act, ActKind, Identifier
from troth.law.calendar import Period, add, day_of
from troth.law.deadlines import Deadline, deadline
from troth.ledger.acts import ANSWERED
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy

REVIEW = Period(years=1)
"""A restriction is looked at again after this, unless another day is given."""

DUE: tuple[ActKind, ...] = ("erasure", "objection", *ANSWERED)
"""What waits for an answer (Art. 12(3)); the rest counts at once."""


@dataclass(frozen=True)
class Received:
    """What a person asks for, as it came: the right, their names, and what it is about.

    `received_at` is aware; empty `activities`, `categories`, `places`: all that it can touch.
    `old_file`: the medical information asked for is older than five years (CSP L1111-7).
    """

    kind: ActKind
    persons: tuple[Identifier, ...]
    received_at: datetime
    activities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    review_on: date | None = None
    old_file: bool = False


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
    review_on = received.review_on or add(day, REVIEW) if received.kind == "restriction" else None
    act = Act(
        id="",
        kind=received.kind,
        persons=tuple(dict.fromkeys(received.persons)),
        at=received.received_at,
        activities=received.activities,
        categories=received.categories,
        places=received.places,
        review_on=review_on,
    )
    found = deadline_of(act, policy, old_file=received.old_file)
    return replace(act, answer_by=found.due) if found is not None else act


def deadline_of(act: Act, policy: Policy, *, old_file: bool = False) -> Deadline | None:
    """The deadline of an answer by the earliest of all terms; None for what waits for none."""
    if act.kind not in DUE:
        return None
    terms = answer_terms(policy, act.kind, act.categories, old_file=old_file)
    return deadline(day_of(act.at, policy.zoneinfo), terms, holidays_of(policy))


def _refuse_not_objectable(received: Received, policy: Policy) -> None:
    for name in received.activities:
        activity = policy.activities[name]
        if received.kind == "opt-out" and not activity.direct_marketing:
            raise Refused(
                "not-objectable",
                f"the activity '{name}' is no direct marketing",
                help="an objection to it is weighed: record it as an objection",
            )
        if not may_object(activity):
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
