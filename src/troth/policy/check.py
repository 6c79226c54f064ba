"""What a policy must be beyond its form: names that exist, rules that can count, one meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel

from troth.documents.document import Finding, Path
from troth.documents.nearest import advice
from troth.law.calendar import Period
from troth.policy.base import Element
from troth.policy.model import Activity, DataCategory, LegalBasis, Policy
from troth.policy.people import DataSubject
from troth.policy.references import unknown_names
from troth.policy.retention import ByChoice, RetentionRule
from troth.policy.walk import find, walk, written


def check_policy(policy: Policy) -> tuple[Finding, ...]:
    """Everything wrong in a policy of right form; empty when it can be executed."""
    parts = list(walk(policy))
    findings = [
        *unknown_names(policy, parts),
        *_cycles(policy.categories, ("categories",)),
        *_cycles(policy.subjects, ("subjects",)),
        *_repeated_ids(policy),
        *_readings(policy),
        *_not_modelled(policy, parts),
    ]
    for name, activity in policy.activities.items():
        findings += _activity(policy, ("activities", name), activity)
    return tuple(findings)


def _cycles(
    tree: Mapping[str, DataCategory] | Mapping[str, DataSubject], path: Path
) -> Iterator[Finding]:
    for name in tree:
        seen = [name]
        while (parent := tree[seen[-1]].parent) is not None and parent in tree:
            if parent == name:
                loop = " → ".join((*seen, name))
                message = f"'{name}' is its own ancestor: {loop}"
                yield Finding((*path, name, "parent"), "parent-cycle", message)
            if parent in seen:
                break
            seen.append(parent)


def _repeated_ids(policy: Policy) -> Iterator[Finding]:
    rules: list[tuple[Path, str]] = [
        (("activities", name, "retention", position, "id"), rule.id)
        for name, activity in policy.activities.items()
        for position, rule in enumerate(activity.retention)
    ]
    rules += [(("caps", position, "id"), cap.id) for position, cap in enumerate(policy.caps)]
    yield from _repeated(rules, "rule")
    for section in ("versions", "ages", "commitments", "readings"):
        entries = enumerate(getattr(policy, section))
        yield from _repeated([((section, n, "id"), entry.id) for n, entry in entries], section[:-1])


def _repeated(ids: list[tuple[Path, str]], what: str) -> Iterator[Finding]:
    counts = Counter(name for _, name in ids)
    first: set[str] = set()
    for path, name in ids:
        if counts[name] > 1 and name in first:
            yield Finding(
                path, "duplicate-id", f"the {what} id '{name}' is used {counts[name]} times"
            )
        first.add(name)


def _readings(policy: Policy) -> Iterator[Finding]:
    for number, reading in enumerate(policy.readings):
        for position, text in enumerate(reading.elements):
            if find(policy, text) is None:
                path = ("readings", number, "elements", position)
                known = [written(policy, place) for place, _ in walk(policy)]
                message = f"'{text}' is no element of this policy"
                yield Finding(path, "unknown-element", message, advice(text, known))


def _not_modelled(policy: Policy, parts: list[tuple[Path, BaseModel]]) -> Iterator[Finding]:
    citing: dict[str, Path] = {}
    for path, part in parts:
        for clause in part.clauses if isinstance(part, Element) else ():
            citing.setdefault(clause, path)
    for clause in policy.not_modelled:
        if clause in citing:
            message = f"{clause} is cited by {written(policy, citing[clause])}, so it is modelled"
            place = ("not_modelled", clause)
            yield Finding(place, "cited-though-not-modelled", message, "remove one of the two")


def _activity(policy: Policy, path: Path, activity: Activity) -> Iterator[Finding]:
    for position, basis in enumerate(activity.legal_bases):
        yield from _basis((*path, "legal_bases", position), basis)
    yield from _special(policy, path, activity)
    for position, rule in enumerate(activity.retention):
        yield from _rule(policy, (*path, "retention", position), activity, rule)


def _basis(path: Path, basis: LegalBasis) -> Iterator[Finding]:
    needed = {
        "consent": ("consent", "name the consent that is meant (Art. 7(1))"),
        "legal-obligation": ("statute", "name the law that obliges (Art. 6(3))"),
        "legitimate-interests": ("interest", "name the interest pursued (Art. 13(1)(d))"),
    }.get(basis.kind)
    if needed is not None and getattr(basis, needed[0]) is None:
        message = f"the basis {basis.kind} needs '{needed[0]}'"
        yield Finding((*path, "kind"), "basis-incomplete", message, needed[1])


def _special(policy: Policy, path: Path, activity: Activity) -> Iterator[Finding]:
    """Art. 9(1): special categories only under a named condition; never-stored ones are no use."""
    if activity.special_conditions:
        return
    for position, named in enumerate(activity.categories):
        special = sorted(
            name
            for name, category in policy.categories.items()
            if category.special is not None
            and named in policy.lineage(name)
            and not any(policy.categories[up].never_stored for up in _known(policy, name))
        )
        if special:
            which = named if special == [named] else f"{named} (with {', '.join(special)})"
            yield Finding(
                (*path, "categories", position),
                "special-category-without-condition",
                f"the special category {which} needs a condition of Art. 9(2)",
                "add special_conditions, or mark the category never_stored",
            )


def _known(policy: Policy, category: str) -> list[str]:
    return [name for name in policy.lineage(category) if name in policy.categories]


def _rule(policy: Policy, path: Path, activity: Activity, rule: RetentionRule) -> Iterator[Finding]:
    yield from _outside(
        (*path, "categories"), rule.categories, activity.categories, policy.lineage, "categories"
    )
    yield from _outside(
        (*path, "subjects"), rule.subjects, activity.subjects, policy.subject_lineage, "subjects"
    )
    if activity.places:
        for position, place in enumerate(rule.places):
            if place not in activity.places:
                message = f"the activity is bound to other places than '{place}'"
                help = advice(place, activity.places)
                yield Finding((*path, "places", position), "outside-activity", message, help)
    if rule.warn is not None:
        yield from _warn(policy, path, rule)
    if rule.archive is not None and rule.archive.place in policy.places:
        place_kind = policy.places[rule.archive.place].kind
        if place_kind != "archive":
            message = f"'{rule.archive.place}' is a place of kind {place_kind}, not archive"
            yield Finding((*path, "archive", "place"), "not-an-archive", message)


def _outside(
    path: Path,
    named: Iterable[str],
    allowed: tuple[str, ...],
    lineage: Callable[[str], tuple[str, ...]],
    what: str,
) -> Iterator[Finding]:
    """Names of a rule that are neither below nor above what its activity covers."""
    for position, name in enumerate(named):
        below = any(one in lineage(name) for one in allowed)
        above = any(name in lineage(one) for one in allowed)
        if not (below or above):
            message = f"'{name}' is outside the {what} of the activity, so the rule never counts"
            yield Finding((*path, position), "outside-activity", message, advice(name, allowed))


def _warn(policy: Policy, path: Path, rule: RetentionRule) -> Iterator[Finding]:
    """An invitation is weighed against one end, so there is one period and no floor behind it."""
    place = (*path, "warn")
    if rule.bound != "ceiling":
        message = f"a warn-first rule is a ceiling; this one is {rule.bound}"
        yield Finding(place, "warn-with-floor", message, "put the floor in a rule of its own")
    sources = [limit.period for limit in rule.limits]
    chosen = any(isinstance(source, ByChoice) for source in sources)
    periods = {
        source if isinstance(source, Period) else policy.parameters[source.parameter].value
        for source in sources
        if isinstance(source, Period)
        or (not isinstance(source, ByChoice) and source.parameter in policy.parameters)
    }
    if chosen or len(periods) > 1:
        message = "a warn-first rule has one period; this one has several"
        yield Finding(place, "warn-with-several-periods", message, "split the rule")
