"""Which fields of a policy name which of its parts, and the names that name nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pydantic import BaseModel

from troth.documents.document import Finding, Path
from troth.documents.nearest import advice
from troth.policy.collected import CollectionPoint
from troth.policy.model import (
    Activity,
    Consent,
    DataCategory,
    HoldTerms,
    LegalBasis,
    Place,
    Policy,
    RightTerms,
    SpecialCondition,
    Tracker,
)
from troth.policy.people import (
    Controller,
    DataProtectionOfficer,
    DataSubject,
    Instruction,
    JointController,
    Recipient,
    Representative,
    Transfer,
)
from troth.policy.retention import Archive, ByParameter, Cap, Limit, RetentionRule, Until

_FIELDS: Mapping[type[BaseModel], Mapping[str, str]] = {
    Controller: {"contacts": "contacts"},
    JointController: {"activities": "activities", "contact_point": "contacts"},
    Representative: {"contacts": "contacts", "controllers": "controllers"},
    DataProtectionOfficer: {"contacts": "contacts"},
    DataSubject: {"parent": "subjects"},
    DataCategory: {"parent": "categories"},
    Activity: {
        "controllers": "controllers",
        "subjects": "subjects",
        "categories": "categories",
        "conditions": "conditions",
        "recipients": "recipients",
        "places": "places",
    },
    CollectionPoint: {"activities": "activities", "categories": "categories"},
    Consent: {"born": "events"},
    LegalBasis: {"when": "conditions", "consent": "consents"},
    SpecialCondition: {"consent": "consents"},
    RetentionRule: {"categories": "categories", "subjects": "subjects", "places": "places"},
    Cap: {"categories": "categories", "subjects": "subjects", "places": "places"},
    Until: {"after": "events", "during": "events"},
    Limit: {"after": "events"},
    ByParameter: {"parameter": "parameters"},
    Archive: {"place": "places"},
    Recipient: {
        "data_categories": "categories",
        "activities": "activities",
        "safeguard": "safeguards",
    },
    Instruction: {"decided_by": "controllers"},
    Transfer: {"recipients": "recipients", "safeguard": "safeguards"},
    Place: {"operator": "recipients"},
    HoldTerms: {"place": "places"},
    Tracker: {"consent": "consents", "third_party": "recipients"},
    RightTerms: {"channels": "contacts", "categories": "categories"},
}
"""By model and field: the section of the policy in which the field's names are defined."""

_SINGULAR = {
    "activities": "processing activity",
    "categories": "personal data category",
    "subjects": "data subject category",
    "events": "trigger event",
}


def unknown_name(path: Path, name: str, section: str, known: Collection[str]) -> Finding:
    """The finding that `name` is not defined in `section` of the policy."""
    what = _SINGULAR.get(section, section.removesuffix("s"))
    help = advice(name, known)
    if not known:
        help = f"define it under '{section}'"
    return Finding(path, "unknown-name", f"no {what} is named '{name}'", help)


def unknown_names(policy: Policy, parts: list[tuple[Path, BaseModel]]) -> Iterator[Finding]:
    """A finding for every name in `parts` of the policy that its section does not define."""
    sections = {name: _defined(policy, name) for name in _all_sections()}
    for path, part in parts:
        for field, section in fields_of(type(part)):
            value = getattr(part, field)
            if isinstance(value, str) and value not in sections[section]:
                yield unknown_name((*path, field), value, section, sections[section])
            elif isinstance(value, tuple):
                for position, name in enumerate(value):
                    if name not in sections[section]:
                        place = (*path, field, position)
                        yield unknown_name(place, name, section, sections[section])


def fields_of(kind: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for base in kind.__mro__:
        yield from _FIELDS.get(base, {}).items()


def _all_sections() -> set[str]:
    return {section for fields in _FIELDS.values() for section in fields.values()}


def _defined(policy: Policy, section: str) -> Collection[str]:
    """The names of a section; a joint controller is a controller of its activities."""
    if section == "controllers":
        return {**policy.controllers, **policy.joint_controllers}
    names: Mapping[str, object] = getattr(policy, section)
    return names
