"""Long work that a page starts and does not wait for: a check, an approved plan.

A page says how far it is when it is looked at again. What is under way ends with the process; run
again it goes on, since every batch is a transaction of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from troth.errors import Refused, TrothError
from troth.logs import defect


@dataclass(frozen=True)
class Work:
    """Who started it and when; `ended_at` None: it is under way. `said`: what came of it, by key
    of the words or as a refusal says it; `help`: what to do then.
    """

    name: str
    by: str
    started_at: datetime
    ended_at: datetime | None = None
    said: str = ""
    help: str = ""
    failed: bool = False


class Background:
    """The work of one organisation's console, one of a name at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, Work] = {}
        self._threads: dict[str, threading.Thread] = {}

    def of(self, name: str) -> Work | None:
        """The newest work of a name."""
        return self._found.get(name)

    def start(
        self, name: str, by: str, clock: Callable[[], datetime], work: Callable[[], str]
    ) -> None:
        """Start a work; Refused (`under-way`) while one of that name is. It says a key of words."""
        with self._lock:
            known = self._found.get(name)
            if known is not None and known.ended_at is None:
                raise Refused("under-way", "it is under way", help="look again in a while")
            self._found[name] = Work(name, by, clock())
            thread = threading.Thread(target=self._run, args=(name, clock, work), daemon=True)
            self._threads[name] = thread
        thread.start()

    def wait(self, name: str) -> None:
        """Until the work of a name has ended."""
        if name in self._threads:
            self._threads[name].join()

    def _run(self, name: str, clock: Callable[[], datetime], work: Callable[[], str]) -> None:
        try:
            said, help, failed = work(), "", False
        except TrothError as error:
            said, help, failed = error.message, error.help, True
        except Exception as error:  # told by its kind, as its text may name somebody
            defect(error, work=name)
            said, help, failed = type(error).__name__, "", True
        self._found[name] = replace(
            self._found[name], ended_at=clock(), said=said, help=help, failed=failed
        )
