"""The organisations of a server, each opened when it is needed; a broken one stops no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy.engine import make_url

from troth.desk.intake.key import KeyFile, Keys, key_now
from troth.errors import Refused, TrothError
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.tenants import bound_role
from troth.project.load import Project, load_project
from troth.project.server import Organisation, Server

RETRY_SECONDS = 60.0  # after which one that could not be opened is tried again


@dataclass(frozen=True)
class Opened:
    """An organisation at work: its entry, project, ledger and the key of its desk."""

    entry: Organisation
    project: Project
    ledger: Ledger
    keys: Keys = field(repr=False)

    @property
    def key(self) -> bytes:
        """The key of its desk, as its file has it now."""
        return key_now(self.keys)

    @property
    def key_file(self) -> Path:
        return self.entry.folder / "postbox.key"


class Organisations:
    """Opens organisations by name and keeps them open; it may be shared by threads.

    Two that would share a SQLite ledger are refused (`ledger-shared`); so is a PostgreSQL ledger
    under a role that could see another's rows (`ledger-not-bound`).
    """

    def __init__(
        self, server: Server, environ: Mapping[str, str], clock: Callable[[], datetime]
    ) -> None:
        self.server = server
        self._environ, self._clock = environ, clock
        self._entries = {entry.name: entry for entry in server.organisations}
        self._open: dict[str, Opened] = {}
        self._failed: dict[str, tuple[float, TrothError]] = {}
        self._files: dict[str, str] = {}
        self._lock = threading.Lock()  # of what is noted above; held for moments only
        self._opening = {name: threading.Lock() for name in self._entries}
        self._opener: threading.Thread | None = None
        self._closed = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def get(self, name: str) -> Opened:
        """One organisation; the error that kept it from opening, for a while without a new try.

        Whoever asks for another meanwhile does not wait for this one.
        """
        with self._opening[name]:
            found = self.known(name)
            if found is not None:
                return found
            try:
                found = self._opened(self._entries[name])
            except TrothError as error:
                with self._lock:
                    self._failed[name] = time.monotonic(), error
                raise
            with self._lock:
                self._failed.pop(name, None)
                self._open[name] = found
                late = self._closed
            if late:
                found.ledger.close()
            return found

    def known(self, name: str) -> Opened | None:
        """One organisation, if it is open already; None before, and the error of a recent try."""
        with self._lock:
            found = self._open.get(name)
            failed = self._failed.get(name)
        if found is None and failed is not None and time.monotonic() - failed[0] < RETRY_SECONDS:
            raise failed[1]
        return found

    def open_behind(self) -> None:
        """Open, in a thread of its own, whatever is not open yet; one thread at a time."""
        with self._lock:
            if self._closed or (self._opener is not None and self._opener.is_alive()):
                return
            self._opener = threading.Thread(target=self._open_all, daemon=True)
            self._opener.start()

    def _open_all(self) -> None:
        for name in self.names:
            if self._closed:
                return
            with suppress(TrothError):  # noted with its name, and shown there
                self.get(name)

    def close(self) -> None:
        """Let go of every ledger."""
        with self._lock:
            self._closed = True
            opened, self._open = list(self._open.values()), {}
        for found in opened:
            found.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _opened(self, entry: Organisation) -> Opened:
        project = load_project(entry.folder, self._environ)
        if project.organisation != entry.name:
            raise Refused(
                "another-organisation",
                f"the project's policy is of '{project.organisation}', not of '{entry.name}'",
                place=str(entry.folder),
                help="write the name in server.yaml as the policy has it",
            )
        address = entry.ledger(self._environ, self.server.folder)
        if address is not None:
            project = replace(project, ledger=address)
        self._refuse_shared(entry, project.ledger.reveal())
        ledger = open_ledger(project.ledger.reveal(), at=self._clock())
        try:
            if len(self._entries) > 1:
                _refuse_unbound(ledger, entry.name)
            return Opened(entry, project, ledger, KeyFile(entry.folder / "postbox.key"))
        except BaseException:
            ledger.close()
            raise

    def _refuse_shared(self, entry: Organisation, address: str) -> None:
        if not address.startswith("sqlite"):
            return
        file = str(Path(str(make_url(address).database)).resolve())
        with self._lock:
            owner = self._files.setdefault(file, entry.name)
        if owner != entry.name:
            raise Refused(
                "ledger-shared",
                f"'{owner}' has its ledger in the same file",
                place=entry.name,
                help="give each organisation a file of its own, or use PostgreSQL",
            )


def _refuse_unbound(ledger: Ledger, organisation: str) -> None:
    bound = bound_role(ledger)
    if bound is None or (bound.organisation == organisation and not bound.problems):
        return
    why = ", ".join(bound.problems) or f"it belongs to '{bound.organisation}'"
    raise Refused(
        "ledger-not-bound",
        f"the role '{bound.role}' could reach other organisations: {why}",
        place=organisation,
        help="give it a role of its own, and bind it: troth fleet prepare",
    )
