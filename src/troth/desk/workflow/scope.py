"""What the person wants: a question where it is unclear, the right, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from troth.desk.rights.receive import Received, act_of
from troth.desk.rights.verdicts import OWN_WISH, lifted
from troth.desk.told.known import known_persons
from troth.desk.told.suppression import consent_and_suppress, record_and_suppress
from troth.desk.workflow.clock import clock_of
from troth.desk.workflow.kinds import DIRECTIVES, OF_ITSELF
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Case, Office, look, look_in, note, refuse_step, step
from troth.desk.workflow.persons import address_of, meant
from troth.desk.workflow.tasks import open_here
from troth.desk.workflow.wishes import record_wish
from troth.errors import Refused
from troth.grounds.facts import ActKind, ConsentFact, Decision, Identifier
from troth.law.calendar import day_of
from troth.ledger.acts import Verdict, find_act, record_acts, record_verdicts
from troth.ledger.days import record_days
from troth.ledger.directives import Instruction, Trusted
from troth.ledger.documents import delete_documents
from troth.ledger.proofs import record_proof
from troth.postbox.content import RIGHTS

MEANT: tuple[str, ...] = (*RIGHTS, "death")
"""What a request can turn out to ask for; a death is told by whoever may ask after it."""


@dataclass(frozen=True)
class Meant:
    """What an act is about: persons (empty: whom the request surely means), and its scope.

    `consents`: those that are withdrawn; empty: all. `confirm`: doubtful matches that are the
    person. `old_file`: a medical file older than five years. `instructions`, `trusted` and
    `registered_with`: a directive; empty: as the form has it. `event`: what ends an account, by the
    policy's name. `proof`: what proves a death. `receiver`: to whom a portability is to be sent.
    """

    persons: tuple[Identifier, ...] = ()
    activities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    old_file: bool = False
    instructions: tuple[Instruction, ...] = ()
    trusted: tuple[Trusted, ...] = ()
    registered_with: str = ""
    event: str = ""
    proof: str = ""
    receiver: str = ""


EVERYTHING = Meant()


def clarify(
    office: Office,
    number: str,
    question: str,
    *,
    about: Literal["scope", "wish"],
    set_aside: bool = False,
    by: str,
    now: datetime,
) -> None:
    """Ask the person which part of much data is meant (`scope`: the clock stands still, recital 63)
    or what they wish (`wish`: it runs on).

    `set_aside`: until they answer, their data is used by nobody.
    Refused: `question-empty`; `step-not-now` to set aside before it is known who asks.
    """
    if not question.strip():
        raise Refused("question-empty", "a question says what is unclear", help="write it out")
    persons: tuple[Identifier, ...] = ()
    if set_aside:
        refuse_step(look(office, number, now)[1], "record-act")
        persons = _persons(office, number, EVERYTHING, now)
    with step(office, number, "clarify", now) as case:
        act = None
        if set_aside:
            wanted = act_of(Received("restriction", persons, now), office.policy)
            (act,) = record_acts(case.writing, [wanted], by=by, at=now)
        detail = {
            "about": about,
            "question": question.strip(),
            "act": None if act is None else act.id,
        }
        note(case, "clarification-asked", by=by, now=now, detail=detail)


def clarified(
    office: Office, number: str, answer: str, *, right: str | None = None, by: str, now: datetime
) -> None:
    """What the person answered, and the right that they meant, where it is another."""
    if right is not None:
        _refuse_unknown_right(right)
    with step(office, number, "clarified", now) as case:
        _end_setting_aside(case, office, by=by, now=now)
        detail = {"answer": answer.strip(), "right": right}
        note(case, "clarified", by=by, now=now, detail=detail)


def correct_right(
    office: Office, number: str, right: str, reason: str, *, by: str, now: datetime
) -> None:
    """Say which right a request asks for, where it was unclear or wrongly understood.

    The clock runs from the receipt as before, by the terms of that right; an act that was recorded
    of the wrong one ends. Refused: `unknown-right`, `same-right`, `right-without-reason`.
    """
    _refuse_unknown_right(right)
    if not reason.strip():
        raise Refused(
            "right-without-reason",
            "why a request asks for another right is written down",
            help="for example --reason 'the letter asks for a copy, not for erasure'",
        )
    with step(office, number, "correct-right", now) as case:
        before = case.progress.right
        if right == before:
            raise Refused("same-right", f"request {number} is understood as '{right}' already")
        why = f"the request was understood as {before}: {reason.strip()}"
        end_acts(case, why, by=by, now=now)
        detail = {"right": right, "before": before, "reason": reason.strip()}
        note(case, "right-corrected", by=by, now=now, detail=detail)


def withdrawn(
    office: Office, number: str, detail: dict[str, str], *, by: str, at: datetime
) -> None:
    """The person asks no longer: it is noted, and what was recorded of it ends."""
    with office.ledger.writing(office.organisation) as writing:
        request, progress = look_in(writing, office, number, at)
        case = Case(writing, request, progress, office.policy)
        if not progress.executed:
            end_acts(case, "the person asks no longer", by=by, now=at)
        note(case, "withdrawn", by=by, now=at, detail=detail)


def end_acts(case: Case, why: str, *, by: str, now: datetime) -> None:
    """What was recorded of a request is not asked any more: silence must not grant it one day."""
    delete_documents(case.writing, case.request.number, "correction", at=now)
    for id in case.progress.acts:
        act = find_act(case.writing, id, now).act
        if act.kind in ("erasure", "objection", "restriction"):
            ended = Verdict(Decision("refused", now), decided_by=by, ground=OWN_WISH, reason=why)
            record_verdicts(case.writing, [(id, ended)], at=now)


def _refuse_unknown_right(right: str) -> None:
    if right not in MEANT:
        raise Refused(
            "unknown-right", f"'{right}' is no right", help=f"it is one of {', '.join(MEANT)}"
        )


def _end_setting_aside(case: Case, office: Office, *, by: str, now: datetime) -> None:
    """What was set aside until the person answered is used again as they say."""
    asked = [one for one in case.request.events if one.kind == "clarification-asked"]
    id = asked[-1].detail.get("act") if asked else None
    if id is not None:
        act = find_act(case.writing, id, now).act
        wish = f"their answer to request {case.request.number}"
        ended = lifted(act, office.policy, told_at=None, by=by, now=now, reason="", wish=wish)
        record_verdicts(case.writing, [(id, ended)], at=now)


def record_act(
    office: Office, number: str, meant_by: Meant = EVERYTHING, *, by: str, now: datetime
) -> str | None:
    """Record what the person asks: the id of an act of theirs, or None for what is no act.

    A consent is withdrawn, a wish for after death is a version of their directive, an account
    ends on a day; a decision that a machine made is looked at by somebody, as a task. It counts
    from the receipt of the request. What takes effect by itself is decided with it.
    Refused: `nobody-found`, `two-persons`, and what `act_of` and `record_wish` refuse.
    """
    _, progress = look(office, number, now)
    refuse_step(progress, "record-act")
    persons = _persons(office, number, meant_by, now)
    with step(office, number, "record-act", now) as case:
        made = directive = None
        match progress.right:
            case "withdrawal":
                _withdraw(case, office, persons, meant_by.consents, by=by, now=now)
            case right if right == DIRECTIVES:
                directive = _wish(case, office, persons, meant_by, by=by, now=now)
            case "account-closure":
                _end_account(case, office, persons, meant_by.event, by=by, now=now)
            case "human-decision":
                pass
            case "death":
                made = _death(case, persons, meant_by.proof, by=by, now=now)
            case _:
                made = _recorded(case, office, persons, meant_by, by=by, now=now)
        detail = {
            "act": made,
            "directive": directive,
            "right": progress.right,
            "categories": " ".join(meant_by.categories),
            "old_file": "yes" if meant_by.old_file else "",
            "receiver": meant_by.receiver.strip() if progress.right == "portability" else "",
        }
        note(case, "act-recorded", by=by, now=now, detail=detail)
        if progress.right in OF_ITSELF:
            detail = {"items": '[{"outcome": "accepted"}]', "of_itself": "yes"}
            note(case, "decided", by=by, now=now, detail=detail)
        what = _BY_SOMEBODY.get(progress.right)
        if what is not None:
            open_here(case, "desk", what, by=by, now=now)
    return made


_BY_SOMEBODY = {
    "human-decision": "hear the person, and look at the automated decision again (GDPR 22(3))",
    "account-closure": "shut the account in the application",
    "death": "carry out the directive in force, or what the law grants an heir: page Directives, "
    "or `troth directive execute`",
}
"""What becomes a task of somebody's, as nothing in the databases does it."""


