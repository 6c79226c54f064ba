"""A mail server of the test's own: it speaks SMTP and keeps the letters."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

from troth.apply.invite import SmtpMailer


@dataclass
class Sink:
    """What arrived; `refused` addresses are turned away at the door."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def reached(self) -> list[str]:
        return sorted(str(letter["To"]) for letter in self.letters)

    def mailer(self) -> SmtpMailer:
        return SmtpMailer("127.0.0.1", self.port, "privacy@shop.example", security="none")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink on a free port of this machine."""
    with socket.socket() as free:  # the controller cannot be given port 0
        free.bind(("127.0.0.1", 0))
        found = Sink(free.getsockname()[1])
    server = Controller(found, hostname="127.0.0.1", port=found.port)
    server.start()
    try:
        yield found
    finally:
        server.stop()
