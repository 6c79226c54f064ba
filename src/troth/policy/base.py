"""What every element of a policy shares: its clauses, and the text beside what is executed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from troth.law.calendar import Period, YearEnd

Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$",
        max_length=80,
        description="Lower-case words joined by hyphens (or dots, for a tree).",
    ),
]
ClauseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=40)]
Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2; EU is accepted as `EU`.")
]


def _parse_period(value: Any) -> Any:
    if isinstance(value, str):
        return Period.parse(value)
    if not isinstance(value, Period):  # a mapping would fill the dataclass and skip its checks
        raise ValueError("expected a period in text, like P3Y, P18M, P30D or P0D")
    return value


def _parse_year_end(value: Any) -> Any:
    if isinstance(value, str):
        return YearEnd.parse(value)
    if not isinstance(value, YearEnd):
        raise ValueError("expected a day of the year in text, like 12-31")
    return value


IsoPeriod = Annotated[
    Period,
    BeforeValidator(_parse_period),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$",
            "description": "ISO 8601 calendar period of whole days or more: P3Y, P18M, P30D, P0D.",
        }
    ),
]
DayOfYear = Annotated[
    YearEnd,
    BeforeValidator(_parse_year_end),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d-\d\d$"}),
]

Origin = Literal["stated", "implied", "derived", "ours"]


class Model(BaseModel):
    """A frozen value that refuses unknown words."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Element(Model):
    """A part of the promise: it cites the clauses of the text that it expresses.

    Where the law overrides the text, `stated` says what the text says, `executed` what is done,
    and `reason` why (with the article).
    """

    clauses: tuple[ClauseId, ...] = Field(
        min_length=1, description="The numbered places of the policy's text that say this."
    )
    origin: Origin = Field(
        default="stated",
        description="`stated` by the text, `implied` by it, `derived` from law, or `ours`.",
    )
    stated: str | None = Field(default=None, description="What the text says, where law overrides.")
    executed: str | None = Field(default=None, description="What is done instead.")
    reason: str | None = Field(default=None, description="Why it is done, with the article.")
    note: str | None = Field(default=None, description="A remark for whoever reads the file.")
