"""`troth request inbox`: requests as they came in, before anything is decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, opened, print_json

if TYPE_CHECKING:
    from troth.ledger.requests import Request


def command(
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show the requests that came in by the public pages, the first due first.

    Example: troth request inbox
    """
    from troth.ledger.requests import read_requests

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = [one for one in read_requests(reading) if all_ or one.open]
        today = here.today()
    found.sort(key=lambda one: (one.answer_by, one.received_at))
    if json:
        print_json({"requests": [request_json(one) for one in found]})
        return
    for one in found:
        late = "  LATE" if one.open and one.answer_by < today else ""
        state = "" if one.open else "  closed"
        typer.echo(
            f"{one.number}  {one.received_at:%Y-%m-%d}  {one.right:<13}  {one.channel:<7}  "
            f"answer by {one.answer_by}{late}{state}"
        )
    typer.echo(f"{len(found)} request{'' if len(found) == 1 else 's'}")


def request_json(one: Request) -> dict[str, Any]:
    """A request as JSON shows it."""
    return {
        "number": one.number,
        "right": one.right,
        "channel": one.channel,
        "received_at": one.received_at.isoformat(),
        "answer_by": one.answer_by.isoformat(),
        "language": one.language,
        "contact": one.contact,
        "names": one.names,
        "words": one.words,
        "behalf": one.behalf,
        "open": one.open,
    }
