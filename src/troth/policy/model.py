"""The typed policy: everything that a privacy policy promises.

`Policy` is what `policy.yaml` holds. Cross references (an activity's categories, a rule's events)
are checked in `troth.policy.check`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from troth.law.calendar import Period
from troth.policy.base import ClauseId, DayOfYear, Element, IsoPeriod, Model, Name
from troth.policy.people import (
    Authority,
    Contact,
    Controller,
    DataProtectionOfficer,
    DataSubject,
    JointController,
    Recipient,
    Safeguard,
    Transfer,
)
from troth.policy.retention import ByParameter, Cap, Event, Parameter, PeriodSource, RetentionRule


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"'{name}' is not a time zone; write one like Europe/Paris") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Provenance = Literal["given", "observed", "inferred", "received"]
SpecialKind = Literal[
    "racial-or-ethnic-origin",
    "political-opinions",
    "religious-or-philosophical-beliefs",
    "trade-union-membership",
    "genetic",
    "biometric",
    "health",
    "sex-life-or-orientation",
    "criminal-offences",
]
BasisKind = Literal[
    "consent",
    "contract",
    "legal-obligation",
    "vital-interests",
    "public-task",
    "legitimate-interests",
]


class DataCategory(Element):
    """A personal data category, in a tree; `special` marks Art. 9 and Art. 10 data."""

    label: str
    parent: Name | None = None
    special: SpecialKind | None = None
    never_stored: bool = Field(
        default=False, description="No value of it may exist; any that does is due at once."
    )
    examples: tuple[str, ...] = ()
    excludes: tuple[str, ...] = Field(default=(), description="What it must never contain.")


class LegalBasis(Element):
    """Why a processing activity is lawful (Art. 6(1)), with the detail each basis needs.

    Several bases of one activity are conditional: the first whose condition `when` holds counts.
    """

    kind: BasisKind
    when: Name | None = Field(default=None, description="A condition; absent: always.")
    statute: str | None = Field(default=None, description="For a legal obligation.")
    interest: str | None = Field(default=None, description="For legitimate interests.")
    contract: str | None = Field(default=None, description="Which contract.")
    consent: Name | None = Field(default=None, description="Which consent of the policy.")


class SpecialCondition(Element):
    """The condition of Art. 9(2), or Art. 10, that allows special categories."""

    article: str = Field(description="For example `9(2)(a)` or `9(2)(h)`.")
    detail: str
    consent: Name | None = None


class Condition(Element):
    """Something that must be true of the person for a ground or a basis to count.

    The map binds it to a filter on a table. Where it fails, `on_failure` ends the ground or
    suspends every use; where no table shows it, it is unknown.
    """

    label: str
    on_failure: Literal["end", "suspend"] = "end"
    unknown_means: Literal["unknown", "fails"] = "unknown"


class Consent(Element):
    """A consent that people give or refuse (Art. 7): wording, expiry, and how it is taken back."""

    label: str
    wording: str | None = None
    channel: tuple[str, ...] = ()
    expires: IsoPeriod | None = Field(default=None, description="Collection ends after this.")
    ask_again: IsoPeriod | None = Field(default=None, description="Choice kept before asking.")
    explicit: bool = False
    minimum_age: int | None = Field(default=None, ge=0, le=25)
    withdrawal: str | None = Field(default=None, description="How it is taken back (Art. 7(3)).")


class Source(Model):
    """Where an activity's data comes from (Art. 13, 14)."""

    provenance: Provenance = "given"
    origin: str | None = Field(default=None, description="For example `trade fair`, `the person`.")


class Activity(Element):
    """A processing activity: one purpose, for whom, with what, why, how long, to whom (Art. 30)."""

    purpose: str
    controllers: tuple[Name, ...] = Field(min_length=1)
    subjects: tuple[Name, ...] = Field(min_length=1)
    categories: tuple[Name, ...] = Field(
        min_length=1, description="Personal data categories; a parent covers its children."
    )
    legal_bases: tuple[LegalBasis, ...] = Field(min_length=1)
    special_conditions: tuple[SpecialCondition, ...] = ()
    conditions: tuple[Name, ...] = Field(
        default=(), description="Conditions of the person without which the ground does not count."
    )
    retention: tuple[RetentionRule, ...] = ()
    recipients: tuple[Name, ...] = ()
    sources: tuple[Source, ...] = (Source(),)
    direct_marketing: bool = Field(
        default=False, description="It is direct marketing or serves it: objection is absolute."
    )
    automated_decision: bool = False
    readers: tuple[str, ...] = Field(default=(), description="Roles that may read; empty: staff.")
    regions: tuple[str, ...] = Field(default=(), description="Where it may happen; empty: all.")
    places: tuple[Name, ...] = Field(default=(), description="Bound to these places; empty: all.")
    mandatory: tuple[str, ...] = Field(default=(), description="Fields without which it cannot be.")
    optional: tuple[str, ...] = ()
    consequence: str | None = Field(default=None, description="Of withholding mandatory data.")


class Place(Element):
    """Where data lies: a system, an archive, a provider's copy, a backup, a person's device."""

    label: str
    kind: Literal["live", "archive", "backup", "provider", "device", "outside"] = "live"
    operator: Name | None = Field(default=None, description="The recipient who runs it.")
    readers: tuple[str, ...] = ()
    rotation: IsoPeriod | None = Field(default=None, description="For backups.")
    reached: Literal["interface", "instruction", "human"] = "interface"


