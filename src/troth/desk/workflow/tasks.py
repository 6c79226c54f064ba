"""What a human does where Troth cannot reach: opened, and done with its proof."""

from __future__ import annotations

from datetime import datetime

from troth.desk.workflow.model import Task
from troth.desk.workflow.office import Case, Office, note, step
from troth.errors import Refused
from troth.ledger.documents import store_document

IN_HUMAN_HANDS = ("access", "portability", "rectification", "erasure", "objection", "restriction")
"""What also concerns paper in a cupboard."""


def open_task(office: Office, number: str, *, place: str, what: str, by: str, now: datetime) -> str:
    """Open a task; its id. `place`: of the policy, or in words. Refused (`task-empty`)."""
    if not what.strip():
        raise Refused("task-empty", "a task says what is to be done", help="write it out")
    with step(office, number, "open-task", now) as case:
        return open_here(case, place, what.strip(), by=by, now=now)


def open_for_places(case: Case, office: Office, *, by: str, now: datetime) -> tuple[str, ...]:
    """Open a task for each place of the policy that a human alone reaches; their ids."""
    if case.progress.right not in IN_HUMAN_HANDS:
        return ()
    known = {task.place for task in case.progress.tasks}
    return tuple(
        open_here(case, name, f"{case.progress.right}: {place.label}", by=by, now=now)
        for name, place in office.policy.places.items()
        if place.reached == "human" and place.kind != "device" and name not in known
    )


def finish_task(
    office: Office,
    number: str,
    task: str,
    *,
    said: str,
    proof: bytes | None = None,
    media: str = "application/octet-stream",
    by: str,
    now: datetime,
) -> None:
    """A task is done: what was done in words, and a proof to be sealed where there is one.

    Refused: `unknown-task`, `task-done`, `proof-empty`.
    """
    if not said.strip():
        raise Refused(
            "proof-empty",
            "a proof says what was done, and where that can be seen",
            help="for example --said 'folder 17 shredded, minutes of 3 March'",
        )
    with step(office, number, "finish-task", now) as case:
        _refuse_unknown(case, task)
        document = None
        if proof is not None:
            document = store_document(
                case.writing, number, "proof", proof, media, desk_key=office.key, by=by, at=now
            ).id
        detail = {"task": task, "said": said.strip(), "proof": document}
        note(case, "task-done", by=by, now=now, detail=detail)


def open_here(case: Case, place: str, what: str, *, by: str, now: datetime) -> str:
    """Open a task within a step; its id."""
    id = case.writing.new_id("task")
    note(case, "task-opened", by=by, now=now, detail={"task": id, "place": place, "what": what})
    return id


def _refuse_unknown(case: Case, id: str) -> None:
    found: Task | None = next((one for one in case.progress.tasks if one.id == id), None)
    if found is None:
        open_now = ", ".join(one.id for one in case.progress.open_tasks)
        raise Refused(
            "unknown-task", f"the request has no task '{id}'", help=f"open: {open_now or 'none'}"
        )
    if not found.open:
        raise Refused("task-done", f"'{id}' is done since {found.done_at:%Y-%m-%d}")
