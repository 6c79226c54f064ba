"""The evidence file: what proves every step of a request, to whoever has neither ledger nor key.

    evidence.json   the request, its steps, its acts with their decisions, its journal entries
    chain.jsonl     each entry of the journal from the request's first to the newest, by its digest
    letters/        the letters that left, as they left
    plans/          the plans that were carried out
    SHA256SUMS

Entries of others are there as commitments alone, so that the chain can be followed without them.
Left out: what proved who asked, proofs of tasks, packages (each by the digest of what lies sealed),
names and addresses, and the person's own words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from troth.desk.package.files import place, private_folder, refuse_existing, write_sums, write_zip
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Office, look
from troth.ledger.acts import ActRecord, list_acts
from troth.ledger.anchor import Anchor, anchor_now
from troth.ledger.binding import read_groups
from troth.ledger.documents import digest_of_sealed, documents_of, open_document
from troth.ledger.journal import commit_to
from troth.ledger.notices import read_notices
from troth.ledger.requests import Request
from troth.ledger.session import Reading
from troth.ledger.tables import journal

FORMAT = "troth-evidence/1"
EVIDENCE, CHAIN = "evidence.json", "chain.jsonl"
_SHOWN = ("letter", "plan")
_WORDS = ("answer", "words")  # the person's own
_WORDED = ("clarified", "word-added")  # steps that hold them
_READ_ROWS = 2_000


@dataclass(frozen=True)
class Written:
    """An evidence file: where it is, how many journal entries it explains, and the chain's end."""

    file: Path
    entries: int
    head: Anchor


def write_evidence(office: Office, number: str, out: Path, *, by: str, now: datetime) -> Written:
    """Write the evidence of a request as a zip; that it was written is journaled first.

    Refused: `unknown-request`, `package-exists`, `document-altered`.
    """
    refuse_existing(out)
    request, progress = look(office, number, now)
    with office.ledger.writing(office.organisation) as writing:
        writing.append("evidence-written", now, {"request": number, "by": by})
    with (
        office.ledger.reading(office.organisation) as reading,
        private_folder(out.absolute().parent) as work,
    ):
        folder = work / "evidence"
        folder.mkdir(mode=0o700)
        acts = list_acts(reading, now, progress.acts)
        mine = _entries(reading, request, progress)
        whole = {
            "format": FORMAT,
            "organisation": office.organisation,
            "written_at": now.isoformat(),
            "written_by": by,
            "request": _request(request, progress),
            "steps": [_step(event) for event in request.events],
            "acts": [_act(record) for record in acts],
            "documents": list(_documents(reading, office, number, folder)),
            "entries": mine,
            "head": vars(anchor_now(reading)),
        }
        _write_chain(reading, mine[0]["seq"] if mine else 0, folder / CHAIN)
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (folder / EVIDENCE).write_text(text + "\n", encoding="utf-8")
        write_sums(folder)
        packed = work / "evidence.zip"
        write_zip(folder, packed)
        place(packed, out)
        return Written(out, len(mine), anchor_now(reading))


def _request(request: Request, progress: Progress) -> dict[str, Any]:
    clock = progress.clock
    return {
        "number": request.number,
        "right": progress.right,
        "channel": request.channel,
        "received_at": request.received_at.isoformat(),
        "answer_by": request.answer_by.isoformat(),
        "due": clock.due.isoformat() if clock.due else None,
        "term": clock.term,
        "late": clock.late,
        "stopped": [
            {"from": stop.asked.isoformat(), "to": stop.answered and stop.answered.isoformat()}
            for stop in progress.stops
        ],
        "stage": progress.stage,
        "owed": list(progress.owed),
    }


def _step(event: Any) -> dict[str, Any]:
    detail = {name: text for name, text in event.detail.items() if name not in _WORDS}
    return {"kind": event.kind, "at": event.at.isoformat(), "by": event.done_by, "detail": detail}


