"""What is put in safety before a batch is written: days that others count from, links, copies.

All of it is committed before the first row goes, so that a crash in between loses nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.archive import move_batch
from troth.apply.evidence import Keeping, days_to_keep
from troth.apply.link import links_to_keep
from troth.apply.moved import moved_names_of
from troth.apply.overlap import FactsMovedError
from troth.apply.picked import Component, Pick
from troth.apply.running import Run, context_of
from troth.apply.work import Work
from troth.datamap.model import Table
from troth.grounds.facts import Identifier, KeptDay
from troth.ledger.kept import keep_days
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links, keep_links, read_links
from troth.ledger.moved import Moving, note_moved
from troth.plan.frame import Frame
from troth.plan.model import ArchiveRows, EraseValues


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


def links_of(ledger: Ledger, organisation: str) -> Links:
    """What interrupted runs have taken away from stores that read each other.

    Also those of another plan: a request that is run again makes a new one.
    """
    with ledger.reading(organisation) as reading:
        return read_links(reading)


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
            keep_links(writing, run.id, found, at=run.clock(), scope=run.plan.scope)
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
            if isinstance(pick.step, EraseValues):
                _note_names(run, work, connection, archive.step, pick, batch)
            rows = move_batch(work, run.works, frame, connection, archive, pick, batch)
            copied[archive.step.id] = copied.get(archive.step.id, 0) + rows
    return copied


def _note_names(
    run: Run, work: Work, connection: sa.Connection, step: ArchiveRows, pick: Pick, batch: int
) -> None:
    """Names that go to the archive while their row stays: later acts find it by their hashes."""
    entry = run.setting.map.table(work.name, step.table)
    leaving = [
        name for name in pick.step.columns if name in step.moves and entry.values[name].identity
    ]
    if not leaving:
        return
    source = work.row(step.table).source
    wanted = dict.fromkeys((*entry.key, *leaving))
    select = (
        sa.select(*(source.c[name].label(name) for name in wanted))
        .select_from(source.join(pick.table, pick.is_key_of(source)))
        .where(pick.in_batch(batch))
    )
    rows = [dict(row) for row in connection.execute(select).mappings()]
    names = moved_names_of(work, run.setting.map, step.table, rows, leaving)
    moving = [
        Moving(work.name, step.table, key, column, entry.personal[column].compare, name)
        for key, column, text in names
        if (name := _identifier(entry, column, text)) is not None
    ]
    by = f"archive:{step.to_store}.{step.to_table}"
    with run.ledger.writing(run.organisation) as writing:
        note_moved(writing, moving, moved_by=by, at=run.clock())


def _identifier(entry: Table, column: str, text: str) -> Identifier | None:
    namespace = entry.personal[column].identity
    return Identifier(namespace, text) if namespace is not None else None