def _persons(office: Office, number: str, meant_by: Meant, now: datetime) -> tuple[Identifier, ...]:
    """The names under which the act is recorded."""
    if meant_by.persons:
        return known_persons(meant_by.persons, office.map)
    request, progress = look(office, number, now)
    if progress.right == "death":
        raise Refused(
            "death-without-person",
            "who has died is named: whoever tells it is alive",
            help="name them as namespace=value, such as email=anna@mail.example",
        )
    found = meant(office, request, progress.identity, meant_by.confirm)
    persons = (*address_of(office, request), *found.identifiers)
    if not persons and "@" in request.contact:
        persons = (Identifier("email", request.contact),)  # whom no store knows by a mail
    if not persons:
        raise Refused(
            "nobody-found",
            "no store names anybody by what the request says",
            help="look with `troth request find`, and name the person with --person",
        )
    return tuple(dict.fromkeys(persons))


def _recorded(
    case: Case,
    office: Office,
    persons: Sequence[Identifier],
    meant_by: Meant,
    *,
    by: str,
    now: datetime,
) -> str:
    received = Received(
        kind=kind_of(case.progress),
        persons=tuple(persons),
        received_at=case.request.received_at,
        activities=meant_by.activities,
        categories=meant_by.categories,
        places=meant_by.places,
        old_file=meant_by.old_file,
    )
    act = act_of(received, office.policy)
    if act.answer_by is not None:
        act = replace(act, answer_by=_due(case, office, meant_by, now) or act.answer_by)
    (made,) = record_and_suppress(case.writing, [act], office.policy, office.map, by=by, at=now)
    return made.id


