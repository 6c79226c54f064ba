"""`troth request recipients`, `notify` and `acknowledge`: who had the data, and who was told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from troth.apply.outcome import Outcome
    from troth.cli.opened import Opened
    from troth.cli.opening import Ready
    from troth.desk.told.recipients import Cell
    from troth.grounds.facts import Act
    from troth.ledger.notices import RecipientNotice
    from troth.plan.model import Plan
    from troth.project.load import Project

Id = Annotated[str, typer.Argument(help="Which request.")]


def recipients(id: Id, project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show which recipients had the person's data, and how that is known.

    `recorded`: a disclosure of this person says so. `declared`: the policy says that they receive
    such data. The person may ask for this list (Art. 19 GDPR).

    Example: troth request recipients erasure-3f9c0a1b2c4d --json
    """
    from troth.desk.told.notify import Promise, holders_of
    from troth.ledger.acts import find_act
    from troth.ledger.notices import read_notices

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.reading(here.organisation) as reading,
    ):
        act = find_act(reading, id, here.now).act
        found = holders_of(reading, act, Promise(loaded.policy, loaded.map))
        told = read_notices(reading, [id])
    today = here.today()
    if json:
        listed = [
            {
                "recipient": one.recipient,
                "name": loaded.policy.recipients[one.recipient].name,
                "known": one.known,
                "categories": list(one.categories),
                "notices": [notice_json(n, today) for n in told if n.recipient == one.recipient],
            }
            for one in found
            if one.recipient in loaded.policy.recipients
        ]
        print_json({"request": id, "recipients": listed})
        return
    for one in found:
        status = next((n.status for n in reversed(told) if n.recipient == one.recipient), "")
        typer.echo(f"{one.recipient}  {one.known}  {status}  {', '.join(one.categories)}".rstrip())
    typer.echo(f"{len(found)} recipient{'' if len(found) == 1 else 's'}")


def notify(
    id: Id,
    send: Annotated[
        bool, typer.Option("--send", help="Write to those whose address troth.yaml has.")
    ] = False,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Tell the recipients what the request asks of them, and remind those who are late.

    Without --send it opens what has to be told, and shows it. A letter names the person by the one
    identifier that its recipient knows. Who has no address, or knows none of our identifiers, is a
    task for a human: tell them, then `troth request acknowledge`. Exit status: 0 all is
    acknowledged, 1 something is open.

    Example: troth request notify erasure-3f9c0a1b2c4d --send
    """
    from troth.ledger.acts import find_act

    with opened_with_project(project) as (here, loaded):
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        told = tell(here, loaded, act, by=who(by), send=send)
    show_notices(told, here.today(), loaded, json=json, about=id)
    return 0 if all(notice.settled for notice in told) else 1


def acknowledge(
    id: Id,
    recipient: Annotated[str, typer.Argument(help="Which recipient of the policy.")],
    proof: Annotated[
        str | None, typer.Option(help="How we know that it is done, and where that lies.")
    ] = None,
    impossible: Annotated[
        str | None,
        typer.Option(help="Why telling them is impossible or asks disproportionate effort."),
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record that a recipient has done what it was told, or why it cannot be told (Art. 19).

    Example: troth request acknowledge erasure-3f9c0a1b2c4d carrier --proof "their mail of 3 March"
    """
    from troth.desk.told.notify import acknowledge as settle
    from troth.ledger.acts import find_act

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.writing(here.organisation) as writing,
    ):
        find_act(writing, id, here.now)
        settled = settle(
            writing, id, recipient, proof=proof, impossible=impossible, by=who(by), at=here.now
        )
    show_notices(settled, here.today(), loaded, json=json, about=id)


def tell(
    here: Opened,
    loaded: Project,
    act: Act,
    *,
    by: str,
    send: bool,
    cells: Collection[Cell] | None = None,
) -> tuple[RecipientNotice, ...]:
    """Open what has to be told for an act, write the letters if asked; every notice of the act.

    `cells`: the categories and places that were written; None: all that the act may touch.
    Refused (`nothing-to-tell`) for an act that asks nothing of recipients.
    """
    from troth.cli.opening import mailer_of
    from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
    from troth.errors import Refused
    from troth.ledger.notices import read_notices

    promise = Promise(loaded.policy, loaded.map)
    kind = kind_of(act, loaded.policy, here.now)
    if kind is None:
        raise Refused("nothing-to-tell", f"'{act.id}' asks nothing of recipients: {act.kind}")
    with here.ledger.writing(here.organisation) as writing:
        open_for(writing, act, kind, promise, by=by, at=here.now, cells=cells)
        if send:
            queue_letters(writing, act, promise, loaded.recipients, loaded.locale, at=here.now)
    if send:
        from troth.apply.invite import send_waiting
        from troth.cli.opened import clock

        send_waiting(here.ledger, here.organisation, clock, mailer_of(loaded), notices=True)
    with here.ledger.reading(here.organisation) as reading:
        return read_notices(reading, [act.id])


def tell_of_run(plan: Plan, outcome: Outcome, here: Ready, *, by: str) -> list[RecipientNotice]:
    """Tell the recipients of what a plan about some acts has written; nobody where nothing was."""
    from troth.cli.opened import Opened
    from troth.desk.told.notify import kind_of
    from troth.desk.told.recipients import written_cells
    from troth.ledger.acts import find_act

    project = here.project
    cells = written_cells(plan, outcome, project.map)
    opened = Opened(here.ledger, here.organisation, here.now, project.policy.zone)
    told: list[RecipientNotice] = []
    for id in plan.scope if cells else ():
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        if kind_of(act, project.policy, here.now) == "erase":
            told += tell(opened, project, act, by=by, send=True, cells=cells)
    return told


def show_notices(
    notices: Sequence[RecipientNotice], today: date, loaded: Project, *, json: bool, about: str
) -> None:
    """Print notices, each with what a human has to do for it."""
    if json:
        print_json({"request": about, "notices": [notice_json(one, today) for one in notices]})
        return
    for one in notices:
        typer.echo(notice_line(one, today, loaded))
    if not notices:
        typer.echo("no recipient has to be told")


def notice_line(one: RecipientNotice, today: date, loaded: Project) -> str:
    """A notice in one line of text."""
    late = "  LATE" if one.late(today) else ""
    line = f"{one.recipient}  {one.kind}  {one.known}  {one.status}  by {one.due_on}{late}"
    if one.settled or one.events:
        return line
    if one.person is None:
        return f"{line}  (by hand: ask how they name the person)"
    if one.recipient not in loaded.recipients:
        return f"{line}  (by hand: troth.yaml has no address)"
    return f"{line}  (a letter: troth request notify --send)"


def notice_json(one: RecipientNotice, today: date) -> dict[str, Any]:
    """A notice in plain values."""
    person = one.person
    return {
        "id": one.id,
        "recipient": one.recipient,
        "kind": one.kind,
        "known": one.known,
        "categories": list(one.categories),
        "person": {"namespace": person.namespace, "value": person.value} if person else None,
        "status": one.status,
        "due_on": one.due_on.isoformat(),
        "late": one.late(today),
        "steps": [
            {
                "status": step.status,
                "at": step.at.isoformat(),
                "by": step.by,
                "proof": step.proof,
            }
            for step in one.events
        ],
    }
