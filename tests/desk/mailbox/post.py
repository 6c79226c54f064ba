"""A real IMAP server of the tests' own (pymap), with a certificate of an authority of its own."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from imapclient import IMAPClient

from troth.desk.mailbox.source import Account

USER, PASSWORD = "privacy@shop.example", "a password of the test"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Server:
    """A mail server on this machine, whose certificate `authority` (PEM) signed.

    `client` is a connection for deliveries: signing in takes the server most of a second.
    """

    port: int
    authority: str
    client: IMAPClient

    def account(self, folder: str, **others: object) -> Account:
        given = {"port": self.port, "security": "starttls", "authority": self.authority}
        return Account(
            host="localhost", user=USER, password=PASSWORD, folder=folder, **given | others
        )  # type: ignore[arg-type]  # a test may break any of them

    def new_folder(self) -> str:
        """An empty folder, for one test."""
        name = f"Test{next(_NUMBERS)}"
        self.client.create_folder(name)
        return name

    def deliver(self, folder: str, raw: bytes, arrived: datetime) -> None:
        """Puts a mail into a folder, as arrived then."""
        self.client.append(folder, raw, (), arrived)

    def flags(self, folder: str) -> list[tuple[bytes, ...]]:
        """The flags of every mail of a folder."""
        self.client.select_folder(folder, readonly=True)
        found = self.client.fetch(self.client.search(), ["FLAGS"])
        return [found[uid][b"FLAGS"] for uid in sorted(found)]


@contextmanager
def imap_server(folder: Path) -> Iterator[Server]:
    """A server in a process of its own, until the block ends."""
    authority = make_certificate(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "pymap"), "--no-service", "admin"]
    command += ["--host", "localhost", "--port", str(port)]
    command += ["--cert", str(folder / "cert.pem"), "--key", str(folder / "key.pem")]
    command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    try:
        wait_for(port, process)
        with IMAPClient("localhost", port, ssl=False) as client:
            client.login(USER, PASSWORD)
            yield Server(port, authority, client)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the IMAP server ended at once"
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the IMAP server never listened")


def make_certificate(folder: Path) -> str:
    """A certificate for localhost that signs itself, in `folder`; its text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(Encoding.PEM)
    (folder / "cert.pem").write_bytes(text)
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return text.decode()
