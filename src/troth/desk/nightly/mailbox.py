"""The mailbox is read: mails become requests, and their receipts leave."""

from __future__ import annotations

from troth.apply.opening import mailer_of
from troth.desk.mailbox.fetch import fetch, send_receipts
from troth.desk.mailbox.opening import mail_desk
from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.outbox import Fencing


def read(office: Office) -> Result:
    """Takes every new mail, where the project names a mailbox; receipts leave at once."""
    project = office.project
    counts: dict[str, int] = {}
    if project.mailbox is not None:
        desk, account = mail_desk(
            project.mailbox,
            project.policy,
            office.ledger,
            office.clock,
            sender=project.mail.sender if project.mail is not None else None,
            key_file=office.key_file,
        )
        counts.update(fetch(desk, account).outcomes)
    mailer = mailer_of(project)
    fenced = Fencing(mailer, office) if mailer is not None else None
    sent, waiting = send_receipts(office.ledger, office.organisation, office.clock, fenced)
    left = counts.get("waiting", 0) + waiting
    return Result("waiting" if left else "done", {**counts, "sent": sent, "unsent": waiting})
