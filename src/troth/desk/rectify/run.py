"""Carrying out a rectification: rehearsed in every store, then written store after store.

A run may die at any moment. What it needs to go on is sealed in the ledger until it ends, then
destroyed with its key; nothing else ever holds the old value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth.apply.mirror import Done, mirror, mirror_store
from troth.apply.planning import Setting
from troth.apply.receipts import own_tables, raise_fence, receipts_of
from troth.apply.refusals import check_clocks
from troth.apply.work import Work
from troth.datamap.model import Normaliser
from troth.desk.find.find import Finder, finder
from troth.desk.find.model import Asked as AskedPerson
from troth.desk.rectify.copies import Site
from troth.desk.rectify.model import Copies, Looked, Target
from troth.desk.rectify.propose import remaining
from troth.desk.rectify.sealed import Work as Sealed
from troth.desk.rectify.values import same
from troth.desk.rectify.write import Writer, rehearse, write
from troth.errors import Refused, TrothError
from troth.grounds.cells import key_part
from troth.grounds.facts import Identifier
from troth.ledger.aliases import Same, add_aliases
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.marks import Mark, keep_marks, note_blind
from troth.ledger.plans import approval_of
from troth.ledger.rectifications import (
    Correction,
    Rectification,
    destroy_seal,
    record_corrections,
    record_rectifications,
    seal,
    unseal,
)
from troth.ledger.runs import end_run, start_run, take_token
from troth.ledger.session import Writing

Clock = Callable[[], datetime]


@dataclass
class Outcome:
    """What a run did: rows written by column, rows that had changed meanwhile, and what remains."""

    run: str
    written: dict[str, int] = field(default_factory=dict)
    remaining: tuple[Copies, ...] = ()
    corrections: int = 0
    aliases: int = 0

    @property
    def clean(self) -> bool:
        return not self.remaining


@dataclass(frozen=True)
class Order:
    """Who asks for a run and what is said of it; `persons` name the person afterwards."""

    by: str
    persons: tuple[Identifier, ...] = field(repr=False)
    reason: str | None = None
    corrections: bool = False


def carry_out(looked: Looked, site: Site, ledger: Ledger, clock: Clock, order: Order) -> Outcome:
    """Carries out an approved rectification in every store.

    `Refused` before the first write: `plan-not-approved`, `rectification-unfinished`, and whatever
    a store refuses when it is rehearsed. Once a store is written, what fails later is resumed.
    """
    plan, now = looked.plan, clock()
    refuse_unfinished(ledger, plan.organisation)
    with ledger.reading(plan.organisation) as reading:
        if approval_of(reading, plan.digest(), now) is None:
            raise Refused(
                "plan-not-approved",
                "nobody has approved this plan, or the approval has expired",
                help="read it, then run it with --approve",
            )
    check_clocks(site.setting, now)
    work = Sealed(
        digest=plan.digest(),
        changes=tuple(site.changes),
        targets=looked.targets,
        papers=looked.papers,
        persons=order.persons,
        left=sum(one.rows for one in plan.left),
        by=order.by,
        reason=order.reason,
        corrections=order.corrections,
        excepted=tuple(site.excepted),
        confirm_shared=site.confirm_shared,
    )
    writer = Writer(site.setting.map, plan.organisation, "", site.changes, now)
    for name, targets in _by_store(looked.targets).items():
        rehearse(writer, site.desk.works[name], targets)
    with ledger.writing(plan.organisation) as writing:
        run = start_run(writing, work.digest, by=order.by, at=now).id
        seal(writing, run, work.write())
        aliases = _add_aliases(writing, work, now)
    outcome = Outcome(run, aliases=aliases)
    _go_on(site.setting, ledger, clock, work, site.desk, outcome)
    return outcome


def resume(setting: Setting, ledger: Ledger, clock: Clock) -> Outcome | None:
    """Goes on with the run that did not end; None where there is none."""
    organisation = setting.policy.organisation
    with ledger.reading(organisation) as reading:
        found = unseal(reading)
    if found is None:
        return None
    run, text = found
    work, outcome = Sealed.read(text), Outcome(run)
    check_clocks(setting, clock())
    with finder(setting) as desk:
        _go_on(setting, ledger, clock, work, desk, outcome)
    return outcome


def refuse_unfinished(ledger: Ledger, organisation: str) -> None:
    """Refused (`rectification-unfinished`) while a run waits to be resumed."""
    with ledger.reading(organisation) as reading:
        if unseal(reading) is not None:
            raise Refused(
                "rectification-unfinished",
                "an earlier rectification was interrupted",
                help="finish it first: troth request rectify --resume",
            )


def _go_on(
    setting: Setting, ledger: Ledger, clock: Clock, work: Sealed, desk: Finder, outcome: Outcome
) -> None:
    """Every store that is not done yet, then a fresh look, then the fact and no trace."""
    try:
        for name, targets in _by_store(work.targets).items():
            _store(setting, ledger, clock, work, desk.works[name], targets, outcome)
        outcome.remaining = _fresh_look(setting, ledger, clock, work)
    except BaseException:
        with suppress(TrothError), ledger.writing(setting.policy.organisation) as writing:
            end_run(writing, outcome.run, "stopped", at=clock(), counts=outcome.written)
        raise
    _finish(setting, ledger, clock, work, outcome)


def _store(
    setting: Setting,
    ledger: Ledger,
    clock: Clock,
    work: Sealed,
    here: Work,
    targets: Sequence[Target],
    outcome: Outcome,
) -> None:
    organisation = setting.policy.organisation
    with ledger.writing(organisation) as writing:
        token = take_token(writing, here.name)
    own = own_tables(here)
    raise_fence(here, own, organisation, token)
    mirror_store(ledger, organisation, here, own, clock())
    done = {each.batch: each for each in receipts_of(here, own, organisation, outcome.run)}
    at = clock()
    for batch, part in enumerate(_parts(targets, setting.limits.batch_rows)):
        if batch in done:
            counts = json.loads(done[batch].counts)
        else:

            def marked(marks: Sequence[Mark], blind: Mapping[str, int], batch: int = batch) -> None:
                with ledger.writing(organisation) as writing:
                    keep_marks(writing, outcome.run, here.name, batch, marks, at=at)
                    note_blind(writing, here.name, blind, at=at)

            writer = Writer(setting.map, organisation, outcome.run, work.changes, at, marked)
            counts = write(writer, here, part, own, token=token, batch=batch)
            text = json.dumps(counts, sort_keys=True)
            mirror(ledger, organisation, [Done(outcome.run, here.name, batch, text)], clock())
        for label, rows in counts.items():
            outcome.written[label] = outcome.written.get(label, 0) + rows


def _parts(targets: Sequence[Target], size: int) -> Iterator[Sequence[Target]]:
    """What one transaction takes: all of a store, unless that is more than its size."""
    if len(targets) <= size or any(target.follows for target in targets):
        yield targets
        return
    rows: dict[tuple[str, tuple[object, ...]], list[Target]] = {}
    for target in targets:
        rows.setdefault((target.table, target.key), []).append(target)
    together = list(rows.values())
    for start in range(0, len(together), size):
        yield [target for some in together[start : start + size] for target in some]


def _fresh_look(setting: Setting, ledger: Ledger, clock: Clock, work: Sealed) -> tuple[Copies, ...]:
    """Copies with an old value that a new search finds, by the person's names as they are now."""
    if not work.persons:
        return ()
    now = clock()
    facts = read_facts(ledger, setting.policy.organisation, now)
    with finder(setting) as desk:
        desk.find(AskedPerson(work.persons), near=False)
        site = Site(desk, setting, facts, now, work.changes, work.confirm_shared, work.excepted)
        changes = [change for change in work.changes if change.old is not None]
        return remaining(replace(site, changes=changes))


