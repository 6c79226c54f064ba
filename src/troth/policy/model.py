"""The typed policy: everything that a privacy policy promises.

`Policy` is what `policy.yaml` holds. Cross references (an activity's categories, a rule's events)
are checked in `troth.policy.check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PrivateAttr

from troth.law.calendar import Period
from troth.policy.base import ClauseId, DayOfYear, Element, IsoPeriod, Model, Name
from troth.policy.collected import CollectionPoint
from troth.policy.people import (
    Authority,
    Contact,
    Controller,
    DataProtectionOfficer,
    DataSubject,
    JointController,
    Recipient,
    Representative,
    Safeguard,
    Transfer,
)
from troth.policy.retention import ByParameter, Cap, Event, Parameter, PeriodSource, RetentionRule
from troth.policy.terms import AgeRule as AgeRule
from troth.policy.terms import Anonymisation as Anonymisation
from troth.policy.terms import Commitment as Commitment
from troth.policy.terms import HoldTerms as HoldTerms
from troth.policy.terms import Reading as Reading
from troth.policy.terms import RefusalGround as RefusalGround
from troth.policy.terms import RightTerms as RightTerms


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones
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

    label: str = Field(description="What people read.")
    parent: Name | None = Field(default=None, description="The wider category that contains it.")
    special: SpecialKind | None = Field(
        default=None, description="The kind of special category (Art. 9, 10)."
    )
    never_stored: bool = Field(
        default=False, description="No value of it may exist; any that does is due at once."
    )
    examples: tuple[str, ...] = Field(default=(), description="What it contains, in words.")
    excludes: tuple[str, ...] = Field(default=(), description="What it must never contain.")
    closed: bool = Field(
        default=False, description="`examples` is the whole of it: nothing else may be collected."
    )
    values: tuple[str, ...] = Field(
        default=(), description="The only values that may be stored, where the text lists them."
    )
    coarseness: str | None = Field(
        default=None, description="How fine it may be stored: town, truncated address, year…"
    )


class LegalBasis(Element):
    """Why a processing activity is lawful (Art. 6(1)), with the detail each basis needs.

    Several bases of one activity are conditional: the first whose condition `when` holds counts.
    """

    kind: BasisKind = Field(description="The letter of Art. 6(1).")
    when: Name | None = Field(default=None, description="A condition; absent: always.")
    statute: str | None = Field(default=None, description="For a legal obligation.")
    interest: str | None = Field(default=None, description="For legitimate interests.")
    balanced: date | None = Field(
        default=None,
        description="Day on which the interest was weighed against people's; absent: not recorded.",
    )
    contract: str | None = Field(default=None, description="Which contract.")
    consent: Name | None = Field(default=None, description="Which consent of the policy.")


class SpecialCondition(Element):
    """The condition of Art. 9(2), or Art. 10, that allows special categories."""

    article: str = Field(description="For example `9(2)(a)` or `9(2)(h)`.")
    detail: str = Field(description="Why the condition is met.")
    consent: Name | None = Field(default=None, description="The explicit consent, for `9(2)(a)`.")


class Condition(Element):
    """Something that must be true of the person for a ground or a basis to count.

    The map binds it to a filter on a table. Where it fails, `on_failure` ends the ground or
    suspends every use; where no table shows it, it is unknown.
    """

    label: str = Field(description="What people read.")
    on_failure: Literal["end", "suspend"] = Field(
        default="end",
        description="What a false condition does: ends the ground, or suspends every use.",
    )
    unknown_means: Literal["unknown", "fails"] = Field(
        default="unknown", description="What counts where no table shows the condition."
    )


class Consent(Element):
    """A consent that people give or refuse (Art. 7): wording, expiry, and how it is taken back."""

    label: str = Field(description="What people read.")
    wording: str | None = Field(default=None, description="The sentence that people agree to.")
    channel: tuple[str, ...] = Field(default=(), description="Where it is asked: form, banner…")
    expires: IsoPeriod | None = Field(default=None, description="Collection ends after this.")
    ask_again: IsoPeriod | None = Field(default=None, description="Choice kept before asking.")
    explicit: bool = Field(
        default=False, description="Given by an express statement (Art. 9(2)(a))."
    )
    confirmed: bool = Field(
        default=False, description="Counts only once the person has confirmed it by a second step."
    )
    by_person_only: bool = Field(
        default=False, description="Neither staff nor an import may record it for the person."
    )
    minimum_age: int | None = Field(
        default=None, ge=0, le=25, description="Below it, the parent's consent is needed."
    )
    born: Name | None = Field(
        default=None, description="The event of birth, which shows who is below the minimum age."
    )
    unknown_age: Literal["adult", "child", "unknown"] = Field(
        default="child", description="What a person of unknown age is taken for."
    )
    withdrawal: str | None = Field(default=None, description="How it is taken back (Art. 7(3)).")


class Source(Model):
    """Where an activity's data comes from (Art. 13, 14)."""

    provenance: Provenance = Field(
        default="given",
        description="Given by the person, observed, inferred, or received from others.",
    )
    origin: str | None = Field(default=None, description="For example `trade fair`, `the person`.")
    inform_within: IsoPeriod | None = Field(
        default=None,
        description="After this at the latest people hear of it; sooner at a first message.",
    )


