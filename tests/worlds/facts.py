"""Random facts of a ledger about the persons and rows of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from troth.datamap.model import DataMap
from troth.grounds.facts import (
    ConsentFact,
    DayFact,
    Facts,
    Hold,
    Identifier,
    KeptDay,
    Key,
    Warning,
)
from troth.policy.model import Policy
from worlds.acts import acts
from worlds.calendars import moment, trigger_day
from worlds.chance import chance, pick, some, weighted
from worlds.drafts import Place
from worlds.filters import Drafts
from worlds.rows import Times, email_variant

Rows = Mapping[Place, Sequence[Mapping[str, Any]]]
NOBODY = Identifier("email", "nobody@mail.example")


def facts(
    rng: Random,
    made: Drafts,
    rows: Rows,
    policy: Policy,
    map_: DataMap,
    now: datetime,
    times: Times,
) -> Facts:
    """Holds, consents, days, warnings and kept days; most of them before `now`."""
    persons = _persons(rng, made, rows)
    keys = _keys(made, rows, map_)
    return Facts(
        version=1,
        holds=_holds(rng, persons, keys, now),
        consents=_consents(rng, persons, policy, now),
        days=_days(rng, persons, now, times),
        warnings=_warnings(rng, policy, keys, times, now),
        kept=_kept(rng, policy, keys, times),
        acts=acts(rng, persons, policy, now),
    )


def _persons(rng: Random, made: Drafts, rows: Rows) -> list[Identifier]:
    found: list[Identifier] = []
    for place, draft in made.items():
        for cells in rows[place] if draft.identities else ():
            if cells["email"] is not None:
                email = cells["email"].strip().lower()
                found.append(Identifier("email", email_variant(rng, email)))
            if cells.get("number") is not None:
                found.append(Identifier("number", str(cells["number"])))
            if cells.get("phone"):
                found.append(Identifier("phone", cells["phone"]))
    return found


def _keys(made: Drafts, rows: Rows, map_: DataMap) -> list[tuple[str, str, Key]]:
    return [
        (*place, tuple(cells[column] for column in draft.key))
        for place, draft in made.items()
        if place[1] in map_.stores[place[0]].tables
        for cells in rows[place]
    ]


def _before(rng: Random, now: datetime) -> datetime:
    """An instant before `now`, now itself, or (seldom) later."""
    seconds = weighted(rng, [(6, 1 + rng.randrange(40_000_000)), (1, 0), (1, 1), (1, -86400)])
    return now - timedelta(seconds=seconds)


def _holds(
    rng: Random, persons: list[Identifier], keys: list[tuple[str, str, Key]], now: datetime
) -> tuple[Hold, ...]:
    if not chance(rng, 45):
        return ()
    kinds = some(rng, ("person", "rows", "person-in-tables", "nobody"), 1, 2)
    if "nobody" in kinds and chance(rng, 30):
        kinds = tuple(kind for kind in kinds if kind != "nobody")
    if "rows" in kinds and chance(rng, 60):
        kinds = (*kinds, "gone")
    return tuple(_hold(rng, kind, persons, keys, now) for kind in kinds)


def _hold(
    rng: Random,
    kind: str,
    persons: list[Identifier],
    keys: list[tuple[str, str, Key]],
    now: datetime,
) -> Hold:
    opened = _before(rng, now)
    lifted = opened + timedelta(days=rng.randrange(30)) if chance(rng, 20) else None
    named = some(rng, persons, 1, 2) if kind.startswith("person") else ()
    if kind == "nobody" or (kind.startswith("person") and not named):
        named = (NOBODY,)
    places = sorted({key[:2] for key in keys})
    tables = some(rng, places, 1, 2) if kind == "person-in-tables" else ()
    if kind == "nobody" and chance(rng, 60):
        tables = some(rng, places, 1, 1)
    return Hold(
        id=f"hold-{kind}",
        case="a case",
        reason="a dispute",
        opened_at=opened,
        lifted_at=lifted,
        persons=named,
        tables=tables,
        rows=_rows_of(rng, kind, keys),
    )


def _rows_of(
    rng: Random, kind: str, keys: list[tuple[str, str, Key]]
) -> tuple[tuple[str, str, Key], ...]:
    """Some rows, or a row that does not exist in a table that does."""
    if kind == "rows":
        return some(rng, keys, 1, 3)
    whole = [each for each in keys if all(isinstance(part, int) for part in each[2])]
    if kind != "gone" or not whole:
        return ()
    store, table, key = rng.choice(whole)
    return ((store, table, tuple(int(part) + 1_000_000 for part in key)),)


def _consents(
    rng: Random, persons: list[Identifier], policy: Policy, now: datetime
) -> tuple[ConsentFact, ...]:
    found: list[ConsentFact] = []
    for person in persons:
        for consent in policy.consents:
            for _ in range(weighted(rng, [(3, 1), (2, 2), (2, 0)])):
                given = chance(rng, 65)
                at = _before(rng, now)
                by = "parent" if chance(rng, 25) else "person"
                state = "given" if given else "withdrawn"
                found.append(ConsentFact(person, consent, state, at, by))
    return tuple(found)


def _days(
    rng: Random, persons: list[Identifier], now: datetime, times: Times
) -> tuple[DayFact, ...]:
    cases = [Identifier("case", name) for name in ("1", "2", "3", "4", "a", "b", "A")]
    found: list[DayFact] = []
    for subject in (*persons, *cases):
        for event in ("fact-0", "fact-1"):
            for _ in range(weighted(rng, [(4, 1), (2, 2), (2, 0)])):
                day = trigger_day(rng, times.today, times.periods)
                cleared = chance(rng, 12)
                fact = DayFact(event, subject, None if cleared else day, _before(rng, now))
                found.append(fact)
    return tuple(found)


def _warnings(
    rng: Random,
    policy: Policy,
    keys: list[tuple[str, str, Key]],
    times: Times,
    now: datetime,
) -> tuple[Warning, ...]:
    rules = [
        rule
        for activity in policy.activities.values()
        for rule in activity.retention
        if rule.warn is not None
    ]
    found: list[Warning] = []
    for rule in rules:
        for store, table, key in keys:
            if chance(rng, 55):
                back = pick(rng, (40, 30, 29, 31, 100, 0, 400, 61, 62, 1))
                sent = moment(rng, times.today - timedelta(days=back), times.zone)
                found.append(Warning(rule.id, store, table, key, sent, chance(rng, 20)))
    return tuple(found)


def _kept(
    rng: Random, policy: Policy, keys: list[tuple[str, str, Key]], times: Times
) -> tuple[KeptDay, ...]:
    if not chance(rng, 50):
        return ()
    return tuple(
        KeptDay(store, table, key, event, trigger_day(rng, times.today, times.periods))
        for store, table, key in keys
        for event in policy.events
        if chance(rng, 20)
    )
