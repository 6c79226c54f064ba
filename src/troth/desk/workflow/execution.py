"""Carrying out what was decided: a plan shown, approved, applied and verified; by its run's name.

The plan lies sealed with the request. A run that died goes on where it stopped, because the same
plan is applied again; the event is noted once it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from troth.apply.before import links_of
from troth.apply.outcome import Outcome
from troth.apply.run import apply_plan
from troth.desk.rectify.model import Rectification
from troth.desk.rights.carry_out import close_spent, plan_of_acts
from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
from troth.desk.told.recipients import written_cells
from troth.desk.workflow.away import note_away
from troth.desk.workflow.correcting import Correction, correct, forget_values, proposed
from troth.desk.workflow.decision import APPROVED_FOR
from troth.desk.workflow.kept import archived, as_text, kept_of
from troth.desk.workflow.kinds import ELSEWHERE
from troth.desk.workflow.model import Planned, Progress
from troth.desk.workflow.office import Case, Office, look, note, refuse_step, step
from troth.desk.workflow.setting_aside import aside_of, set_aside, tasks_of
from troth.desk.workflow.shown import Aside, Shown
from troth.desk.workflow.shown import as_text as plan_text
from troth.desk.workflow.shown import from_text as plan_from_text
from troth.desk.workflow.words import language_of
from troth.errors import Refused, Transient
from troth.ledger.acts import find_act
from troth.ledger.documents import open_document, store_document
from troth.ledger.facts import read_facts
from troth.ledger.plans import approve_plan
from troth.ledger.requests import Request
from troth.ledger.runs import written_by_plan
from troth.plan.model import Plan

JSON = "application/json"


def plan(
    office: Office,
    number: str,
    *,
    by: str,
    now: datetime,
    correction: Correction | None = None,
    ground: str = "",
) -> Shown:
    """Make the plan of what was accepted, and keep it with the request; nothing is changed.

    `correction`: what a rectification is to write; `ground`: of a restriction, by Art. 18(1).
    Where the organisation wants two people, somebody else approves it.
    """
    _, progress = look(office, number, now)
    refuse_step(progress, "plan")
    match progress.right:
        case "rectification":
            return _plan_correction(office, number, progress, correction, by=by, now=now)
        case "restriction":
            about = _fresh_name(office)
            aside = aside_of(office, progress, ground, about, now)
            return _keep(office, number, aside, by=by, now=now)
    return _plan_acts(office, number, by=by, now=now)


def _plan_acts(office: Office, number: str, *, by: str, now: datetime) -> Plan:
    """What has to go, by the engine of retention, and what stays, with its grounds."""
    request, progress = look(office, number, now)
    setting = office.stores()
    facts = read_facts(office.ledger, office.organisation, now)
    links = links_of(office.ledger, office.organisation)
    made = plan_of_acts(setting, facts, progress.acts, now, links)
    with office.ledger.reading(office.organisation) as reading:
        act = find_act(reading, progress.acts[0], now).act
    stays = kept_of(setting, office.ledger, act, language_of(request, office.policy), now)
    kept = as_text((*stays, *archived(made, office.policy, office.map)))
    _keep(office, number, made, kept=kept, by=by, now=now)
    return made


def _plan_correction(
    office: Office,
    number: str,
    progress: Progress,
    correction: Correction | None,
    *,
    by: str,
    now: datetime,
) -> Rectification:
    """What would be corrected; the values are sealed, under a key that goes with them."""
    if correction is None or not correction.sets:
        raise Refused(
            "rectify-unclear",
            "say what is right: a rectification writes the values that the person gives",
            help="for example --set phone=+33612345678",
        )
    made = proposed(office, progress, correction, now)
    with step(office, number, "plan", now) as case:
        forget_values(case.writing, number, at=now)  # those of a plan before
        sealed = store_document(
            case.writing,
            number,
            "correction",
            correction.write(),
            JSON,
            desk_key=office.key,
            by=by,
            at=now,
        )
        made = replace(made, about=sealed.id)
        _keep_in(case, office, made, values=sealed.id, by=by, now=now)
    return made


def _fresh_name(office: Office) -> str:
    return office.ledger.randomness(8).hex()


def _keep(
    office: Office,
    number: str,
    made: Shown,
    *,
    by: str,
    now: datetime,
    kept: bytes | None = None,
) -> Shown:
    with step(office, number, "plan", now) as case:
        _keep_in(case, office, made, kept=kept, by=by, now=now)
    return made


def _keep_in(
    case: Case,
    office: Office,
    made: Shown,
    *,
    by: str,
    now: datetime,
    kept: bytes | None = None,
    values: str | None = None,
) -> None:
    """Seal a plan, and what it leaves, with the request."""
    number = case.request.number
    stored, left = (
        None
        if one is None
        else store_document(
            case.writing, number, "plan", one, JSON, desk_key=office.key, by=by, at=now
        ).id
        for one in (plan_text(made), kept)
    )
    detail = {
        "plan": made.digest(),
        "document": stored,
        "kept": left,
        "values": values,
        "approval": "wanted" if office.rules.two_people else "",
    }
    note(case, "planned", by=by, now=now, detail=detail)


def plan_shown(office: Office, planned: Planned) -> Shown:
    """The plan of a request, as it was made."""
    with office.ledger.reading(office.organisation) as reading:
        text = open_document(reading, planned.document, desk_key=office.key)
    return plan_from_text(text)


def correction_shown(office: Office, planned: Planned) -> Correction | None:
    """The values of a rectification that waits, for whoever approves it; None once written."""
    if planned.values is None:
        return None
    with office.ledger.reading(office.organisation) as reading:
        return Correction.read(open_document(reading, planned.values, desk_key=office.key))


@dataclass(frozen=True)
class Carried:
    """What carrying out came to: its run, rows by table or column, and what remains of them."""

    run: str
    rows: int
    written: Mapping[str, int]
    remaining: Mapping[str, int]

    @property
    def clean(self) -> bool:
        return not self.remaining


def execute(
    office: Office, number: str, *, by: str, clock: Callable[[], datetime]
) -> Outcome | Carried:
    """Carry out the plan of a request, look afresh, and tell the recipients (Art. 19).

    It is noted as carried out where nothing remains due; else the outcome says what stopped it,
    and the same step goes on. Refused: `step-not-now`, and what `apply_plan` refuses
    (`plan-stale`: make the plan again). Transient where a store is away: it is noted, and the work
    of the night goes on with it.
    """
    try:
        return _execute(office, number, by=by, clock=clock)
    except Transient as error:
        note_away(office, number, error, by=by, now=clock())
        raise


def _execute(
    office: Office, number: str, *, by: str, clock: Callable[[], datetime]
) -> Outcome | Carried:
    now = clock()
    request, progress = look(office, number, now)
    refuse_step(progress, "execute")
    planned = progress.plan
    if planned is None:
        raise Refused(
            "carried-out-elsewhere",
            f"no plan of the {progress.right} was made here",
            help="make the plan; or note with a reference what its own command has done",
        )
    made = plan_shown(office, planned)
    match made:
        case Rectification():
            return _correct(office, number, planned, by=by, clock=clock)
        case Aside():
            return _set_aside(office, request, progress, made, by=by, clock=clock)
    return _apply(office, number, progress, planned, made, by=by, clock=clock)


def _apply(
    office: Office,
    number: str,
    progress: Progress,
    planned: Planned,
    made: Plan,
    *,
    by: str,
    clock: Callable[[], datetime],
) -> Outcome:
    now = clock()
    if not planned.approval_wanted:
        with office.ledger.writing(office.organisation) as writing:
            until = now + APPROVED_FOR
            approve_plan(writing, planned.digest, by=by, at=now, expires_at=until)
    outcome = apply_plan(made, office.stores(), office.ledger, clock, by=by, mailer=office.mailer)
    tell_recipients(office, made, outcome, by=by, now=clock())
    if outcome.clean:
        close_spent(office.stores(), office.ledger, progress.acts, by=by, now=clock())
        note_run(office, number, planned, outcome.run, by=by, now=clock())
    return outcome


def _correct(
    office: Office, number: str, planned: Planned, *, by: str, clock: Callable[[], datetime]
) -> Carried:
    """The rectification is written; its values go in the transaction that notes it as done."""
    outcome = correct(office, number, planned, by=by, clock=clock)
    remaining = {one.label: one.rows for one in outcome.remaining}
    if not remaining:
        with step(office, number, "execute", clock()) as case:
            forget_values(case.writing, number, at=clock())
            rows = sum(outcome.written.values()) or written_by_plan(case.writing, planned.digest)
            detail = {"run": outcome.run, "plan": planned.digest, "rows": str(rows)}
            note(case, "executed", by=by, now=clock(), detail=detail)
    return Carried(outcome.run, sum(outcome.written.values()), outcome.written, remaining)


def _set_aside(
    office: Office,
    request: Request,
    progress: Progress,
    made: Aside,
    *,
    by: str,
    clock: Callable[[], datetime],
) -> Carried:
    """The restriction is enforced; what no database can set aside becomes a task."""
    now = clock()
    outcome = set_aside(office, request, progress, made, by=by, now=now)
    written: Counter[str] = Counter()
    with step(office, request.number, "execute", now) as case:
        if outcome is not None:
            tasks_of(case, outcome, by=by, now=now)
            written.update(
                f"{each.row.store}.{each.row.table}"
                for each in outcome.rows
                if each.enforcement.state == "enforced"
            )
        rows = sum(written.values())
        run = "" if outcome is None else outcome.restriction
        detail = {"run": run, "plan": made.digest(), "rows": str(rows)}
        note(case, "executed", by=by, now=now, detail=detail)
    return Carried(run, rows, written, {})


def note_run(
    office: Office, number: str, planned: Planned, run: str, *, by: str, now: datetime
) -> None:
    """Note which run has carried a request out, and how many rows all runs of its plan wrote."""
    with step(office, number, "execute", now) as case:
        rows = written_by_plan(case.writing, planned.digest)
        detail = {"run": run, "plan": planned.digest, "rows": str(rows)}
        note(case, "executed", by=by, now=now, detail=detail)


def executed_elsewhere(
    office: Office, number: str, reference: str, *, by: str, now: datetime
) -> None:
    """Note that a request was carried out by its own command (a rectification, a restriction).

    `reference`: the run or the restriction. Refused (`reference-empty`, `carried-out-here`).
    """
    if not reference.strip():
        raise Refused(
            "reference-empty", "what carried it out has a name", help="name the run or the record"
        )
    with step(office, number, "execute", now) as case:
        if case.progress.plan is not None and case.progress.right not in ELSEWHERE:
            raise Refused(
                "carried-out-here",
                "this request is carried out by its plan",
                help="`troth request execute`",
            )
        forget_values(case.writing, number, at=now)
        note(case, "executed", by=by, now=now, detail={"run": reference.strip()})


def tell_recipients(
    office: Office, made: Plan, outcome: Outcome, *, by: str, now: datetime
) -> None:
    """Open what recipients have to be told of what was written, and put the letters in the outbox.

    What was told before is not told again.
    """
    cells = written_cells(made, outcome, office.map)
    if not cells:
        return
    promise = Promise(office.policy, office.map)
    with office.ledger.writing(office.organisation) as writing:
        for id in made.scope:
            act = find_act(writing, id, now).act
            kind = kind_of(act, office.policy, now)
            if kind == "erase":
                open_for(writing, act, kind, promise, by=by, at=now, cells=cells)
                language = office.policy.languages[0]
                queue_letters(writing, act, promise, office.recipients, language, at=now)
