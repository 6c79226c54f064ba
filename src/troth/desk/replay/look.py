"""What a restored store brought back, by the acts of the ledger and its marks of what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.asked import in_force
from troth.apply.planning import Restored, Setting, make_plan
from troth.desk.find.find import Finder
from troth.desk.replay.corrected import Corrected, corrected_again
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.ledger.ledger import Ledger
from troth.ledger.marks import CORRECTED, Recall, read_marks
from troth.plan.again import Again
from troth.plan.model import Plan

NOBODY = ("replay",)
"""The scope of a plan that is about no act, but about rows that came back."""
SOONER = ("objection", "opt-out", "erasure", "death")


@dataclass(frozen=True)
class Restriction:
    """A restriction in force, and how many rows it concerns in the stores as they are now."""

    act: str
    rows: int


@dataclass(frozen=True)
class Replay:
    """What is to be done again; `plan` erases, `corrected` writes right values again.

    `blind`: rows that went, by table, of tables without immutable columns; if they came back, only
    the acts of their persons tell. `tasks`: corrected values, by column, that differ, and of which
    nobody said of when the copy is: a human decides. `named_again`: rows that bear the name of a
    person whose erasure was carried out; that would tell whether they are the person's.
    """

    plan: Plan
    corrected: Corrected
    restrictions: tuple[Restriction, ...]
    blind: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    named_again: int = 0


def look(
    desk: Finder,
    setting: Setting,
    ledger: Ledger,
    facts: Facts,
    now: datetime,
    stores: Sequence[str],
    since: datetime | None,
) -> Replay:
    """What the restored `stores` ask for; `since` is the instant of the copy. Nothing is changed.

    `Refused`: `unknown-store`, `restored-in-the-future`.
    """
    _check(setting, stores, since, now)
    with ledger.reading(setting.policy.organisation) as reading:
        recalls = {store: read_marks(reading, store) for store in stores}
    marked = {
        (store, table): frozenset(what for what in whats if not what.startswith(CORRECTED))
        for store, recall in recalls.items()
        for table, whats in recall.whats(since).items()
        if table in setting.map.stores[store].tables
    }
    after = Restored(recalls, Again(marked, since))
    acts = tuple(act.id for act in facts.acts if act.kind in SOONER and act.at <= now)
    plan = make_plan(setting, facts, now, scope=acts or NOBODY, after=after)
    corrected = corrected_again(desk, recalls, since)
    return Replay(
        plan=plan,
        corrected=corrected if since is not None else Corrected(),
        restrictions=_restrictions(desk, facts, now, setting, stores),
        blind=_blind(recalls),
        tasks=corrected.counts() if since is None else {},
        named_again=named_again(desk, facts, now, stores) if since is None else 0,
    )


def _check(setting: Setting, stores: Sequence[str], since: datetime | None, now: datetime) -> None:
    for store in stores:
        if store not in setting.map.stores:
            raise Refused(
                "unknown-store",
                f"the map has no store '{store}'",
                help=f"it has {', '.join(setting.map.stores)}",
            )
    if since is not None and since > now:
        raise Refused(
            "restored-in-the-future",
            "a copy cannot be of a later instant than now",
            place="--restored-at",
            help="write the instant of which the restored copy is",
        )


def _blind(recalls: dict[str, Recall]) -> dict[str, int]:
    return {
        f"{store}.{table}": rows
        for store, recall in recalls.items()
        for table, rows in recall.blind.items()
    }


def named_again(desk: Finder, facts: Facts, now: datetime, stores: Sequence[str]) -> int:
    """Rows of whoever bears a name whose erasure is spent: the erased person, or a newcomer.

    Of the given stores, in numbers alone.
    """
    spent = [
        act.persons
        for act in facts.acts
        if any(each.outcome == "carried-out" and each.at <= now for each in act.decisions)
    ]
    if not spent:
        return 0
    desk.load_named(spent)
    return sum(one.rows for one in desk.counts() if one.store in stores)


def _restrictions(
    desk: Finder, facts: Facts, now: datetime, setting: Setting, stores: Sequence[str]
) -> tuple[Restriction, ...]:
    """They hold by themselves: the ledger has them, and every look asks it."""
    found = []
    for act in facts.acts:
        if act.kind != "restriction" or act.at > now:
            continue
        if in_force(act, setting.policy, now):
            desk.load_named([act.persons])
            rows = sum(one.rows for one in desk.counts() if one.store in stores)
            found.append(Restriction(act.id, rows))
    return tuple(found)
