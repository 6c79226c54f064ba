"""What Art. 30 requires and the policy does not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from troth.law.countries import within_the_union
from troth.policy.model import Policy
from troth.record.model import Entry, Lacking, Record, TransferLine


def lacking(policy: Policy, record: Record) -> tuple[Lacking, ...]:
    """Every gap of the record, in its order: controllers, activities, processors, security."""
    found = [
        *_controllers(record),
        *_officer(record),
        *(each for entry in record.entries for each in _entry(policy, entry)),
        *_processors(record),
    ]
    if not record.security:
        found.append(Lacking("security", "30(1)(g), 30(2)(d)", "commitments", record.title))
    return tuple(dict.fromkeys(found))


def of_paragraph(record: Record, paragraph: Literal[1, 2]) -> Record:
    """The record with the gaps of Art. 30(1) alone, the controller's, or of Art. 30(2)."""
    mine = f"30({paragraph})"
    return replace(record, lacking=tuple(each for each in record.lacking if mine in each.article))


def _controllers(record: Record) -> Iterator[Lacking]:
    for party in record.controllers:
        path = f"controllers.{party.id}"
        where = party.name or party.id
        if party.name is None:
            yield Lacking("controller-name", "30(1)(a), 30(2)(a)", f"{path}.name", where)
        if not party.reachable:
            yield Lacking("controller-contact", "30(1)(a), 30(2)(a)", f"{path}.contacts", where)
        outside = party.country is not None and not within_the_union(party.country)
        if outside and not any(party.id in each.controllers for each in record.representatives):
            yield Lacking("representative", "27, 30(1)(a)", "representatives", where)
    for each in record.representatives:
        if not each.party.reachable:
            path = f"representatives.{each.party.id}.contacts"
            where = each.party.name or each.party.id
            yield Lacking("representative-contact", "30(1)(a), 30(2)(a)", path, where)
    for party in record.joint_controllers:
        if not party.reachable:
            path = f"joint_controllers.{party.id}.contact_point"
            yield Lacking("joint-controller-contact", "30(1)(a)", path, party.name or party.id)


def _officer(record: Record) -> Iterator[Lacking]:
    if record.officer is not None and not record.officer.reachable:
        path = "data_protection_officer.contacts"
        yield Lacking(
            "officer-contact", "30(1)(a), 30(2)(a)", path, record.officer.name or record.title
        )


def _entry(policy: Policy, entry: Entry) -> Iterator[Lacking]:
    path = f"activities.{entry.id}"
    if not entry.purpose.strip():
        yield Lacking("purpose", "30(1)(b)", f"{path}.purpose", entry.id)
    if not entry.data:
        yield Lacking("data-categories", "30(1)(c)", f"{path}.categories", entry.id)
    for line in entry.data:
        if line.stored and not line.limits and not _below_differs(policy, entry, line.category):
            yield Lacking(
                "time-limit", "30(1)(f)", f"{path}.retention", f"{entry.id}: {line.label}"
            )
    for transfer in entry.transfers:
        yield from _transfer(transfer)


def _below_differs(policy: Policy, entry: Entry, category: str) -> bool:
    """Whether a wide category is only the sum of narrower ones, each with its own limit."""
    below = [
        line
        for line in entry.data
        if line.category != category and category in policy.lineage(line.category)
    ]
    named = {line.category for line in below if line.limits}
    children = [name for name, each in policy.categories.items() if each.parent == category]
    return bool(children) and all(
        any(name in policy.lineage(leaf) for leaf in named) or policy.categories[name].never_stored
        for name in children
    )


def _transfer(transfer: TransferLine) -> Iterator[Lacking]:
    who, path = transfer.recipient.name or "", f"recipients.{transfer.recipient.id}"
    if transfer.country is None:
        yield Lacking("recipient-country", "30(1)(e), 30(2)(c)", f"{path}.country", who)
    elif transfer.safeguard is None:
        yield Lacking("transfer-guarantee", "30(1)(e), 30(2)(c)", f"{path}.safeguard", who)


def _processors(record: Record) -> Iterator[Lacking]:
    for entry in record.processors:
        who = entry.processor.name or entry.processor.id
        path = f"recipients.{entry.processor.id}"
        if not entry.processor.reachable:
            yield Lacking("processor-contact", "30(2)(a)", f"troth.yaml: {path}", who)
        if not entry.behalf:
            yield Lacking("processor-controller", "30(2)(a)", f"{path}.activities", who)
        for transfer in entry.transfers:
            yield from _transfer(transfer)
