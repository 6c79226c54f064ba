"""Whom not to mail again: keyed hashes of identifiers, and the days that renew them.

    digest = HMAC-SHA-256(key of the organisation, namespace, how it is compared, normalised text)

The key lies apart from the rows: whoever has rows alone can guess nobody. Nothing is changed: an
entry is born, and each attempt that it blocked stands beside it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import delete, func, insert, select

from troth.datamap.model import Normaliser
from troth.grounds.facts import Identifier
from troth.grounds.identity import normalise
from troth.ledger.forgetting import forgotten
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.told_tables import suppression_keys, suppressions

RECORDED = "suppression-recorded"
KEY_BYTES = 32
ASKED_AT_ONCE = 5_000  # digests per statement; SQLite takes 32,766 variables
ROWS_PER_ENTRY = 10_000  # hashes that one journal entry covers

Birth = Literal["born", "withdrawn"]
"""What gives birth: an act of the person, or a consent taken back, which may be given anew."""
Why = Literal["born", "withdrawn", "blocked"]
Form = tuple[Identifier, Normaliser]
"""An identifier, and one of the ways in which the map compares its namespace."""


@dataclass(frozen=True)
class Suppression:
    """One hash: the day of its birth and the latest day on which it blocked an attempt."""

    digest: str
    born_on: date
    blocked_on: date | None

    @property
    def renewed_on(self) -> date:
        """The day from which its period counts."""
        return self.born_on if self.blocked_on is None else max(self.born_on, self.blocked_on)


def digests_of(writing: Writing, forms: Sequence[Form]) -> list[str]:
    """The digest of each form; the organisation's key is made the first time."""
    secret = made_key(writing)
    return [_digest(secret, form) for form in forms]


def made_key(writing: Writing) -> bytes:
    """The organisation's key of hashes, made the first time."""
    secret = known_key(writing)
    if secret is None:
        secret = writing.randomness(KEY_BYTES)
        writing.connection.execute(
            insert(suppression_keys).values(organisation=writing.organisation, secret=secret)
        )
    return secret


def known_key(reading: Reading) -> bytes | None:
    """The organisation's key of hashes; None where nothing was hashed yet."""
    found: bytes | None = reading.connection.execute(
        select(suppression_keys.c.secret).where(
            suppression_keys.c.organisation == reading.organisation
        )
    ).scalar()
    return bytes(found) if found is not None else None


def _digest(secret: bytes, form: Form) -> str:
    identifier, how = form
    text = f"{identifier.namespace}\n{how}\n{normalise(identifier.value, how)}"
    return hmac.new(secret, text.encode(), sha256).hexdigest()


def suppress(
    writing: Writing, forms: Sequence[Form], *, day: date, at: datetime, why: Birth = "born"
) -> int:
    """Give birth to entries, or renew those that are there; how many hashes."""
    return _record(writing, set(digests_of(writing, forms)), why, day, at)


def only_withdrawn(reading: Reading, digests: Collection[str]) -> set[str]:
    """Those of the digests that only a consent taken back gave birth to."""
    table = suppressions.c
    query = select(table.digest).where(
        table.organisation == reading.organisation, table.why == "born"
    )
    return set(digests) - set(reading.connection.execute(query).scalars())


def note_blocked(writing: Writing, digests: Collection[str], *, day: date, at: datetime) -> int:
    """An attempt was blocked on `day`: those not yet renewed that day are; how many.

    Digests that were forgotten since they were asked for stay forgotten.
    """
    table = suppressions.c
    newest: dict[str, date] = {}
    for chunk in _chunks(digests):
        query = (
            select(table.digest, func.max(table.day))
            .where(table.organisation == writing.organisation, table.digest.in_(chunk))
            .group_by(table.digest)
        )
        newest.update((row[0], row[1]) for row in writing.connection.execute(query))
    old = {digest for digest, renewed in newest.items() if renewed < day}
    return _record(writing, old, "blocked", day, at)


def _record(writing: Writing, digests: set[str], why: Why, day: date, at: datetime) -> int:
    every = sorted(digests)
    for start in range(0, len(every), ROWS_PER_ENTRY):
        rows = [
            (suppressions, {"digest": digest, "why": why, "day": day})
            for digest in every[start : start + ROWS_PER_ENTRY]
        ]
        record_facts(writing, RECORDED, at, [NewFact({"why": why, "hashes": len(rows)}, rows)])
    return len(every)


def suppressed(reading: Reading, forms: Iterable[Form]) -> dict[Form, str]:
    """Those of the forms that are suppressed, with their digests; asked in sets."""
    secret = known_key(reading)
    if secret is None:
        return {}
    by_digest: dict[str, Form] = {}
    for form in forms:
        by_digest[_digest(secret, form)] = form
    found: dict[Form, str] = {}
    for chunk in _chunks(by_digest):
        query = select(suppressions.c.digest).where(
            suppressions.c.organisation == reading.organisation,
            suppressions.c.digest.in_(chunk),
        )
        for digest in set(reading.connection.execute(query).scalars()):
            found[by_digest[digest]] = digest
    return found


def list_suppressions(reading: Reading) -> tuple[Suppression, ...]:
    """Every hash with its days, oldest first."""
    table = suppressions.c
    query = (
        select(table.digest, table.why, func.min(table.day), func.max(table.day))
        .where(table.organisation == reading.organisation)
        .group_by(table.digest, table.why)
    )
    born: dict[str, tuple[date, date]] = {}
    blocked: dict[str, date] = {}
    for digest, why, first, last in reading.connection.execute(query):
        if why == "blocked":
            blocked[digest] = last
        else:
            before = born.get(digest, (first, last))
            born[digest] = min(first, before[0]), max(last, before[1])
    found = []
    for digest, (first, last) in born.items():
        # A second opt-out renews like a blocked attempt; the first day stays that of the birth.
        days = [day for day in (last if last > first else None, blocked.get(digest)) if day]
        found.append(Suppression(digest, first, max(days, default=None)))
    return tuple(sorted(found, key=lambda one: (one.born_on, one.digest)))


def forget_suppressions(
    writing: Writing, digests: Collection[str], *, reason: str, at: datetime
) -> int:
    """Forget hashes past their end, with the proof of them; how many there were."""
    own = suppressions.c.organisation == writing.organisation
    entries: set[int] = set()
    for chunk in _chunks(digests):
        mine = own & suppressions.c.digest.in_(chunk)
        entries |= set(
            writing.connection.execute(select(suppressions.c.entry).where(mine)).scalars()
        )
        writing.connection.execute(delete(suppressions).where(mine))
    forgotten(writing, "suppressions", len(digests), {RECORDED: entries}, reason=reason, at=at)
    return len(digests)


def _chunks(digests: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(digests)
    for start in range(0, len(every), ASKED_AT_ONCE):
        yield every[start : start + ASKED_AT_ONCE]
