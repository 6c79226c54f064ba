"""Letters about a breach put into the outbox: to everybody in its tables, or to a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from troth.apply.announce import Announcement, reach
from troth.apply.planning import Setting
from troth.desk.breaches.letters import Letter
from troth.desk.breaches.standing import Standing
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.grounds.identity import normalise
from troth.ledger.breaches import BreachEvent, add_event
from troth.ledger.invitations import BREACH, Invitation, queue_invitations
from troth.ledger.session import Writing


@dataclass(frozen=True)
class Letters:
    """What would be queued: letters to as many addresses; `without`: rows without an address."""

    invitations: tuple[Invitation, ...]
    without: tuple[tuple[str, int], ...] = ()

    @property
    def number(self) -> int:
        return len({normalise(one.address, "email") for one in self.invitations})


def to_everybody(
    setting: Setting,
    facts: Facts,
    now: datetime,
    standing: Standing,
    letter: Letter,
    *,
    follow_up: bool,
) -> Letters:
    """A letter to each person with a row in the breach's tables who was not told yet."""
    tables = tuple(
        (store, table) for store, _, table in (t.partition(".") for t in _tables(standing))
    )
    told = Announcement(
        version=_name(standing, follow_up=follow_up),
        subjects=tuple(setting.policy.subjects),
        subject=letter.subject,
        body=letter.body,
        tables=tables,
        about=BREACH,
    )
    found = reach(setting, facts, now, told)
    return Letters(found.invitations, found.without)


def to_list(
    standing: Standing, letter: Letter, addresses: Sequence[str], *, follow_up: bool
) -> Letters:
    """A letter to each address of a list, once each."""
    rule = f"{BREACH}{_name(standing, follow_up=follow_up)}"
    once = {normalise(address, "email"): address for address in addresses}
    return Letters(
        tuple(
            Invitation(rule, "", standing.breach.id, (), address, letter.subject, letter.body)
            for address in once.values()
        )
    )


def queue(
    writing: Writing,
    standing: Standing,
    letters: Letters,
    *,
    follow_up: bool,
    by: str,
    at: datetime,
) -> int:
    """Put the letters into the outbox, and say so in the breach; how many.

    Refused (`breach-nobody-reached`) where there is no address.
    """
    if not letters.invitations:
        raise Refused(
            "breach-nobody-reached",
            "no letter: nobody with a known address is left to tell",
            help="give the addresses with --list, or record another way with --public",
        )
    queue_invitations(writing, letters.invitations, at=at)
    detail = {"letters": letters.number, "follow_up": follow_up}
    add_event(writing, standing.breach.id, BreachEvent("letters", at, by, detail))
    return letters.number


def _tables(standing: Standing) -> tuple[str, ...]:
    if not standing.known.tables:
        raise Refused(
            "breach-without-tables",
            "nobody has noted in which tables the persons are",
            help=f"troth breach note {standing.breach.id} --table store.table, or --list FILE",
        )
    return standing.known.tables


def _name(standing: Standing, *, follow_up: bool) -> str:
    """What the ledger keeps of who was told: the breach and which letter."""
    return f"{standing.breach.id}:after" if follow_up else standing.breach.id
