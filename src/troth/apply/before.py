"""What is put in safety before a batch is written: days that others count from, links, copies.

All of it is committed before the first row goes, so that a crash in between loses nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.archive import move_batch
from troth.apply.evidence import Keeping, days_to_keep
from troth.apply.link import links_to_keep
from troth.apply.picked import Component
from troth.apply.running import FactsMovedError, Run, context_of
from troth.apply.work import Work
from troth.grounds.facts import KeptDay
from troth.ledger.kept import keep_days
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links, keep_links, read_links
from troth.ledger.runs import unfinished_run
from troth.plan.frame import Frame
from troth.plan.model import Plan


def evidence_of(
    run: Run, connection: sa.Connection, component: Component, batch: int
) -> list[KeptDay]:
    """The days that the batch's rows alone show, and that the ledger does not keep yet."""
    step = component.counts[0][0]
    keeping = Keeping(Frame(context_of(run), step.store, step.table), run.works)
    found = list(days_to_keep(keeping, connection, component, batch))
    known = set(run.facts.kept) if found else set()
    return [day for day in found if day not in known]


def keep_evidence(run: Run, kept: list[KeptDay]) -> int:
    """Writes days to the ledger before their rows go; the facts' new version."""
    with run.ledger.writing(run.organisation) as writing:
        if writing.head.facts_version != run.facts.version:
            raise FactsMovedError
        keep_days(writing, kept, at=run.clock())
        return writing.head.facts_version


def links_of(plan: Plan, ledger: Ledger) -> Links:
    """What an interrupted run of the plan has taken away from stores that read each other."""
    with ledger.reading(plan.organisation) as reading:
        earlier = unfinished_run(reading, plan.digest())
        return read_links(reading, earlier.id) if earlier is not None else Links()


def keep_links_of(
    run: Run, work: Work, connection: sa.Connection, component: Component, batch: int
) -> None:
    """What other stores read of the batch is kept, encrypted, before it goes."""
    found = Links()
    for pick in component.picks:
        if pick.step.shows:
            taken = links_to_keep(work, connection, pick, batch, run.plan.sets)
            found = found.with_others(taken)
    if found:
        with run.ledger.writing(run.organisation) as writing:
            keep_links(writing, run.id, found, at=run.clock())
        run.links = run.links.with_others(found)


def copy_to_archives(
    run: Run, work: Work, connection: sa.Connection, component: Component, batch: int
) -> dict[str, int]:
    """Archives are filled, and committed, before the first row of the batch goes; by step."""
    copied: dict[str, int] = {}
    for pick in component.picks:
        archive = run.archives.get(pick.step.archive_first or "")
        if archive is not None:
            frame = Frame(context_of(run), work.name, pick.step.table)
            rows = move_batch(work, run.works, frame, connection, archive, pick, batch)
            copied[archive.step.id] = copied.get(archive.step.id, 0) + rows
    return copied
