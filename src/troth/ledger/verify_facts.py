"""Verifying facts: every row of a fact is what its entry of the journal committed to.

Facts and the entries that record them stream past each other in order, in constant memory.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select

from troth.ledger.binding import FACTS, READ_ROWS, STATING, Group, digest_of, read_groups
from troth.ledger.session import Reading
from troth.ledger.tables import journal

Find = Callable[[int, Literal["fact"], str], None]
"""Told of each finding: the entry's number, what it is, and how it shows."""


@dataclass
class _Spans:
    """What later entries say of the facts of one kind: by first entry, the newest statement."""

    firsts: list[int] = field(default_factory=list)
    said: dict[int, tuple[int, str, str]] = field(default_factory=dict)

    def say(self, first: int, last: int, salt: str, digest: str) -> None:
        self.said[first] = last, salt, digest
        self.firsts = sorted(self.said)

    def over(self, seq: int) -> int | None:
        """The first entry of the span that covers `seq`."""
        at = bisect_right(self.firsts, seq) - 1
        if at < 0 or self.said[self.firsts[at]][0] < seq:
            return None
        return self.firsts[at]


@dataclass
class _Facts:
    """The facts of one kind, read once from the first to the last entry."""

    groups: Iterator[Group]
    next: Group | None = None

    def __post_init__(self) -> None:
        self.next = next(self.groups, None)

    def up_to(self, last: int) -> Iterator[Group]:
        while self.next is not None and self.next[0] <= last:
            yield self.next
            self.next = next(self.groups, None)


def verify_facts(reading: Reading, find: Find) -> int:
    """Compares every fact with its commitment; how many were recorded before facts were bound."""
    spans = _stated(reading)
    facts = {
        kind: _Facts(iter(read_groups(reading.connection, reading.organisation, kind)))
        for kind in FACTS
    }
    unbound = 0
    done: set[tuple[str, int]] = set()
    for entry in _entries(reading, tuple(FACTS)):
        mine = facts[entry.kind]
        first = spans[entry.kind].over(entry.seq)
        _foreign(mine.up_to((entry.seq if first is None else first) - 1), find)
        if first is None:
            unbound += _own(entry, mine, find)
        elif (entry.kind, first) not in done:
            done.add((entry.kind, first))
            last, salt, digest = spans[entry.kind].said[first]
            if digest_of(salt, mine.up_to(last)) != digest:
                where = "it" if last == first else f"the entries {first} to {last}"
                find(first, "fact", f"a fact recorded by {where} was altered, removed or added to")
    for mine in facts.values():
        _foreign(mine.up_to(2**62), find)
    return unbound


def _own(entry: Any, mine: _Facts, find: Find) -> int:
    """An entry that commits to its own fact; 1 if it is older than commitments."""
    groups = list(mine.up_to(entry.seq))
    if entry.payload is None:
        if groups:
            find(entry.seq, "fact", "its payload is erased, and its fact still stands unproven")
        return 0
    digest = _payload(entry).get("fact")
    if digest is None:
        return 1
    if digest_of(entry.salt or "", groups) != digest:
        how = "was altered" if groups else "is missing"
        find(entry.seq, "fact", f"the fact that it recorded {how}")
    return 0


def _foreign(groups: Iterator[Group], find: Find) -> None:
    for seq, _ in groups:
        find(seq, "fact", "a fact names this entry, which recorded no such fact")


def _stated(reading: Reading) -> dict[str, _Spans]:
    found = {kind: _Spans() for kind in FACTS}
    for entry in _entries(reading, STATING):
        for kind, first, last, digest in _payload(entry).get("bound", ()):
            if kind in found:
                found[kind].say(first, last, entry.salt or "", digest)
    return found


def _entries(reading: Reading, kinds: tuple[str, ...]) -> Iterator[Any]:
    table = journal.c
    yield from reading.connection.execute(
        select(table.seq, table.kind, table.salt, table.payload)
        .where(table.organisation == reading.organisation, table.kind.in_(kinds))
        .order_by(table.seq),
        execution_options={"yield_per": READ_ROWS},
    )


def _payload(entry: Any) -> dict[str, Any]:
    """The payload of an entry; nothing where it is erased or was made unreadable."""
    try:
        found = json.loads(entry.payload or "{}")
    except ValueError:
        return {}  # the chain says that it was altered
    return found if isinstance(found, dict) else {}