class Tracker(Element):
    """A cookie, pixel, beacon or fingerprint (Loi 78-17 art. 82)."""

    label: str
    kind: Literal["cookie", "pixel", "beacon", "fingerprint", "button", "script", "storage"]
    purpose: str
    consent: Name | None = Field(default=None, description="Null: exempt from consent.")
    exempt_because: str | None = None
    lifetime: IsoPeriod | None = Field(default=None, description="From the first deposit.")
    renewed_by_visits: bool = False
    data_kept: PeriodSource | None = None
    third_party: Name | None = Field(default=None, description="The recipient behind it.")
    allowed: bool = True


class RightTerms(Element):
    """One right as this policy grants it: channels, deadline, identity proof, exceptions."""

    right: Literal[
        "access",
        "rectification",
        "erasure",
        "restriction",
        "objection",
        "portability",
        "withdrawal",
        "directives-after-death",
        "opt-out",
        "account-closure",
        "human-decision",
        "complaint",
    ]
    promise: str
    channels: tuple[Name, ...] = ()
    deadline: IsoPeriod | None = None
    extension: IsoPeriod | None = Field(default=None, description="Once, with notice (Art. 12(3)).")
    free: bool = True
    identity_proof: str | None = None
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    covers: tuple[str, ...] = Field(default=(), description="What is handed over or done.")
    automated: bool = False


class AgeRule(Element):
    """The age below which a person is a child here, and whose consent is then needed (Art. 8)."""

    id: Name
    threshold: int = Field(ge=0, le=25)
    consents: tuple[Literal["child", "parent"], ...] = ()
    unknown_age: Literal["adult", "child", "refuse"] = "child"
    applies_to: str | None = None


class Commitment(Element):
    """A promise that no other element holds: security, breach, minimisation, audience, wording."""

    id: Name
    kind: Literal[
        "security",
        "breach",
        "minimisation",
        "audience",
        "policy-change",
        "complaint",
        "newsletter",
        "safeguard",
        "identity",
        "purpose",
        "transparency",
        "liability",
    ]
    promise: str
    deadline: str | None = None


class Reading(Element):
    """How an ambiguous or unlawful passage is read: what it says, what is executed, why."""

    id: Name
    subject: str
    elements: tuple[str, ...] = Field(
        default=(), description="Paths of the elements that carry the reading."
    )


class Version(Element):
    """A published version of the text; a person stays under the version they accepted."""

    id: str
    effective: date | None = Field(description="Null where the text bears no date.")
    assumed: bool = Field(default=False, description="The date is ours, not the text's.")
    announced: date | None = None
    change: Literal["first", "better", "neutral", "lower"] = "first"
    needs_acceptance: bool = False


class Policy(Model):
    """A privacy policy, typed: the promise that Troth checks and keeps."""

    troth: Literal[1] = Field(description="The version of this file format.")
    organisation: Name
    title: str
    languages: tuple[Literal["fr", "en"], ...] = ("fr",)
    zone: Zone = Field(description="Calendar days are days in this time zone.")
    since: date = Field(description="The organisation exists since; earlier dates are errors.")
    financial_year_ends: DayOfYear
    laws: tuple[Literal["gdpr", "fr-loi-78-17", "ch-nlpd"], ...] = ("gdpr",)
    versions: tuple[Version, ...] = Field(min_length=1)

    controllers: dict[Name, Controller] = Field(min_length=1)
    joint_controllers: dict[Name, JointController] = {}
    contacts: dict[Name, Contact] = {}
    data_protection_officer: DataProtectionOfficer | None = None
    authorities: dict[Name, Authority] = {}

    subjects: dict[Name, DataSubject] = Field(min_length=1)
    categories: dict[Name, DataCategory] = Field(min_length=1)
    events: dict[Name, Event] = {}
    conditions: dict[Name, Condition] = {}
    consents: dict[Name, Consent] = {}
    parameters: dict[Name, Parameter] = {}
    places: dict[Name, Place] = {}

    activities: dict[Name, Activity] = Field(min_length=1)
    caps: tuple[Cap, ...] = ()

    recipients: dict[Name, Recipient] = {}
    safeguards: dict[Name, Safeguard] = {}
    transfers: dict[Name, Transfer] = {}
    trackers: dict[Name, Tracker] = {}

    rights: dict[Name, RightTerms] = {}
    ages: tuple[AgeRule, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    readings: tuple[Reading, ...] = ()
    not_modelled: dict[ClauseId, str] = Field(
        default={}, description="Clauses that no element expresses, and why."
    )

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def period(self, source: ByParameter | Period) -> Period:
        """The period in force for a fixed or parametrised source."""
        return (
            self.parameters[source.parameter].value if isinstance(source, ByParameter) else source
        )

    def lineage(self, category: str) -> tuple[str, ...]:
        """The category and its ancestors, nearest first."""
        seen: list[str] = []
        current: str | None = category
        while current is not None and current not in seen:
            seen.append(current)
            entry = self.categories.get(current)
            current = entry.parent if entry else None
        return tuple(seen)

    def subject_lineage(self, subject: str) -> tuple[str, ...]:
        """The data subject category and its ancestors, nearest first."""
        seen: list[str] = []
        current: str | None = subject
        while current is not None and current not in seen:
            seen.append(current)
            entry = self.subjects.get(current)
            current = entry.parent if entry else None
        return tuple(seen)
