"""What a letter says: what the form asks for, and no more."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Right = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "opt-out",
    "portability",
    "withdrawal",
]
RIGHTS: tuple[Right, ...] = (
    "access",
    "rectification",
    "erasure",
    "opt-out",
    "objection",
    "withdrawal",
    "portability",
    "restriction",
)
Behalf = Literal["self", "child", "deceased", "represented"]
BEHALVES: tuple[Behalf, ...] = ("self", "child", "deceased", "represented")

MOST_LETTERS = 5_000  # of somebody's own words
LONGEST_ADDRESS = 254  # characters of an e-mail address (RFC 5321)


class Content(BaseModel):
    """A data subject request as somebody wrote it; nothing in it has been verified.

    `secret` is that of the link by which its writer follows it up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    right: Right
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=LONGEST_ADDRESS)
    name: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=100)
    words: str = Field(default="", max_length=MOST_LETTERS)
    behalf: Behalf = "self"
    language: Literal["en", "fr"]
    secret: str = Field(min_length=22, max_length=64)
