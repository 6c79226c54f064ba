"""The end of a request: nothing is open, the answer has left, what proved who asked is gone."""

from __future__ import annotations

from datetime import datetime

from troth.desk.directives.orders import release_erasures
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Office, look, note, step
from troth.errors import Refused
from troth.ledger.documents import delete_documents

_INSTEAD = {
    "identity": "find out who asks, or write down that it stayed open",
    "act": "record what the person asks for",
    "decision": "decide on it",
    "approval": "have the decision approved",
    "refusal": "send the letter that tells the refusal",
    "execution": "carry it out",
    "task": "finish its tasks, each with a proof",
    "recipient": "tell its recipients, and have them acknowledge",
    "answer": "send the answer",
}


def close(office: Office, number: str, *, by: str, now: datetime) -> Progress:
    """Close a request. Refused (`request-open`) while a task is open or an answer is owed."""
    _, progress = look(office, number, now)
    if progress.owed:
        raise Refused(
            "request-open",
            f"request {number} is not at its end: {', '.join(progress.owed)}",
            help=_INSTEAD[progress.owed[0]],
        )
    with step(office, number, "close", now) as case:
        outcome = case.progress.decision.outcome if case.progress.decision else "unidentified"
        delete_documents(case.writing, number, "identity", at=now)
        delete_documents(case.writing, number, "correction", at=now)
        note(case, "closed", by=by, now=now, detail={"outcome": outcome})
        if progress.order is not None:
            release_erasures(
                case.writing, office.policy, office.map, progress.order, by=by, now=now
            )
    return look(office, number, now)[1]