class Activity(Element):
    """A processing activity: one purpose, for whom, with what, why, how long, to whom (Art. 30)."""

    purpose: str = Field(description="What it is for (Art. 5(1)(b)).")
    controllers: tuple[Name, ...] = Field(min_length=1, description="Who decides on it.")
    subjects: tuple[Name, ...] = Field(
        min_length=1, description="Data subject categories; a parent covers its children."
    )
    categories: tuple[Name, ...] = Field(
        min_length=1, description="Personal data categories; a parent covers its children."
    )
    legal_bases: tuple[LegalBasis, ...] = Field(
        min_length=1, description="Why it is lawful; the first whose condition holds counts."
    )
    special_conditions: tuple[SpecialCondition, ...] = Field(
        default=(), description="For special categories (Art. 9)."
    )
    conditions: tuple[Name, ...] = Field(
        default=(), description="Conditions of the person without which the ground does not count."
    )
    retention: tuple[RetentionRule, ...] = Field(
        default=(), description="How long values stay; the most specific rule counts."
    )
    recipients: tuple[Name, ...] = Field(default=(), description="Who receives the data.")
    sources: tuple[Source, ...] = Field(
        default=(Source(),), description="Where the data comes from."
    )
    direct_marketing: bool = Field(
        default=False, description="It is direct marketing or serves it: objection is absolute."
    )
    automated_decision: bool = Field(
        default=False, description="It decides alone, with effect on the person (Art. 22)."
    )
    impact_assessment: Literal["needed", "done"] | None = Field(
        default=None, description="Whether an impact assessment is needed, or done (Art. 35)."
    )
    readers: tuple[str, ...] = Field(default=(), description="Roles that may read; empty: staff.")
    regions: tuple[str, ...] = Field(default=(), description="Where it may happen; empty: all.")
    places: tuple[Name, ...] = Field(default=(), description="Bound to these places; empty: all.")


class Place(Element):
    """Where data lies: a system, an archive, a provider's copy, a backup, a person's device."""

    label: str = Field(description="What people read.")
    kind: Literal["live", "archive", "backup", "provider", "device", "outside"] = Field(
        default="live", description="What kind of place it is."
    )
    operator: Name | None = Field(default=None, description="The recipient who runs it.")
    readers: tuple[str, ...] = Field(
        default=(), description="Roles that may read there; empty: staff."
    )
    rotation: IsoPeriod | None = Field(default=None, description="For backups.")
    reached: Literal["interface", "instruction", "human"] = Field(
        default="interface",
        description="How Troth reaches it: by itself, by an instruction, or by a human task.",
    )


class Tracker(Element):
    """A cookie, pixel, beacon or fingerprint (Loi 78-17 art. 82)."""

    label: str = Field(description="What people read.")
    kind: Literal["cookie", "pixel", "beacon", "fingerprint", "button", "script", "storage"] = (
        Field(description="What it is technically.")
    )
    purpose: str = Field(description="What it is for.")
    consent: Name | None = Field(default=None, description="Null: exempt from consent.")
    exempt_because: str | None = Field(default=None, description="Why no consent is needed.")
    lifetime: IsoPeriod | None = Field(default=None, description="From the first deposit.")
    renewed_by_visits: bool = Field(
        default=False, description="Each visit begins its lifetime anew."
    )
    data_kept: PeriodSource | None = Field(
        default=None, description="How long what it collected stays."
    )
    third_party: Name | None = Field(default=None, description="The recipient behind it.")
    allowed: bool = Field(default=True, description="False: the text promises not to use it.")


class Version(Element):
    """A published version of the text; a person stays under the version they accepted."""

    id: str = Field(description="How it is referred to, often its date.")
    effective: date | None = Field(description="Null where the text bears no date.")
    assumed: bool = Field(default=False, description="The date is ours, not the text's.")
    announced: date | None = Field(default=None, description="The day on which people were told.")
    change: Literal["first", "better", "neutral", "lower"] = Field(
        default="first", description="What it changes for people, beside the version before."
    )
    needs_acceptance: bool = Field(
        default=False, description="People stay under the version before until they accept."
    )


