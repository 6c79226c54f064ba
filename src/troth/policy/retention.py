"""How long: retention periods, what starts them, and what happens at their end."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from troth.law.calendar import Period, add
from troth.policy.base import Element, IsoPeriod, Model, Name

_COMPARED_FROM = date(2001, 1, 1)  # periods of unlike units are compared as of a common year


class ByParameter(Model):
    """A period that is a parameter of the policy, set once under `parameters`."""

    parameter: Name


class ByChoice(Model):
    """A period chosen per row by a column that the map binds (one cutoff per distinct value).

    A value that is not listed takes `otherwise`; without it the end is unknown.
    """

    chosen_by: Name
    periods: dict[str, IsoPeriod] = Field(min_length=1)
    otherwise: IsoPeriod | None = None


def _period_kind(value: Any) -> str:
    if isinstance(value, ByParameter) or (isinstance(value, dict) and "parameter" in value):
        return "parameter"
    if isinstance(value, ByChoice) or (isinstance(value, dict) and "chosen_by" in value):
        return "choice"
    return "period"


PeriodSource = Annotated[
    Annotated[IsoPeriod, Tag("period")]
    | Annotated[ByParameter, Tag("parameter")]
    | Annotated[ByChoice, Tag("choice")],
    Discriminator(_period_kind),
]


class Limit(Model):
    """`period` after the trigger event `after`; period P0D ends on the event's own day."""

    period: PeriodSource
    after: Name


class Until(Model):
    """When a retention rule ends; exactly one of the four forms.

    - `period` + `after`: one limit;
    - `earliest` / `latest`: of several limits;
    - `during`: as long as an event lasts, that is until the day of the event that ends it.
    """

    period: PeriodSource | None = None
    after: Name | None = None
    earliest: tuple[Limit, ...] | None = Field(default=None, min_length=1)
    latest: tuple[Limit, ...] | None = Field(default=None, min_length=1)
    during: Name | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Until:
        if (self.period is None) != (self.after is None):
            missing = "after" if self.after is None else "period"
            raise ValueError(
                f"a period needs its trigger event: '{missing}' is missing beside "
                f"'{'period' if missing == 'after' else 'after'}'"
            )
        forms = [self.period, self.earliest, self.latest, self.during]
        if sum(form is not None for form in forms) != 1:
            raise ValueError(
                "say when it ends in exactly one way: period + after, earliest, latest, or during"
            )
        return self

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of which this is made; `during` is a limit of period zero."""
        if self.period is not None and self.after is not None:
            return (Limit(period=self.period, after=self.after),)
        if self.during is not None:
            return (Limit(period=Period(), after=self.during),)
        return self.earliest or self.latest or ()

    @property
    def combine(self) -> Literal["earliest", "latest"]:
        return "latest" if self.latest is not None else "earliest"


class Warn(Element):
    """A person is invited to act before the data goes; due only once `delay` has passed after it.

    The invitation counts only when it was sent after the period was complete.
    """

    delay: IsoPeriod
    message: str = Field(description="What the invitation says, in one sentence.")

    @model_validator(mode="after")
    def _leaves_time(self) -> Warn:
        if self.delay.is_zero:
            raise ValueError("the delay after a warning cannot be zero; write one like P30D")
        return self


class Archive(Element):
    """After `when`, the data leaves everyday use for a place with its own readers and end."""

    place: Name
    when: Until
    readers: tuple[str, ...] = Field(min_length=1)
    access: str | None = Field(default=None, description="For example: read-only, reason recorded.")


class RetentionRule(Element, Until):
    """How long the values of an activity stay: a promise that can be checked.

    `bound`: a `ceiling` ends on its anniversary; a `floor` (a legal duty to keep) holds through
    its anniversary and lets go the day after; `both` is a floor and a ceiling of the same period.
    """

    id: Name
    promise: str = Field(description="The promise in one plain sentence.")
    categories: tuple[Name, ...] = Field(
        default=(), description="Personal data categories it covers; empty: all of the activity."
    )
    subjects: tuple[Name, ...] = Field(default=(), description="Empty: all of the activity.")
    places: tuple[Name, ...] = Field(
        default=(), description="Places in which it counts; empty: wherever the activity may be."
    )
    bound: Literal["ceiling", "floor", "both"] = "ceiling"
    exclusive: bool = Field(
        default=False, description="No other activity supports what this rule covers."
    )
    at_end: Literal["erase", "anonymise"] = "erase"
    warn: Warn | None = None
    archive: Archive | None = None
    statute: str | None = Field(default=None, description="The text that sets the period.")


class Cap(Element, Until):
    """A limit on a place: whatever the activities say, nothing covered stays there longer."""

    id: Name
    promise: str
    places: tuple[Name, ...] = Field(min_length=1)
    categories: tuple[Name, ...] = ()
    subjects: tuple[Name, ...] = ()


class Event(Element):
    """A trigger event: what starts or ends a period. The map says where each table shows it."""

    label: str
    counts: tuple[str, ...] = Field(default=(), description="Acts that count as this event.")
    never_counts: tuple[str, ...] = Field(default=(), description="Acts that never count.")


class Parameter(Element):
    """A period that the text leaves vague or open: it must be set, visibly as ours.

    `value` is the safe default in force; `ours: true` says that it is the project's assumption and
    not the text's; an organisation that has decided sets `ours: false`.
    """

    value: IsoPeriod
    ours: bool = True
    text: str = Field(description="What the text says instead of a period, in our words.")
    at_least: IsoPeriod | None = None
    at_most: IsoPeriod | None = None

    @model_validator(mode="after")
    def _within(self) -> Parameter:
        end = add(_COMPARED_FROM, self.value)
        if self.at_least is not None and end < add(_COMPARED_FROM, self.at_least):
            raise ValueError(f"'{self.value}' is shorter than the least allowed, {self.at_least}")
        if self.at_most is not None and end > add(_COMPARED_FROM, self.at_most):
            raise ValueError(f"'{self.value}' is longer than the most allowed, {self.at_most}")
        return self
