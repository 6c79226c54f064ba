"""Which text is in force: the latest of the day, and the one before for whoever has not accepted.

A version that lowers protection does not reach whoever has accepted neither it nor a later one:
they stay under the version before (Art. 5(1)(a), 13(3)). Silence accepts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from troth.errors import Refused
from troth.policy.model import Activity, Policy, Version
from troth.policy.retention import ByParameter, RetentionRule


@dataclass(frozen=True)
class Threshold:
    """A version in force that needs acceptance: the one `before` it, and those that accept it."""

    before: str
    accepting: tuple[str, ...]


def acceptance(version: str) -> str:
    """The name under which the ledger keeps that a person accepted a version; no consent has it."""
    return f"version:{version}"


def in_force(policy: Policy, today: date) -> tuple[Version, ...]:
    """The versions that have begun by a day, in their order; one without a day has."""
    return tuple(v for v in policy.versions if v.effective is None or v.effective <= today)


def latest(policy: Policy, today: date) -> Policy:
    """The latest text that has begun by a day; the policy itself where none is at hand."""
    begun = in_force(policy, today)
    if not begun or begun[-1] == policy.versions[-1]:
        return policy
    return policy.earlier.get(begun[-1].id, policy)


def thresholds(policy: Policy, today: date) -> tuple[Threshold, ...]:
    """The versions in force on a day that need acceptance, earliest first."""
    begun = in_force(policy, today)
    ids = [version.id for version in begun]
    return tuple(
        Threshold(ids[at - 1], tuple(ids[at:]))
        for at, version in enumerate(begun)
        if at and version.needs_acceptance
    )


def text_before(policy: Policy, threshold: Threshold) -> Policy:
    """The text of the version before; Refused (`earlier-version-missing`) if it is not at hand."""
    text = policy.earlier.get(threshold.before)
    if text is None:
        version = threshold.accepting[0]
        raise Refused(
            "earlier-version-missing",
            f"version {version} needs acceptance, and the text of version {threshold.before}, "
            "under which people stay until they accept, is not at hand",
            help=f"name its file in troth.yaml: 'earlier: {{{threshold.before}: policy-old.yaml}}'",
        )
    return text


def texts_at_hand(policy: Policy, today: date) -> tuple[Policy, ...]:
    """Every text that is in force for somebody on a day, the latest first."""
    found = [latest(policy, today)]
    found += [text_before(policy, each) for each in reversed(thresholds(policy, today))]
    return tuple({id(text): text for text in found}.values())


def rules_of(policy: Policy) -> dict[str, tuple[str, RetentionRule]]:
    """Every retention rule by its id, with its activity: of the policy, and of earlier texts."""
    found: dict[str, tuple[str, RetentionRule]] = {}
    for text in (policy, *policy.earlier.values()):
        for name, activity in text.activities.items():
            for rule in activity.retention:
                found.setdefault(rule.id, (name, rule))
    return found


def with_earlier(policy: Policy, earlier: Mapping[str, Policy]) -> Policy:
    """The policy with earlier texts by the id of their version.

    Days are those of the policy's own zone. A rule that is no more, or that says something else
    now, bears its version behind its id (`orders-3y@v1`), so that each rule has one name.
    """
    made = policy.model_copy()
    made._earlier = {
        version: text.model_copy(
            update={
                "zone": policy.zone,
                "activities": {
                    name: _renamed(policy, text, name, activity, version)
                    for name, activity in text.activities.items()
                },
            }
        )
        for version, text in earlier.items()
    }
    return made


def _renamed(policy: Policy, text: Policy, name: str, activity: Activity, version: str) -> Activity:
    now = policy.activities.get(name)
    today = [(_fixed(policy, rule), rule) for rule in (now.retention if now is not None else ())]
    rules = []
    for rule in activity.retention:
        fixed = _fixed(text, rule)
        kept = next((rule for known, rule in today if known == fixed), None)
        rules.append(kept or fixed.model_copy(update={"id": f"{rule.id}@{version}"}))
    return activity.model_copy(update={"retention": tuple(rules)})


def _fixed(policy: Policy, rule: RetentionRule) -> RetentionRule:
    """The rule with the periods that its text's parameters have."""
    found: RetentionRule = _without_parameters(policy, rule)
    return found


def _without_parameters(policy: Policy, value: Any) -> Any:
    if isinstance(value, ByParameter):
        return policy.period(value)
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        moved = {name: _without_parameters(policy, part) for name, part in fields.items()}
        return value.model_copy(update=dict(_changed(fields, moved)))
    if isinstance(value, tuple):
        return tuple(_without_parameters(policy, part) for part in value)
    return value


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, part) for name, part in after.items() if part is not before[name])
