"""The console's own thread for what colleagues asked for: it works the queue off, and ends.

The queue is in the ledger, and the lease of its job lets one process alone work on it. Where that
is another one, or one that died, this thread looks again until nothing waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from troth.errors import TrothError
from troth.logs import defect, logger

AGAIN_SECONDS = 5.0


class Background:
    """The thread of one organisation, which runs while something waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self, turn: Callable[[], bool]) -> None:
        """Call `turn` until it says that nothing waits, in a thread that is there or begins."""
        with self._lock:
            self._asked.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, args=(turn,), daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until nothing waits."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def end(self) -> bool:
        """Begin nothing more, and whether something is under way, until the process ends."""
        self._over.set()
        thread = self._thread
        return thread is not None and thread.is_alive()

    def _run(self, turn: Callable[[], bool]) -> None:
        while not self._over.is_set():
            self._asked.clear()
            more = _turned(turn)
            with self._lock:  # whoever asks now sees the thread gone, or it goes on
                if not more and not self._asked.is_set():
                    self._thread = None
                    return
            if more:
                self._over.wait(AGAIN_SECONDS)


def _turned(turn: Callable[[], bool]) -> bool:
    try:
        return turn()
    except TrothError as error:  # the ledger is away for a while
        logger().error("no-work", code=error.code, told=str(error))
    except Exception as error:  # told by its kind, as its text may name somebody
        defect(error)
        return False
    return True
