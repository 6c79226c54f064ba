"""Who promises, for whom, and who else receives data: controllers, processors, recipients."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from troth.policy.base import Country, Element, Model, Name

SafeguardKind = Literal[
    "adequacy",
    "standard-contractual-clauses",
    "binding-corporate-rules",
    "certification",
    "code-of-conduct",
    "derogation",
    "undetermined",
]


class Contact(Element):
    """A channel by which the organisation is reached (Art. 13(1)(a), 12(2))."""

    purpose: str = Field(description="What it serves: questions, rights requests, complaints…")
    email: str | None = None
    phone: str | None = None
    post: str | None = None
    url: str | None = None


class Controller(Element):
    """Who decides on purposes and means (Art. 4(7))."""

    name: str | None = Field(description="Legal name; null where the text leaves it to be set.")
    legal_form: str | None = None
    address: str | None = None
    country: Country | None = None
    registration: str | None = Field(default=None, description="Company or VAT number.")
    contacts: tuple[Name, ...] = ()
    mandatory: tuple[str, ...] = Field(
        default=(), description="Fields that must be filled before anything is published."
    )


class JointController(Element):
    """Another controller for named activities only (Art. 26)."""

    name: str
    activities: tuple[Name, ...] = Field(min_length=1)
    regions: str | None = Field(default=None, description="Where the joint responsibility reaches.")
    arrangement: str | None = Field(default=None, description="The essence of it, Art. 26(2).")
    contact_point: Name | None = Field(default=None, description="The preferred contact.")


class DataProtectionOfficer(Element):
    """The data protection officer (Art. 37-39)."""

    name: str | None = None
    contacts: tuple[Name, ...] = ()
    independent: bool | None = None
    registered_with: str | None = None


class Authority(Element):
    """A supervisory authority with which a complaint may be lodged (Art. 77)."""

    name: str
    country: Country
    url: str | None = None
    address: str | None = None


class Instruction(Element):
    """A documented instruction of the controller to a processor (Art. 28(3)(a))."""

    purpose: str
    duration: str | None = None
    decided_by: Name | None = Field(default=None, description="The controller who alone sets it.")


class Terms(Model):
    """Signed terms that bind a recipient, and the days between which they are valid."""

    kind: str = Field(description="For example `Art. 28 contract`, `confidentiality terms`.")
    signed: date | None = None
    valid_until: date | None = None


class Safeguard(Element):
    """The mechanism that allows a transfer (Art. 45-49), and the days between which it holds."""

    kind: SafeguardKind
    text: str | None = Field(default=None, description="For example `Decision (EU) 2021/914`.")
    measures: tuple[str, ...] = Field(default=(), description="Supplementary measures.")
    assessment: date | None = Field(default=None, description="Day of the transfer assessment.")
    valid_until: date | None = None


class Recipient(Element):
    """Who receives data: a processor, a joint or independent controller, an authority (Art. 4(9)).

    `country: null` is an undeclared country, treated as outside the Union until it is recorded.
    """

    name: str
    role: Literal["processor", "joint-controller", "controller", "authority", "internal", "group"]
    task: str
    data_categories: tuple[Name, ...] = ()
    activities: tuple[Name, ...] = ()
    country: Country | None = None
    safeguard: Name | None = None
    terms: Terms | None = None
    instructions: tuple[Instruction, ...] = ()
    sub_processors: tuple[str, ...] = ()
    readers: tuple[str, ...] = Field(default=(), description="Roles or regions that may read.")
    allowed: Literal["yes", "no", "consent", "legal-order", "undetermined"] = "yes"
    condition: str | None = Field(default=None, description="When data may go there.")
    certification: str | None = Field(default=None, description="For example health hosting.")


class Transfer(Element):
    """A movement of data outside the Union, or the promise that there is none (Art. 44)."""

    recipients: tuple[Name, ...] = ()
    countries: tuple[Country, ...] = Field(default=(), description="Empty: not named by the text.")
    safeguard: Name | None = None
    allowed: bool
    condition: str | None = None


class DataSubject(Element):
    """A data subject category: a role in which a person meets the organisation."""

    label: str
    parent: Name | None = None
    minimum_age: int | None = Field(default=None, ge=0, le=25)
    scope: Literal["inside", "outside"] = Field(
        default="inside", description="`outside`: governed by another notice, refused here."
    )
