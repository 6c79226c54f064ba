"""What reads the mailbox of a project, from its settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from troth.desk.intake.key import key_in
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.source import Account
from troth.ledger.ledger import Ledger
from troth.policy.model import Policy
from troth.project.load import Mailbox


def mail_desk(
    box: Mailbox,
    policy: Policy,
    ledger: Ledger,
    clock: Callable[[], datetime],
    *,
    sender: str | None,
    key_file: Path,
) -> tuple[MailDesk, Account]:
    """The desk of a mailbox, and the account by which it is read."""
    account = Account(
        host=box.host,
        port=box.port,
        security=box.security,
        user=box.user,
        password=box.password.reveal(),
        folder=box.folder,
        since=box.since,
        authority=box.authority,
    )
    desk = MailDesk(
        ledger,
        policy,
        box.address,
        clock,
        sender=sender,
        server=box.vouched_by,
        rights_only=box.rights_only,
        key=key_in(key_file),
    )
    return desk, account
