"""Steps of requests by the organisation's own systems: what a machine may do, and where it stands.

Decisions and approvals are for people with accounts. A step that was taken is refused when it is
sent again (`step-not-now`), so that nothing is done twice.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path

from troth.desk.told.notify import acknowledge
from troth.desk.workflow.away import note_away
from troth.desk.workflow.closing import close
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.execution import execute, plan
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Office, look, refuse_step
from troth.desk.workflow.scope import Meant, correct_right, record_act
from troth.desk.workflow.tasks import finish_task
from troth.errors import Refused, Transient
from troth.web.api.bodies import (
    Acknowledge,
    AnyStep,
    Close,
    CorrectRight,
    Execute,
    FinishTask,
    MakePlan,
    Moved,
    OpenTask,
    RecordAct,
)
from troth.web.api.call import Call, needs

router = APIRouter(tags=["requests"])
_WORKS, _READS = needs("requests:work"), needs("requests:read")
Number = Annotated[str, Path(pattern=r"^[0-9A-Z]{5}-[0-9A-Z]{5}$", examples=["7KQ4M-2XC9D"])]
_IN_STORES = (RecordAct, MakePlan, Execute)


@router.get("/requests/{number}/progress")
def progress(number: Number, call: Call = _READS) -> Moved:
    """How far a request is: whose turn it is, what is owed, what may come next, open tasks."""
    with call.desk.at_work(stores=False) as office:
        return _moved(look(office, number, call.now)[1])


@router.post("/requests/{number}/steps")
def step(
    number: Number,
    body: Annotated[AnyStep, Body(discriminator="step")],
    call: Call = _WORKS,
) -> Moved:
    """Take one step of a request; nothing is done twice."""
    try:
        with call.desk.at_work(stores=isinstance(body, _IN_STORES)) as office:
            _take(office, number, body, call)
    except Transient as error:
        if isinstance(body, Execute):
            with call.desk.at_work(stores=False) as office:
                note_away(office, number, error, by=call.by, now=call.desk.clock())
        raise
    with call.desk.at_work(stores=False) as office:
        return _moved(look(office, number, call.desk.clock())[1])


def _take(office: Office, number: str, body: AnyStep, call: Call) -> None:
    by, now = call.by, call.now
    match body:
        case CorrectRight():
            correct_right(office, number, body.right, body.reason, by=by, now=now)
        case RecordAct():
            meant = Meant(
                persons=tuple(one.identifier() for one in body.persons),
                activities=tuple(body.activities),
                categories=tuple(body.categories),
                consents=tuple(body.consents),
                event=body.event,
                proof=body.proof,
                receiver=body.receiver,
            )
            record_act(office, number, meant, by=by, now=now)
        case MakePlan():
            plan(office, number, by=by, now=now, correction=_correction(body), ground=body.ground)
        case Execute():
            if not execute(office, number, by=by, clock=call.desk.clock).clean:
                raise Refused(
                    "not-carried-out-whole",
                    "something remains to be done",
                    help="the same step goes on where it stopped",
                )
        case FinishTask():
            finish_task(office, number, body.task, said=body.said, by=by, now=now)
        case Acknowledge():
            _acknowledge(office, number, body, call)
        case Close():
            close(office, number, by=by, now=now)


def _correction(body: MakePlan) -> Correction | None:
    if not body.correct:
        return None
    return Correction(
        tuple(f"{one.name}={one.new}" for one in body.correct),
        tuple(f"{one.name}={one.old}" for one in body.correct if one.old is not None),
        tuple(body.leave),
    )


def _acknowledge(office: Office, number: str, body: Acknowledge, call: Call) -> None:
    found = look(office, number, call.now)[1]
    refuse_step(found, "acknowledge")
    with office.ledger.writing(office.organisation) as writing:
        for act in found.acts:
            acknowledge(
                writing,
                act,
                body.recipient,
                proof=body.proof,
                impossible=body.impossible,
                by=call.by,
                at=call.now,
            )


def _moved(found: Progress) -> Moved:
    return Moved(
        number=found.number,
        right=found.right,
        stage=found.stage,
        turn=found.turn,
        answer_by=found.clock.due,
        late=found.clock.late,
        owed=list(found.owed),
        next=list(found.next),
        tasks=[OpenTask(id=one.id, place=one.place) for one in found.open_tasks],
    )
