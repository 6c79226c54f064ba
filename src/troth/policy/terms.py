"""What a policy grants and undertakes beside its activities: rights, ages, commitments, holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from troth.policy.base import Element, IsoPeriod, Name

RefusalGround = Literal[
    "legal-obligation",
    "legal-claims",
    "freedom-of-expression",
    "public-health",
    "public-interest-archives",
    "important-public-interest",
    "rights-of-others",
    "trade-secrets",
    "correspondence-privacy",
    "compelling-grounds",
    "unfounded-or-excessive",
    "consent",
]
"""Why a right may be refused, or data used while restricted: a closed list (Art. 12, 15-18, 21)."""


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
    ] = Field(description="Which right.")
    promise: str = Field(description="The promise in one plain sentence.")
    channels: tuple[Name, ...] = Field(default=(), description="Contacts by which it is exercised.")
    deadline: IsoPeriod | None = Field(
        default=None, description="Until the answer; default: the law's."
    )
    extension: IsoPeriod | None = Field(default=None, description="Once, with notice (Art. 12(3)).")
    warning: IsoPeriod | None = Field(
        default=None, description="How long before a restriction is lifted the person hears."
    )
    categories: tuple[Name, ...] = Field(
        default=(), description="The data that these terms are about; empty: all."
    )
    medical_file: bool = Field(
        default=False,
        description="Access to a medical file in France: eight days, two months where it is older "
        "than five years (CSP L1111-7).",
    )
    free: bool = Field(default=True, description="Without a fee.")
    identity_proof: str | None = Field(default=None, description="What proves who asks.")
    conditions: tuple[str, ...] = Field(default=(), description="What must be so.")
    exceptions: tuple[str, ...] = Field(
        default=(), description="When it is refused, in words, with the article."
    )
    refused_on: tuple[RefusalGround, ...] = Field(
        default=(),
        description="The only grounds of a refusal, or of a use while restricted; empty: not said.",
    )
    covers: tuple[str, ...] = Field(default=(), description="What is handed over or done.")
    automated: bool = Field(default=False, description="The person does it alone, without staff.")


class AgeRule(Element):
    """The age below which a person is a child here, and whose consent is then needed (Art. 8)."""

    id: Name = Field(description="A name that no other age rule has.")
    threshold: int = Field(
        ge=0, le=25, description="The first age at which a person is no child here."
    )
    consents: tuple[Literal["child", "parent"], ...] = Field(
        default=(), description="Whose consent is needed below it."
    )
    unknown_age: Literal["adult", "child", "refuse"] = Field(
        default="child", description="How a person of unknown age is treated."
    )
    applies_to: str | None = Field(default=None, description="Where it applies, in words.")
    residence: Literal["ignored", "higher"] = Field(
        default="ignored",
        description="`higher`: the age of the country in which a person lives counts if higher.",
    )


class Commitment(Element):
    """A promise that no other element holds: security, breach, minimisation, audience, wording."""

    id: Name = Field(description="A name that no other commitment has.")
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
    ] = Field(description="What it is about.")
    promise: str = Field(description="The promise in one plain sentence.")
    deadline: str | None = Field(default=None, description="By when, in words.")
    within: IsoPeriod | None = Field(
        default=None, description="By when, in days or more, after what `deadline` says."
    )
    within_hours: int | None = Field(
        default=None, ge=1, description="By when, in hours, as for a breach (Art. 33)."
    )
    told: Literal["authority", "controller", "people"] | None = Field(
        default=None,
        description="Of a breach: whom the hours are about; `controller`: its processor tells "
        "whoever had the work done (Art. 33(2)).",
    )


class Anonymisation(Element):
    """What anonymous means here: irreversible, and nobody stands out of a small group."""

    promise: str = Field(description="The promise in one plain sentence.")
    smallest_group: int | None = Field(
        default=None, ge=2, description="Fewer alike than this are not published, but erased."
    )
    ours: bool = Field(default=True, description="The number is an assumption, not the text's.")
    uses: tuple[str, ...] = Field(default=(), description="The only uses of what is left.")


class HoldTerms(Element):
    """How the text lets a legal hold keep data past its period: what, where, who reads it."""

    promise: str = Field(description="The promise in one plain sentence.")
    scope: str = Field(description="What a hold may cover; never everything.")
    review: IsoPeriod | None = Field(default=None, description="How often it is looked at again.")
    place: Name | None = Field(default=None, description="Where held rows lie, under `places`.")
    readers: tuple[str, ...] = Field(default=(), description="Roles that may read what is held.")


class Reading(Element):
    """How an ambiguous or unlawful passage is read: what it says, what is executed, why."""

    id: Name = Field(description="A name that no other reading has.")
    subject: str = Field(description="What is read, in words.")
    elements: tuple[str, ...] = Field(
        default=(), description="Paths of the elements that carry the reading."
    )
