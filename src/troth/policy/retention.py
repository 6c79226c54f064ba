"""How long: retention periods, what starts them, and what happens at their end."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from troth.law.calendar import Period, add
from troth.policy.base import Element, IsoPeriod, Model, Name

_COMPARED_FROM = date(2001, 1, 1)  # periods of unlike units are compared as of a common year


ErasureException = Literal[
    "freedom-of-expression", "public-health", "public-interest-archives", "legal-claims"
]
"""Points of Art. 17(3) by which a named rule overrides erasure; a legal duty does so as a floor."""


class ByParameter(Model):
    """A period that is a parameter of the policy, set once under `parameters`."""

    parameter: Name = Field(description="A name under `parameters`.")


class ByChoice(Model):
    """A period chosen per row by a column that the map binds (one cutoff per distinct value).

    A value that is not listed takes `otherwise`; without it the end is unknown.
    """

    chosen_by: Name = Field(description="A name that tables bind to a column under `choices`.")
    periods: dict[str, IsoPeriod] = Field(min_length=1, description="By the column's value.")
    otherwise: IsoPeriod | None = Field(default=None, description="For values that are not listed.")


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

    period: PeriodSource = Field(description="How long after the event.")
    after: Name = Field(description="A name under `events`.")


class Until(Model):
    """When a retention rule ends; exactly one of the four forms.

    - `period` + `after`: one limit;
    - `earliest` / `latest`: of several limits;
    - `during`: as long as an event lasts, that is until the day of the event that ends it.
    """

    period: PeriodSource | None = Field(default=None, description="How long; goes with `after`.")
    after: Name | None = Field(
        default=None, description="The trigger event from which the period counts."
    )
    earliest: tuple[Limit, ...] | None = Field(
        default=None, min_length=1, description="Several limits: the first to end counts."
    )
    latest: tuple[Limit, ...] | None = Field(
        default=None, min_length=1, description="Several limits: the last to end counts."
    )
    during: Name | None = Field(default=None, description="As long as this event has not come.")

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

    delay: IsoPeriod = Field(description="How long a person has to act after the invitation.")
    message: str = Field(description="What the invitation says, in one sentence.")

    @model_validator(mode="after")
    def _leaves_time(self) -> Warn:
        if self.delay.is_zero:
            raise ValueError("the delay after a warning cannot be zero; write one like P30D")
        return self


class Archive(Element):
    """After `when`, the data leaves everyday use for a place with its own readers and end."""

    place: Name = Field(description="The archive, under `places`.")
    when: Until = Field(
        description="When values move there; the rule's own end is that of the archive."
    )
    readers: tuple[str, ...] = Field(min_length=1, description="Roles that may read it.")
    access: str | None = Field(default=None, description="For example: read-only, reason recorded.")


class RetentionRule(Element, Until):
    """How long the values of an activity stay: a promise that can be checked.

    `bound`: a `ceiling` ends on its anniversary; a `floor` (a legal duty to keep) holds through
    its anniversary and lets go the day after; `both` is a floor and a ceiling of the same period.
    """

    id: Name = Field(description="A name that no other rule has.")
    promise: str = Field(description="The promise in one plain sentence.")
    categories: tuple[Name, ...] = Field(
        default=(), description="Personal data categories it covers; empty: all of the activity."
    )
    subjects: tuple[Name, ...] = Field(default=(), description="Empty: all of the activity.")
    places: tuple[Name, ...] = Field(
        default=(), description="Places in which it counts; empty: wherever the activity may be."
    )
    bound: Literal["ceiling", "floor", "both"] = Field(
        default="ceiling", description="A `ceiling` (no longer), a `floor` (no shorter), or `both`."
    )
    exclusive: bool = Field(
        default=False, description="No other activity supports what this rule covers."
    )
    at_end: Literal["erase", "anonymise"] = Field(
        default="erase", description="What happens to due values."
    )
    warn: Warn | None = Field(
        default=None, description="People are invited to act before their data goes."
    )
    archive: Archive | None = Field(
        default=None, description="Values leave everyday use before their end."
    )
    statute: str | None = Field(default=None, description="The text that sets the period.")
    withstands: ErasureException | None = Field(
        default=None,
        description="While it runs, an erasure does not end it: the point of Art. 17(3).",
    )


class Cap(Element, Until):
    """A limit on a place: whatever the activities say, nothing covered stays there longer."""

    id: Name = Field(description="A name that no other cap has.")
    promise: str = Field(description="The promise in one plain sentence.")
    places: tuple[Name, ...] = Field(min_length=1, description="Where it counts.")
    categories: tuple[Name, ...] = Field(default=(), description="Which data; empty: all.")
    subjects: tuple[Name, ...] = Field(default=(), description="Whose data; empty: everybody's.")


class Event(Element):
    """A trigger event: what starts or ends a period. The map says where each table shows it."""

    label: str = Field(description="What people read.")
    counts: tuple[str, ...] = Field(default=(), description="Acts that count as this event.")
    never_counts: tuple[str, ...] = Field(default=(), description="Acts that never count.")


class Parameter(Element):
    """A period that the text leaves vague or open: it must be set, visibly as ours.

    `value` is the safe default in force; `ours: true` says that it is the project's assumption and
    not the text's; an organisation that has decided sets `ours: false`.
    """

    value: IsoPeriod = Field(description="The period in force.")
    ours: bool = Field(
        default=True, description="It is an assumption of the policy's author, not a decision."
    )
    text: str = Field(description="What the text says instead of a period, in our words.")
    at_least: IsoPeriod | None = Field(
        default=None, description="The shortest that text or law allows."
    )
    at_most: IsoPeriod | None = Field(
        default=None, description="The longest that text or law allows."
    )

    @model_validator(mode="after")
    def _within(self) -> Parameter:
        end = add(_COMPARED_FROM, self.value)
        if self.at_least is not None and end < add(_COMPARED_FROM, self.at_least):
            raise ValueError(f"'{self.value}' is shorter than the least allowed, {self.at_least}")
        if self.at_most is not None and end > add(_COMPARED_FROM, self.at_most):
            raise ValueError(f"'{self.value}' is longer than the most allowed, {self.at_most}")
        return self
