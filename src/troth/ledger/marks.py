"""Marks of erased and corrected rows, by which a restored backup is told from what may stay.

A mark is an HMAC-SHA-256 over store, table, key and immutable columns of a row, under the key of
its epoch (a calendar month). It stands outside the journal's chain and away from the store. Once
the oldest backup that may hold the row has expired, the epoch's key and marks are destroyed.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import replay_blind, replay_epochs, replay_marks, replay_packs

ROW = "row"
"""What a mark of a whole row is about; others name the column."""
CORRECTED = "corrected:"
"""Before the column (and path) of a mark of a corrected value."""
KEY_BYTES = 32
MAC_BYTES = 32
WRITTEN_AT_ONCE = 5_000  # marks per statement

Texts = tuple[str, ...]
"""Key and immutable columns of a row, as texts."""


@dataclass(frozen=True)
class Mark:
    """A row that has gone, or a column of it, or a value that was corrected (`sealed` is it)."""

    table: str
    what: str
    row: Texts = field(repr=False)
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class MarkedRows:
    """Rows of one table that have gone, or of which one column has."""

    table: str
    what: str
    rows: Sequence[Texts] = field(repr=False)


@dataclass(frozen=True)
class MarkedTexts:
    """The same, where the store has written each row's texts as an array of JSON already."""

    table: str
    what: str
    texts: Sequence[str] = field(repr=False)


@dataclass(frozen=True)
class Epoch:
    """One epoch's key with its marks of one store: by table and what, the HMACs with instants."""

    secret: bytes = field(repr=False)
    marks: dict[tuple[str, str], dict[bytes, tuple[datetime, bytes | None]]] = field(repr=False)

    def value(self, sealed: bytes) -> str:
        """A corrected value, as it is to be."""
        return Fernet(self.secret).decrypt(sealed).decode()


@dataclass(frozen=True)
class Recall:
    """Every mark of a store that still stands, and the tables of which none could be made."""

    store: str
    epochs: tuple[Epoch, ...] = field(default=(), repr=False)
    blind: dict[str, int] = field(default_factory=dict)

    def whats(self, since: datetime | None = None) -> dict[str, frozenset[str]]:
        """By table, what its marks after an instant are about."""
        found: dict[str, set[str]] = {}
        for epoch in self.epochs:
            for (table, what), marks in epoch.marks.items():
                if any(since is None or at >= since for at, _ in marks.values()):
                    found.setdefault(table, set()).add(what)
        return {table: frozenset(whats) for table, whats in found.items()}

    def find(self, table: str, what: str, row: Texts) -> tuple[datetime, str | None] | None:
        """The newest mark of a row, with the corrected value; None where there is none."""
        found: tuple[datetime, str | None] | None = None
        text = _text(self.store, table, what, row)
        for epoch in self.epochs:
            marks = epoch.marks.get((table, what))
            if marks is None:
                continue
            mark = marks.get(hmac.digest(epoch.secret, text, "sha256"))
            if mark is not None and (found is None or mark[0] > found[0]):
                at, sealed = mark
                found = at, None if sealed is None else epoch.value(sealed)
        return found


