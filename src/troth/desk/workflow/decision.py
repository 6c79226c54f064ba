"""What is decided, part by part, each refusal with what the law asks of it; approved; recorded.

The rules are those of `desk.rights.verdicts`. An acceptance counts at once; a refusal once the
person has heard of it (Art. 12(4)).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from troth.desk.rights.receive import refuse_unknown
from troth.desk.rights.verdicts import EXCESSIVE, accepted, refused
from troth.desk.workflow.model import Decided, Item
from troth.desk.workflow.office import Case, Office, note, step
from troth.desk.workflow.tasks import open_for_places
from troth.errors import Refused
from troth.grounds.facts import Act
from troth.grounds.identity import normalise
from troth.ledger.acts import ANSWERED, Verdict, find_act, record_verdicts
from troth.ledger.plans import approve_plan
from troth.ledger.requests import read_requests

APPROVED_FOR = timedelta(days=7)  # an approval is used soon, or asked for again
SECOND = "a second person"
"""Stands for whoever will approve, while a decision is checked."""


def decide(
    office: Office, number: str, items: Sequence[Item], *, by: str, now: datetime
) -> Decided:
    """Decide on a request, in whole or part by part.

    A refusal, and every decision where the organisation wants two people, waits for its approval.
    Refused: `decision-unclear`, `decision-incomplete`, `excessive-without-proof`, and what
    `verdicts.refused` refuses.
    """
    with step(office, number, "decide", now) as case:
        act = find_act(case.writing, case.progress.acts[0], now).act
        _refuse_incomplete(act, items)
        for item in items:
            refuse_unknown(item.activities, office.policy.activities, "activity")
            if item.outcome == "refused":
                _refuse_unproven(case, office, act, item, by=by, now=now)
        wanted = office.rules.two_people or any(item.outcome == "refused" for item in items)
        detail = {"items": _text(items), "approval": "wanted" if wanted else ""}
        note(case, "decided", by=by, now=now, detail=detail)
        made = Decided(by, now, tuple(items), approval_wanted=wanted)
        if made.final:
            settle(case, office, made, by=by, now=now)
    return made


def approve(
    office: Office, number: str, what: Literal["decision", "plan"], *, by: str, now: datetime
) -> None:
    """Approve a decision or a plan, as another person. Refused (`same-person`)."""
    with step(office, number, "approve", now) as case:
        progress = case.progress
        waiting = progress.decision if what == "decision" else progress.plan
        if waiting is None or waiting.approved_by is not None or not waiting.approval_wanted:
            raise Refused(
                "nothing-to-approve",
                f"no {what} of request {number} waits for its approval",
                help="`troth request show` tells what it waits for",
            )
        if waiting.by == by:
            raise Refused(
                "same-person",
                f"{by} made this {what}, and somebody else approves it",
                help="ask a colleague",
            )
        note(case, "approved", by=by, now=now, detail={"what": what})
        if what == "decision" and progress.decision is not None:
            made = replace(progress.decision, approved_by=by)
            settle(case, office, made, by=by, now=now)
        elif progress.plan is not None:
            until = now + APPROVED_FOR
            approve_plan(case.writing, progress.plan.digest, by=by, at=now, expires_at=until)


def give_back(office: Office, number: str, reason: str, *, by: str, now: datetime) -> None:
    """Give a decision back to whoever made it. Refused (`return-without-reason`)."""
    if not reason.strip():
        raise Refused("return-without-reason", "what is given back says why", help="write it out")
    with step(office, number, "return", now) as case:
        note(case, "returned", by=by, now=now, detail={"reason": reason.strip()})


def settle(case: Case, office: Office, made: Decided, *, by: str, now: datetime) -> None:
    """What a final decision does: what is accepted counts, and human places become tasks."""
    act = find_act(case.writing, case.progress.acts[0], now).act
    if act.kind not in ANSWERED:
        verdicts = [
            (act.id, accepted(act, office.policy, by=made.by, now=now, activities=item.activities))
            for item in made.items
            if item.outcome == "accepted"
        ]
        record_verdicts(case.writing, verdicts, at=now)
    if made.outcome != "refused":
        open_for_places(case, office, by=by, now=now)


def tell_refusals(case: Case, office: Office, *, told_at: datetime) -> None:
    """The person has heard of the refusals: they count from then on.

    What comes too late is not refused any more: the decision goes back, and the wish is granted.
    """
    made = case.progress.decision
    if made is None or not made.final or not made.refusals:
        return
    act = find_act(case.writing, case.progress.acts[0], told_at).act
    done = find_act(case.writing, act.id, told_at).verdicts
    if any(verdict.decision.outcome == "refused" for verdict in done):
        return
    try:
        verdicts = [
            (act.id, _refusal(office, act, item, made, told_at=told_at)) for item in made.refusals
        ]
    except Refused as error:
        note(case, "returned", by="troth", now=told_at, detail={"reason": error.code})
        return
    record_verdicts(case.writing, verdicts, at=told_at)


def _refusal(office: Office, act: Act, item: Item, made: Decided, *, told_at: datetime) -> Verdict:
    return refused(
        act,
        office.policy,
        ground=item.ground or "",
        reason=item.reason,
        by=made.by,
        approved_by=made.approved_by,
        told_at=told_at,
        now=told_at,
        case=item.case,
        activities=item.activities,
        proof=_proof(item),
    )


def _proof(item: Item) -> str:
    """What shows that a request is unfounded, or the requests that make it excessive."""
    if item.ground == EXCESSIVE and item.before:
        return "; ".join(filter(None, (f"earlier requests {', '.join(item.before)}", item.proof)))
    return item.proof


def _refuse_incomplete(act: Act, items: Sequence[Item]) -> None:
    """Each part is decided once, and one part says what holds for all that no other names."""
    named = [name for item in items for name in item.activities]
    rests = sum(not item.activities for item in items)
    if not items or rests > 1 or len(named) != len(set(named)):
        raise Refused(
            "decision-unclear",
            "a decision names each activity once, and has one part for the rest",
            help="for example --accept --refuse legal-claims --activity orders",
        )
    if rests == 0 and (not act.activities or set(act.activities) - set(named)):
        raise Refused(
            "decision-incomplete",
            "the decision leaves open what happens to the rest",
            help="accept or refuse the rest as well: a part without activities",
        )
    if named and act.kind in ANSWERED:
        raise Refused(
            "decision-unclear",
            f"a request for {act.kind} is decided as a whole",
            help="single values of others are masked in the package, each with its reason",
        )


def _refuse_unproven(
    case: Case, office: Office, act: Act, item: Item, *, by: str, now: datetime
) -> None:
    """What a refusal must prove, as if the person heard of it now."""
    if item.ground == EXCESSIVE:
        _refuse_unproven_excess(case, item)
    made = Decided(by, now, (item,), approval_wanted=True, approved_by=f"{SECOND} (not {by})")
    _refusal(office, act, item, made, told_at=now)


def _refuse_unproven_excess(case: Case, item: Item) -> None:
    """Art. 12(5): the controller bears the burden; a first request is never excessive."""
    contact = normalise(case.request.contact, "email")
    known = {one.number: one for one in read_requests(case.writing, item.before)}
    for number in item.before:
        one = known.get(number)
        if (
            one is None
            or one.received_at >= case.request.received_at
            or normalise(one.contact, "email") != contact
        ):
            raise Refused(
                "excessive-without-proof",
                f"'{number}' is no earlier request of the same person",
                help="`troth request inbox --all` shows them",
            )
    if not item.before:
        raise Refused(
            "excessive-without-proof",
            "that a request is excessive is yours to prove (Art. 12(5))",
            help="name the person's earlier requests with --before; a first request can be "
            "manifestly unfounded, with its --proof; else answer this one",
        )


def _text(items: Sequence[Item]) -> str:
    told = [{name: value for name, value in vars(item).items() if value} for item in items]
    return json.dumps(told, ensure_ascii=False)
