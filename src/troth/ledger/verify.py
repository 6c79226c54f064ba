"""Verifying a journal and its facts: what was altered, removed, reordered or inserted is found.

The entries stream through in order, in constant memory. Whoever can rewrite the whole ledger can
also cut its end off and mend the head; only an anchor (a number and its digest) kept elsewhere
shows that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Row, text

from troth.ledger.anchor import Anchor, digest_at
from troth.ledger.erasure import Span, erased_spans
from troth.ledger.journal import commit_to, genesis
from troth.ledger.session import Reading, read_head
from troth.ledger.verify_facts import verify_facts

REPORTED_FINDINGS = 100  # beyond it findings are only counted
FETCHED_ENTRIES = 2_000

What = Literal["altered", "missing", "payload-missing", "fact", "head", "cut-off", "anchor"]
Progress = Callable[[int], None]
Streamed = tuple[int, bytes, bytes, bytes | None]
"""seq, digest, `organisation seq kind at` as hashed, `salt payload` as committed to."""


@dataclass(frozen=True)
class Finding:
    """One place at which the journal is not what was written, and how it shows."""

    seq: int
    what: What
    message: str


@dataclass(frozen=True)
class Verification:
    """What a verification saw.

    `entries` were read, `erased` of them have a lawfully erased payload. `findings` holds the
    first `REPORTED_FINDINGS` of `found`. `anchored` says whether an anchor was compared; without
    one, a cut-off end cannot be seen. `unbound` entries recorded facts before facts were bound to
    the journal. `end` is what to keep as the next anchor.
    """

    organisation: str
    entries: int
    erased: int
    found: int
    findings: tuple[Finding, ...]
    anchored: bool
    end: Anchor
    unbound: int = 0

    @property
    def ok(self) -> bool:
        return self.found == 0

    @property
    def caveat(self) -> str:
        """What this verification could not see; empty if nothing."""
        told = []
        if not self.anchored:
            told.append("no anchor was given: an end that was cut off cannot be seen")
        if self.unbound:
            told.append(
                f"{self.unbound} facts are not bound to the journal yet; the next write binds them"
            )
        return "; ".join(told)


@dataclass
class _Seen:
    """The state of the walk."""

    previous: bytes
    seq: int = 0
    erased: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    erasure: tuple[int, tuple[Span, ...]] = (0, ())  # the erasure looked at last

    def find(self, seq: int, what: What, message: str) -> None:
        self.found += 1
        if len(self.findings) < REPORTED_FINDINGS:
            self.findings.append(Finding(seq, what, message))


def verify(
    reading: Reading, anchor: Anchor | None = None, progress: Progress | None = None
) -> Verification:
    """Walk the journal of the reading's organisation and compare every link, then its end.

    `anchor` was exported earlier and kept elsewhere. `progress` is told the number of entries read.
    """
    organisation = reading.organisation
    seen = _Seen(genesis(organisation))
    entries = 0
    with _stream(reading) as chunks:
        for chunk in chunks:
            entries += len(chunk)
            _walk(reading, chunk, seen)
            if progress is not None:
                progress(entries)
    unbound = verify_facts(reading, seen.find)
    _compare_head(reading, seen)
    if anchor is not None:
        _compare_anchor(reading, seen, anchor)
    return Verification(
        organisation,
        entries,
        seen.erased,
        seen.found,
        tuple(seen.findings),
        anchor is not None,
        Anchor(organisation, seen.seq, seen.previous.hex()),
        unbound,
    )


def _walk(reading: Reading, chunk: list[Streamed], seen: _Seen) -> None:
    """Check consecutive entries; the loop is the fast path, left only when something is odd."""
    previous = seen.previous
    digest_of = sha256
    after_gap = _gaps(chunk, seen)
    for seq, digest, head, body in chunk:
        if (
            body is None or digest_of(previous + digest_of(body).digest() + head).digest() != digest
        ) and seq not in after_gap:
            seen.previous = previous
            _examine(reading, seq, seen)
        previous = digest
    seen.previous, seen.seq = previous, chunk[-1][0]


def _gaps(chunk: list[Streamed], seen: _Seen) -> set[int]:
    """Find missing numbers; the entries after a gap, whose own link cannot be judged."""
    if chunk[-1][0] - seen.seq == len(chunk) and chunk[0][0] == seen.seq + 1:
        return set()
    after: set[int] = set()
    last = seen.seq
    for seq, *_ in chunk:
        if seq < 1:
            seen.find(seq, "altered", "no entry has this number")
        elif seq != last + 1:
            missing = (
                f"entries {last + 1} to {seq - 1} are" if seq > last + 2 else f"entry {seq - 1} is"
            )
            seen.find(last + 1, "missing", f"{missing} missing")
            after.add(seq)
        last = max(seq, 0)
    return after


def _examine(reading: Reading, seq: int, seen: _Seen) -> None:
    """Say what is wrong with an entry that the fast path did not accept."""
    entry = _entry(reading, seq)
    stands = entry.salt is not None and entry.payload is not None
    if stands and entry.erased_by is None and entry.commitment is None:
        commitment = commit_to(entry.salt, entry.payload)
    elif entry.salt is None and entry.payload is None and entry.commitment is not None:
        commitment = bytes(entry.commitment)
        seen.erased += 1
        if not _was_erased(reading, seq, entry.erased_by, seen):
            seen.find(
                seq, "payload-missing", "its payload is gone, and no entry says who erased it"
            )
            return
    else:
        seen.find(seq, "altered", "the entry is half erased")
        return
    fields = f"{reading.organisation}\n{seq}\n{entry.kind}\n{entry.at}".encode()
    if sha256(seen.previous + commitment + fields).digest() != bytes(entry.digest):
        seen.find(
            seq, "altered", "the entry, its payload or the link to the one before was altered"
        )


def _was_erased(reading: Reading, seq: int, erasure: int | None, seen: _Seen) -> bool:
    if erasure is None or erasure <= seq:
        return False
    if seen.erasure[0] != erasure:
        seen.erasure = erasure, erased_spans(reading, erasure)
    return any(first <= seq <= last for first, last in seen.erasure[1])


def _entry(reading: Reading, seq: int) -> Row[Any]:
    return reading.connection.execute(
        text(
            "SELECT kind, at, digest, salt, payload, commitment, erased_by FROM journal "
            "WHERE organisation = :organisation AND seq = :seq"
        ),
        {"organisation": reading.organisation, "seq": seq},
    ).one()


def _compare_head(reading: Reading, seen: _Seen) -> None:
    head = read_head(reading.connection, reading.organisation)
    if head.seq > seen.seq:
        seen.find(
            seen.seq + 1,
            "cut-off",
            f"the journal ends at entry {seen.seq}, its head says {head.seq}",
        )
    elif head.seq < seen.seq or bytes(head.digest) != seen.previous:
        seen.find(seen.seq, "head", "the journal's head is not its last entry")


def _compare_anchor(reading: Reading, seen: _Seen, anchor: Anchor) -> None:
    if anchor.organisation != reading.organisation:
        seen.find(anchor.seq, "anchor", "the anchor is another organisation's")
    elif anchor.seq > seen.seq:
        seen.find(
            anchor.seq,
            "cut-off",
            f"the anchor knows entry {anchor.seq}, the journal ends at entry {seen.seq}",
        )
    elif anchor.seq and digest_at(reading, anchor.seq) != anchor.digest:
        seen.find(anchor.seq, "anchor", "the entry is not the one that was anchored")


@contextmanager
def _stream(reading: Reading) -> Iterator[Iterator[list[Streamed]]]:
    """The entries in order, in chunks, straight from the driver: SQL joins the hashed fields."""
    connection = reading.connection
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = raw.cursor()
        cursor.execute(_STREAM_SQLITE, (reading.organisation,))
    else:
        cursor = raw.cursor(name="troth_verify", binary=True)
        cursor.itersize = FETCHED_ENTRIES
        cursor.execute(_STREAM_POSTGRESQL, (reading.organisation,))
    try:
        yield iter(lambda: cursor.fetchmany(FETCHED_ENTRIES), [])
    finally:
        cursor.close()


# An entry that has anything of an erased one (or misses anything of a standing one) comes with a
# NULL body and is examined singly.
_STANDS = "erased_by IS NULL AND commitment IS NULL"
_STREAM_SQLITE = (
    "SELECT seq, digest, "
    "CAST(organisation || char(10) || seq || char(10) || kind || char(10) || at AS BLOB), "
    f"CASE WHEN {_STANDS} THEN CAST(salt || char(10) || payload AS BLOB) END "
    "FROM journal WHERE organisation = ? ORDER BY seq"
)
_STREAM_POSTGRESQL = (
    "SELECT seq, digest, "
    "convert_to(organisation || chr(10) || seq || chr(10) || kind || chr(10) || at, 'UTF8'), "
    f"CASE WHEN {_STANDS} THEN convert_to(salt || chr(10) || payload, 'UTF8') END "
    "FROM journal WHERE organisation = %s ORDER BY seq"
)
