"""`troth request fetch`: the mails of the mailbox become requests, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from troth.cli.opened import AsJson, ProjectFolder, clock, opened_with_policy, print_json

if TYPE_CHECKING:
    from troth.project.load import Mailbox, Settings


def command(project: ProjectFolder = Path(), json: AsJson = False) -> int:
    """Read the mailbox: mails that ask for a right become requests, and get a receipt.

    A request counts from the instant at which its mail arrived. What may be no request waits for a
    look (troth request mails) and is not answered; nor is anything that a machine sent. Replies are
    put to their request. Each mail is read once, however often this runs and wherever.

    Exit status 1: mails wait to be looked at.

    Example: troth request fetch
    """
    from troth.cli.opening import mailer_of
    from troth.desk.mailbox.fetch import fetch, send_receipts
    from troth.desk.mailbox.opening import mail_desk

    with opened_with_policy(project) as (here, settings, policy):
        desk, account = mail_desk(
            _mailbox(settings),
            policy,
            here.ledger,
            clock,
            sender=settings.mail.sender if settings.mail is not None else None,
            key_file=settings.folder / "postbox.key",
        )
        fetched = fetch(desk, account)
        sent, left = send_receipts(here.ledger, here.organisation, clock, mailer_of(settings))
    if json:
        print_json(
            {
                "mails": dict(sorted(fetched.outcomes.items())),
                "requests": fetched.requests,
                "to_look_at": fetched.waiting,
                "receipts_sent": sent,
                "receipts_waiting": left,
            }
        )
        return int(bool(fetched.waiting))
    for outcome, number in sorted(fetched.outcomes.items()):
        typer.echo(f"{number:>6}  {WORDS[outcome]}")
    for new in fetched.requests:
        typer.echo(f"{new} is a request")
    if fetched.waiting:
        typer.echo(f"{len(fetched.waiting)} to be looked at: troth request mails")
    if left:
        typer.echo(f"{left} receipts wait: see that troth.yaml names a mail server, and it answers")
    if not fetched.outcomes:
        typer.echo("no new mail")
    return int(bool(fetched.waiting))


WORDS = {
    "request": "new requests",
    "reply": "put to their request",
    "again": "known already",
    "waiting": "to be looked at",
    "bounce": "letters that came back",
    "automatic": "sent by machines, not answered",
}


def _mailbox(settings: Settings) -> Mailbox:
    from troth.errors import Refused

    if settings.mailbox is None:
        raise Refused(
            "no-mailbox",
            "the project names no mailbox",
            place="troth.yaml",
            help="add 'mailbox:' with host, user and password; see docs/how-to/read-a-mailbox.md",
        )
    return settings.mailbox
