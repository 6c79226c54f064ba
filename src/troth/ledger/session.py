"""What a piece of work holds while it reads or writes one organisation's ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from troth.ledger import journal
from troth.ledger.journal import Entry, Made, Payload, Randomness, genesis
from troth.ledger.quick import Quick
from troth.ledger.tables import journal_heads


@dataclass(frozen=True)
class Head:
    """The end of an organisation's journal: number and digest of the newest entry.

    `last_at` is the latest instant of any entry; `facts_version` is the number of the newest entry
    that changed a fact.
    """

    seq: int
    digest: bytes
    last_at: datetime | None
    facts_version: int


class Reading:
    """One organisation's ledger as it stood at one moment."""

    def __init__(self, connection: Connection, organisation: str) -> None:
        self.connection = connection
        self.organisation = organisation


class Writing(Reading):
    """One transaction of one organisation; nobody else writes its ledger until it ends."""

    def __init__(
        self, connection: Connection, organisation: str, head: Head, randomness: Randomness
    ) -> None:
        super().__init__(connection, organisation)
        self.head = head
        self.randomness = randomness

    def append(self, kind: str, at: datetime, payload: Payload | Made) -> Entry:
        """Add one journal entry; `payload` is JSON without personal data or keys of rows."""
        return self.append_many(kind, at, [payload])[0]

    def append_many(
        self, kind: str, at: datetime, payloads: Sequence[Payload | Made]
    ) -> list[Entry]:
        """Add entries of one kind and instant, in order; durable once the transaction commits."""
        records = self._chain(kind, at, payloads)
        return [Entry(record[0], record[3].hex()) for record in records]

    def append_facts(self, kind: str, at: datetime, payloads: Sequence[Made]) -> range:
        """Add entries that record facts; the facts' version moves. Their numbers, in order.

        Each payload commits to the rows of its fact (`binding.bound`).
        """
        first = self.head.seq + 1
        self._chain(kind, at, payloads)
        if payloads:
            self.head = replace(self.head, facts_version=self.head.seq)
        return range(first, self.head.seq + 1)

    def append_fact(self, kind: str, at: datetime, payload: Made) -> int:
        """Add the entry of one fact; its number."""
        return self.append_facts(kind, at, [payload])[0]

    def new_id(self, prefix: str) -> str:
        """A random name, such as `hold-3f9c0a1b2c4d`."""
        return f"{prefix}-{self.randomness(6).hex()}"

    def _chain(
        self, kind: str, at: datetime, payloads: Sequence[Payload | Made]
    ) -> list[journal.Record]:
        head = self.head
        records = journal.chain(
            self.organisation, head.seq, head.digest, kind, at, payloads, self.randomness
        )
        if records:
            journal.insert(self.connection, self.organisation, records)
            last_at = at if head.last_at is None else max(at, head.last_at)
            self.head = replace(head, seq=records[-1][0], digest=records[-1][3], last_at=last_at)
        return records


_OWN = journal_heads.c.organisation == bindparam("own")
_SELECT = select(
    journal_heads.c.seq,
    journal_heads.c.digest,
    journal_heads.c.last_at,
    journal_heads.c.facts_version,
).where(_OWN)
_HEAD = Quick(_SELECT)
_LOCKED = Quick(_SELECT.with_for_update())
_SAVED = Quick(
    update(journal_heads)
    .where(_OWN)
    .values(
        seq=bindparam("new_seq"),
        digest=bindparam("new_digest"),
        last_at=bindparam("new_last_at"),
        facts_version=bindparam("new_facts_version"),
    )
)


def read_head(connection: Connection, organisation: str) -> Head:
    """The end of the journal; before the first entry, number 0 and the genesis digest."""
    for row in _HEAD.rows(connection, {"own": organisation}):
        return Head(*row)
    return Head(0, genesis(organisation), None, 0)


def lock_head(connection: Connection, organisation: str) -> Head:
    """The end of the journal, held until the transaction ends; the row is made if it is missing."""
    rows = _LOCKED.rows(connection, {"own": organisation})
    if not rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(journal_heads)
            .values(organisation=organisation, seq=0, digest=genesis(organisation), facts_version=0)
            .on_conflict_do_nothing()
        )
        rows = _LOCKED.rows(connection, {"own": organisation})
    return Head(*rows[0])


def save_head(connection: Connection, organisation: str, head: Head) -> None:
    """Write the end of the journal, at the end of a transaction."""
    _SAVED.write(
        connection,
        {
            "own": organisation,
            "new_seq": head.seq,
            "new_digest": head.digest,
            "new_last_at": head.last_at,
            "new_facts_version": head.facts_version,
        },
    )