def _finish(setting: Setting, ledger: Ledger, clock: Clock, work: Sealed, outcome: Outcome) -> None:
    now = clock()
    with ledger.writing(setting.policy.organisation) as writing:
        record_rectifications(writing, list(_facts(work, outcome.run)), by=work.by, at=now)
        if work.corrections:
            found = [
                Correction(one.store, one.table, _key(one.key), one.column, new)
                for one in work.papers
                for new in (work.changes[one.change].new,)
            ]
            record_corrections(writing, outcome.run, found, by=work.by, at=now)
            outcome.corrections = len(found)
        left = {f"remaining:{one.label}": one.rows for one in outcome.remaining}
        end_run(writing, outcome.run, "finished", at=now, counts={**outcome.written, **left})
        destroy_seal(writing, outcome.run, at=now)


def _facts(work: Sealed, run: str) -> Iterator[Rectification]:
    for number, change in enumerate(work.changes):
        yield Rectification(
            run=run,
            persons=work.persons,
            category=", ".join(change.categories),
            target=".".join(change.column) if change.column else None,
            rows=sum(target.change == number for target in work.targets),
            left=work.left,
            reason=work.reason,
        )


def _key(key: Sequence[object]) -> tuple[int | str, ...]:
    return tuple(key_part(part) for part in key)


def _add_aliases(writing: Writing, work: Sealed, at: datetime) -> int:
    """Facts that name the person by an old identifier go on applying under the new one."""
    count = 0
    for change in work.changes:
        for space in change.namespaces:
            if change.old is not None:
                new = Identifier(space, change.new)
                count += add_aliases(writing, space, _is(change.old, change.how), new, at=at)
    return count


def _is(old: str, how: Sequence[Normaliser]) -> Same:
    return lambda name: same(old, name.value, how)


def _by_store(targets: Sequence[Target]) -> dict[str, list[Target]]:
    """By store, in the order of the map."""
    found: dict[str, list[Target]] = {}
    for target in targets:
        found.setdefault(target.store, []).append(target)
    return found
