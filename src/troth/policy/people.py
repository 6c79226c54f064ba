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
    email: str | None = Field(default=None, description="E-mail address.")
    phone: str | None = Field(default=None, description="Telephone number.")
    post: str | None = Field(default=None, description="Postal address.")
    url: str | None = Field(default=None, description="Address of a page or form.")


class Controller(Element):
    """Who decides on purposes and means (Art. 4(7))."""

    name: str | None = Field(description="Legal name; null where the text leaves it to be set.")
    legal_form: str | None = Field(default=None, description="For example `SAS`.")
    address: str | None = Field(default=None, description="Postal address.")
    country: Country | None = Field(default=None, description="Where it is established.")
    registration: str | None = Field(default=None, description="Company or VAT number.")
    contacts: tuple[Name, ...] = Field(default=(), description="How it is reached.")
    mandatory: tuple[str, ...] = Field(
        default=(), description="Fields that must be filled before anything is published."
    )


class JointController(Element):
    """Another controller for named activities only (Art. 26)."""

    name: str = Field(description="Legal name.")
    activities: tuple[Name, ...] = Field(
        min_length=1, description="The activities on which it decides too."
    )
    regions: str | None = Field(default=None, description="Where the joint responsibility reaches.")
    arrangement: str | None = Field(default=None, description="The essence of it, Art. 26(2).")
    contact_point: Name | None = Field(default=None, description="The preferred contact.")


class Representative(Element):
    """Who stands in the Union for a controller that is established elsewhere (Art. 27)."""

    name: str | None = Field(description="Its name; null where the text leaves it to be set.")
    address: str | None = Field(default=None, description="Postal address.")
    country: Country | None = Field(
        default=None, description="Its member state, one where the people are (Art. 27(3))."
    )
    contacts: tuple[Name, ...] = Field(default=(), description="How it is reached.")
    controllers: tuple[Name, ...] = Field(
        default=(), description="For whom it stands; empty: for all that are outside the Union."
    )


class DataProtectionOfficer(Element):
    """The data protection officer (Art. 37-39)."""

    name: str | None = Field(
        default=None, description="Name; absent where the text gives only a function."
    )
    contacts: tuple[Name, ...] = Field(default=(), description="How the officer is reached.")
    independent: bool | None = Field(
        default=None, description="The text says that the officer is independent."
    )
    registered_with: str | None = Field(
        default=None, description="The authority that knows of the officer."
    )


class Authority(Element):
    """A supervisory authority with which a complaint may be lodged (Art. 77)."""

    name: str = Field(description="Its name.")
    country: Country
    url: str | None = Field(default=None, description="Its site.")
    address: str | None = Field(default=None, description="Postal address.")


class Instruction(Element):
    """A documented instruction of the controller to a processor (Art. 28(3)(a))."""

    purpose: str = Field(description="What the processor is to do.")
    duration: str | None = Field(default=None, description="For how long, in words.")
    decided_by: Name | None = Field(default=None, description="The controller who alone sets it.")


class Terms(Model):
    """Signed terms that bind a recipient, and the days between which they are valid."""

    kind: str = Field(description="For example `Art. 28 contract`, `confidentiality terms`.")
    signed: date | None = Field(
        default=None, description="The day of signature; absent: not signed."
    )
    valid_until: date | None = Field(default=None, description="The last day.")
    version: str | None = Field(
        default=None,
        description="Which version was signed; another one in force asks for a new one.",
    )


class Safeguard(Element):
    """The mechanism that allows a transfer (Art. 45-49), and the days between which it holds."""

    kind: SafeguardKind = Field(description="Which mechanism (Art. 45-49).")
    text: str | None = Field(default=None, description="For example `Decision (EU) 2021/914`.")
    measures: tuple[str, ...] = Field(default=(), description="Supplementary measures.")
    assessment: date | None = Field(default=None, description="Day of the transfer assessment.")
    valid_until: date | None = Field(default=None, description="The last day.")


class Recipient(Element):
    """Who receives data: a processor, a joint or independent controller, an authority (Art. 4(9)).

    `country: null` is an undeclared country, treated as outside the Union until it is recorded.
    """

    name: str = Field(description="Its name, or what kind of recipient it is.")
    role: Literal[
        "processor", "joint-controller", "controller", "authority", "internal", "group"
    ] = Field(description="Its role under the GDPR.")
    task: str = Field(description="What it does with the data.")
    data_categories: tuple[Name, ...] = Field(
        default=(), description="Which data it receives; empty: not said."
    )
    activities: tuple[Name, ...] = Field(
        default=(), description="For which activities; empty: those that name it."
    )
    country: Country | None = Field(default=None, description="Where it is; `null`: not declared.")
    safeguard: Name | None = Field(default=None, description="What allows the transfer.")
    terms: Terms | None = Field(default=None, description="What it has signed.")
    instructions: tuple[Instruction, ...] = Field(
        default=(), description="Its documented instructions."
    )
    sub_processors: tuple[str, ...] = Field(default=(), description="Whom it engages (Art. 28(2)).")
    readers: tuple[str, ...] = Field(default=(), description="Roles or regions that may read.")
    allowed: Literal["yes", "no", "consent", "legal-order", "undetermined"] = Field(
        default="yes", description="Whether data may go there, and on what."
    )
    condition: str | None = Field(default=None, description="When data may go there.")
    certification: str | None = Field(default=None, description="For example health hosting.")
    review_by: date | None = Field(
        default=None, description="Its compliance is looked at again by this day (Art. 28(1))."
    )


class Transfer(Element):
    """A movement of data outside the Union, or the promise that there is none (Art. 44)."""

    recipients: tuple[Name, ...] = Field(default=(), description="To whom.")
    countries: tuple[Country, ...] = Field(default=(), description="Empty: not named by the text.")
    safeguard: Name | None = Field(default=None, description="What allows it.")
    allowed: bool = Field(description="False: the text promises that there is none.")
    condition: str | None = Field(default=None, description="When it takes place.")


class DataSubject(Element):
    """A data subject category: a role in which a person meets the organisation."""

    label: str = Field(description="What people read.")
    parent: Name | None = Field(default=None, description="The wider category that contains it.")
    minimum_age: int | None = Field(
        default=None, ge=0, le=25, description="Younger persons are not meant."
    )
    scope: Literal["inside", "outside"] = Field(
        default="inside", description="`outside`: governed by another notice, refused here."
    )
