"""A letter to everybody whom a change of the policy concerns, put into the outbox once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from troth.apply.addresses import addresses_of
from troth.apply.check import look_at
from troth.apply.evidence import key_of
from troth.apply.looking import looked_into
from troth.apply.planning import Setting
from troth.apply.work import Work
from troth.errors import Refused
from troth.grounds.facts import Facts, Key
from troth.grounds.identity import normalise
from troth.ledger.invitations import CHANGE, Invitation, queue_invitations
from troth.ledger.session import Writing
from troth.plan.announcing import announcement_steps
from troth.plan.frame import Context, Frame
from troth.plan.model import SendInvitations


@dataclass(frozen=True)
class Announcement:
    """What is told: the version, to people of which categories, in which words.

    `tables`: only whoever has a row in one of these (store and table); empty: in any. `about`:
    another matter than a version of the policy, such as a breach.
    """

    version: str
    subjects: tuple[str, ...]
    subject: str
    body: str
    tables: tuple[tuple[str, str], ...] = ()
    about: str = CHANGE

    @property
    def rule(self) -> str:
        """The name under which the ledger keeps who was told."""
        return f"{self.about}{self.version}"


@dataclass(frozen=True)
class Reached:
    """Whom it reaches: `letters` to as many addresses, for `rows`; `told` rows were told before.

    `without`: rows of persons by table (`store.table`) of whom no address is known.
    """

    invitations: tuple[Invitation, ...]
    told: int
    without: tuple[tuple[str, int], ...]

    @property
    def letters(self) -> int:
        return len({normalise(each.address, "email") for each in self.invitations})

    @property
    def rows(self) -> int:
        return len({(each.store, each.table, each.key) for each in self.invitations})


def reach(setting: Setting, facts: Facts, now: datetime, told: Announcement) -> Reached:
    """Everybody of the categories who has an address and was not told yet; nothing is written.

    Nobody writes to the dead (Loi 78-17, art. 85).
    """
    look = look_at(setting, facts, now, lambda _: None)
    context = Context(setting.policy, setting.map, facts, look.day)
    steps = [
        step
        for store, entry in setting.map.stores.items()
        for table in entry.tables
        if not told.tables or (store, table) in told.tables
        for step in announcement_steps(Frame(context, store, table), told.subjects)
    ]
    before = {(w.store, w.table, w.key) for w in facts.warnings if w.rule == told.rule}
    dead = _dead(facts, now)
    found: list[Invitation] = []
    known, without = 0, []
    with looked_into(look, context.sets) as opened:
        for step in steps:
            if opened.lacks(step.store, step.table) is not None:
                raise _unreadable(step)
            if step.table not in opened.works[step.store].tables:
                continue  # a table of an archive that is made with its first row
            rows = dict(_rows(opened.works, step)) if step.addresses else {}
            work = opened.works[step.store]
            missing = _count(work, step) - len(rows)
            if missing:
                without.append((f"{step.store}.{step.table}", missing))
            for key, addresses in rows.items():
                if (step.store, step.table, key) in before:
                    known += 1
                    continue
                found += [
                    Invitation(
                        told.rule, step.store, step.table, key, address, told.subject, told.body
                    )
                    for address in addresses
                    if normalise(address, "email") not in dead
                ]
    return Reached(tuple(found), known, tuple(without))


def queue(writing: Writing, reached: Reached, *, at: datetime) -> int:
    """Put the letters into the outbox; how many rows they are for. What waits already is kept."""
    return len(queue_invitations(writing, reached.invitations, at=at))


def _rows(
    works: Mapping[str, Work], step: SendInvitations
) -> Iterator[tuple[Key, tuple[str, ...]]]:
    for key, addresses in addresses_of(works, step).items():
        yield key_of(key), addresses


def _count(work: Work, step: SendInvitations) -> int:
    """How many rows the step is about."""
    row = work.row(step.table)
    where = work.renderer().condition(step.due, row)
    with work.session.told():
        found = work.connection.execute(
            sa.select(sa.func.count()).select_from(row.source).where(where)
        ).scalar_one()
    return int(found)


def _dead(facts: Facts, now: datetime) -> frozenset[str]:
    """Names of persons whose death is recorded."""
    return frozenset(
        normalise(person.value, "email")
        for act in facts.acts
        if act.kind == "death" and act.at <= now
        for person in act.persons
    )


def _unreadable(step: SendInvitations) -> Refused:
    return Refused(
        "missing-table",
        f"'{step.store}.{step.table}' is not in the database as the map describes it",
        help="troth check --schema shows every difference",
    )