def keep_marks(
    writing: Writing,
    run: str,
    store: str,
    batch: int,
    marks: Iterable[Mark | MarkedRows | MarkedTexts],
    *,
    at: datetime,
    tried_before: bool = True,
) -> int:
    """Keeps the marks of a batch before it is written; those of an earlier try of it go. How many.

    Nothing of them is in the journal. `tried_before`: whether there can be any of an earlier try.
    """
    for table in (replay_marks, replay_packs) if tried_before else ():
        columns = table.c
        writing.connection.execute(
            delete(table).where(
                columns.organisation == writing.organisation,
                columns.run == run,
                columns.store == store,
                columns.batch == batch,
            )
        )
    epoch = f"{at:%Y-%m}"
    secret = _secret(writing, epoch)
    keyed = HMAC(secret, SHA256())
    packs: dict[tuple[str, str], bytearray] = {}
    sealed: list[dict[str, Any]] = []
    count = 0
    for mark in marks:
        if isinstance(mark, MarkedRows):
            count += len(mark.rows)
            pack = packs.setdefault((mark.table, mark.what), bytearray())
            _pack(pack, keyed, store, mark)
            continue
        if isinstance(mark, MarkedTexts):
            count += len(mark.texts)
            pack = packs.setdefault((mark.table, mark.what), bytearray())
            _pack_texts(pack, keyed, store, mark)
            continue
        count += 1
        mac = keyed.copy()
        mac.update(_text(store, mark.table, mark.what, mark.row))
        if mark.value is None:
            packs.setdefault((mark.table, mark.what), bytearray()).extend(mac.finalize())
        else:
            value = Fernet(secret).encrypt(mark.value.encode())
            row = {"table_name": mark.table, "what": mark.what, "mac": mac.finalize()}
            sealed.append({**row, "sealed": value})
    shared = {
        "organisation": writing.organisation,
        "epoch": epoch,
        "store": store,
        "run": run,
        "batch": batch,
        "at": at,
    }
    if packs:
        rows = [
            {**shared, "table_name": table, "what": what, "macs": bytes(macs)}
            for (table, what), macs in packs.items()
        ]
        _PACKED.write(writing.connection, *rows)
    if sealed:
        _keep_sealed(writing, [{**shared, **row} for row in sealed])
    return count


def _pack(pack: bytearray, keyed: HMAC, store: str, marked: MarkedRows) -> None:
    """Adds the marks of many rows: most texts hold nothing that JSON would write otherwise."""
    table, what = marked.table, marked.what
    head, tail = f'{_prefix(store, table, what)}["', '"]]'
    for start in range(0, len(marked.rows), CHECKED_AT_ONCE):
        rows = marked.rows[start : start + CHECKED_AT_ONCE]
        plain = not any(_UNLIKE_JSON.search("".join(row)) for row in rows)
        for row in rows:
            text = (
                f"{head}{_BETWEEN.join(row)}{tail}".encode()
                if plain and row
                else _text(store, table, what, row)
            )
            mac = keyed.copy()
            mac.update(text)
            pack += mac.finalize()


def _pack_texts(pack: bytearray, keyed: HMAC, store: str, marked: MarkedTexts) -> None:
    begun = keyed.copy()
    begun.update(_prefix(store, marked.table, marked.what).encode())
    for text in marked.texts:
        mac = begun.copy()
        mac.update(f"{text}]".encode())
        pack += mac.finalize()


def _keep_sealed(writing: Writing, rows: list[dict[str, Any]]) -> None:
    """Corrected values by their marks; of one that was corrected again the newest counts."""
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(replay_marks)
    keys = ["organisation", "epoch", "store", "table_name", "what", "mac"]
    new = {name: statement.excluded[name] for name in ("run", "batch", "at", "sealed")}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        writing.connection.execute(statement, rows[start : start + WRITTEN_AT_ONCE])


def note_blind(writing: Writing, store: str, rows: Mapping[str, int], *, at: datetime) -> None:
    """So many rows went of tables without immutable columns: a restored one cannot be told."""
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    for table, count in rows.items():
        statement = dialect.insert(replay_blind).values(
            organisation=writing.organisation,
            epoch=f"{at:%Y-%m}",
            store=store,
            table_name=table,
            at=at,
            rows=count,
        )
        writing.connection.execute(statement.on_conflict_do_nothing())


