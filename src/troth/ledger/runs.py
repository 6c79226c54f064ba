"""Runs of plans: a fencing token per store, how far each step came, and a receipt per batch.

A token is taken once per run and store and only grows: a process that holds an older one may not
write to that store any more. Progress lets a run that died be resumed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Insert, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from troth.errors import Refused
from troth.ledger.entries import read_back
from troth.ledger.journal import Entry
from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import fences, run_steps, runs

RunState = Literal["running", "finished", "stopped", "failed"]
StepState = Literal["running", "finished", "stopped", "failed", "skipped"]


@dataclass(frozen=True)
class Run:
    """One execution of a plan (its digest)."""

    id: str
    plan: str
    state: RunState
    started_at: datetime
    started_by: str
    updated_at: datetime


@dataclass(frozen=True)
class StepProgress:
    """How far a step of a run came: batches done, and what is needed to go on."""

    step: str
    state: StepState
    batches: int
    progress: Mapping[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What one batch did: counts by name, and the digest that the store's own receipt has."""

    run: str
    step: str
    batch: int
    counts: Mapping[str, int]
    digest: str


_STARTED = Quick(insert(runs), runs.c.keys())
_ENDED = Quick(
    update(runs)
    .where(runs.c.organisation == bindparam("own"), runs.c.id == bindparam("run"))
    .values(state=bindparam("new_state"), updated_at=bindparam("new_at"))
)
_STEPS = Quick(
    select(run_steps.c.step, run_steps.c.state, run_steps.c.batches, run_steps.c.progress).where(
        run_steps.c.organisation == bindparam("own"), run_steps.c.run == bindparam("run")
    )
)


def take_token(writing: Writing, store: str) -> int:
    """The next fencing token of a store: one more than any before."""
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    token: int = writing.connection.execute(
        dialect.insert(fences)
        .values(organisation=writing.organisation, store=store, token=1)
        .on_conflict_do_update(
            index_elements=["organisation", "store"], set_={"token": fences.c.token + 1}
        )
        .returning(fences.c.token)
    ).scalar_one()
    return token


def current_token(reading: Reading, store: str) -> int:
    """The newest token taken for a store; 0 before the first."""
    token: int | None = reading.connection.execute(
        select(fences.c.token).where(
            fences.c.organisation == reading.organisation, fences.c.store == store
        )
    ).scalar()
    return token or 0


def start_run(writing: Writing, plan: str, *, by: str, at: datetime) -> Run:
    """Begin a run of the plan with the digest `plan`."""
    run = Run(writing.new_id("run"), plan, "running", at, by, at)
    writing.append("run-started", at, {"run": run.id, "plan": plan})
    row = {
        "organisation": writing.organisation,
        "id": run.id,
        "plan": plan,
        "state": "running",
        "started_at": at,
        "started_by": by,
        "updated_at": at,
    }
    _STARTED.write(writing.connection, row)
    return run


def end_run(
    writing: Writing, run: str, state: RunState, *, at: datetime, counts: Mapping[str, int]
) -> None:
    """Say how a run ended, with its totals. Refused (`unknown-run`) where there is none."""
    values = {"own": writing.organisation, "run": run, "new_state": state, "new_at": at}
    if _ENDED.write(writing.connection, values) != 1:
        raise Refused("unknown-run", f"there is no run '{run}'")
    writing.append("run-ended", at, {"run": run, "state": state, "counts": dict(counts)})


def unfinished_run(reading: Reading, plan: str) -> Run | None:
    """The newest run of a plan that neither finished nor failed, to be resumed."""
    table = runs.c
    row = reading.connection.execute(
        select(
            table.id,
            table.plan,
            table.state,
            table.started_at,
            table.started_by,
            table.updated_at,
        )
        .where(
            table.organisation == reading.organisation,
            table.plan == plan,
            table.state.in_(("running", "stopped")),
        )
        .order_by(table.started_at.desc(), table.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Run(*row)


def finished_run(reading: Reading, plan: str) -> str | None:
    """The newest run of a plan that came to its end; None where there is none."""
    table = runs.c
    found: str | None = reading.connection.execute(
        select(table.id)
        .where(
            table.organisation == reading.organisation,
            table.plan == plan,
            table.state == "finished",
        )
        .order_by(table.updated_at.desc(), table.id)
        .limit(1)
    ).scalar()
    return found


def remained(reading: Reading, run: str) -> bool:
    """Whether a run that has ended left something, by what the journal says of its end."""
    return any(
        name.startswith("remaining:") and rows
        for payload in _told_of({run}, reading, "run-ended")
        for name, rows in payload["counts"].items()
    )


def written_by_plan(reading: Reading, plan: str) -> int:
    """The rows that every run of a plan has written, by the receipts in the journal.

    One of them may have been killed before it could say so.
    """
    of_plan = select(runs.c.id).where(
        runs.c.organisation == reading.organisation, runs.c.plan == plan
    )
    found = set(reading.connection.execute(of_plan).scalars())
    receipts = _told_of(found, reading, "batch-applied")
    return sum(sum(receipt["counts"].values()) for receipt in receipts)


def _told_of(names: Collection[str], reading: Reading, kind: str) -> Iterator[Mapping[str, Any]]:
    """What entries of a kind say of some runs, back to the begin of the oldest of them."""
    begun: set[str] = set()
    if not names:
        return
    for entry in read_back(reading, (kind, "run-started")):
        if entry.payload is None or entry.payload["run"] not in names:
            continue
        if entry.kind == kind:
            yield entry.payload
        else:
            begun.add(entry.payload["run"])
            if len(begun) == len(names):
                return


def known_runs(reading: Reading, names: Collection[str]) -> set[str]:
    """Those of the named runs that this ledger has."""
    found = reading.connection.execute(
        select(runs.c.id).where(
            runs.c.organisation == reading.organisation, runs.c.id.in_(list(names))
        )
    )
    return set(found.scalars())


def save_step(
    writing: Writing,
    run: str,
    step: str,
    state: StepState,
    *,
    at: datetime,
    batches: int = 0,
    progress: Mapping[str, Any] | None = None,
) -> None:
    """Remember how far a step came; `progress` is JSON, and no part of the journal."""
    row = {
        "organisation": writing.organisation,
        "run": run,
        "step": step,
        "state": state,
        "batches": batches,
        "progress": dict(progress or {}),
        "updated_at": at,
    }
    _SAVED.write(writing.connection, row)


def _saved(dialect: str) -> Insert:
    insert_step = (postgresql if dialect == "postgresql" else sqlite).insert(run_steps)
    names = ("state", "batches", "progress", "updated_at")
    new = {name: insert_step.excluded[name] for name in names}
    key = ["organisation", "run", "step"]
    found: Insert = insert_step.on_conflict_do_update(index_elements=key, set_=new)
    return found


_SAVED = Quick(_saved, run_steps.c.keys())


def read_steps(reading: Reading, run: str) -> dict[str, StepProgress]:
    """The progress of a run's steps, by step."""
    rows = _STEPS.rows(reading.connection, {"own": reading.organisation, "run": run})
    return {row[0]: StepProgress(*row) for row in rows}


def append_receipts(writing: Writing, receipts: Sequence[Receipt], *, at: datetime) -> list[Entry]:
    """Mirror the receipts of batches in the journal: counts and digest, never keys."""
    return writing.append_many(
        "batch-applied",
        at,
        [
            {
                "run": receipt.run,
                "step": receipt.step,
                "batch": receipt.batch,
                "counts": dict(receipt.counts),
                "digest": receipt.digest,
            }
            for receipt in receipts
        ],
    )
