"""Who is named in the record, with everything that the policy says on how to reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from troth.policy.model import Policy
from troth.policy.people import Contact, Recipient
from troth.record.model import Party, Representing

_NONE: Mapping[str, str] = MappingProxyType({})


def controllers(policy: Policy) -> tuple[Party, ...]:
    """The controllers of the policy (Art. 4(7))."""
    return tuple(controller(policy, name) for name in policy.controllers)


def controller(policy: Policy, name: str) -> Party:
    """A controller of the policy, or a joint one, by its name in the file."""
    if name in policy.joint_controllers:
        return joint_controller(policy, name)
    entry = policy.controllers[name]
    legal = f"{entry.name} ({entry.legal_form})" if entry.name and entry.legal_form else entry.name
    return _party(name, legal, _contacts(policy, entry.contacts), entry.address, entry.country)


def joint_controller(policy: Policy, name: str) -> Party:
    """Another controller for some activities (Art. 26)."""
    entry = policy.joint_controllers[name]
    points = (entry.contact_point,) if entry.contact_point else ()
    reached = _party(name, entry.name, _contacts(policy, points))
    return replace(reached, address=None)  # the point of contact is ours (Art. 26(1)), not its seat


def representatives(policy: Policy) -> tuple[Representing, ...]:
    """Who stands in the Union for controllers that are outside it (Art. 27)."""
    return tuple(
        Representing(
            _party(name, one.name, _contacts(policy, one.contacts), one.address, one.country),
            tuple(each for each in policy.controllers if name in policy.represented(each)),
        )
        for name, one in policy.representatives.items()
    )


def officer(policy: Policy) -> Party | None:
    """The data protection officer; None where the policy names none."""
    entry = policy.data_protection_officer
    if entry is None:
        return None
    return _party("data_protection_officer", entry.name, _contacts(policy, entry.contacts))


def recipient(name: str, entry: Recipient, addresses: Mapping[str, str] = _NONE) -> Party:
    """A recipient; how to reach it is no part of a policy, but the project may know an address."""
    emails = (addresses[name],) if name in addresses else ()
    return Party(name, entry.name, country=entry.country, emails=emails)


def _contacts(policy: Policy, names: Iterable[str]) -> tuple[Contact, ...]:
    return tuple(policy.contacts[name] for name in names)


def _party(
    id: str,
    name: str | None,
    contacts: tuple[Contact, ...],
    address: str | None = None,
    country: str | None = None,
) -> Party:
    posts = (contact.post for contact in contacts if contact.post)
    return Party(
        id,
        name,
        address or next(posts, None),
        country,
        tuple(dict.fromkeys(c.email for c in contacts if c.email)),
        tuple(dict.fromkeys(c.phone for c in contacts if c.phone)),
        tuple(dict.fromkeys(c.url for c in contacts if c.url)),
    )
