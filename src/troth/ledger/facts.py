"""All facts of an organisation as the pure half of Troth takes them, with their version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select

from troth.grounds.facts import Facts, Identifier
from troth.ledger.acts import changed_acts, read_acts
from troth.ledger.aliases import any_alias, with_aliases
from troth.ledger.consents import read_consents
from troth.ledger.days import read_days
from troth.ledger.holds import open_holds
from troth.ledger.invitations import read_warnings
from troth.ledger.kept import read_kept_days
from troth.ledger.ledger import Ledger
from troth.ledger.moved import names_moved
from troth.ledger.quick import Quick
from troth.ledger.restrictions import acts_set_aside, restricted_rows
from troth.ledger.session import Reading, read_head
from troth.ledger.tables import journal


def read_facts(ledger: Ledger, organisation: str, at: datetime) -> Facts:
    """What the ledger knows of an organisation at the instant `at` (aware), read at one moment.

    Holds are those open at `at`, with the rows under a restriction; consents are all of them, with
    their instants.
    """
    with ledger.reading(organisation) as reading:
        return facts_of(reading, at)


def facts_of(reading: Reading, at: datetime) -> Facts:
    """The same, within a reading or a writing that is already open.

    A fact whose person has got another name since is there under each.
    """
    resolved = acts_set_aside(reading, at)
    recorded = Facts(
        version=read_head(reading.connection, reading.organisation).facts_version,
        holds=(*open_holds(reading, at), *restricted_rows(reading, at)),
        consents=read_consents(reading, at),
        days=read_days(reading, at),
        warnings=read_warnings(reading, at),
        kept=read_kept_days(reading),
        acts=tuple(
            replace(act, resolved=True) if act.id in resolved else act
            for act in read_acts(reading, at)
        ),
    )
    named = with_aliases(reading, recorded)
    return replace(named, moved=names_moved(reading, _everybody(named)))


PLAIN = frozenset(
    (
        "act-recorded",
        "act-decided",
        "plan-approved",
        "run-started",
        "run-ended",
        "batch-applied",
        "marks-destroyed",
    )
)
"""Kinds of entries that change nothing of the facts but acts and their decisions."""


_KINDS = Quick(
    select(journal.c.kind)
    .where(journal.c.organisation == bindparam("own"), journal.c.seq > bindparam("after"))
    .distinct()
)


def with_newer_acts(ledger: Ledger, organisation: str, known: Facts, at: datetime) -> Facts | None:
    """What `read_facts` would say, of facts that were read before: the acts are read that came.

    None where more may have changed since, or where somebody has a further name. Facts with an
    instant that passes in between are as they were.
    """
    with ledger.reading(organisation) as reading:
        since = {"own": organisation, "after": known.version}
        if not PLAIN.issuperset(kind for (kind,) in _KINDS.rows(reading.connection, since)):
            return None
        if any_alias(reading):
            return None
        version = read_head(reading.connection, organisation).facts_version
        came = changed_acts(reading, known.version, at)
        more = names_moved(reading, (person for act in came.values() for person in act.persons))
    resolved = {act.id for act in known.acts if act.resolved}
    acts = {act.id: act for act in known.acts} | {
        id: replace(act, resolved=id in resolved) for id, act in came.items()
    }
    moved = (*known.moved, *(one for one in more if one not in known.moved))
    return replace(known, version=version, acts=tuple(acts.values()), moved=moved)


def _everybody(facts: Facts) -> Iterator[Identifier]:
    """Every name under which a fact knows a person."""
    for hold in facts.holds:
        yield from hold.persons
    for act in facts.acts:
        yield from act.persons
    yield from (consent.person for consent in facts.consents)
    yield from (day.subject for day in facts.days)


def facts_version(ledger: Ledger, organisation: str) -> int:
    """A number that grows with every fact written for the organisation; one indexed read."""
    with ledger.reading(organisation) as reading:
        return read_head(reading.connection, organisation).facts_version
