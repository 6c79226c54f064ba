"""What changes for people between two versions, whom it concerns, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from troth.diff.activities import recipients_of
from troth.diff.compare import changes
from troth.diff.flaws import flaws
from troth.diff.model import Change, Difference, Telling
from troth.policy.model import Activity, Policy


def difference(old: Policy, new: Policy) -> Difference:
    """The changes of `new` against `old`, each with whom it concerns (Art. 12-14)."""
    found = tuple(_concerning(old, new, each) for each in changes(old, new))
    again = {
        consent
        for each in found
        if each.direction == "lower" or each.code == "consent-wording-changed"
        for consent in each.consents
    }
    told = Difference(
        old.versions[-1].id,
        new.versions[-1].id,
        found,
        _telling(new, found),
        tuple(name for name in new.consents if name in again),
        any(each.direction == "lower" for each in found),
    )
    return replace(told, flaws=flaws(old, new, told))


def _telling(new: Policy, found: Iterable[Change]) -> Telling:
    """Whoever is concerned by what lowers protection, or by what a person still has to weigh."""
    due = [each for each in found if each.direction == "lower" or each.unclear]
    whose = {subject for each in due for subject in each.subjects}
    further = [
        each.path.removeprefix("activities.")
        for each in due
        if each.code in ("purpose-added", "purpose-changed")
    ]
    articles = ["12(1)"] if due else []
    if further:
        articles += ["13(3)", "14(4)"]
    return Telling(
        tuple(name for name in new.subjects if name in whose),
        tuple(articles),
        tuple(name.removesuffix(".purpose") for name in further),
    )


def _concerning(old: Policy, new: Policy, each: Change) -> Change:
    names = tuple(dict.fromkeys((*_activities(old, each.path), *_activities(new, each.path))))
    if names:
        involved = [
            p.activities[name] for p in (old, new) for name in names if name in p.activities
        ]
        whose = {subject for activity in involved for subject in _subjects(old, new, activity)}
        subjects = tuple(name for name in new.subjects if name in whose)
        consents = {
            basis.consent
            for activity in involved
            for basis in activity.legal_bases
            if basis.consent is not None
        }
    else:
        subjects = tuple(name for name, one in new.subjects.items() if one.scope == "inside")
        consents = set()
    section, _, rest = each.path.partition(".")
    if section == "consents":
        consents.add(rest.partition(".")[0])
    return replace(
        each,
        subjects=subjects,
        activities=names,
        consents=tuple(name for name in new.consents if name in consents),
    )


def _subjects(old: Policy, new: Policy, activity: Activity) -> Iterable[str]:
    """The data subject categories of an activity, with those below."""
    for policy in (old, new):
        for name in policy.subjects:
            if set(policy.subject_lineage(name)) & set(activity.subjects):
                yield name


def _activities(policy: Policy, path: str) -> Iterable[str]:
    """The activities that an element touches; none for one that is about everybody."""
    section, _, rest = path.partition(".")
    known: Mapping[str, Callable[[str, Activity], bool]] = {
        "activities": lambda name, _: rest == name or rest.startswith(f"{name}."),
        "collection_points": lambda name, _: any(
            _is(rest, point) and name in one.activities
            for point, one in policy.collection_points.items()
        ),
        "recipients": lambda name, _: any(_is(rest, each) for each in recipients_of(policy, name)),
        "safeguards": lambda name, _: any(
            _is(rest, policy.recipients[each].safeguard) for each in recipients_of(policy, name)
        ),
        "consents": lambda _, activity: any(
            _is(rest, basis.consent) for basis in activity.legal_bases
        ),
        "conditions": lambda _, activity: any(
            _is(rest, each)
            for each in (*activity.conditions, *(basis.when for basis in activity.legal_bases))
        ),
        "categories": lambda _, activity: any(
            _is(rest, name) and set(policy.lineage(name)) & set(activity.categories)
            for name in policy.categories
        ),
        "subjects": lambda _, activity: any(
            _is(rest, name) and set(policy.subject_lineage(name)) & set(activity.subjects)
            for name in policy.subjects
        ),
    }
    uses = known.get(section)
    if uses is None:
        return ()
    return tuple(name for name, each in policy.activities.items() if uses(name, each))


def _is(rest: str, name: str | None) -> bool:
    """Whether a path below a section begins with that name."""
    return name is not None and (rest == name or rest.startswith(f"{name}."))
