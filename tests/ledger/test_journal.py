"""The journal: entries chain, any tampering is found, erased payloads leave a verifiable chain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger.conftest import NOW, repeatable_bytes
from troth.errors import Refused
from troth.ledger.anchor import Anchor, anchor_now, refuse_older
from troth.ledger.entries import read_entries
from troth.ledger.erasure import erase_payloads
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import Verification, verify

ORG = "acme"
ENTRIES = 9
ERASED = range(3, 6)


def _write(ledger: Ledger, organisation: str = ORG, entries: int = ENTRIES) -> None:
    """Nine entries in two transactions; 3 to 5 are erased by entry 10."""
    half = entries // 2
    for first, last in ((0, half), (half, entries)):
        with ledger.writing(organisation) as writing:
            writing.append_many("batch-applied", NOW, [{"batch": n} for n in range(first, last)])


def _verified(ledger: Ledger, anchor: Anchor | None = None) -> Verification:
    with ledger.reading(ORG) as reading:
        return verify(reading, anchor)


def _erase(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        erased = erase_payloads(writing, ERASED[0], ERASED[-1], reason="asked", at=NOW)
        assert erased == len(ERASED)


def test_the_chain_is_what_the_documentation_says(ledger: Ledger) -> None:
    _write(ledger)
    previous = sha256(b"troth-journal/1\nacme").digest()
    with ledger.reading(ORG) as reading:
        rows = reading.connection.execute(text("SELECT * FROM journal ORDER BY seq")).all()
    assert [row.seq for row in rows] == list(range(1, ENTRIES + 1))
    for row in rows:
        commitment = sha256(f"{row.salt}\n{row.payload}".encode()).digest()
        fields = f"acme\n{row.seq}\n{row.kind}\n2026-01-15T12:00:00.000000Z".encode()
        previous = sha256(previous + commitment + fields).digest()
        assert bytes(row.digest) == previous
        assert len(row.salt) == 32
    assert len({row.salt for row in rows}) == ENTRIES


def test_an_untouched_journal_verifies_and_says_what_it_cannot_see(ledger: Ledger) -> None:
    _write(ledger)
    found = _verified(ledger)
    assert (found.ok, found.entries, found.erased, found.findings) == (True, ENTRIES, 0, ())
    assert "cut off cannot be seen" in found.caveat
    assert _verified(ledger, found.end).caveat == ""
    assert _verified(ledger, found.end).ok


def test_an_empty_journal_verifies(ledger: Ledger) -> None:
    found = _verified(ledger)
    assert (found.ok, found.entries, found.end.seq) == (True, 0, 0)
    assert _verified(ledger, found.end).ok


def test_erased_payloads_are_gone_and_the_chain_still_verifies(ledger: Ledger) -> None:
    _write(ledger)
    before = _verified(ledger).end
    _erase(ledger)
    found = _verified(ledger, before)
    assert (found.ok, found.erased, found.entries) == (True, len(ERASED), ENTRIES + 1)
    with ledger.reading(ORG) as reading:
        entries = {entry.seq: entry for entry in read_entries(reading)}
    assert [seq for seq, entry in entries.items() if entry.payload is None] == list(ERASED)
    assert entries[3].erased_by == 10
    with ledger.writing(ORG) as writing:
        # what is erased, and who erased it, is not erased again
        assert erase_payloads(writing, 3, 10, reason="asked", at=NOW) == 4
    assert _verified(ledger, before).ok


def test_only_existing_entries_can_be_erased(ledger: Ledger) -> None:
    _write(ledger)
    for first, last in ((0, 1), (2, 1), (1, ENTRIES + 1)):
        with pytest.raises(Refused, match="no-such-entries"), ledger.writing(ORG) as writing:
            erase_payloads(writing, first, last, reason="asked", at=NOW)


TAMPERINGS = {
    "a payload is altered": "UPDATE journal SET payload = '{\"batch\":77}' WHERE seq = 7",
    "a payload vanishes": "UPDATE journal SET payload = NULL WHERE seq = 7",
    "a payload vanishes as if erased": (
        "UPDATE journal SET payload = NULL, salt = NULL, commitment = digest WHERE seq = 7"
    ),
    "a payload is erased in another's name": (
        "UPDATE journal SET payload = NULL, salt = NULL, commitment = digest, erased_by = 10 "
        "WHERE seq = 7"
    ),
    "a kind is altered": "UPDATE journal SET kind = 'batch-dropped' WHERE seq = 7",
    "an instant is altered": "UPDATE journal SET at = '2026-01-15T12:00:00.000001Z' WHERE seq = 7",
    "an entry is removed": "DELETE FROM journal WHERE seq = 7",
    "the first entry is removed": "DELETE FROM journal WHERE seq = 1",
    "the last entry is removed": "DELETE FROM journal WHERE seq = 10",
    "a middle is removed and the rest moves up": (
        "DELETE FROM journal WHERE seq = 7; UPDATE journal SET seq = seq - 1 WHERE seq = 8"
    ),
    "two entries change places": (
        "UPDATE journal SET seq = 1000 WHERE seq = 6; UPDATE journal SET seq = 6 WHERE seq = 7; "
        "UPDATE journal SET seq = 7 WHERE seq = 1000"
    ),
    "an entry goes to another organisation": (
        "UPDATE journal SET organisation = 'other' WHERE seq = 7"
    ),
    "an entry is inserted at the end": (
        "INSERT INTO journal SELECT organisation, 11, kind, at, digest, salt, payload, commitment,"
        " erased_by FROM journal WHERE seq = 9"
    ),
    "an entry is inserted before the first": (
        "INSERT INTO journal SELECT organisation, 0, kind, at, digest, salt, payload, commitment,"
        " erased_by FROM journal WHERE seq = 1"
    ),
    "the erasure's own payload is altered": (
        "UPDATE journal SET payload = replace(payload, '5', '7') WHERE seq = 10"
    ),
    "the head points elsewhere": "UPDATE journal_heads SET seq = 9",
    "the head's digest is altered": (
        "UPDATE journal_heads SET digest = (SELECT digest FROM journal WHERE seq = 9)"
    ),
}


@pytest.mark.parametrize("statements", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found(ledger: Ledger, statements: str) -> None:
    _write(ledger)
    _erase(ledger)
    assert _verified(ledger).ok
    with ledger.writing(ORG) as writing:
        for statement in statements.split("; "):
            writing.connection.execute(text(statement.replace(":", "\\:")))
    found = _verified(ledger)
    assert not found.ok
    assert found.found == len(found.findings) > 0


def test_findings_say_where(ledger: Ledger) -> None:
    _write(ledger)
    with ledger.writing(ORG) as writing:
        writing.connection.execute(text("DELETE FROM journal WHERE seq IN (2, 3)"))
        writing.connection.execute(text("UPDATE journal SET kind = 'other' WHERE seq = 7"))
    findings = _verified(ledger).findings
    assert [(finding.seq, finding.what) for finding in findings] == [(2, "missing"), (7, "altered")]
    assert "entries 2 to 3 are missing" in findings[0].message


def test_a_cut_off_end_with_a_mended_head_is_seen_only_with_an_anchor(ledger: Ledger) -> None:
    _write(ledger)
    with ledger.reading(ORG) as reading:
        anchor = anchor_now(reading)
    with ledger.writing(ORG) as writing:
        writing.connection.execute(text("DELETE FROM journal WHERE seq > 4"))
        writing.connection.execute(
            text(
                "UPDATE journal_heads SET seq = 4, "
                "digest = (SELECT digest FROM journal WHERE seq = 4)"
            )
        )
    without = _verified(ledger)
    assert without.ok
    assert "cannot be seen" in without.caveat
    (finding,) = _verified(ledger, anchor).findings
    assert (finding.what, finding.seq) == ("cut-off", ENTRIES)
    with ledger.reading(ORG) as reading, pytest.raises(Refused) as refused:
        refuse_older(reading, anchor)
    assert refused.value.code == "ledger-older-than-anchor"


def test_a_rewritten_journal_is_seen_with_an_anchor(ledger: Ledger, tmp_path: Path) -> None:
    _write(ledger)
    anchor = _verified(ledger).end
    address = str(tmp_path / "forged.sqlite")
    with open_ledger(address, at=NOW, randomness=lambda n: bytes(n)) as forged:
        _write(forged)
        with forged.reading(ORG) as reading:
            found = verify(reading, anchor)
    assert [finding.what for finding in found.findings] == ["anchor"]


def test_an_anchor_survives_its_file_and_nothing_else_is_one() -> None:
    anchor = Anchor(ORG, 7, "ab" * 32)
    assert Anchor.parse(anchor.write()) == anchor
    for wrong in ("", "[]", "{}", json.dumps({"organisation": "a", "seq": 1, "digest": "xy"})):
        with pytest.raises(Refused, match="not-an-anchor"):
            Anchor.parse(wrong)


def test_the_anchor_of_another_organisation_never_fits(ledger: Ledger) -> None:
    _write(ledger)
    assert not _verified(ledger, Anchor("other", 1, "ab" * 32)).ok


def test_a_failed_block_leaves_no_entry(ledger: Ledger) -> None:
    _write(ledger)

    def fail() -> None:
        with ledger.writing(ORG) as writing:
            writing.append("run-started", NOW, {})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _verified(ledger).entries == ENTRIES


def test_a_kind_is_a_word(ledger: Ledger) -> None:
    for kind in ("", "a b", "A", "a\nb"):
        with pytest.raises(ValueError, match="kind"), ledger.writing(ORG) as writing:
            writing.append(kind, NOW, {})


COLUMNS = {
    "organisation": st.sampled_from(["other", "acme ", ""]),
    "seq": st.integers(-5, 40),
    "kind": st.text(max_size=12),
    "at": st.text(max_size=30) | st.just("2026-01-15T12:00:00.000000+00:00"),
    "digest": st.binary(max_size=40),
    "salt": st.none() | st.text(max_size=40),
    "payload": st.none() | st.text(max_size=40) | st.just('{"batch": 3}'),
    "commitment": st.none() | st.binary(max_size=40),
    "erased_by": st.none() | st.integers(-5, 40),
}


@contextmanager
def _written_file() -> Iterator[tuple[Ledger, Path]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        with open_ledger(str(path), at=NOW, randomness=repeatable_bytes()) as ledger:
            _write(ledger)
            _erase(ledger)
            yield ledger, path


@settings(max_examples=300, deadline=None)
@given(data=st.data(), seq=st.integers(1, ENTRIES + 1), column=st.sampled_from(list(COLUMNS)))
def test_any_change_of_any_column_of_any_entry_is_found(
    written: tuple[Ledger, Path], data: st.DataObject, seq: int, column: str
) -> None:
    ledger, path = written
    with closing(sqlite3.connect(path)) as raw:
        before = raw.execute("SELECT * FROM journal WHERE seq = ?", (seq,)).fetchone()
        names = [row[1] for row in raw.execute("PRAGMA table_info(journal)")]
        value: Any = data.draw(COLUMNS[column], label=column)
        if value == before[names.index(column)]:
            return
        try:
            raw.execute(f"UPDATE journal SET {column} = ? WHERE seq = ?", (value, seq))
        except sqlite3.IntegrityError:
            return  # the number of another entry: the database itself refuses it
        raw.commit()
    try:
        assert not _verified(ledger).ok
    finally:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("DELETE FROM journal WHERE seq NOT IN (SELECT value FROM numbers)")
            raw.execute("DELETE FROM journal WHERE organisation <> 'acme'")
            places = ", ".join("?" * len(before))
            raw.execute(f"INSERT OR REPLACE INTO journal VALUES ({places})", before)
            raw.commit()
    assert _verified(ledger).ok


@pytest.fixture(scope="module")
def written() -> Iterator[tuple[Ledger, Path]]:
    """A journal with standing and erased entries that each example alters and mends."""
    with _written_file() as (ledger, path):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("CREATE TABLE numbers (value INTEGER)")
            raw.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(1, 11)])
            raw.commit()
        yield ledger, path
