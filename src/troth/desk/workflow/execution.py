"""Carrying out what was decided: a plan shown, approved, applied and verified; by its run's name.

The plan lies sealed with the request. A run that died goes on where it stopped, because the same
plan is applied again; the event is noted once it is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from troth.apply.before import links_of
from troth.apply.outcome import Outcome
from troth.apply.run import apply_plan
from troth.desk.rights.carry_out import close_spent, plan_of_acts
from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
from troth.desk.told.recipients import written_cells
from troth.desk.workflow.decision import APPROVED_FOR
from troth.desk.workflow.kept import archived, as_text, kept_of
from troth.desk.workflow.model import Planned
from troth.desk.workflow.office import Office, look, note, refuse_step, step
from troth.desk.workflow.words import language_of
from troth.errors import Refused
from troth.ledger.acts import find_act
from troth.ledger.documents import open_document, store_document
from troth.ledger.entries import read_entries
from troth.ledger.facts import read_facts
from troth.ledger.plans import approve_plan
from troth.ledger.session import Reading
from troth.plan.model import Plan

JSON = "application/json"


def plan(office: Office, number: str, *, by: str, now: datetime) -> Plan:
    """Make the plan of what was accepted, and keep it with the request; nothing is changed.

    Where the organisation wants two people, somebody else approves it.
    """
    request, progress = look(office, number, now)
    refuse_step(progress, "plan")
    setting = office.stores()
    facts = read_facts(office.ledger, office.organisation, now)
    links = links_of(office.ledger, office.organisation)
    made = plan_of_acts(setting, facts, progress.acts, now, links)
    text = json.dumps(made.model_dump(mode="json"), ensure_ascii=False).encode()
    with office.ledger.reading(office.organisation) as reading:
        act = find_act(reading, progress.acts[0], now).act
    stays = kept_of(office, act, language_of(request, office.policy), now)
    kept = as_text((*stays, *archived(made, office.policy, office.map)))
    with step(office, number, "plan", now) as case:
        stored, left = (
            store_document(
                case.writing, number, "plan", one, JSON, desk_key=office.key, by=by, at=now
            )
            for one in (text, kept)
        )
        detail = {
            "plan": made.digest(),
            "document": stored.id,
            "kept": left.id,
            "approval": "wanted" if office.rules.two_people else "",
        }
        note(case, "planned", by=by, now=now, detail=detail)
    return made


def plan_shown(office: Office, planned: Planned) -> Plan:
    """The plan of a request, as it was made."""
    with office.ledger.reading(office.organisation) as reading:
        text = open_document(reading, planned.document, desk_key=office.key)
    return Plan.model_validate_json(text)


def execute(office: Office, number: str, *, by: str, clock: Callable[[], datetime]) -> Outcome:
    """Carry out the plan of a request, look afresh, and tell the recipients (Art. 19).

    It is noted as carried out where nothing remains due; else the outcome says what stopped it,
    and the same step goes on. Refused: `step-not-now`, and what `apply_plan` refuses
    (`plan-stale`: make the plan again).
    """
    now = clock()
    _, progress = look(office, number, now)
    refuse_step(progress, "execute")
    planned = progress.plan
    if planned is None:
        raise Refused(
            "carried-out-elsewhere",
            f"{progress.right} is carried out by its own command",
            help="`troth request rectify` or `troth restrict on`; then note it as done",
        )
    made = plan_shown(office, planned)
    if not planned.approval_wanted:
        with office.ledger.writing(office.organisation) as writing:
            until = now + APPROVED_FOR
            approve_plan(writing, planned.digest, by=by, at=now, expires_at=until)
    outcome = apply_plan(made, office.stores(), office.ledger, clock, by=by, mailer=office.mailer)
    _tell_recipients(office, made, outcome, by=by, now=clock())
    if outcome.clean:
        close_spent(office.stores(), office.ledger, progress.acts, by=by, now=clock())
        note_run(office, number, planned, outcome, by=by, now=clock())
    return outcome


def note_run(
    office: Office, number: str, planned: Planned, outcome: Outcome, *, by: str, now: datetime
) -> None:
    """Note which run has carried a request out, and how many rows all runs of its plan wrote."""
    with step(office, number, "execute", now) as case:
        rows = _rows_written(case.writing, planned.digest)
        detail = {"run": outcome.run, "plan": planned.digest, "rows": str(rows)}
        note(case, "executed", by=by, now=now, detail=detail)


def _rows_written(reading: Reading, plan: str) -> int:
    """What every run of a plan has written, by its receipts in the journal: one may have been
    killed before it could say so.
    """
    started = read_entries(reading, kind="run-started")
    runs = {one.payload["run"] for one in started if one.payload and one.payload["plan"] == plan}
    receipts = read_entries(reading, kind="batch-applied")
    mine = (one.payload for one in receipts if one.payload and one.payload["run"] in runs)
    return sum(sum(receipt["counts"].values()) for receipt in mine)


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
        if case.progress.plan is not None:
            raise Refused(
                "carried-out-here",
                "this request is carried out by its plan",
                help="`troth request execute`",
            )
        note(case, "executed", by=by, now=now, detail={"run": reference.strip()})


def _tell_recipients(
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
