"""A restriction ends as steps of its request (Art. 18(3)): decided, approved, told, lifted.

The person hears of it, with the reason, before it ends; at their own wish it ends at once. What
was set aside comes back in every store; the act ends when all of it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from troth.apply.restriction.lift import lift as give_back
from troth.apply.restriction.model import Conflicts, Outcome
from troth.apply.restriction.model import Office as Store
from troth.desk.rights.verdicts import lifted, warning_of, wished
from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
from troth.desk.workflow.letters import Said, letter_text
from troth.desk.workflow.model import Lifting, Progress
from troth.desk.workflow.office import Case, Office, look, look_in, note, refuse_step, step
from troth.desk.workflow.post import queue_letter
from troth.desk.workflow.tasks import open_here
from troth.errors import Refused
from troth.grounds.facts import Act
from troth.law.calendar import add, day_of
from troth.ledger.acts import find_act, record_verdicts
from troth.ledger.restrictions import ERASURE, Restriction, list_restrictions


def decide_lifting(
    office: Office, number: str, reason: str, *, wish: str = "", by: str, now: datetime
) -> None:
    """Decide that a restriction ends, and why; the person is told where the end is not their wish.

    `wish`: where the person's own word for it is. Where the organisation wants two people somebody
    else approves it, and the letter is written then. Refused: `lift-without-reason`.
    """
    if wish.strip():
        wished(wish)
    elif not reason.strip():
        raise Refused(
            "lift-without-reason",
            "lifting a restriction has a reason, which the person reads",
            help="for example 'the address was corrected on 3 March'",
        )
    wanted = office.rules.two_people
    with step(office, number, "decide-lifting", now) as case:
        detail = {
            "reason": reason.strip(),
            "wish": wish.strip(),
            "approval": "wanted" if wanted else "",
            "earliest": "" if wanted or wish.strip() else _earliest(office, now).isoformat(),
        }
        note(case, "lift-decided", by=by, now=now, detail=detail)
        if not wanted:
            _write(case, office, by=by, now=now)


def approve_lifting(office: Office, number: str, *, by: str, now: datetime) -> None:
    """Approve that a restriction ends, as another person. Refused (`same-person`)."""
    with step(office, number, "approve-lifting", now) as case:
        lifting = _lifting(case.progress)
        if lifting.by == by:
            raise Refused(
                "same-person",
                f"{by} decided that it ends, and somebody else approves it",
                help="ask a colleague",
            )
        earliest = "" if lifting.wish else _earliest(office, now).isoformat()
        note(case, "lift-approved", by=by, now=now, detail={"earliest": earliest})
        _write(case, office, by=by, now=now)


def return_lifting(office: Office, number: str, reason: str, *, by: str, now: datetime) -> None:
    """The restriction stays after all. Refused (`return-without-reason`)."""
    if not reason.strip():
        raise Refused("return-without-reason", "what is given back says why", help="write it out")
    with step(office, number, "return-lifting", now) as case:
        note(case, "lift-returned", by=by, now=now, detail={"reason": reason.strip()})


def may_lift_on(office: Office, lifting: Lifting) -> date | None:
    """The first day on which it may be lifted; None while the person has not heard of it.

    At the person's own wish: the day on which that was decided.
    """
    zone = office.policy.zoneinfo
    if lifting.wish:
        return day_of(lifting.at, zone)
    if lifting.told_at is None:
        return None
    heard = add(day_of(lifting.told_at, zone), warning_of(office.policy))
    return max(heard, lifting.earliest or heard)


def lift(
    office: Office,
    number: str,
    *,
    conflicts: Conflicts = "report",
    by: str,
    now: datetime,
) -> tuple[Outcome, ...]:
    """Give back what a request has set aside, end its act, and tell who was told to suspend.

    A row that changed meanwhile stays sealed and nothing ends, unless `conflicts` says whose values
    count; the same step goes on. What was set aside by hand becomes a task.
    Refused: `restriction-untold` before the person has heard of it for long enough.
    """
    _, progress = look(office, number, now)
    refuse_step(progress, "lift")
    lifting = _lifting(progress)
    with office.ledger.reading(office.organisation) as reading:
        act = find_act(reading, progress.acts[0], now).act
        standing = _in_force(list_restrictions(reading), progress.acts)
    verdict = lifted(
        act,
        office.policy,
        told_at=lifting.told_at,
        by=lifting.by,
        now=now,
        reason=lifting.reason,
        wish=lifting.wish or None,
    )
    _refuse_early(office, lifting, now)
    outcomes = tuple(_given_back(office, standing, lifting, conflicts, by=by, now=now))
    left = sum(one.count("conflict") for one in outcomes)
    with step(office, number, "lift", now) as case:
        if left:
            note(case, "lift-halted", by=by, now=now, detail={"rows": str(left)})
            return outcomes
        if not any(one.outcome == "refused" for one in act.decisions):
            ended = replace(verdict, approved_by=lifting.approved_by)
            record_verdicts(case.writing, [(act.id, ended)], at=now)
        rows = sum(one.count("released") for one in outcomes)
        runs = " ".join(one.restriction for one in outcomes)
        note(case, "lifted", by=by, now=now, detail={"rows": str(rows), "run": runs})
        _by_hand(case, outcomes, by=by, now=now)
        if lifting.wish:
            _letter(case, office, Said(wish=True), by=by, now=now)
    _tell_recipients(office, act.id, by=by, now=now)
    return outcomes


def _lifting(progress: Progress) -> Lifting:
    if progress.lifting is None:
        raise Refused("nothing-to-lift", f"nobody decided to lift {progress.number}")
    return progress.lifting


def _earliest(office: Office, now: datetime) -> date:
    """The day that the letter names, if it leaves today."""
    return add(day_of(now, office.policy.zoneinfo), warning_of(office.policy))


def _refuse_early(office: Office, lifting: Lifting, now: datetime) -> None:
    """A letter that left late, or was written early, promises its own day."""
    ready = may_lift_on(office, lifting)
    if ready is None or day_of(now, office.policy.zoneinfo) < ready:
        raise Refused(
            "restriction-untold",
            f"the person was told that it is lifted from {ready} on",
            help="lift it then",
        )


def _in_force(every: Sequence[Restriction], acts: Sequence[str]) -> list[Restriction]:
    return [one for one in every if one.act in acts and one.in_force and one.ground != ERASURE]


def _given_back(
    office: Office,
    standing: Sequence[Restriction],
    lifting: Lifting,
    conflicts: Conflicts,
    *,
    by: str,
    now: datetime,
) -> list[Outcome]:
    if not standing:
        return []
    setting, zone = office.stores(), office.policy.zoneinfo
    store = Store(setting, office.ledger, office.organisation, now, setting.roles)
    return [
        give_back(
            store,
            one.id,
            reason=" ".join(filter(None, (lifting.wish, lifting.reason))),
            by=by,
            told_on=None if lifting.told_at is None else day_of(lifting.told_at, zone),
            conflicts=conflicts,
            own_wish=bool(lifting.wish),
        )
        for one in standing
    ]


def _write(case: Case, office: Office, *, by: str, now: datetime) -> None:
    """The letter that warns the person; at their own wish they hear of it once it is done."""
    request, progress = look_in(case.writing, office, case.request.number, now)
    told = replace(case, request=request, progress=progress)
    lifting = _lifting(progress)
    if lifting.final and not lifting.wish:
        said = Said(reason=lifting.reason, until=lifting.earliest)
        _letter(told, office, said, by=by, now=now)


def _letter(case: Case, office: Office, said: Said, *, by: str, now: datetime) -> None:
    text = letter_text("lifting", case.request, case.progress, office.policy, now, said)
    queue_letter(case, office, "lifting", text, by=by, now=now)


def _by_hand(case: Case, outcomes: Sequence[Outcome], *, by: str, now: datetime) -> None:
    """What somebody had set aside by hand, somebody puts back."""
    rows = Counter(
        (each.row.store, each.row.table)
        for outcome in outcomes
        for each in outcome.rows
        if each.enforcement.mechanism == "none"
    )
    for (store, table), number in rows.items():
        what = f"restriction lifted: put back {number} rows of {table} that were set aside by hand"
        open_here(case, f"{store}.{table}", what, by=by, now=now)


def _tell_recipients(office: Office, id: str, *, by: str, now: datetime) -> None:
    """Whoever was told to suspend may go on."""
    promise = Promise(office.policy, office.map)
    with office.ledger.writing(office.organisation) as writing:
        act: Act = find_act(writing, id, now).act
        kind = kind_of(act, office.policy, now)
        if kind == "resume":
            open_for(writing, act, kind, promise, by=by, at=now)
            language = office.policy.languages[0]
            queue_letters(writing, act, promise, office.recipients, language, at=now)
