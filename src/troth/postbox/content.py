"""What a letter says: what the forms ask for, and no more."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Right = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "opt-out",
    "portability",
    "withdrawal",
    "human-decision",
    "account-closure",
    "directives-after-death",
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
    "human-decision",
    "account-closure",
    "directives-after-death",
)
Behalf = Literal["self", "child", "deceased", "represented"]
BEHALVES: tuple[Behalf, ...] = ("self", "child", "deceased", "represented")
Wish = Literal["erase", "hand-over", "keep", "revoke"]
WISHES: tuple[Wish, ...] = ("erase", "hand-over", "keep", "revoke")
Step = Literal["withdraw", "word", "code", "document"]
Answer = Literal["yes", "no"]

MOST_LETTERS = 5_000  # of somebody's own words
LONGEST_ADDRESS = 254  # characters of an e-mail address (RFC 5321)
MOST_DOCUMENT_BYTES = 8_000_000  # of a proof of identity: a photograph of a telephone

Secret = Annotated[str, Field(min_length=22, max_length=64)]
Short = Annotated[str, Field(max_length=200)]


class _Written(BaseModel):
    """`secret` is that of the form: by it the same form sent twice is one letter."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    secret: Secret
    language: Literal["en", "fr"]


class Directive(BaseModel):
    """A wish for after death, as somebody wrote it (Loi 78-17, art. 85).

    Who is trusted is named, unless an earlier wish is revoked and nothing comes in its place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    wish: Wish
    trusted: Short = ""
    trusted_contact: Short = ""

    @model_validator(mode="after")
    def _names_who_is_trusted(self) -> Directive:
        if self.wish != "revoke" and not (self.trusted and self.trusted_contact):
            raise ValueError("the person who is trusted is not named")
        return self


class Content(_Written):
    """A data subject request as somebody wrote it; nothing in it has been verified.

    `secret` is that of the link by which its writer follows it up; `about` names the person whose
    data it is, where that is another.
    """

    kind: Literal["request"] = "request"
    right: Right
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=LONGEST_ADDRESS)
    name: Short = ""
    reference: str = Field(default="", max_length=100)
    words: str = Field(default="", max_length=MOST_LETTERS)
    behalf: Behalf = "self"
    about: Short = ""
    directive: Directive | None = None


class FollowUp(_Written):
    """What the writer of a request adds to it: a word, the code of a mail, a proof, its end.

    `of` is the secret of the request's link. A document follows the letter (`written`).
    """

    kind: Literal["follow-up"] = "follow-up"
    of: Secret
    step: Step
    text: str = Field(default="", max_length=MOST_LETTERS)
    media: str = Field(default="", max_length=40)


class Preferences(_Written):
    """What a person wants and does not want, by the token of a mail; answers by choice."""

    kind: Literal["preferences"] = "preferences"
    token: str = Field(max_length=1_000)
    answers: dict[str, Answer] = Field(default={}, max_length=200)
    unsubscribe: bool = False


Letter = Annotated[Content | FollowUp | Preferences, Field(discriminator="kind")]
_ANY: TypeAdapter[Content | FollowUp | Preferences] = TypeAdapter(Letter)


def written(content: Content | FollowUp | Preferences, document: bytes = b"") -> bytes:
    """A letter as bytes, with a document behind it; JSON holds no zero byte."""
    return content.model_dump_json().encode() + b"\0" + document


def read_letter(text: bytes) -> tuple[Content | FollowUp | Preferences, bytes]:
    """A letter and its document; `ValueError` where it is none."""
    head, _, document = text.partition(b"\0")
    return _ANY.validate_json(head), document
