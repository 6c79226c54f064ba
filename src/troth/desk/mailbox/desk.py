"""What a mailbox is read for: one organisation, its policy, and the addresses that are its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from troth.ledger.ledger import Ledger
from troth.policy.model import Policy


@dataclass(frozen=True)
class MailDesk:
    """Reads one mailbox of one organisation.

    `address` is the mailbox's own; `sender` the address from which letters leave, None where none
    do. `server` is the name by which the organisation's own mail server vouches for senders (None:
    nobody does). `rights_only`: the mailbox serves requests alone, so that what is unclear is one.
    `key` is the desk's own, under which files are sealed; without it they stay in the mailbox.
    """

    ledger: Ledger
    policy: Policy
    address: str
    clock: Callable[[], datetime]
    sender: str | None = None
    server: str | None = None
    rights_only: bool = False
    key: bytes | None = field(default=None, repr=False)

    @property
    def organisation(self) -> str:
        """Whose mailbox it is."""
        return self.policy.organisation

    @property
    def own(self) -> tuple[str, ...]:
        """The addresses from which we write ourselves."""
        return tuple(one for one in (self.address, self.sender) if one)
