"""Scouting: the ranges of a large table are found ahead of the writer, in a session of their own.

What is found is only where to write next: the statement that writes a range decides again. So the
scout's looks need not see one moment, and a row that it misses is seen by the fresh look.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import sqlalchemy as sa

from troth.apply.work import Work
from troth.errors import TrothError
from troth.stores.store import Session

Found = list[tuple[int, int]]
"""Parts of the keys, and the due rows in each."""
Stretches = Sequence[Mapping[str, int]]
"""The values of a statement's parameters, for one look after the other."""


class Scout:
    """The results of one statement for a sequence of values, each looked for ahead of its use."""

    def __init__(
        self, session: Session, closing: ExitStack, select: sa.Select[Any], stretches: Stretches
    ) -> None:
        self._session, self._closing = session, closing
        self._select, self._stretches = select, stretches
        self._found: SimpleQueue[Found | TrothError | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def next(self) -> Found | None:
        """What the next stretch holds, once it is known; None after the last.

        Raises the error that ended the look.
        """
        found = self._found.get()
        if isinstance(found, TrothError):
            raise found
        return found

    def close(self) -> None:
        """Ends the look after the stretch that is under way."""
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        try:
            with self._closing:
                for stretch in self._stretches:
                    if self._stopped.is_set():
                        break
                    with self._session.reading() as connection:
                        rows = connection.execute(self._select, stretch)
                        self._found.put([(int(part), int(due)) for part, due in rows])
        except TrothError as error:
            self._found.put(error)
        finally:
            self._found.put(None)


def scout(work: Work, select: sa.Select[Any], stretches: Stretches) -> Scout | None:
    """A scout on its way; None where the store does not grant one more session."""
    closing = ExitStack()
    try:
        session = closing.enter_context(work.store.session())
    except TrothError:
        return None
    return Scout(session, closing, select, stretches)
