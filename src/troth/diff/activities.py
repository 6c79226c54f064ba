"""One processing activity in two versions: whose data, which, on what basis, to whom, how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from troth.diff.measures import Delta, Rule
from troth.diff.retention import kept_findings
from troth.diff.rules import RIGHTS_OF_BASIS, RULES
from troth.policy.model import Activity, Policy

Found = tuple[Rule, Delta]


def compared(old: Policy, new: Policy, name: str) -> Iterator[tuple[str, Found]]:
    """What a field by itself does not show of an activity that both versions have."""
    here, there = old.activities[name], new.activities[name]
    for finding in _covered(
        here.subjects, there.subjects, old.subject_lineage, new.subject_lineage
    ):
        yield "subjects", (RULES["subjects"], finding)
    for finding in _covered(here.categories, there.categories, old.lineage, new.lineage):
        policy = new if finding.more else old
        special = any(
            policy.categories[each].special is not None
            for each in policy.categories
            if (finding.after or finding.before) in policy.lineage(each)
        )
        yield "categories", (RULES["special-data" if special else "data"], finding)
    for finding in _basis(here, there):
        yield "legal_bases", (RULES["basis"], finding)
    for finding in _recipients(old, new, name):
        yield "recipients", (RULES["recipient"], finding)
    yield from kept_findings(old, new, name)


def _covered(
    before: Iterable[str],
    after: Iterable[str],
    old_lineage: Callable[[str], tuple[str, ...]],
    new_lineage: Callable[[str], tuple[str, ...]],
) -> Iterator[Delta]:
    """Names that are covered now and were not, and the reverse; a parent covers its children."""
    for each in after:
        if not set(new_lineage(each)) & set(before):
            yield Delta("added", True, "", each)
    for each in before:
        if not set(old_lineage(each)) & set(after):
            yield Delta("removed", False, each, "")


def _basis(here: Activity, there: Activity) -> Iterator[Delta]:
    """What people can surely do against it: by every basis on which it may rest."""
    before, after = _kinds(here), _kinds(there)
    if before == after:
        return
    mine, theirs = _rights(here), _rights(there)
    said = (", ".join(before), ", ".join(after))
    if mine == theirs:
        yield Delta("changed", None, *said)
    elif mine < theirs or mine > theirs:
        more = mine < theirs
        yield Delta("raised" if more else "lowered", more, *said)
    else:
        yield Delta("changed", None, *said, unclear=True)


def _kinds(activity: Activity) -> tuple[str, ...]:
    return tuple(
        each.kind
        + (f" {each.consent}" if each.consent else "")
        + (f" when {each.when}" if each.when else "")
        for each in activity.legal_bases
    )


def _rights(activity: Activity) -> frozenset[str]:
    return frozenset.intersection(*(RIGHTS_OF_BASIS[each.kind] for each in activity.legal_bases))


def _recipients(old: Policy, new: Policy, name: str) -> Iterator[Delta]:
    before, after = recipients_of(old, name), recipients_of(new, name)
    for each in after:
        if each not in before:
            yield Delta("added", True, "", new.recipients[each].name)
    for each in before:
        if each not in after:
            yield Delta("removed", False, old.recipients[each].name, "")


def recipients_of(policy: Policy, activity: str) -> tuple[str, ...]:
    """Those to whom data of an activity may go, whichever of the two names the other."""
    return tuple(
        name
        for name, entry in policy.recipients.items()
        if entry.allowed != "no"
        and (name in policy.activities[activity].recipients or activity in entry.activities)
    )
