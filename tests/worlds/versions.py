"""A world whose policy has versions that need acceptance, and persons who accepted some."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from troth.grounds.facts import ConsentFact, Identifier
from troth.policy.model import Policy
from troth.policy.versions import acceptance, with_earlier
from worlds.chance import chance, pick
from worlds.policies import CLAUSES, PERIODS
from worlds.world import World


def with_versions(rng: Random, world: World) -> World:
    """The same world under two or three versions of its policy."""
    ids = ("v1", "v2", "v3") if chance(rng, 40) else ("v1", "v2")
    day = world.now.date()
    versions = [
        {
            "id": name,
            "effective": str(day - timedelta(days=400 - 100 * number)),
            "needs_acceptance": number > 0 and (number == 1 or chance(rng, 70)),
            "clauses": CLAUSES,
        }
        for number, name in enumerate(ids)
    ]
    if chance(rng, 15):  # the latest has not begun
        versions[-1]["effective"] = str(day + timedelta(days=30))
    data = world.policy.model_dump(mode="json") | {"versions": versions}
    earlier = {name: _varied(rng, data) for name in ids[:-1]}
    policy = with_earlier(Policy.model_validate(data), earlier)
    accepted = tuple(_accepted(rng, world, ids))
    facts = replace(world.facts, consents=(*world.facts.consents, *accepted))
    return replace(world, policy=policy, facts=facts)


def _varied(rng: Random, data: dict[str, Any]) -> Policy:
    """Another text: other periods, bounds and bases, perhaps without an activity or a cap."""
    text = Policy.model_validate(data).model_dump(mode="json")
    if len(text["activities"]) > 1 and chance(rng, 30):
        del text["activities"][pick(rng, tuple(text["activities"]))]
    for activity in text["activities"].values():
        if chance(rng, 25):
            activity["direct_marketing"] = not activity["direct_marketing"]
        if chance(rng, 25):
            activity["legal_bases"] = [{"kind": "contract", "clauses": CLAUSES}]
        for rule in activity["retention"]:
            if isinstance(rule["period"], str) and chance(rng, 60):
                rule["period"] = pick(rng, PERIODS)
        if activity["retention"] and chance(rng, 20):
            activity["retention"].pop()
    for parameter in text["parameters"].values():
        if chance(rng, 50):
            parameter["value"] = pick(rng, PERIODS)
    if chance(rng, 50):
        text["caps"] = []
    return Policy.model_validate(text)


def _accepted(rng: Random, world: World, ids: tuple[str, ...]) -> list[ConsentFact]:
    persons = {fact.person for fact in world.facts.consents}
    persons |= {person for act in world.facts.acts for person in act.persons}
    found = []
    for person in sorted(persons, key=lambda one: (one.namespace, one.value)):
        for name in ids:
            if chance(rng, 45):
                found.append(_fact(rng, world, person, name, "given"))
                if chance(rng, 15):
                    found.append(_fact(rng, world, person, name, "withdrawn"))
    return found


def _fact(rng: Random, world: World, person: Identifier, version: str, state: Any) -> ConsentFact:
    at = world.now - timedelta(days=rng.randrange(300), seconds=rng.randrange(86_400))
    return ConsentFact(person, acceptance(version), state, at)
