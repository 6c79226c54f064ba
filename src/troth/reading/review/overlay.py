"""The overlay: decisions about elements of a draft, each keyed by its path and its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.reading.draft.quoted import quoted

_HEAD = """\
# Decisions about a draft policy, made with: troth review
# They are found again in the next version of the text by `quote`, the sentence that was decided on.
"""


class Decision(BaseModel):
    """What a person decided about one element.

    `accepted`: it is as drafted. `corrected`: `value` takes its place; of a part with several
    fields, `value` holds those that change. `removed`: the text was misread and says no such thing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="The element, as the draft's list of elements writes it.")
    quote: str | None = Field(
        default=None, description="Its sentence; absent: the text does not say, and a person does."
    )
    decision: Literal["accepted", "corrected", "removed"]
    value: Any = Field(default=None, description="What takes its place, for `corrected`.")


class Overlay(BaseModel):
    """What `policy.review.yaml` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    troth: Literal[1]
    decisions: tuple[Decision, ...] = ()

    def with_decision(self, decision: Decision) -> Overlay:
        """The same with one more; it takes the place of one about the same path and quote."""
        key = (decision.path, decision.quote)
        kept = [d for d in self.decisions if (d.path, d.quote) != key]
        return Overlay(troth=1, decisions=(*kept, decision))


EMPTY = Overlay(troth=1)


def parse_overlay(data: bytes | str, name: str) -> Overlay:
    """The overlay written in `data`; `Refused` or `Problems` with file and line otherwise."""
    return validate(read_document(data, name), Overlay)


def write_overlay(overlay: Overlay) -> str:
    """The text of the file; the same decisions give the same bytes."""
    lines = [_HEAD + "troth: 1"]
    if not overlay.decisions:
        return "\n".join([*lines, "decisions: []", ""])
    lines.append("decisions:")
    for decision in overlay.decisions:
        lines += _fields(decision)
    return "\n".join([*lines, ""])


def _fields(decision: Decision) -> Iterable[str]:
    fields = decision.model_dump(exclude_none=True)
    for position, (name, value) in enumerate(fields.items()):
        lead = "  - " if position == 0 else "    "
        yield f"{lead}{name}: {quoted(value)}"
