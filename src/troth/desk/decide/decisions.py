"""Decisions bound to a ledger: what another process commits binds the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Self

from troth.desk.decide.decider import Decider
from troth.desk.decide.index import Key, Keys
from troth.grounds.facts import Act, Facts
from troth.grounds.personal import Spelling
from troth.grounds.use import Answer, Known, Question
from troth.ledger.aliases import read_aliases, with_aliases
from troth.ledger.consents import read_consents
from troth.ledger.holds import list_holds
from troth.ledger.ledger import Ledger
from troth.ledger.session import Reading, read_head
from troth.ledger.watch import Watch
from troth.policy.model import Policy

# Everything that is recorded, also by a process whose clock is ahead: it counts from its instant.
_EVER = datetime.max.replace(tzinfo=UTC)
ReadActs = Callable[[Reading], tuple[Act, ...]]


def _no_acts(_reading: Reading) -> tuple[Act, ...]:
    return ()


class Decisions:
    """The decisions of one organisation, for one thread; use it in a `with`, or close it.

    Errors are those of the ledger (`ledger-unreachable`, `ledger-locked`…): without it no answer
    is given. `read_acts` reads the acts of persons from the ledger. The rest is as in `Decider`.
    """

    def __init__(
        self,
        ledger: Ledger,
        organisation: str,
        policy: Policy,
        now: datetime,
        *,
        known: Mapping[Key, Known] | None = None,
        spelling: Spelling = MappingProxyType({}),
        earlier: Mapping[str, Policy] | None = None,
        read_acts: ReadActs = _no_acts,
    ) -> None:
        self._ledger, self._organisation, self._read_acts = ledger, organisation, read_acts
        self._watch = Watch(ledger, organisation)
        facts = self._read(0)
        self._version = facts.version
        self.decider = Decider(
            policy, facts, now, known=known or {}, spelling=spelling, earlier=earlier or {}
        )

    def may(
        self,
        now: datetime,
        purpose: str,
        category: str,
        person: Keys,
        recipient: str | None = None,
        country: str | None = None,
        role: str | None = None,
        region: str | None = None,
    ) -> Answer:
        """`Decider.may` on the ledger as it is."""
        if self._watch.version() != self._version:
            self.refresh(now)
        return self.decider.may(now, purpose, category, person, recipient, country, role, region)

    def answer(self, now: datetime, question: Question) -> Answer:
        """`Decider.answer` on the ledger as it is."""
        if self._watch.version() != self._version:
            self.refresh(now)
        return self.decider.answer(now, question)

    def refresh(self, now: datetime) -> None:
        """Take in what was recorded since the last reading."""
        change = self._read(self._version)
        self.decider.refresh(change, now)
        self._version = change.version

    def close(self) -> None:
        """Let go of the ledger; it stays open for others."""
        self._watch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _read(self, since: int) -> Facts:
        """Consents recorded after an entry, and all acts and holds, at one moment."""
        with self._ledger.reading(self._organisation) as reading:
            further = read_aliases(reading, after=since)  # old consents, under new names
            aliased = (
                fact for name in further for fact in read_consents(reading, _EVER, person=name)
            )
            recorded = Facts(
                version=read_head(reading.connection, self._organisation).facts_version,
                consents=(*read_consents(reading, _EVER, after=since), *aliased),
                holds=tuple(record.hold for record in list_holds(reading)),
                acts=self._read_acts(reading),
            )
            return with_aliases(reading, recorded)
