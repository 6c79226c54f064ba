"""Reading a mailbox: every mail that came since the last reading, each once, in order.

A crash loses nothing and takes nothing twice: what a mail brought and that it was read are durable
together, and the sign in the mailbox, which comes after, is for people alone.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.invite import Mailer
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.source import Account, Folder, Found, open_folder
from troth.desk.mailbox.take import Taken, set_aside, take
from troth.errors import TrothError
from troth.ledger.invitations import note_attempt
from troth.ledger.ledger import Ledger
from troth.ledger.mails import Place, newest_uid
from troth.ledger.receipts import receipt_left, waiting_receipts

_PERMANENT = 500  # SMTP: the server will never take this message


@dataclass
class Fetched:
    """How many mails became what, and the numbers of new requests and of mails to be looked at."""

    outcomes: Counter[str] = field(default_factory=Counter)
    requests: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        self.outcomes[taken.outcome] += 1
        if taken.outcome == "request" and taken.number is not None:
            self.requests.append(taken.number)
        if taken.outcome == "waiting" and taken.number is not None:
            self.waiting.append(taken.number)


def fetch(desk: MailDesk, account: Account) -> Fetched:
    """Take every new mail of the folder; the errors of `open_folder`, and the ledger's."""
    fetched = Fetched()
    with open_folder(account) as folder:
        fetch_from(desk, folder, fetched)
    return fetched


def fetch_from(desk: MailDesk, folder: Folder, fetched: Fetched) -> None:
    """The same from an open folder, told to `fetched` as it goes."""
    with desk.ledger.reading(desk.organisation) as reading:
        newest = newest_uid(reading, folder.mailbox, folder.validity)
    for found in folder.read(folder.after(newest)):
        place = Place(folder.mailbox, folder.validity, found.uid)
        taken = _taken(desk, found, place)
        folder.taken(found.uid)
        if taken is not None:
            fetched.add(taken)


def _taken(desk: MailDesk, found: Found, place: Place) -> Taken | None:
    try:
        with desk.ledger.writing(desk.organisation) as writing:
            return take(writing, desk, found, place)
    except TrothError:
        raise
    except Exception:  # a mail of which we did not think: a person looks at it in the mailbox
        with desk.ledger.writing(desk.organisation) as writing:
            return set_aside(writing, desk, found, place)


def send_receipts(
    ledger: Ledger, organisation: str, clock: Callable[[], datetime], mailer: Mailer | None
) -> tuple[int, int]:
    """Send the letters about requests that wait; how many left, and how many wait.

    One that the server will never take is given up, and the journal says so.
    """
    with ledger.reading(organisation) as reading:
        waiting = waiting_receipts(reading)
    if mailer is None:
        return 0, len(waiting)
    sent = refused = 0
    for id, letter in waiting:
        try:
            mailer.send(
                letter.address, letter.subject, letter.body, None, headers=dict(letter.headers)
            )
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            refused += _failed(
                ledger, organisation, id, letter.number, clock(), for_good=min(codes) >= _PERMANENT
            )
            continue
        except (OSError, smtplib.SMTPException):
            _failed(ledger, organisation, id, letter.number, clock(), for_good=False)
            continue
        with ledger.writing(organisation) as writing:
            receipt_left(writing, id, letter.number, sent=True, at=clock())
        sent += 1
    return sent, len(waiting) - sent - refused


def _failed(
    ledger: Ledger, organisation: str, id: str, number: str, at: datetime, *, for_good: bool
) -> int:
    with ledger.writing(organisation) as writing:
        if for_good:
            receipt_left(writing, id, number, sent=False, at=at)
        else:
            note_attempt(writing, id, error="SMTPException")
    return int(for_good)
