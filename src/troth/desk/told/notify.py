"""Telling recipients what a person's act asks of them (Art. 19), and keeping after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from troth.datamap.model import DataMap
from troth.desk.told.disclosures import disclosures_of
from troth.desk.told.letters import letter
from troth.desk.told.recipients import Cell, Holder, activities_of, cells_of_act, holders
from troth.errors import Refused
from troth.grounds.acts import in_force, phase
from troth.grounds.facts import Act
from troth.grounds.phases import Phase
from troth.language import Language
from troth.law.calendar import Period, add, day_of
from troth.ledger.invitations import Invitation, queue_invitations
from troth.ledger.notices import (
    NoticeEvent,
    NoticeKind,
    RecipientNotice,
    letter_of,
    move_notices,
    open_notices,
    read_notices,
    withdraw_letters,
)
from troth.ledger.session import Reading, Writing
from troth.policy.model import Policy

ANSWER_WITHIN: Mapping[NoticeKind, Period] = {
    "erase": Period(days=14),
    "correct": Period(days=14),
    "suspend": Period(days=3),
    "resume": Period(days=14),
}
"""How long a recipient has; the law says without delay and names no term, so these are ours."""

REMIND_AFTER = Period(days=7)
"""Days after the last letter on which a late recipient is reminded."""


@dataclass(frozen=True)
class Promise:
    """What telling stands on: the promise and the map."""

    policy: Policy
    map: DataMap


def kind_of(act: Act, policy: Policy, now: datetime) -> NoticeKind | None:
    """What recipients are to do for an act as it stands; None where nothing is asked of them."""
    match act.kind:
        case "death" | "access" | "portability":
            return None
        case "rectification":
            done = any(each.outcome == "accepted" for each in act.decisions)
            return "correct" if done else None
        case "opt-out":
            return "erase"
        case "restriction":
            return "suspend" if in_force(act, now, policy) else "resume"
        case "objection" | "erasure":
            names = act.activities or tuple(policy.activities)
            phases = {phase(act, name, now, policy) for name in names}
            if Phase.EFFECTIVE in phases:
                return "erase"
            return "suspend" if Phase.PENDING in phases else "resume"


def holders_of(
    reading: Reading, act: Act, promise: Promise, cells: Collection[Cell] | None = None
) -> tuple[Holder, ...]:
    """Who had data of the act's person: of the written cells, or of all that the act may touch."""
    meant = cells_of_act(act, promise.policy, promise.map) if cells is None else cells
    disclosed = disclosures_of(reading, act.persons, promise.map)
    return holders(act, meant, disclosed, promise.policy, promise.map)


def open_for(
    writing: Writing,
    act: Act,
    kind: NoticeKind,
    promise: Promise,
    *,
    by: str,
    at: datetime,
    cells: Collection[Cell] | None = None,
) -> tuple[RecipientNotice, ...]:
    """Open a notice to each recipient that had the data; those opened now.

    What a recipient was already told of the same kind for this act is not told again; without
    `cells`, nothing is added to what a run has told: what the act could touch besides was kept.
    `resume` goes to those who were told to suspend.
    """
    before = read_notices(writing, [act.id])
    due = due_day(act, kind, day_of(at, promise.policy.zoneinfo))
    if cells is None and any(notice.kind == kind for notice in before):
        return ()
    wanted = (
        _suspended(before)
        if kind == "resume"
        else holders_of(writing, act, promise, _within(cells, act, promise))
    )
    new = []
    for holder in wanted:
        told = {
            category
            for notice in before
            if notice.recipient == holder.recipient and notice.kind == kind
            for category in notice.categories
        }
        left = tuple(category for category in holder.categories if category not in told)
        if left:
            new.append(
                RecipientNotice(
                    id="",
                    act=act.id,
                    recipient=holder.recipient,
                    kind=kind,
                    known=holder.known,
                    categories=left,
                    person=holder.person,
                    due_on=due,
                    opened_at=at,
                    opened_by=by,
                )
            )
    return open_notices(writing, new, at=at)


