"""Worlds as a hypothesis strategy, and by seed for samples that need no shrinking."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from worlds.calendars import evaluation_day, evaluation_instant
from worlds.chance import chance, some
from worlds.drafts import Draft, drafts
from worlds.facts import facts
from worlds.maps import data_map
from worlds.policies import periods_of, policy
from worlds.rows import Times, all_rows
from worlds.world import PhysicalKey, PhysicalTable, World


def worlds() -> st.SearchStrategy[World]:
    """Any world; a failing one shrinks towards fewer and plainer draws."""
    return st.randoms(use_true_random=False).map(world_from)


def world_of(seed: int, fold: int = 1) -> World:
    """The world of a seed: the same one on every machine; with `fold` times as many rows."""
    return world_from(Random(seed), fold)


def plain_world_of(seed: int, fold: int = 1) -> World:
    """A plain world of a seed: one store without archive, persons with one key and rows of theirs.

    As many applications are; what SQL of one store can decide is common in it.
    """
    return world_from(Random(seed), fold, plain=True)


def world_from(rng: Random, fold: int = 1, *, plain: bool = False) -> World:
    """A world drawn from a source of chance; or a plain one."""
    stores = ("main",) if plain else ("main", *some(rng, ("news", "desk"), 0, 2))
    places = {store: f"place-{store}" for store in stores}
    vault = "vault" if not plain and chance(rng, 45) else None
    live = tuple(places.values())
    if vault:
        places[vault] = "place-vault"
    promise = policy(rng, live, places.get("vault"))
    made = drafts(rng, stores, vault, plain=plain)
    today = evaluation_day(rng)
    times = Times(today, promise.zoneinfo, periods_of(promise), fold)
    now = evaluation_instant(rng, today, promise.zoneinfo)
    map_ = data_map(rng, made, promise, places, today)
    rows = all_rows(rng, made, times)
    return World(
        policy=promise,
        map=map_,
        tables={place: _physical(draft) for place, draft in made.items()},
        rows={place: tuple(cells) for place, cells in rows.items()},
        facts=facts(rng, made, rows, promise, map_, now, times),
        now=now,
    )


def _physical(draft: Draft) -> PhysicalTable:
    keys = tuple(
        PhysicalKey(relation.columns, relation.target[1], relation.to, relation.on_delete)
        for relation in draft.relations.values()
        if relation.declared
    )
    return PhysicalTable(*draft.place, draft.columns, draft.key, keys)
