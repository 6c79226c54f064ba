"""From the policy, and the map where there is one, to the record (Art. 30(1) and (2))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from troth.datamap.model import DataMap
from troth.policy.model import Activity, LegalBasis, Policy
from troth.policy.people import Recipient
from troth.record import parties
from troth.record.data import data_lines
from troth.record.lacking import lacking
from troth.record.means import means_of
from troth.record.model import (
    Basis,
    Behalf,
    Entry,
    ProcessorEntry,
    RecipientKind,
    RecipientLine,
    Record,
)
from troth.record.transfers import transfers_of


def record(
    policy: Policy,
    datamap: DataMap | None = None,
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> Record:
    """The record of the organisation; what the policy lacks is in `lacking`, never made up.

    `addresses`: where recipients are written to, by their name in the policy.
    """
    days = [version.effective for version in policy.versions if version.effective is not None]
    made = Record(
        policy.organisation,
        policy.title,
        min(days, default=None),
        max(days, default=None),
        parties.controllers(policy),
        tuple(parties.joint_controller(policy, name) for name in policy.joint_controllers),
        parties.representatives(policy),
        parties.officer(policy),
        tuple(
            _entry(policy, datamap, number, name, activity)
            for number, (name, activity) in enumerate(policy.activities.items(), start=1)
        ),
        _processors(policy, addresses),
        tuple(
            each.promise for each in policy.commitments if each.kind in ("security", "safeguard")
        ),
    )
    return replace(made, lacking=lacking(policy, made))


def _entry(
    policy: Policy, datamap: DataMap | None, number: int, name: str, activity: Activity
) -> Entry:
    joint = [
        joint
        for joint, entry in policy.joint_controllers.items()
        if name in entry.activities or joint in activity.controllers
    ]
    own = [each for each in activity.controllers if each in policy.controllers]
    received = recipients_of(policy, name, activity)
    return Entry(
        number=number,
        id=name,
        purpose=activity.purpose,
        direct_marketing=activity.direct_marketing,
        automated_decision=activity.automated_decision,
        controllers=tuple(parties.controller(policy, each) for each in own),
        joint_controllers=tuple(parties.joint_controller(policy, each) for each in joint),
        subjects=tuple(policy.subjects[each].label for each in activity.subjects),
        data=data_lines(policy, activity),
        special_conditions=tuple((c.article, c.detail) for c in activity.special_conditions),
        bases=tuple(_basis(policy, basis) for basis in activity.legal_bases),
        sources=tuple(source.origin or source.provenance for source in activity.sources),
        collected=tuple(
            point.label for point in policy.collection_points.values() if name in point.activities
        ),
        recipients=tuple(_recipient(each, entry) for each, entry in received.items()),
        readers=activity.readers,
        transfers=transfers_of(policy, received),
        means=means_of(policy, datamap, name, activity) if datamap is not None else (),
        places=tuple(policy.places[each].label for each in activity.places),
        clauses=activity.clauses,
    )


def recipients_of(policy: Policy, name: str, activity: Activity) -> dict[str, Recipient]:
    """The recipients of an activity that data may go to, in the policy's order."""
    return {
        each: entry
        for each, entry in policy.recipients.items()
        if entry.allowed != "no" and (each in activity.recipients or name in entry.activities)
    }


def _recipient(name: str, entry: Recipient) -> RecipientLine:
    kinds: dict[str, RecipientKind] = {"internal": "internal", "processor": "processor"}
    return RecipientLine(
        parties.recipient(name, entry),
        kinds.get(entry.role, "outside"),
        entry.role,
        entry.task,
        entry.sub_processors,
        tuple(each.purpose for each in entry.instructions),
    )


def _basis(policy: Policy, basis: LegalBasis) -> Basis:
    named = policy.consents[basis.consent].label if basis.consent else None
    detail = basis.statute or basis.interest or basis.contract or named
    return Basis(basis.kind, detail, basis.when is not None)


def _processors(policy: Policy, addresses: Mapping[str, str]) -> tuple[ProcessorEntry, ...]:
    """The record of every processor that the policy names (Art. 30(2))."""
    found = [(name, entry) for name, entry in policy.recipients.items() if _processes(entry)]
    return tuple(
        _processor(policy, number, name, entry, addresses)
        for number, (name, entry) in enumerate(found, start=1)
    )


def _processes(entry: Recipient) -> bool:
    return entry.role == "processor" and entry.allowed != "no"


def _processor(
    policy: Policy, number: int, name: str, entry: Recipient, addresses: Mapping[str, str]
) -> ProcessorEntry:
    activities = {
        each: activity
        for each, activity in policy.activities.items()
        if name in activity.recipients or each in entry.activities
    }
    deciding = [each for activity in activities.values() for each in activity.controllers]
    deciding += [each.decided_by for each in entry.instructions if each.decided_by]
    behalf = tuple(
        Behalf(
            parties.controller(policy, controller),
            tuple(a.purpose for a in activities.values() if controller in a.controllers),
            entry.task,
            tuple(
                each.purpose for each in entry.instructions if each.decided_by in (None, controller)
            ),
        )
        for controller in dict.fromkeys(deciding)
    )
    return ProcessorEntry(
        number,
        parties.recipient(name, entry, addresses),
        behalf,
        tuple(policy.categories[each].label for each in entry.data_categories),
        entry.sub_processors,
        transfers_of(policy, {name: entry}),
        entry.certification,
    )
