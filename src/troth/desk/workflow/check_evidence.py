"""Checking an evidence file by itself: nothing in it was altered since it was written."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troth.desk.package.files import SUMS
from troth.desk.workflow.evidence import CHAIN, EVIDENCE, FORMAT
from troth.errors import Refused
from troth.ledger.anchor import Anchor
from troth.ledger.binding import digest_of
from troth.ledger.journal import commit_to, entry_digest

MOST_BYTES = 2_000_000_000  # of one file in it, unpacked


@dataclass(frozen=True)
class Checked:
    """What a check saw: the request, how many entries, what is wrong (empty: nothing), the end.

    The end is to be compared with the ledger, or with an anchor that was kept elsewhere.
    """

    number: str
    entries: int
    wrong: tuple[str, ...]
    head: Anchor


def check_evidence(file: Path) -> Checked:
    """Check sums, chain, payloads and facts of an evidence file. Refused (`not-evidence`)."""
    try:
        with zipfile.ZipFile(file) as packed:
            if any(one.file_size > MOST_BYTES for one in packed.infolist()):
                raise _none(file)
            files = {name: packed.read(name) for name in packed.namelist()}
        told = json.loads(files[EVIDENCE])
        if told.get("format") != FORMAT:
            raise _none(file)
        wrong = [*_sums(files), *_chain(files[CHAIN], told), *_entries(files[CHAIN], told)]
        head = Anchor(**told["head"])
        return Checked(told["request"]["number"], len(told["entries"]), tuple(wrong), head)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError):
        raise _none(file) from None


def _sums(files: dict[str, bytes]) -> list[str]:
    wanted = {}
    for line in files[SUMS].decode().splitlines():
        digest, _, name = line.partition("  ")
        wanted[name] = digest
    found = {n: hashlib.sha256(text).hexdigest() for n, text in files.items() if n != SUMS}
    return [
        f"{name}: altered, removed or added"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]


def _chain(text: bytes, told: dict[str, Any]) -> list[str]:
    """Each digest follows from the one before, and the last is the head."""
    wrong: list[str] = []
    previous: bytes | None = None
    last = (0, "")
    for line in text.decode().splitlines():
        seq, kind, at, commitment, digest = json.loads(line)
        if previous is not None:
            made = entry_digest(
                previous, bytes.fromhex(commitment), told["organisation"], seq, kind, at
            )
            if made.hex() != digest or seq != last[0] + 1:
                wrong.append(f"entry {seq}: the chain is broken before it")
        previous, last = bytes.fromhex(digest), (seq, digest)
    if last != (told["head"]["seq"], told["head"]["digest"]):
        wrong.append("the end of the chain is not the head that is named")
    return wrong


def _entries(text: bytes, told: dict[str, Any]) -> list[str]:
    """Each entry is in the chain, with what it committed to; and each step has one."""
    chain = {line[0]: line for line in map(json.loads, text.decode().splitlines())}
    wrong = []
    for one in told["entries"]:
        line = chain.get(one["seq"])
        if line is None or line[1:3] != [one["kind"], one["at"]] or line[4] != one["digest"]:
            wrong.append(f"entry {one['seq']}: it is not in the chain so")
        elif one["payload"] is not None:
            payload = json.loads(one["payload"])
            if commit_to(one["salt"], one["payload"]).hex() != line[3]:
                wrong.append(f"entry {one['seq']}: its payload was altered")
            fact = one.get("fact")
            if fact and digest_of(one["salt"], [(one["seq"], fact)]) != payload.get("fact"):
                wrong.append(f"entry {one['seq']}: the step that it recorded was altered")
    moved = sum(one["kind"] == "request-moved" for one in told["entries"])
    if moved != len(told["steps"]):
        wrong.append(f"{len(told['steps'])} steps are told, and the journal has {moved}")
    return wrong


def _none(file: Path) -> Refused:
    return Refused(
        "not-evidence",
        "the file is no evidence of a request",
        place=str(file),
        help="`troth request evidence NUMBER --out FILE` writes one",
    )
