"""Where data is collected from people, and what they are told there (Art. 13)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from troth.policy.base import Element, Name


class CollectionPoint(Element):
    """A form, a call or a counter at which people give data about themselves (Art. 13).

    Fields are named as people read them there. Whoever gives data is told which of it is mandatory,
    for what reason, and what follows without it (Art. 13(2)(e)).
    """

    label: str = Field(description="What people call it.")
    kind: Literal["form", "call", "message", "paper", "counter", "device"] = Field(
        default="form", description="By what means data is collected there."
    )
    activities: tuple[Name, ...] = Field(
        min_length=1, description="The processing activities that it serves."
    )
    categories: tuple[Name, ...] = Field(
        default=(), description="Personal data categories collected there; empty: not said."
    )
    mandatory: tuple[str, ...] = Field(default=(), description="Fields that must be filled in.")
    optional: tuple[str, ...] = Field(
        default=(), description="Fields that a person may leave empty."
    )
    required_by: Literal["law", "contract", "service"] | None = Field(
        default=None,
        description="Why fields are mandatory: a law, a contract or its conclusion, or only that "
        "the service cannot be given without them.",
    )
    consequence: str | None = Field(default=None, description="Of withholding mandatory data.")
    marked: bool | None = Field(
        default=None, description="Mandatory fields are marked there; absent: nobody has looked."
    )
    url: str | None = Field(default=None, description="Address of the page, where it has one.")
