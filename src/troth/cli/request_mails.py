"""`troth request mails`, `take` and `dismiss`: mails that may be requests, to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.instants import instant_option
from troth.cli.opened import AsJson, By, ProjectFolder, opened, opened_with_policy, print_json, who
from troth.cli.request_inbox import request_json

if TYPE_CHECKING:
    from troth.ledger.mails import Waiting

Number = Annotated[str, typer.Argument(help="The mail's number, as troth request mails shows it.")]


def mails(
    text: Annotated[bool, typer.Option("--text", help="With what they say.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Show the mails that may be requests, for somebody to look at, the oldest first.

    None of them was answered. Their clock runs: what becomes a request counts from its arrival.

    Exit status 1: there are some.

    Example: troth request mails --text
    """
    from troth.ledger.mails import waiting_mails

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = waiting_mails(reading)
    if json:
        print_json({"mails": [_json(one) for one in found]})
        return int(bool(found))
    for one in found:
        typer.echo(
            f"{one.number}  {one.received_at:%Y-%m-%d}  {one.why:<14}  {one.right_read:<13}  "
            f"{one.sender or '(no sender)'}  {one.subject}"
        )
        if text:
            typer.echo("".join(f"    {line}\n" for line in one.words.splitlines()))
    typer.echo(f"{len(found)} mail{'' if len(found) == 1 else 's'} to be looked at")
    return int(bool(found))


def take(
    number: Number,
    right: Annotated[str, typer.Option(help="Which right it asks for.")],
    contact: Annotated[
        str | None, typer.Option(help="Whose it is, where somebody forwarded it: their address.")
    ] = None,
    received: Annotated[
        str | None,
        typer.Option(help="When it first reached you, as 2026-01-31T09:00:00+01:00."),
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Make a request of a mail that waited; it counts from its arrival.

    Example: troth request take 7KQ4M-2XC9D --right erasure
    """
    from troth.desk.mailbox.look import make_request
    from troth.documents.nearest import advice
    from troth.errors import Refused
    from troth.postbox.content import RIGHTS

    if right not in RIGHTS:
        raise Refused(
            "unknown-right",
            f"'{right}' is no right that is asked for",
            help=advice(right, RIGHTS) or f"it is one of {', '.join(RIGHTS)}",
        )
    with (
        opened_with_policy(project) as (here, _, policy),
        here.ledger.writing(here.organisation) as writing,
    ):
        made = make_request(
            writing,
            number,
            right,
            policy,
            by=who(by),
            at=here.now,
            contact=contact,
            received_at=instant_option(received, "--received"),
        )
    if json:
        print_json(request_json(made))
    else:
        typer.echo(f"{made.number} is a request, to be answered by {made.answer_by}")


def dismiss(
    number: Number,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """A mail that waited is no request: what was kept of it is forgotten.

    Example: troth request dismiss 7KQ4M-2XC9D
    """
    from troth.desk.mailbox.look import dismiss as forget

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        forget(writing, number, by=who(by), at=here.now)
    if json:
        print_json({"number": number, "dismissed": True})
    else:
        typer.echo(f"{number} is no request")


def _json(one: Waiting) -> dict[str, Any]:
    return {
        "number": one.number,
        "received_at": one.received_at.isoformat(),
        "why": one.why,
        "reads": one.right_read,
        "language": one.language,
        "sender": one.sender,
        "name": one.name,
        "subject": one.subject,
        "words": one.words,
    }