def _within(cells: Collection[Cell] | None, act: Act, promise: Promise) -> Collection[Cell] | None:
    """Of what several acts together wrote, what this one may have."""
    if cells is None:
        return None
    meant = cells_of_act(act, promise.policy, promise.map)
    return frozenset(cells) & meant if activities_of(act, promise.policy) else cells


def _suspended(before: Sequence[RecipientNotice]) -> tuple[Holder, ...]:
    return tuple(
        Holder(notice.recipient, notice.known, notice.categories, notice.person)
        for notice in before
        if notice.kind == "suspend"
    )


def due_day(act: Act, kind: NoticeKind, today: date) -> date:
    """Until when a recipient has done it: before the person's own answer, where that is near."""
    due = add(today, ANSWER_WITHIN[kind])
    return act.answer_by if act.answer_by and today <= act.answer_by < due else due


def queue_letters(
    writing: Writing,
    act: Act,
    promise: Promise,
    addresses: Mapping[str, str],
    language: Language,
    *,
    at: datetime,
) -> int:
    """Put into the outbox what is to be written to recipients of this act; how many letters.

    A first letter for each notice that waits for one, a reminder for each that is late. Recipients
    without an address, or who know the person by no identifier of ours, are a human's task.
    """
    today = day_of(at, promise.policy.zoneinfo)
    letters: list[Invitation] = []
    for notice in read_notices(writing, [act.id]):
        address = addresses.get(notice.recipient)
        if address is None or notice.person is None or not _to_write(notice, today, promise.policy):
            continue
        subject, body = letter(notice, promise.policy, language, today)
        letters.append(letter_of(notice, address, subject, body))
    return len(queue_invitations(writing, letters, at=at))


def _to_write(notice: RecipientNotice, today: date, policy: Policy) -> bool:
    if notice.settled:
        return False
    if not notice.events:
        return True
    last = day_of(notice.events[-1].at, policy.zoneinfo)
    return notice.late(today) and add(last, REMIND_AFTER) <= today


def acknowledge(
    writing: Writing,
    act: str,
    recipient: str,
    *,
    proof: str | None,
    impossible: str | None,
    by: str,
    at: datetime,
) -> tuple[RecipientNotice, ...]:
    """Settle the open notices of an act to a recipient; those settled.

    `proof`: how we know that they have done it. `impossible`: why telling them is impossible or
    asks for disproportionate effort, the only exceptions of Art. 19. Refused: `unknown-notice`,
    `acknowledgement-unclear`, `proof-empty`.
    """
    if (proof is None) == (impossible is None):
        raise Refused(
            "acknowledgement-unclear",
            "an acknowledgement has either a proof or the reason why it is impossible",
            help="add --proof TEXT or --impossible REASON",
        )
    said = (proof if proof is not None else impossible or "").strip()
    if not said:
        raise Refused(
            "proof-empty",
            "a proof says what it is and where it lies",
            help="for example --proof 'their mail of 3 March, file 2026-7'",
        )
    mine = [notice for notice in read_notices(writing, [act]) if notice.recipient == recipient]
    waiting = [notice for notice in mine if not notice.settled]
    if not waiting:
        known = ", ".join(dict.fromkeys(n.recipient for n in read_notices(writing, [act])))
        raise Refused(
            "unknown-notice",
            f"no notice of '{act}' to '{recipient}' is open",
            help=f"it has notices to {known}" if known else "`troth request notify` opens them",
        )
    step = NoticeEvent("acknowledged" if proof is not None else "impossible", at, by, said)
    move_notices(writing, [(notice.id, step) for notice in waiting], at=at)
    settled = {notice.id for notice in waiting}
    withdraw_letters(writing, settled)
    return tuple(notice for notice in read_notices(writing, [act]) if notice.id in settled)
