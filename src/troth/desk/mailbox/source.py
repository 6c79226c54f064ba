"""A folder of an IMAP server, read without changing it but for the sign that a mail was taken."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from troth.desk.mailbox.limits import FIRST_PART_BYTES, MOST_MAIL_BYTES
from troth.errors import Refused, Transient

TIMEOUT_SECONDS = 60.0
_MEASURED_AT_ONCE = 500  # mails whose sizes are asked for together


@dataclass(frozen=True)
class Account:
    """Where the mailbox is, and who reads it. `authority`: certificates of one's own, as PEM."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    since: date | None = None
    authority: str | None = None

    @property
    def name(self) -> str:
        """What tells this mailbox from others in the ledger."""
        return f"{self.user}@{self.host}/{self.folder}"


@dataclass(frozen=True)
class Found:
    """A mail in the folder: its UID, when it arrived (aware), how large it is, and its bytes.

    `whole`: False where it is too large, and only its first part was read.
    """

    uid: int
    arrived_at: datetime
    size: int
    raw: bytes
    whole: bool


class Folder:
    """An open folder."""

    def __init__(self, client: IMAPClient, account: Account, validity: int) -> None:
        self._client = client
        self._account = account
        self.mailbox = account.name
        self.validity = validity

    def after(self, uid: int) -> list[int]:
        """UIDs beyond one, in order; none that arrived before the account's `since`."""
        criteria: list[Any] = ["UID", f"{uid + 1}:*"]
        if self._account.since is not None:
            criteria += ["SINCE", self._account.since]
        with faults(self._account):
            # `n:*` always names the last mail too, even where its UID is lower.
            return sorted(one for one in self._client.search(criteria) if one > uid)

    def read(self, uids: list[int]) -> Iterator[Found]:
        """The mails of those UIDs; those that are gone meanwhile are left out."""
        for start in range(0, len(uids), _MEASURED_AT_ONCE):
            chunk = uids[start : start + _MEASURED_AT_ONCE]
            with faults(self._account):
                sizes = self._client.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
            for uid in chunk:
                said = sizes.get(uid)
                if said is None:
                    continue
                found = self._one(uid, said)
                if found is not None:
                    yield found

    def taken(self, uid: int) -> None:
        """Marks a mail as read, for people who look into the mailbox; nothing hangs on it."""
        with faults(self._account), suppress(IMAPClientError):
            self._client.add_flags([uid], [SEEN], silent=True)

    def _one(self, uid: int, said: Any) -> Found | None:
        size = int(said[b"RFC822.SIZE"])
        whole = size <= MOST_MAIL_BYTES
        part = "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{FIRST_PART_BYTES}>"
        with faults(self._account):
            answer = self._client.fetch([uid], [part]).get(uid)
        if answer is None:
            return None
        raw = next((value for key, value in answer.items() if key.startswith(b"BODY[")), b"")
        arrived = said[b"INTERNALDATE"]
        return Found(uid, arrived.astimezone(UTC), size, bytes(raw or b""), whole)


@contextmanager
def open_folder(account: Account) -> Iterator[Folder]:
    """The folder, open; certificates are verified.

    Transient: `mailbox-unreachable`. Refused: `mailbox-login`, `mailbox-folder`,
    `mailbox-certificate`.
    """
    with faults(account):
        client = _connected(account)
    try:
        with faults(account):
            try:
                client.login(account.user, account.password)
            except LoginError:
                raise Refused(
                    "mailbox-login",
                    "the mail server does not accept the account or its password",
                    place=account.host,
                    help="see 'mailbox' in troth.yaml, and the variable that holds the password",
                ) from None
            client.normalise_times = False  # aware, in the server's zone
            try:
                opened = client.select_folder(account.folder)
            except (OSError, ssl.SSLError):
                raise
            except IMAPClientError as error:
                if isinstance(error, IMAPClient.AbortError):
                    raise
                raise Refused(
                    "mailbox-folder",
                    f"the mailbox has no folder '{account.folder}', or it may not be read",
                    place=account.host,
                    help="name another under 'mailbox: folder' in troth.yaml",
                ) from None
        yield Folder(client, account, int(opened[b"UIDVALIDITY"]))
    finally:
        with suppress(OSError, IMAPClientError):
            client.logout()


def _connected(account: Account) -> IMAPClient:
    context = ssl.create_default_context(cadata=account.authority)
    client = IMAPClient(
        account.host,
        account.port,
        ssl=account.security == "tls",
        ssl_context=context if account.security == "tls" else None,
        timeout=TIMEOUT_SECONDS,
    )
    if account.security == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
    return client


@contextmanager
def faults(account: Account) -> Iterator[None]:
    """What the network and the server say, as our errors; never in the server's own words."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise Refused(
            "mailbox-certificate",
            "the mail server's certificate is not one that this machine trusts for its name",
            place=account.host,
            help="use the name in the certificate; add its authority to this machine's",
        ) from None
    except (OSError, IMAPClientError) as error:
        raise Transient(
            "mailbox-unreachable",
            f"the mail server broke off or did not answer ({type(error).__name__})",
            place=account.host,
            help="nothing is lost: the next fetch goes on where this one ended",
        ) from None
