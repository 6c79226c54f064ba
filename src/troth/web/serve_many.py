"""What `troth serve --server` runs: the pages of many organisations, each at its own host.

The public pages come up at once with what was shown last. Then one organisation after the other is
opened and shown; one that cannot be is reported, tried again later, and stops no other.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from troth.desk.fleet.organisations import Opened, Organisations
from troth.desk.intake.collect import Collected
from troth.desk.intake.look import look_of
from troth.desk.intake.window import Look
from troth.errors import TrothError
from troth.postbox.box import Postbox
from troth.project.load import load_settings
from troth.project.server import Server
from troth.web.serve import (
    COLLECT_SECONDS,
    SHOW_SECONDS,
    Desk,
    Listening,
    Worker,
    environment,
    refuse_ended,
    started,
)

Told = Callable[[str, Collected], None]
Failed = Callable[[str, TrothError], None]
VISIT_SECONDS = 60.0  # between two visits to an organisation to which nobody wrote
AGAIN_SECONDS = 60.0  # after which one that could not be shown is tried again


def serve_many(
    organisations: Organisations,
    box: Postbox,
    listening: Listening,
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    told: Told,
    failed: Failed,
    console_port: int | None = None,
    console_address: str = "127.0.0.1",
    work: bool = True,
) -> None:
    """Serves until `stop` is set; Transient (`public-pages-ended`) where the pages end."""
    server = organisations.server
    windows = Windows(organisations, box, clock, failed)
    with ExitStack() as running:
        environ = environment(os.environ, server.postbox, listening, server.proxies)
        public = started("public", environ, running, cwd="/")
        own = None
        if console_port is not None:
            made = _console_environment(server, console_address, console_port)
            own = Again(lambda: started("console", made, running))
        worker = Worker(["--server", str(server.file)], running) if work else None
        threading.Thread(target=windows.keep, args=(stop,), daemon=True).start()
        while not stop.wait(COLLECT_SECONDS):
            refuse_ended(public, listening)
            for one in (own, worker):
                if one is not None:
                    one.keep()
            try:
                addressed = box.addressed()
            except TrothError as error:
                failed("post box", error)
                continue
            for name in windows.due(addressed):
                windows.collect(name, told)


class Windows:
    """Shows every organisation at its host, and empties the box for each."""

    def __init__(
        self,
        organisations: Organisations,
        box: Postbox,
        clock: Callable[[], datetime],
        failed: Failed,
    ) -> None:
        self._organisations, self._box, self._clock = organisations, box, clock
        self._failed = failed
        self._codes: dict[str, str] = {}
        self._due: dict[str, float] = {}
        self._visited: dict[str, float] = {}
        self._shown: dict[str, tuple[Opened, bytes]] = {}

    def keep(self, stop: threading.Event) -> None:
        """Shows what is due to be shown, again and again, until `stop` is set."""
        while not stop.is_set():
            self.show_due(stop)
            stop.wait(COLLECT_SECONDS)

    def show_due(self, stop: threading.Event | None = None) -> None:
        """Shows each organisation that was not shown of late."""
        for name in self._organisations.names:
            if stop is not None and stop.is_set():
                return
            if time.monotonic() < self._due.get(name, 0.0) and not self._has_new_key(name):
                continue
            try:
                opened = self._organisations.get(name)
                look = look_of(load_settings(opened.entry.folder, os.environ))
                self._shown[name] = (opened, opened.key)
                self._desk(opened, look).show(opened.entry.host)
            except TrothError as error:
                self._tell(name, error)
                self._due[name] = time.monotonic() + AGAIN_SECONDS
            else:
                self._codes.pop(name, None)
                self._due[name] = time.monotonic() + SHOW_SECONDS

    def _has_new_key(self, name: str) -> bool:
        """Whether its pages seal for a key that is not the newest any more."""
        known = self._shown.get(name)
        try:
            return known is not None and known[0].key != known[1]
        except TrothError:
            return False  # the file is being changed: what is posted is told when it is taken

    def due(self, addressed: Sequence[str]) -> list[str]:
        """The organisations for which there are letters, and one that was not visited of late.

        Visiting shows what has moved in the ledger, and takes away what has expired.
        """
        found = [name for name in addressed if name in self._organisations.names]
        now = time.monotonic()
        for name in self._organisations.names:
            if name not in found and now - self._visited.get(name, -VISIT_SECONDS) >= VISIT_SECONDS:
                return [*found, name]
        return found

    def collect(self, name: str, told: Told) -> None:
        """Takes the letters to one organisation; those of a broken one stay in the box."""
        self._visited[name] = time.monotonic()
        try:
            found = self._desk(self._organisations.get(name)).collect()
        except TrothError as error:
            self._tell(name, error)
        else:
            if found.taken or found.unreadable:
                told(name, found)

    def _desk(self, opened: Opened, look: Look | None = None) -> Desk:
        project = opened.project
        return Desk(
            self._box,
            opened.ledger,
            project.policy,
            opened.keys,
            self._clock,
            project.map,
            look or Look(),
        )

    def _tell(self, name: str, error: TrothError) -> None:
        """An error is told once, until another takes its place."""
        if self._codes.get(name) != error.code:
            self._codes[name] = error.code
            self._failed(name, error)


class Again:
    """A process that is started again where it has ended, some time later."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start = start
        self._began = time.monotonic()
        self._process = start()

    def keep(self) -> None:
        ended = self._process.poll() is not None
        if ended and time.monotonic() - self._began > AGAIN_SECONDS:
            self._began = time.monotonic()
            self._process = self._start()


def _console_environment(server: Server, address: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "TROTH_SERVER": str(server.file),
        "TROTH_LISTEN": address,
        "TROTH_PORT": str(port),
        **({"TROTH_PROXIES": ",".join(server.proxies)} if server.proxies else {}),
    }
