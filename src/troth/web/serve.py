"""What `troth serve` runs: public pages, console and worker, each a process of its own.

The public process is given an environment made for it: where the post box is and where to listen.
No address of a store or ledger and no key is in it, and it starts in the root folder. The console
has the environment of the desk, as it reaches the ledger and the stores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from troth.datamap.model import DataMap
from troth.desk.intake.collect import Collected, collect, counter_of
from troth.desk.intake.key import Keys, key_now
from troth.desk.intake.window import Look, book_of, window_of
from troth.errors import Transient
from troth.law.calendar import day_of
from troth.ledger.ledger import Ledger
from troth.logs import VARIABLES
from troth.policy.model import Policy
from troth.postbox.box import Postbox

COLLECT_SECONDS = 1.0
SHOW_SECONDS = 3600.0  # the window follows the calendar
AGAIN_SECONDS = 10.0  # between two starts of a worker, at first
LONGEST_SECONDS = 600.0
_PATIENCE_SECONDS = 10.0
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ", *VARIABLES)


@dataclass(frozen=True)
class Listening:
    """Where the public pages are, and under which host the organisation is shown."""

    address: str
    port: int
    host: str


@dataclass(frozen=True)
class Console:
    """Where the console of a project is, and the hosts under which it answers."""

    folder: Path
    address: str
    port: int
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """What empties the box and dresses the window of one organisation."""

    box: Postbox
    ledger: Ledger
    policy: Policy
    keys: Keys = field(repr=False)
    clock: Callable[[], datetime]
    datamap: DataMap | None = None
    look: Look = field(default_factory=Look)

    @property
    def key(self) -> bytes:
        """The desk's own key, as its file has it now."""
        return key_now(self.keys)

    def show(self, host: str) -> None:
        """Shows the organisation, as its policy stands, at a host; takes away what has expired."""
        policy = self.policy
        today = day_of(self.clock(), policy.zoneinfo)
        choices = self.datamap is not None
        window = window_of(policy, self.key, today, host, self.look, choices=choices)
        book = book_of(policy, today, self.look)
        self.box.show(policy.organisation, host, window.model_dump(mode="json"), book)
        self.box.expire(policy.organisation, today)

    def collect(self) -> Collected:
        """Takes what has been posted."""
        counter = counter_of(self.box, self.ledger, self.policy, self.key, self.datamap)
        return collect(counter, self.clock())


def serve(
    desk: Desk,
    postbox: str,
    listening: Listening,
    *,
    stop: threading.Event,
    told: Callable[[Collected], None],
    failed: Callable[[Transient], None],
    console: Console | None = None,
    worker: Path | None = None,
) -> None:
    """Serves until `stop` is set; Transient (`public-pages-ended`, `console-ended`) where one ends.

    `worker`: the project whose nightly work is done in a process of its own, which is started
    again where it ends. A ledger or box that is away for a while is reported to `failed`, and
    tried again.
    """
    key = desk.key
    desk.show(listening.host)
    shown = time.monotonic()
    with ExitStack() as running:
        public = started("public", environment(os.environ, postbox, listening), running, cwd="/")
        own = None
        if console is not None:
            own = started("console", _console_environment(os.environ, console), running)
        working = None
        if worker is not None:
            working = Worker(["--project", str(worker)], running)
        while not stop.wait(COLLECT_SECONDS):
            refuse_ended(public, listening)
            if own is not None and console is not None:
                _refuse_console_ended(own, console)
            if working is not None:
                working.keep()
            try:
                if time.monotonic() - shown > SHOW_SECONDS or desk.key != key:
                    key = desk.key
                    desk.show(listening.host)
                    shown = time.monotonic()
                found = desk.collect()
            except Transient as error:
                failed(error)
            else:
                if found.taken or found.others or found.unreadable:
                    told(found)


class Worker:
    """The process that does the nightly work, which is started again where it has ended."""

    def __init__(self, arguments: Sequence[str], running: ExitStack) -> None:
        self._command = [sys.executable, "-P", "-m", "troth.cli", "run", "--watch", *arguments]
        self._ends = 0
        self._process = self._begin()
        running.callback(lambda: _end(self._process))

    def keep(self) -> None:
        """Starts it again where it has ended, later each time."""
        if self._process.poll() is None:
            return
        wait = min(AGAIN_SECONDS * 2**self._ends, LONGEST_SECONDS)
        if time.monotonic() - self._began > wait:
            self._ends = min(self._ends + 1, 10)
            self._process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        self._began = time.monotonic()
        environ = {**os.environ, "TROTH_SUPERVISED": "1"}
        return subprocess.Popen(self._command, env=environ, stdin=subprocess.PIPE)


def started(
    name: str, environ: dict[str, str], running: ExitStack, cwd: str | None = None
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", f"troth.web.{name}"],
        env=environ,
        cwd=cwd,
        stdin=subprocess.PIPE,
    )
    running.callback(_end, process)
    return process


def refuse_ended(public: subprocess.Popen[bytes], listening: Listening) -> None:
    if public.poll() is not None:
        raise Transient(
            "public-pages-ended",
            f"the process of the public pages ended with status {public.returncode}",
            place=f"{listening.address}:{listening.port}",
            help="see its message above; the port may be in use",
        )


def _refuse_console_ended(own: subprocess.Popen[bytes], console: Console) -> None:
    if own.poll() is not None:
        raise Transient(
            "console-ended",
            f"the process of the console ended with status {own.returncode}",
            place=f"{console.address}:{console.port}",
            help="see its message above; the port may be in use: name another by --console-port",
        )


def _console_environment(own: Mapping[str, str], console: Console) -> dict[str, str]:
    return {
        **own,
        "TROTH_PROJECT": str(console.folder),
        "TROTH_LISTEN": console.address,
        "TROTH_PORT": str(console.port),
        "TROTH_CONSOLE_HOSTS": " ".join(console.hosts),
    }


def environment(
    own: Mapping[str, str], postbox: str, listening: Listening, proxies: Sequence[str] = ()
) -> dict[str, str]:
    """The whole environment of the public process; `proxies` are those whose word counts."""
    return {
        **{name: own[name] for name in _PASSED_ON if name in own},
        "TROTH_POSTBOX": postbox,
        "TROTH_LISTEN": listening.address,
        "TROTH_PORT": str(listening.port),
        **({"TROTH_PROXIES": ",".join(proxies)} if proxies else {}),
    }


def _end(public: subprocess.Popen[bytes]) -> None:
    public.terminate()
    try:
        public.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        public.kill()
        public.wait()
