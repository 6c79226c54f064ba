"""What the holder of a link is shown: where a request stands, or what was noted of preferences."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from troth.postbox.content import Right

Stage = Literal["received", "identity", "decision", "execution", "answer", "closed"]
Awaited = Literal["code", "document", "word"]
Outcome = Literal["granted", "partly", "refused", "withdrawn", "answered"]


Note = Literal[
    "word", "code", "document", "away", "package-sent", "package-fetched", "package-expired"
]


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Standing(_Shown):
    """Where a request stands, and nothing about anybody.

    `number` is the request's, whatever the secret of the link. `due_on` is the last day for an
    answer; None while the clock has stopped, since `stopped_on`, until the person answers. `right`
    is None for what the pages have no form for. `asked` is a question of the organisation, in its
    words. `withdrawn`: the person asks no longer.
    """

    kind: Literal["request"] = "request"
    number: str
    right: Right | None
    stage: Stage
    due_on: date | None
    extended: bool = False
    stopped_on: date | None = None
    awaited: tuple[Awaited, ...] = ()
    asked: str | None = None
    outcome: Outcome | None = None
    ended_on: date | None = None
    withdrawn: bool = False
    notes: tuple[tuple[date, Note], ...] = ()


class Noted(_Shown):
    """What stands now for each choice of which a letter said something."""

    kind: Literal["preferences"] = "preferences"
    choices: dict[str, Literal["yes", "no", "unsaid"]]
    unsubscribed: bool = False


_ANY: TypeAdapter[Standing | Noted] = TypeAdapter(
    Annotated[Standing | Noted, Field(discriminator="kind")]
)


def shown(text: bytes) -> Standing | Noted:
    """What the desk has written; `ValueError` where it is nothing of the kind."""
    return _ANY.validate_json(text)
