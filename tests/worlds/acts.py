"""Random acts of the persons of a world: objections, erasures, restrictions, deaths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from troth.grounds.facts import Act, ActKind, Decision, Identifier
from troth.law.calendar import day_of
from troth.policy.model import Policy
from worlds.chance import chance, pick, some, weighted

NOBODY = Identifier("email", "nobody@mail.example")


def acts(
    rng: Random, persons: Sequence[Identifier], policy: Policy, now: datetime
) -> tuple[Act, ...]:
    """Several acts in three worlds of four, most of them before `now`."""
    if not chance(rng, 75):
        return ()
    kinds: list[ActKind] = [
        weighted(
            rng,
            [(4, "erasure"), (4, "objection"), (2, "restriction"), (1, "opt-out"), (1, "death")],
        )
        for _ in range(1 + rng.randrange(4))
    ]
    return tuple(_act(rng, n, kind, persons, policy, now) for n, kind in enumerate(kinds))


def _act(
    rng: Random,
    number: int,
    kind: ActKind,
    persons: Sequence[Identifier],
    policy: Policy,
    now: datetime,
) -> Act:
    at = _around(rng, now)
    today = day_of(now, policy.zoneinfo)
    near = today + timedelta(days=pick(rng, (-30, -1, 0, 0, 1, 2, 40)))
    named = some(rng, persons, 1, 2) if persons and not chance(rng, 12) else (NOBODY,)
    everything = tuple(policy.activities)
    return Act(
        id=f"act-{number}",
        kind=kind,
        persons=named,
        at=at,
        activities=some(rng, everything, 1, 2) if chance(rng, 35) else (),
        categories=some(rng, tuple(policy.categories), 1, 2) if chance(rng, 25) else (),
        places=some(rng, tuple(policy.places), 1, 1) if chance(rng, 15) else (),
        answer_by=near if chance(rng, 60) else None,
        review_on=near if kind == "restriction" and chance(rng, 50) else None,
        decisions=_decisions(rng, everything, at, now),
    )


def _around(rng: Random, now: datetime) -> datetime:
    seconds = weighted(rng, [(8, 1 + rng.randrange(40_000_000)), (1, 0), (1, 1), (1, -86400)])
    return now - timedelta(seconds=seconds)


def _decisions(
    rng: Random, activities: Sequence[str], at: datetime, now: datetime
) -> tuple[Decision, ...]:
    found = []
    for _ in range(weighted(rng, [(45, 0), (40, 1), (15, 2)])):
        when = max(at, now - timedelta(seconds=pick(rng, (0, 1, 3600, 9_000_000, -3600))))
        about = some(rng, activities, 1, 2) if chance(rng, 35) else ()
        outcome = weighted(rng, [(4, "accepted"), (4, "refused"), (1, "carried-out")])
        found.append(Decision(outcome, when, about))
    return tuple(found)
