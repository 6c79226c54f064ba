"""Random data maps over drafted tables: roles, categories, events, conditions, protection."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from troth.datamap.model import DataMap
from troth.policy.model import Policy
from troth.policy.retention import ByChoice
from worlds.bindings import binding, column
from worlds.chance import chance, pick, some, weighted
from worlds.drafts import Draft, Place
from worlds.filters import Drafts, filter_for

Json = dict[str, Any]


def data_map(
    rng: Random, made: Drafts, policy: Policy, places: dict[str, str], today: date
) -> DataMap:
    """A map of every drafted table that is mapped at all; it fits the policy."""
    stores: dict[str, Json] = {
        store: {"place": place, "tables": {}} for store, place in places.items()
    }
    bound: dict[Place, set[str]] = {}
    for place, draft in made.items():
        store, name = place
        if draft.kind == "unmapped":
            if chance(rng, 50):
                stores[store]["ignored"] = {name: "another system's"}
            continue
        stores[store]["tables"][name] = _table(rng, draft, made, policy, today, bound)
    archives = {
        ".".join(draft.copy_of): {"table": ".".join(place)}
        for place, draft in made.items()
        if draft.copy_of
    }
    return DataMap.model_validate({"troth": 1, "stores": stores, "archives": archives})


def _table(
    rng: Random,
    draft: Draft,
    made: Drafts,
    policy: Policy,
    today: date,
    bound: dict[Place, set[str]],
) -> Json:
    body: Json = {"key": list(draft.key), "relations": _relations(draft)}
    body["columns"] = dict.fromkeys(draft.columns)
    if not draft.personal:
        return body | {"because": "no personal data"}
    roles = _roles(rng, draft, made, policy)
    body["roles"] = roles
    for name in draft.personal:
        body["columns"][name] = _column(rng, draft, name, policy, tuple(roles))
    body["events"] = _events(rng, draft, made, policy, today, bound)
    body["choices"] = _choices(rng, draft, policy)
    body["conditions"] = {
        name: filter_for(rng, draft, made)
        for name in policy.conditions
        if chance(rng, 72) and draft.kind != "part"
    }
    live = [name for name, place in policy.places.items() if place.kind == "live"]
    if chance(rng, 8) and draft.kind != "archive":
        body["place"] = pick(rng, live)
    if chance(rng, 11) and draft.kind != "part":
        body["protect"] = {
            "all": [{"column": "flag", "is": True}, {"column": "level", "at_most": 3}]
        }
    if chance(rng, 10):
        body["row"] = "keep"
        body["alike"] = _alike(draft)
    if chance(rng, 10):
        body["activities"] = list(some(rng, tuple(policy.activities), 1, 3))
    return body


def _alike(draft: Draft) -> list[str]:
    """Columns with few values that stay; none in some tables, by their form alone."""
    named = ("flag", "level")[: len(draft.columns) % 3]
    return [name for name in named if name in draft.columns and name not in draft.personal]


def _relations(draft: Draft) -> Json:
    return {
        name: {
            "columns": list(relation.columns),
            "references": relation.target[1]
            if relation.target[0] == draft.place[0]
            else ".".join(relation.target),
            "to": list(relation.to),
            "declared": relation.declared,
            "compare": relation.compare,
            "where": relation.where,
            "part_of": relation.part_of,
        }
        | ({"json": relation.json} if relation.json else {})
        for name, relation in draft.relations.items()
    }


def _roles(rng: Random, draft: Draft, made: Drafts, policy: Policy) -> Json:
    subjects = tuple(policy.subjects)

    def role(person: tuple[str, ...], percent: int) -> Json:
        body: Json = {"subject": pick(rng, subjects), "person": list(person)}
        if chance(rng, percent) and "flag" in draft.columns:
            body["when"] = filter_for(rng, draft, made, 1)
        return body

    owner = _to_person(draft, made)
    roles = {"owner": role(owner, 15)}
    if "receiver" in draft.relations:
        roles["receiver"] = role(("receiver",), 20)
    elif chance(rng, 20):
        roles["other"] = role(owner, 60)
    return roles


def _to_person(draft: Draft, made: Drafts) -> tuple[str, ...]:
    if draft.identities:
        return ()
    name = "whole" if draft.kind == "part" else "owner"
    return (name, *_to_person(made[draft.relations[name].target], made))


def _column(rng: Random, draft: Draft, name: str, policy: Policy, roles: tuple[str, ...]) -> Json:
    usual = tuple(n for n in policy.categories if not n.startswith("category-never"))
    never = tuple(n for n in policy.categories if n.startswith("category-never"))
    body: Json = {"category": pick(rng, never if never and chance(rng, 14) else usual)}
    if name in draft.identities:
        body["identity"], body["compare"] = draft.identities[name]
    if len(roles) > 1 and chance(rng, 45):
        body["roles"] = list(some(rng, roles, 1, 1))
    if name == "doc" and chance(rng, 75):
        body |= _inside(rng, usual)
    kind = draft.columns[name]
    if kind.kind == "text":
        forms = [(2, {"form": "empty"}), (2, {"form": "value", "value": "erased"})]
        forms += [(1, {"form": "pattern", "value": "gone-{key}"})]
        forms += [(4, {"form": "null"})] if kind.nullable else []
        body["erased"] = weighted(rng, forms)
    return body


PATHS = ("/kind", "/word", "/deep/level", "/deep/word")


def _inside(rng: Random, usual: tuple[str, ...]) -> Json:
    """What lies inside a document; some maps say nothing of the rest."""
    forms = [(5, {"form": "null"}), (1, {"form": "empty"}), (2, {"form": "value", "value": "gone"})]
    body: Json = {
        "inside": {path: pick(rng, usual) for path in some(rng, PATHS, 1, 4)},
        "erased": weighted(rng, forms),
    }
    return body | ({"category": None} if chance(rng, 40) else {})


def _events(
    rng: Random,
    draft: Draft,
    made: Drafts,
    policy: Policy,
    today: date,
    bound: dict[Place, set[str]],
) -> Json:
    if draft.kind == "part":
        return {}
    events: Json = {}
    for name in policy.events:
        if draft.kind == "archive":
            events[name] = column(rng, pick(rng, draft.days))
        elif chance(rng, 94):
            events[name] = binding(rng, draft, made, today, bound)
    bound[draft.place] = set(events)
    return events


def _choices(rng: Random, draft: Draft, policy: Policy) -> Json:
    untils = [rule for activity in policy.activities.values() for rule in activity.retention]
    whens = [rule.archive.when for rule in untils if rule.archive]
    limits = [limit for until in (*untils, *whens, *policy.caps) for limit in until.limits]
    used = any(isinstance(limit.period, ByChoice) for limit in limits)
    if not used or draft.kind == "part" or chance(rng, 6):
        return {}
    return {"choice-0": weighted(rng, [(3, "kind"), (1, "level")])}