def _act(record: ActRecord) -> dict[str, Any]:
    act = record.act
    return {
        "id": act.id,
        "right": act.kind,
        "at": act.at.isoformat(),
        "answer_by": act.answer_by.isoformat() if act.answer_by else None,
        "activities": list(act.activities),
        "categories": list(act.categories),
        "places": list(act.places),
        "decisions": [
            {
                "outcome": one.decision.outcome,
                "at": one.decision.at.isoformat(),
                "activities": list(one.decision.activities),
                "ground": one.ground,
                "reason": one.reason,
                "case": one.case,
                "decided_by": one.decided_by,
                "approved_by": one.approved_by,
            }
            for one in record.verdicts
        ],
    }


def _documents(
    reading: Reading, office: Office, number: str, folder: Path
) -> Iterator[dict[str, Any]]:
    """What lies sealed, by its digest; letters and plans are written out beside."""
    for one in documents_of(reading, number):
        file = None
        if one.kind in _SHOWN:
            ending = ".pdf" if one.kind == "letter" else ".json"
            path = folder / f"{one.kind}s" / f"{one.id}{ending}"
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(open_document(reading, one.id, desk_key=office.key))
            file = path.relative_to(folder).as_posix()
        yield {
            "id": one.id,
            "kind": one.kind,
            "media": one.media,
            "bytes": one.bytes,
            "stored_at": one.stored_at.isoformat(),
            "stored_by": one.stored_by,
            "sealed": digest_of_sealed(reading, one.id),
            "file": file,
        }


def _entries(reading: Reading, request: Request, progress: Progress) -> list[dict[str, Any]]:
    """The journal entries of a request, with what lets their digests be computed again."""
    acts = set(progress.acts)
    notices = {one.id for one in read_notices(reading, progress.acts)} if acts else set()
    runs = {run for e in request.events for run in e.detail.get("run", "").split()}
    named: Mapping[str, Collection[str]] = {
        "request": {request.number, *acts},
        "act": acts,
        "notice": notices,
        "plan": {e.detail["plan"] for e in request.events if "plan" in e.detail},
        "run": runs,
        "restriction": runs,
    }
    found = []
    for row in _rows(reading, 0):
        payload = json.loads(row.payload) if row.payload is not None else {}
        if any(_names(payload.get(key), values) for key, values in named.items()):
            found.append(
                {
                    "seq": row.seq,
                    "kind": row.kind,
                    "at": row.at,
                    "digest": bytes(row.digest).hex(),
                    "salt": row.salt,
                    "payload": row.payload,
                }
            )
    return [{**entry, **_fact(reading, entry)} for entry in found]


def _fact(reading: Reading, entry: Mapping[str, Any]) -> dict[str, str]:
    """The step that an entry recorded, as it was committed to; none with the person's own words."""
    if entry["kind"] != "request-moved" or entry["payload"] is None:
        return {}
    if json.loads(entry["payload"]).get("event") in _WORDED:
        return {}
    seq: int = entry["seq"]
    facts = dict(read_groups(reading.connection, reading.organisation, entry["kind"], seq, seq))
    return {"fact": facts[seq]} if seq in facts else {}


def _names(value: object, values: Collection[str]) -> bool:
    return isinstance(value, str) and value in values


def _rows(reading: Reading, first: int) -> Iterator[Any]:
    table = journal.c
    yield from reading.connection.execute(
        select(journal)
        .where(table.organisation == reading.organisation, table.seq >= first)
        .order_by(table.seq),
        execution_options={"yield_per": _READ_ROWS},
    )


def _write_chain(reading: Reading, first: int, path: Path) -> None:
    """One line for each entry: what its digest is computed from, and that digest."""
    with path.open("x", encoding="utf-8") as file:
        for row in _rows(reading, max(first - 1, 0)):
            erased = row.payload is None
            commitment = bytes(row.commitment) if erased else commit_to(row.salt, row.payload)
            line = [row.seq, row.kind, row.at, commitment.hex(), bytes(row.digest).hex()]
            file.write(json.dumps(line) + "\n")
