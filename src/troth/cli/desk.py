"""The desk of a project as commands use it: what the steps of a request stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import Opened, opened_with_project

if TYPE_CHECKING:
    from troth.desk.workflow.model import Progress
    from troth.desk.workflow.office import Office
    from troth.ledger.session import Reading

Number = Annotated[str, typer.Argument(help="The number of the request.")]


@contextmanager
def at_desk(folder: Path, *, stores: bool = False) -> Iterator[tuple[Opened, Office]]:
    """The desk of the project in `folder`; with its stores open where a step looks into them."""
    from troth.desk.intake.key import key_in
    from troth.desk.workflow.opening import opened_office

    with opened_with_project(folder) as (here, project):
        key = key_in(project.folder / "postbox.key")
        with opened_office(project, here.ledger, key, stores=stores) as office:
            yield here, office


def is_number(reading: Reading, id: str) -> bool:
    """Whether an id is the number of a request that came in, and not the id of an act."""
    from troth.ledger.requests import read_requests

    return bool(read_requests(reading, [id]))


def show_progress(progress: Progress) -> None:
    """Where a request stands, for a person at a terminal."""
    clock = progress.clock
    typer.echo(f"{progress.number}  {progress.right}  {progress.stage}")
    if progress.stage == "closed":
        return
    if clock.stopped_since is not None and clock.due is None:
        typer.echo(f"the clock stands still since {clock.stopped_since}")
    else:
        late = "  LATE" if clock.late else ""
        more = ", put off" if clock.extended else ""
        typer.echo(f"answer by {clock.due} ({clock.term}{more}), aim at {clock.aim}{late}")
    if progress.question is not None and progress.question.answer is None:
        typer.echo(f"asked: {progress.question.text}")
    for task in progress.open_tasks:
        typer.echo(f"task {task.id}: {task.what} ({task.place})")
    for letter in progress.letters:
        if letter.sent_at is None:
            typer.echo(f"letter {letter.document}: {letter.kind}, by {letter.way}, has not left")
    typer.echo(f"{_TURN[progress.turn]}; still to come: {', '.join(progress.owed) or 'nothing'}")
    typer.echo(f"may come next: {', '.join(progress.next)}")


_TURN = {
    "desk": "it is your turn",
    "approver": "somebody else has to approve",
    "person": "the person is asked",
    "recipient": "recipients have not answered yet",
    "nobody": "it is closed",
}


def progress_json(progress: Progress) -> dict[str, Any]:
    """Where a request stands, in plain values."""
    clock, decision = progress.clock, progress.decision
    return {
        "number": progress.number,
        "right": progress.right,
        "stage": progress.stage,
        "turn": progress.turn,
        "answer_by": clock.due.isoformat() if clock.due else None,
        "aim": clock.aim.isoformat() if clock.aim else None,
        "term": clock.term,
        "stopped_since": clock.stopped_since.isoformat() if clock.stopped_since else None,
        "extended": clock.extended,
        "late": clock.late,
        "identity": {
            "accepted": progress.identity.accepted,
            "way": progress.identity.way,
            "asked": progress.identity.asked,
            "on_file": progress.identity.on_file,
            "documents": list(progress.identity.documents),
        },
        "acts": list(progress.acts),
        "decision": None
        if decision is None
        else {
            "outcome": decision.outcome,
            "by": decision.by,
            "final": decision.final,
            "approved_by": decision.approved_by,
            "parts": [
                {
                    "outcome": item.outcome,
                    "activities": list(item.activities),
                    "ground": item.ground,
                    "reason": item.reason,
                    "case": item.case,
                    "before": list(item.before),
                    "proof": item.proof,
                }
                for item in decision.items
            ],
        },
        "plan": progress.plan.digest if progress.plan else None,
        "run": progress.run,
        "package": progress.package,
        "directive": progress.directive,
        "tasks": [
            {
                "id": one.id,
                "place": one.place,
                "what": one.what,
                "open": one.open,
                "said": one.said,
                "proof": one.proof,
            }
            for one in progress.tasks
        ],
        "letters": [
            {
                "kind": one.kind,
                "document": one.document,
                "way": one.way,
                "sent_at": one.sent_at.isoformat() if one.sent_at else None,
            }
            for one in progress.letters
        ],
        "owed": list(progress.owed),
        "next": list(progress.next),
    }


def told(office: Office, number: str, here: Opened, *, json: bool) -> None:
    """Shows where a request stands after a step."""
    from troth.cli.opened import clock, print_json
    from troth.desk.workflow.office import look

    _, progress = look(office, number, max(here.now, clock()))
    if json:
        print_json(progress_json(progress))
    else:
        show_progress(progress)