class Policy(Model):
    """A privacy policy, typed: the promise that Troth checks and keeps."""

    troth: Literal[1] = Field(description="The version of this file format.")
    organisation: Name = Field(description="The organisation's name in files and ledger.")
    title: str = Field(description="The title of the text.")
    languages: tuple[Literal["fr", "en"], ...] = Field(
        default=("fr",), description="Languages of the text; the first is the default of reports."
    )
    zone: Zone = Field(description="Calendar days are days in this time zone.")
    since: date = Field(description="The organisation exists since; earlier dates are errors.")
    financial_year_ends: DayOfYear = Field(
        description="The last day of the financial year, as `12-31`."
    )
    laws: tuple[Literal["gdpr", "fr-loi-78-17", "ch-nlpd"], ...] = Field(
        default=("gdpr",), description="The laws whose rules apply."
    )
    versions: tuple[Version, ...] = Field(
        min_length=1, description="The published versions of the text."
    )

    controllers: dict[Name, Controller] = Field(
        min_length=1, description="Who decides (Art. 4(7))."
    )
    joint_controllers: dict[Name, JointController] = Field(
        default={}, description="Who decides together with them (Art. 26)."
    )
    representatives: dict[Name, Representative] = Field(
        default={}, description="Who stands for them in the Union (Art. 27)."
    )
    contacts: dict[Name, Contact] = Field(
        default={}, description="How the organisation is reached."
    )
    data_protection_officer: DataProtectionOfficer | None = Field(
        default=None, description="The officer and how to reach them (Art. 37)."
    )
    authorities: dict[Name, Authority] = Field(
        default={}, description="Where people may complain (Art. 77)."
    )

    subjects: dict[Name, DataSubject] = Field(
        min_length=1, description="Data subject categories: whose data."
    )
    categories: dict[Name, DataCategory] = Field(
        min_length=1, description="Personal data categories: which data."
    )
    events: dict[Name, Event] = Field(
        default={}, description="Trigger events: what starts or ends a period."
    )
    conditions: dict[Name, Condition] = Field(
        default={}, description="What must be true of a person for a ground or basis to count."
    )
    consents: dict[Name, Consent] = Field(
        default={}, description="Consents that people give or refuse."
    )
    parameters: dict[Name, Parameter] = Field(
        default={}, description="Periods that the text leaves open."
    )
    places: dict[Name, Place] = Field(default={}, description="Where data lies.")

    activities: dict[Name, Activity] = Field(
        min_length=1, description="Processing activities: why, whose, which, how long, to whom."
    )
    collection_points: dict[Name, CollectionPoint] = Field(
        default={}, description="Forms, calls and counters at which data is given (Art. 13)."
    )
    caps: tuple[Cap, ...] = Field(
        default=(), description="Limits on places, whatever the activities say."
    )

    recipients: dict[Name, Recipient] = Field(default={}, description="Who receives data.")
    safeguards: dict[Name, Safeguard] = Field(
        default={}, description="What allows a transfer outside the Union."
    )
    transfers: dict[Name, Transfer] = Field(
        default={}, description="Transfers, and promises that there are none."
    )
    trackers: dict[Name, Tracker] = Field(default={}, description="Cookies and their like.")

    rights: dict[Name, RightTerms] = Field(
        default={}, description="The rights as the text grants them."
    )
    ages: tuple[AgeRule, ...] = Field(default=(), description="Who is a child.")
    anonymisation: Anonymisation | None = Field(
        default=None, description="What anonymous means here."
    )
    holds: HoldTerms | None = Field(
        default=None, description="How legal holds keep data past its period."
    )
    commitments: tuple[Commitment, ...] = Field(
        default=(), description="Promises that no other part holds."
    )
    readings: tuple[Reading, ...] = Field(default=(), description="How doubtful passages are read.")
    not_modelled: dict[ClauseId, str] = Field(
        default={}, description="Clauses that no element expresses, and why."
    )

    _earlier: dict[str, Policy] = PrivateAttr(default={})

    @property
    def earlier(self) -> Mapping[str, Policy]:
        """Texts of earlier versions by their ids, for people who have not accepted a later one.

        They are files of their own (`earlier` in troth.yaml), attached by `with_earlier`.
        """
        return self._earlier

    def represented(self, controller: str) -> tuple[str, ...]:
        """The representatives in the Union that stand for a controller (Art. 27)."""
        return tuple(
            name
            for name, one in self.representatives.items()
            if not one.controllers or controller in one.controllers
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
