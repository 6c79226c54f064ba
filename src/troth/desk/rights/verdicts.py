"""Deciding on an act: what may be refused, on which grounds, and what the decision must prove.

The burden of proof lies on the controller (Art. 5(2), 12(5), 17(3), 21(1)); what is not proven in
time is not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from troth.desk.rights.receive import refuse_unknown
from troth.errors import Refused
from troth.grounds.facts import Act, Decision
from troth.law.calendar import Period, add, day_of
from troth.ledger.acts import ANSWERED, Verdict
from troth.policy.model import Policy
from troth.policy.terms import RefusalGround

OVERRIDING = ("compelling-grounds", "legal-claims")
"""What may override an objection (Art. 21(1))."""

KEEPING = (
    "legal-obligation",
    "legal-claims",
    "freedom-of-expression",
    "public-health",
    "public-interest-archives",
)
"""What may stand against an erasure (Art. 17(3))."""

UNFOUNDED, EXCESSIVE = "manifestly-unfounded", "manifestly-excessive"
"""Two grounds of Art. 12(5), and whoever refuses proves one: the first request of somebody can be
unfounded, and only a repeated one excessive."""
ABUSIVE = (UNFOUNDED, EXCESSIVE)
AGAINST: Mapping[str, tuple[str, ...]] = {
    "objection": OVERRIDING,
    "erasure": (*KEEPING, *ABUSIVE),
    "access": ABUSIVE,
    "portability": ABUSIVE,
    "rectification": (*ABUSIVE, "legal-obligation"),
}
"""What may stand against a right as a whole. Others' rights and secrets mask single values of an
access (Art. 15(4)); papers that the law wants unchanged get a correction beside them."""

WARNING = Period(days=3)
"""How long before its end a person hears of it, unless the policy says."""


def accepted(
    act: Act, policy: Policy, *, by: str, now: datetime, activities: tuple[str, ...] = ()
) -> Verdict:
    """The acceptance of an objection or an erasure, for some activities or the whole of it.

    Refused: `nothing-to-decide`, `unknown-activity`.
    """
    _refuse_undecidable(act)
    refuse_unknown(activities, policy.activities, "activity")
    return Verdict(Decision("accepted", now, activities), decided_by=by)


def refused(
    act: Act,
    policy: Policy,
    *,
    ground: str,
    reason: str,
    by: str,
    approved_by: str | None,
    told_at: datetime | None,
    now: datetime,
    case: str | None = None,
    activities: tuple[str, ...] = (),
    proof: str = "",
) -> Verdict:
    """A refusal, which counts from the instant at which the person hears of it.

    `proof`: what shows that a request is unfounded or excessive, and where that lies.

    Refused: `nothing-to-decide`, `unknown-activity`, `marketing-is-granted` (Art. 21(3)),
    `unknown-refusal-ground` (the list is closed), `refusal-without-reason`,
    `refusal-without-second-approver`, `refusal-without-case` (legal claims need an open file),
    `refusal-without-proof` (Art. 12(5)),
    `refusal-untold` (Art. 12(4)), `refusal-too-late` (silence until the deadline has granted it).
    """
    if act.kind not in ANSWERED:
        _refuse_undecidable(act)
    refuse_unknown(activities, policy.activities, "activity")
    _refuse_marketing(act, policy, activities)
    _refuse_unproven(act, ground, reason, by, approved_by, case)
    _refuse_without_proof(ground, proof)
    if told_at is None or told_at > now:
        raise Refused(
            "refusal-untold",
            "a refusal counts once the person has heard of it, with the ways to complain",
            help="send the letter first, then add --told with the instant",
        )
    late = act.answer_by is not None and day_of(told_at, policy.zoneinfo) >= act.answer_by
    if late and act.kind not in ANSWERED:
        raise Refused(
            "refusal-too-late",
            f"it was to be answered before {act.answer_by}: it has taken effect undecided",
            help="the person's wish is carried out",
        )
    return Verdict(
        Decision("refused", told_at, activities),
        decided_by=by,
        ground=ground,
        reason=f"{reason} Proof: {proof.strip()}" if proof.strip() else reason,
        case=case,
        approved_by=approved_by,
    )


def _refuse_without_proof(ground: str, proof: str) -> None:
    if ground in ABUSIVE and not proof.strip():
        raise Refused(
            "refusal-without-proof",
            f"that a request is {ground.replace('-', ' ')} is yours to prove (Art. 12(5))",
            help="add --proof with what shows it and where it lies; else answer the request",
        )


OWN_WISH = "own-wish"
"""The ground of a lifting that the person asks for: Art. 18(3) warns of the controller's own."""


