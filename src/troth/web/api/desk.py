"""What the API of one organisation stands on: its ledger, its promise, its map, and its tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from troth.datamap.model import DataMap
from troth.desk.decide.decisions import Decisions
from troth.desk.workflow.office import Office
from troth.errors import Refused
from troth.grounds.may import may
from troth.grounds.use import Answer, Known, Question
from troth.ledger.acts import read_acts
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.policy.model import Policy

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class ApiDesk:
    """One organisation as the API serves it.

    Decisions are made from memory, by one thread, and follow what anybody commits. `office`: the
    desk for steps of requests, with its stores open or without.
    """

    ledger: Ledger
    policy: Policy
    map: DataMap
    clock: Callable[[], datetime]
    office: Callable[[bool], AbstractContextManager[Office]] | None = field(
        default=None, repr=False
    )
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), repr=False)
    _decisions: Decisions | None = field(default=None, repr=False)

    @property
    def organisation(self) -> str:
        """Whose API it is."""
        return self.policy.organisation

    @contextmanager
    def at_work(self, *, stores: bool) -> Iterator[Office]:
        """The desk at which steps are taken, with its stores open or without.

        Refused (`steps-not-served`) where the API has a ledger and nothing else.
        """
        if self.office is None:
            raise Refused(
                "steps-not-served",
                "the API is served without a desk",
                help="serve it with the console: `troth serve`",
            )
        with self.office(stores) as office:
            yield office

    def answers(
        self, questions: list[Question], known: list[Known | None], now: datetime
    ) -> list[Answer]:
        """The answers to questions, on the ledger as it is.

        `known`: what the asker knows of each person; where that is something, the answer is
        computed for it alone and not remembered.
        """
        quick = [one for one, more in zip(questions, known, strict=True) if more is None]
        found = iter(self._thread.submit(self._quick, quick, now).result())
        if len(quick) == len(questions):
            return list(found)
        facts = read_facts(self.ledger, self.organisation, now)
        spelling = spelling_of(self.map)
        return [
            next(found)
            if more is None
            else may(one, self.policy, facts, now, more, spelling=spelling)
            for one, more in zip(questions, known, strict=True)
        ]

    def close(self) -> None:
        """Let go of what decisions stand on."""
        if self._decisions is not None:
            self._thread.submit(self._decisions.close).result()
        self._thread.shutdown()

    def _quick(self, questions: list[Question], now: datetime) -> list[Answer]:
        if self._decisions is None:
            self._decisions = Decisions(
                self.ledger,
                self.organisation,
                self.policy,
                now,
                spelling=spelling_of(self.map),
                read_acts=lambda reading: read_acts(reading, _EVER),
            )
        return [self._decisions.answer(now, question) for question in questions]


def spelling_of(datamap: DataMap) -> dict[str, Any]:
    """How the map compares the identifiers of each namespace; the first that is not exact."""
    found: dict[str, Any] = {}
    tables = (table for store in datamap.stores.values() for table in store.tables.values())
    for column in (column for table in tables for column in table.personal.values()):
        if column.identity is not None and found.get(column.identity, "exact") == "exact":
            found[column.identity] = column.compare
    return found
