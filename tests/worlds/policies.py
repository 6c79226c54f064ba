"""Random policies: trees of categories and subjects, activities, rules with every construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from troth.law.calendar import Period
from troth.policy.model import Policy
from troth.policy.retention import ByChoice, Until
from worlds.chance import chance, pick, some, weighted

PERIODS = ("P1Y", "P2M", "P3Y", "P30D", "P0D", "P13M", "P5Y", "P18M", "P1Y1M1D")
CHOICES = ("a", "b", "3")
ZONES = ("Europe/Paris", "Europe/Paris", "UTC", "America/Sao_Paulo", "Pacific/Auckland")
CLAUSES = ["W-1"]

Json = dict[str, Any]


@dataclass
class Names:
    """The names that a policy gives and a map uses."""

    categories: Mapping[str, Json]
    subjects: Mapping[str, Json]
    events: Sequence[str]
    conditions: Mapping[str, Json]
    consents: Sequence[str]
    places: Mapping[str, str]
    parameters: Mapping[str, Json]
    rules: list[str] = field(default_factory=list)
    lives: Sequence[str] = ()
    archive: str | None = None

    def lineage(self, tree: Mapping[str, Json], name: str) -> list[str]:
        found = [name]
        while (parent := tree[found[-1]].get("parent")) is not None:
            found.append(parent)
        return found


def policy(rng: Random, lives: Sequence[str], archive: str | None) -> Policy:
    """A policy for stores in the places `lives`, and perhaps an archive place."""
    names = _names(rng, lives, archive)
    activities = {f"activity-{n}": _activity(rng, names, n) for n in range(1 + rng.randrange(4))}
    caps = [_cap(rng, names)] if chance(rng, 16) else []
    return Policy.model_validate(
        {
            "troth": 1,
            "organisation": "world",
            "title": "A made-up promise",
            "zone": pick(rng, ZONES),
            "since": "2000-01-01",
            "financial_year_ends": pick(rng, ("12-31", "06-30", "02-29")),
            "versions": [{"id": "1", "effective": None, "clauses": CLAUSES}],
            "controllers": {"world": {"name": "World", "clauses": CLAUSES}},
            "subjects": names.subjects,
            "categories": names.categories,
            "events": {name: {"label": name, "clauses": CLAUSES} for name in names.events},
            "conditions": names.conditions,
            "consents": {name: _consent(rng, names, name) for name in names.consents},
            "parameters": names.parameters,
            "places": {
                name: {"label": name, "kind": kind, "clauses": CLAUSES}
                for name, kind in names.places.items()
            },
            "activities": activities,
            "caps": caps,
            "anonymisation": {"promise": "made up", "smallest_group": 3, "clauses": CLAUSES},
        }
    )


def periods_of(policy: Policy) -> list[Period]:
    """Every period that some limit of the policy may take."""
    found = {Period.parse(text) for text in ("P1Y", "P0D")}
    rules = [rule for activity in policy.activities.values() for rule in activity.retention]
    whens = [rule.archive.when for rule in rules if rule.archive]
    untils: list[Until] = [*rules, *whens, *policy.caps]
    limits = [limit for until in untils for limit in until.limits]
    for limit in limits:
        source = limit.period
        if isinstance(source, ByChoice):
            found |= {*source.periods.values(), *([source.otherwise] if source.otherwise else [])}
        else:
            found.add(policy.period(source))
    return sorted(found, key=str)


def _names(rng: Random, lives: Sequence[str], archive: str | None) -> Names:
    categories = _tree(rng, "category", 3 + rng.randrange(3))
    if chance(rng, 25):
        categories["category-never"] = {
            "label": "never",
            "parent": None,
            "never_stored": True,
            "clauses": CLAUSES,
        }
        if chance(rng, 50):
            categories["category-never-child"] = _leaf("child", "category-never")
    conditions = {
        f"condition-{n}": {
            "label": "c",
            "on_failure": pick(rng, ("end", "suspend")),
            "unknown_means": pick(rng, ("unknown", "fails")),
            "clauses": CLAUSES,
        }
        for n in range(1 + rng.randrange(2))
    }
    places = dict.fromkeys(lives, "live") | ({archive: "archive"} if archive else {})
    return Names(
        categories=categories,
        subjects=_tree(rng, "subject", 2 + rng.randrange(3)),
        events=tuple(f"event-{n}" for n in range(3 + rng.randrange(2))),
        conditions=conditions,
        consents=("consent-0", "consent-1"),
        places=places,
        parameters={
            "parameter-0": {"value": pick(rng, PERIODS), "text": "a while", "clauses": CLAUSES}
        },
        lives=tuple(lives),
        archive=archive,
    )


def _tree(rng: Random, word: str, size: int) -> dict[str, Json]:
    tree: dict[str, Json] = {}
    for n in range(size):
        parent = pick(rng, tuple(tree)) if tree and chance(rng, 75) else None
        tree[f"{word}-{n}"] = _leaf(f"{word} {n}", parent)
    return tree


def _leaf(label: str, parent: str | None) -> Json:
    return {"label": label, "parent": parent, "clauses": CLAUSES}


def _activity(rng: Random, names: Names, number: int) -> Json:
    roots = [name for name, entry in names.categories.items() if not entry.get("parent")]
    wide = number == 0 or chance(rng, 40)
    categories = roots if wide else some(rng, tuple(names.categories), 1, 2)
    people = [name for name, entry in names.subjects.items() if not entry["parent"]]
    subjects = people if wide else some(rng, tuple(names.subjects), 1, 2)
    places = some(rng, names.lives, 1, 2) if chance(rng, 12) else ()
    body: Json = {
        "purpose": "made up",
        "controllers": ["world"],
        "subjects": list(subjects),
        "categories": list(categories),
        "legal_bases": _bases(rng, names),
        "places": list(places),
        "clauses": CLAUSES,
    }
    if chance(rng, 12):
        body["direct_marketing"] = True
    if chance(rng, 14):
        body["conditions"] = list(some(rng, tuple(names.conditions), 1, 2))
    count = weighted(rng, [(45, 1), (32, 2), (20, 3), (3, 0)])
    body["retention"] = [_rule(rng, names, body, f"rule-{number}-{n}") for n in range(count)]
    return body


def _consent(rng: Random, names: Names, name: str) -> Json:
    """Of some consents people are too young at first, by the days that this world has."""
    body: Json = {"label": name, "clauses": CLAUSES}
    if chance(rng, 35):
        body |= {
            "minimum_age": pick(rng, (1, 2, 3)),
            "born": pick(rng, names.events),
            "unknown_age": pick(rng, ("adult", "child", "unknown")),
        }
    return body


def _bases(rng: Random, names: Names) -> list[Json]:
    last = _basis(rng, names)
    if not chance(rng, 18):
        return [last]
    first = _basis(rng, names) | {"when": pick(rng, tuple(names.conditions))}
    if chance(rng, 25):
        return [first]
    if chance(rng, 40):
        second = _basis(rng, names) | {"when": pick(rng, tuple(names.conditions))}
        return [first, second, last]
    return [first, last]


def _basis(rng: Random, names: Names) -> Json:
    return weighted(
        rng,
        [
            (3, {"kind": "contract", "clauses": CLAUSES}),
            (2, {"kind": "legal-obligation", "statute": "an act", "clauses": CLAUSES}),
            (1, {"kind": "public-task", "clauses": CLAUSES}),
            (2, {"kind": "legitimate-interests", "interest": "ours", "clauses": CLAUSES}),
            (2, {"kind": "consent", "consent": pick(rng, names.consents), "clauses": CLAUSES}),
        ],
    )


def _rule(rng: Random, names: Names, activity: Json, id: str) -> Json:
    bound = weighted(rng, [(56, "ceiling"), (24, "floor"), (20, "both")])
    rule: Json = {"id": id, "promise": "made up", "bound": bound, "clauses": CLAUSES}
    rule |= _until(rng, names)
    first = id.endswith("-0")
    if chance(rng, 8 if first else 70):
        fitting = _fitting(names, names.categories, activity["categories"])
        rule["categories"] = list(some(rng, fitting, 1, 2))
    if chance(rng, 5 if first else 35):
        fitting = _fitting(names, names.subjects, activity["subjects"])
        rule["subjects"] = list(some(rng, fitting, 1, 2))
    if chance(rng, 5 if first else 20):
        rule["places"] = list(some(rng, activity["places"] or names.lives, 1, 1))
    if chance(rng, 6):
        rule["exclusive"] = True
    if chance(rng, 12):
        rule["withstands"] = "legal-claims"
    one_period = bound == "ceiling" and isinstance(rule.get("period", ""), str)
    if one_period and ("after" in rule or "during" in rule) and chance(rng, 30):
        delay = pick(rng, ("P30D", "P1D", "P2M"))
        rule["warn"] = {"delay": delay, "message": "Come back", "clauses": CLAUSES}
    elif names.archive and chance(rng, 50):
        when = _until(rng, names)
        rule["archive"] = {
            "place": names.archive,
            "when": when,
            "readers": ["legal"],
            "clauses": CLAUSES,
        }
    names.rules.append(id)
    return rule


def _fitting(names: Names, tree: Mapping[str, Json], wanted: Sequence[str]) -> tuple[str, ...]:
    """The names below or above the wanted ones: others would never count."""
    return tuple(
        name
        for name in tree
        if set(names.lineage(tree, name)) & set(wanted)
        or any(name in names.lineage(tree, one) for one in wanted)
    )


def _until(rng: Random, names: Names) -> Json:
    form = weighted(rng, [(50, "one"), (17, "earliest"), (17, "latest"), (16, "during")])
    if form == "one":
        return _limit(rng, names)
    if form == "during":
        return {"during": pick(rng, names.events)}
    return {form: [_limit(rng, names) for _ in range(2 + rng.randrange(2))]}


def _limit(rng: Random, names: Names) -> Json:
    return {"period": _period(rng), "after": pick(rng, names.events)}


def _period(rng: Random) -> str | Json:
    kind = weighted(rng, [(70, "fixed"), (14, "parameter"), (16, "choice")])
    if kind == "fixed":
        return pick(rng, PERIODS)
    if kind == "parameter":
        return {"parameter": "parameter-0"}
    listed = some(rng, CHOICES, 2, 3)
    body: Json = {"chosen_by": "choice-0", "periods": {name: pick(rng, PERIODS) for name in listed}}
    if chance(rng, 60):
        body["otherwise"] = pick(rng, PERIODS)
    return body


def _cap(rng: Random, names: Names) -> Json:
    body: Json = {"id": "cap-0", "promise": "made up", "clauses": CLAUSES}
    body["places"] = list(some(rng, tuple(names.places), 1, 2))
    if chance(rng, 40):
        body["categories"] = list(some(rng, tuple(names.categories), 1, 2))
    if chance(rng, 30):
        body["subjects"] = list(some(rng, tuple(names.subjects), 1, 1))
    return body | _until(rng, names)