def _due(case: Case, office: Office, meant_by: Meant, now: datetime) -> date | None:
    """Until when the act is answered: with the stops of the clock, by the terms of its data."""
    progress = case.progress
    if progress.clock.extended:
        return progress.clock.due
    found = clock_of(
        case.request,
        office.policy,
        now,
        right=progress.right,
        categories=meant_by.categories,
        old_file=meant_by.old_file,
        stops=progress.stops,
    )
    return found.due


def kind_of(progress: Progress) -> ActKind:
    """The kind of act that the request asks for; Refused (`unknown-right`) for a withdrawal."""
    found: ActKind | None = next(
        (kind for kind in get_args(ActKind) if kind == progress.right), None
    )
    if found is None:
        raise Refused("unknown-right", f"'{progress.right}' is no act that is recorded")
    return found


def _wish(
    case: Case,
    office: Office,
    persons: Sequence[Identifier],
    meant_by: Meant,
    *,
    by: str,
    now: datetime,
) -> str:
    return record_wish(
        case,
        office,
        persons,
        meant_by.instructions,
        meant_by.trusted,
        meant_by.registered_with,
        by=by,
        now=now,
    )


def _end_account(
    case: Case, office: Office, persons: Sequence[Identifier], event: str, *, by: str, now: datetime
) -> None:
    """The account ends on the day on which its end was asked for; retention goes on from there."""
    known = tuple(office.policy.events)
    if event not in known:
        raise Refused(
            "unknown-event",
            f"the policy has no event '{event}'" if event else "say which event ends an account",
            help=f"it has {', '.join(known) or 'none'}",
        )
    day = day_of(case.request.received_at, office.policy.zoneinfo)
    record_days(case.writing, [(event, person, day) for person in persons], by=by, at=now)


def _death(case: Case, persons: Sequence[Identifier], proof: str, *, by: str, now: datetime) -> str:
    """A death, with what proves it: a wish counts from then on (Loi 78-17, art. 85)."""
    if not proof.strip():
        raise Refused(
            "death-unproven",
            "a death is recorded with what proves it (Loi 78-17, art. 85)",
            help="for example --proof 'certificate of 3 March, file 2026-7'",
        )
    act = act_of(Received("death", tuple(persons), now), case.policy)
    (made,) = record_acts(case.writing, [act], by=by, at=now)
    record_proof(case.writing, made.id, proof.strip(), by=by, at=now)
    return made.id


def _withdraw(
    case: Case,
    office: Office,
    persons: Sequence[Identifier],
    consents: Sequence[str],
    *,
    by: str,
    now: datetime,
) -> None:
    known = tuple(office.policy.consents)
    unknown = [name for name in consents if name not in known]
    if unknown or not known:
        raise Refused(
            "unknown-consent",
            f"the policy has no consent '{unknown[0]}'" if unknown else "the policy has no consent",
            help=f"it has {', '.join(known) or 'none'}",
        )
    facts = [
        ConsentFact(person, consent, "withdrawn", case.request.received_at)
        for person in persons
        for consent in consents or known
    ]
    consent_and_suppress(case.writing, facts, office.policy, office.map, by=by, at=now)