def read_marks(reading: Reading, store: str) -> Recall:
    """What the ledger remembers of a store."""
    keys = reading.connection.execute(
        select(replay_epochs.c.epoch, replay_epochs.c.secret)
        .where(replay_epochs.c.organisation == reading.organisation)
        .order_by(replay_epochs.c.epoch)
    ).all()
    epochs = {row.epoch: Epoch(bytes(row.secret), {}) for row in keys}
    table = replay_marks.c
    rows = reading.connection.execute(
        select(table.epoch, table.table_name, table.what, table.mac, table.at, table.sealed).where(
            table.organisation == reading.organisation, table.store == store
        ),
        execution_options={"yield_per": WRITTEN_AT_ONCE},
    )
    for epoch, name, what, mac, at, sealed in rows:
        if epoch in epochs:
            marks = epochs[epoch].marks.setdefault((name, what), {})
            marks[bytes(mac)] = at, None if sealed is None else bytes(sealed)
    _read_packs(reading, store, epochs)
    blind = replay_blind.c
    counted = reading.connection.execute(
        select(blind.table_name, func.sum(blind.rows))
        .where(blind.organisation == reading.organisation, blind.store == store)
        .group_by(blind.table_name)
    )
    return Recall(store, tuple(epochs.values()), {name: int(rows) for name, rows in counted})


def _read_packs(reading: Reading, store: str, epochs: Mapping[str, Epoch]) -> None:
    """Adds the marks that are kept many together; of one mark the newest instant counts."""
    table = replay_packs.c
    rows = reading.connection.execute(
        select(table.epoch, table.table_name, table.what, table.at, table.macs)
        .where(table.organisation == reading.organisation, table.store == store)
        .order_by(table.at)
    )
    for epoch, name, what, at, macs in rows:
        if epoch not in epochs:
            continue
        marks = epochs[epoch].marks.setdefault((name, what), {})
        packed = bytes(macs)
        for start in range(0, len(packed), MAC_BYTES):
            mac = packed[start : start + MAC_BYTES]
            known = marks.get(mac)
            if known is None or known[0] <= at:
                marks[mac] = at, None


def destroy_expired(writing: Writing, expired: date, *, at: datetime) -> int:
    """Destroys the keys and marks of epochs before `expired`, the latest day of which no backup is
    left; how many."""
    limit = expired.isoformat()[:7]
    packed = replay_packs.c
    gone = writing.connection.execute(
        select(func.coalesce(func.sum(func.length(packed.macs)), 0) / MAC_BYTES).where(
            packed.organisation == writing.organisation, packed.epoch < limit
        )
    ).scalar_one()
    gone = int(gone)
    writing.connection.execute(
        delete(replay_packs).where(
            packed.organisation == writing.organisation, packed.epoch < limit
        )
    )
    for table in (replay_marks, replay_blind, replay_epochs):
        gone += writing.connection.execute(
            delete(table).where(table.c.organisation == writing.organisation, table.c.epoch < limit)
        ).rowcount
    if gone:
        writing.append("marks-destroyed", at, {"before": limit, "marks": gone})
    return gone


_SECRET = Quick(
    select(replay_epochs.c.secret).where(
        replay_epochs.c.organisation == bindparam("own"),
        replay_epochs.c.epoch == bindparam("epoch"),
    )
)
_PACKED = Quick(insert(replay_packs), replay_packs.c.keys())


def _secret(writing: Writing, epoch: str) -> bytes:
    for (found,) in _SECRET.rows(writing.connection, {"own": writing.organisation, "epoch": epoch}):
        return bytes(found)
    secret = urlsafe_b64encode(writing.randomness(KEY_BYTES))
    writing.connection.execute(
        insert(replay_epochs).values(organisation=writing.organisation, epoch=epoch, secret=secret)
    )
    return secret


def _text(store: str, table: str, what: str, row: Sequence[str]) -> bytes:
    return json.dumps([store, table, what, list(row)], ensure_ascii=False).encode()


_UNLIKE_JSON = re.compile(r'["\\\x00-\x1f]')
"""What JSON writes otherwise."""
_BETWEEN = '", "'
CHECKED_AT_ONCE = 1_000  # rows whose texts are looked through together


@cache
def _prefix(store: str, table: str, what: str) -> str:
    return json.dumps([store, table, what], ensure_ascii=False)[:-1] + ", "