def lifted(
    act: Act,
    policy: Policy,
    *,
    told_at: datetime | None,
    by: str,
    now: datetime,
    reason: str,
    wish: str | None = None,
) -> Verdict:
    """The end of a restriction, some days after the person has heard of it (Art. 18(3)).

    `wish`: where the person's own word is that it shall end; then it ends at once. Refused:
    `not-a-restriction`, `wish-without-proof`, `restriction-untold`.
    """
    if act.kind != "restriction":
        raise Refused("not-a-restriction", f"'{act.id}' is no restriction")
    if wish is not None:
        found = Decision("refused", now)
        return Verdict(found, decided_by=by, ground=OWN_WISH, reason=wished(wish, reason))
    if told_at is None or told_at > now:
        raise Refused(
            "restriction-untold",
            "the person hears of it before a restriction is lifted",
            help="send the letter first, then add --told with the instant",
        )
    earliest = add(day_of(told_at, policy.zoneinfo), warning_of(policy))
    if day_of(now, policy.zoneinfo) < earliest:
        raise Refused(
            "restriction-untold",
            f"the person hears of it first: it can be lifted from {earliest} on",
            help="lift it then",
        )
    return Verdict(Decision("refused", now), decided_by=by, reason=reason)


def warning_of(policy: Policy) -> Period:
    """How long before its end a person hears that a restriction is lifted."""
    rights = policy.rights.values()
    return next((t.warning for t in rights if t.right == "restriction" and t.warning), WARNING)


def wished(wish: str, reason: str = "") -> str:
    """What is recorded of the person's own wish; Refused (`wish-without-proof`) without proof."""
    if not wish.strip():
        raise Refused(
            "wish-without-proof",
            "the person's own wish says where it is: a letter, a message, a file",
            help="for example --own-wish 'letter of 3 March, file 2026-7'",
        )
    return f"{wish.strip()}; {reason.strip()}" if reason.strip() else wish.strip()


def _refuse_undecidable(act: Act) -> None:
    if act.kind not in ("objection", "erasure"):
        raise Refused(
            "nothing-to-decide",
            f"nothing is to be decided on '{act.id}': {act.kind} takes effect by itself",
            help="a restriction is lifted with `troth request lift`",
        )


def _refuse_marketing(act: Act, policy: Policy, activities: tuple[str, ...]) -> None:
    for name in activities or act.activities:
        activity = policy.activities.get(name)
        if activity is not None and activity.direct_marketing:
            raise Refused(
                "marketing-is-granted",
                f"'{name}' is direct marketing: what a person asks there is granted at once",
                help="refuse for the other activities alone, with --activity",
            )


def _refuse_unproven(
    act: Act, ground: str, reason: str, by: str, approved_by: str | None, case: str | None
) -> None:
    allowed = AGAINST[act.kind]
    if ground not in allowed:
        known = ground in get_args(RefusalGround)
        raise Refused(
            "unknown-refusal-ground",
            f"'{ground}' {'does not stand against' if known else 'is no ground against'} "
            f"an {act.kind}",
            help=f"the law knows {', '.join(allowed)}",
        )
    if not reason.strip():
        raise Refused(
            "refusal-without-reason",
            "a refusal says its facts and how they were weighed",
            help="add --reason",
        )
    if approved_by is None or approved_by == by:
        raise Refused(
            "refusal-without-second-approver",
            "a second person approves a refusal",
            help="add --approved-by",
        )
    if ground == "legal-claims" and not (case or "").strip():
        raise Refused(
            "refusal-without-case",
            "legal claims need an open file",
            help="add --case with its number",
        )
