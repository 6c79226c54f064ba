"""What a typed policy lacks or contradicts, as the paths of the elements that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from troth.law.calendar import Period, add
from troth.law.countries import adequate, within_the_union
from troth.policy.model import Activity, Policy

Places = Iterable[tuple[str, ...]]

_YEAR = date(2001, 1, 1)  # a common year, in which periods are compared


def _each(policy: Policy, wrong: Callable[[Activity], bool]) -> Iterator[tuple[str, ...]]:
    for name, activity in policy.activities.items():
        if wrong(activity):
            yield (f"activities.{name}",)


def identity(policy: Policy, _: date) -> Places:
    for name, one in policy.controllers.items():
        lacking = [key for key in ("name", "address") if getattr(one, key) is None]
        if lacking or not one.contacts:
            yield tuple(
                f"controllers.{name}.{key}"
                for key in [*lacking, *([] if one.contacts else ["contacts"])]
            )


def officer(policy: Policy, _: date) -> Places:
    officer = policy.data_protection_officer
    if officer is not None and not officer.contacts:
        yield ("data_protection_officer.contacts",)


def undated(policy: Policy, _: date) -> Places:
    for position, version in enumerate(policy.versions):
        if version.effective is None:
            yield (f"versions[{position}].effective",)


def no_period(policy: Policy, _: date) -> Places:
    return _each(policy, lambda activity: not activity.retention)


def no_interest(policy: Policy, _: date) -> Places:
    for name, activity in policy.activities.items():
        for position, basis in enumerate(activity.legal_bases):
            if basis.kind == "legitimate-interests" and basis.balanced is None:
                yield (f"activities.{name}.legal_bases[{position}].balanced",)


def no_withdrawal(policy: Policy, _: date) -> Places:
    for name, consent in policy.consents.items():
        if consent.withdrawal is None:
            yield (f"consents.{name}.withdrawal",)


def no_source(policy: Policy, _: date) -> Places:
    for name, activity in policy.activities.items():
        for position, source in enumerate(activity.sources):
            if source.provenance == "received" and source.origin is None:
                yield (f"activities.{name}.sources[{position}].origin",)


def open_transfer(policy: Policy, today: date) -> Places:
    for name, recipient in policy.recipients.items():
        if (
            recipient.allowed == "no"
            or recipient.role == "authority"
            or recipient.safeguard is not None
        ):
            continue
        if recipient.country is None:
            continue
        if not within_the_union(recipient.country) and not adequate(recipient.country, today):
            yield (f"recipients.{name}.safeguard",)


def no_country(policy: Policy, _: date) -> Places:
    for name, recipient in policy.recipients.items():
        if (
            recipient.country is None
            and recipient.allowed != "no"
            and recipient.role in ("processor", "controller", "joint-controller")
        ):
            yield (f"recipients.{name}.country",)


def unsigned(policy: Policy, today: date) -> Places:
    for name, recipient in policy.recipients.items():
        if recipient.role != "processor" or recipient.allowed == "no":
            continue
        terms = recipient.terms
        if terms is None or terms.signed is None or (terms.valid_until or today) < today:
            yield (f"recipients.{name}.terms",)


def no_transfer_but(policy: Policy, _: date) -> Places:
    for name, transfer in policy.transfers.items():
        if transfer.allowed:
            continue
        named = set(transfer.recipients) or set(policy.recipients)
        for recipient in sorted(named & set(policy.recipients)):
            one = policy.recipients[recipient]
            elsewhere = one.country is not None and not within_the_union(one.country)
            if (
                elsewhere
                and one.allowed == "yes"
                and (not transfer.countries or one.country in transfer.countries)
            ):
                yield f"transfers.{name}", f"recipients.{recipient}.country"


def essence(policy: Policy, _: date) -> Places:
    for name, joint in policy.joint_controllers.items():
        if joint.arrangement is None:
            yield (f"joint_controllers.{name}.arrangement",)


def _granted(policy: Policy) -> set[str]:
    return {terms.right for terms in policy.rights.values()}


def rights(policy: Policy, _: date) -> Places:
    kinds = {
        basis.kind for activity in policy.activities.values() for basis in activity.legal_bases
    }
    owed = {"access", "rectification", "erasure", "restriction", "complaint"}
    if kinds & {"legitimate-interests", "public-task"}:
        owed.add("objection")
    if kinds & {"consent", "contract"}:
        owed.add("portability")
    if "consent" in kinds:
        owed.add("withdrawal")
    if "fr-loi-78-17" in policy.laws:
        owed.add("directives-after-death")
    granted = _granted(policy)
    if policy.authorities:
        granted.add("complaint")
    for right in sorted(owed - granted):
        yield (f"rights: {right}",)


def authority(policy: Policy, _: date) -> Places:
    if not policy.authorities:
        yield ("authorities",)


def machine(policy: Policy, _: date) -> Places:
    if "human-decision" not in _granted(policy):
        yield from _each(policy, lambda activity: activity.automated_decision)


def too_slow(policy: Policy, _: date) -> Places:
    month = add(_YEAR, Period(months=1))
    for name, terms in policy.rights.items():
        if terms.deadline is not None and add(_YEAR, terms.deadline) > month:
            yield (f"rights.{name}.deadline",)


def marketing(policy: Policy, _: date) -> Places:
    stops = {"objection", "opt-out"}
    reasons = [
        f"rights.{name}.conditions"
        for name, terms in policy.rights.items()
        if terms.right == "objection"
        and terms.conditions
        and not any("marketing" in one.casefold() for one in terms.conditions)
        and "opt-out" not in _granted(policy)
    ]
    for name, activity in policy.activities.items():
        if activity.direct_marketing and (reasons or not stops & _granted(policy)):
            yield (f"activities.{name}.direct_marketing", *reasons)


def parent_alone(policy: Policy, _: date) -> Places:
    if "fr-loi-78-17" in policy.laws:
        for rule in policy.ages:
            if "parent" in rule.consents and "child" not in rule.consents:
                yield (f"ages.{rule.id}.consents",)


def trackers(policy: Policy, _: date) -> Places:
    for name, tracker in policy.trackers.items():
        if tracker.allowed and tracker.lifetime is None:
            yield (f"trackers.{name}.lifetime",)


def withheld(policy: Policy, _: date) -> Places:
    for name, point in policy.collection_points.items():
        if point.mandatory and point.consequence is None:
            yield (f"collection_points.{name}.consequence",)


def unmarked(policy: Policy, _: date) -> Places:
    """On a form or a paper people must see which fields are mandatory."""
    for name, point in policy.collection_points.items():
        if point.mandatory and point.kind in ("form", "paper") and not point.marked:
            yield (f"collection_points.{name}.marked",)


def undecided_fields(policy: Policy, _: date) -> Places:
    for name, point in policy.collection_points.items():
        if not point.mandatory and not point.optional:
            yield (f"collection_points.{name}",)


def collected(policy: Policy, _: date) -> Places:
    """What is collected at a point and none of its activities needs (Art. 5(1)(c))."""
    for name, point in policy.collection_points.items():
        covered = {
            category
            for activity in point.activities
            for category in policy.activities[activity].categories
        }
        for position, category in enumerate(point.categories):
            below = covered & set(policy.lineage(category))
            above = any(category in policy.lineage(one) for one in covered)
            if not (below or above):
                yield (f"collection_points.{name}.categories[{position}]",)


def representative(policy: Policy, _: date) -> Places:
    """Controllers outside the Union for whom nobody stands in it."""
    for name, controller in policy.controllers.items():
        if controller.country is None or within_the_union(controller.country):
            continue
        if "gdpr" in policy.laws and not policy.represented(name):
            yield (f"controllers.{name}.country",)


def unreachable(policy: Policy, _: date) -> Places:
    """A representative who cannot be reached, or is not in the Union itself."""
    for name, one in policy.representatives.items():
        abroad = one.country is not None and not within_the_union(one.country)
        lacking = [key for key in ("name", "address") if getattr(one, key) is None]
        if lacking or abroad:
            yield tuple(
                f"representatives.{name}.{key}"
                for key in [*lacking, *(["country"] if abroad else [])]
            )


def assumed(policy: Policy, _: date) -> Places:
    for name, parameter in policy.parameters.items():
        if parameter.ours:
            yield (f"parameters.{name}",)


def channels(policy: Policy, _: date) -> Places:
    for name, terms in policy.rights.items():
        if not terms.channels and not terms.automated and terms.right != "complaint":
            yield (f"rights.{name}.channels",)
