"""Bindings: how a row shows the day of a trigger event.

A binding yields, for one row, a day, or *not yet* (the relation runs), *never* (ignored),
or *unknown*. `absent` says what NULL, or no row, means.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from troth.datamap.filters import Filter
from troth.policy.base import DayOfYear, Model, Name
from troth.policy.model import Zone

Absent = Literal["not-yet", "never", "unknown", "next"]
DateForm = Literal["native", "text", "unix", "unix-ms"]
TextFormat = Literal[
    "YYYY-MM-DD",
    "YYYY-MM-DD hh:mm:ss",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
]


class ColumnDay(Model):
    """The day in a column of the row itself.

    `as`: `native` (a date or timestamp type), `text` with its `format`, `unix` seconds or
    `unix-ms` milliseconds. A timestamp without a zone is read in `zone` (default: the policy's).
    A value is valid only from `not_before` (default: the policy's `since`) until today, or any
    later day where `future` is true; outside it the day is unknown.
    """

    column: str = Field(description="The column.")
    json_path: str | None = Field(
        default=None,
        alias="json",
        pattern=r"^(/[^/]+)+$",
        description="A path inside a JSON column.",
    )
    form: DateForm = Field(default="native", alias="as", description="How the day is written.")
    format: TextFormat = Field(default="YYYY-MM-DD", description="Of a day written as text.")
    zone: Zone | None = Field(
        default=None, description="Of timestamps without a zone; default: the policy's."
    )
    absent: Absent = Field(default="unknown", description="What NULL means.")
    not_before: date | None = Field(
        default=None, description="Earlier days are errors; default: the policy's `since`."
    )
    future: bool = Field(default=False, description="Days after today are no errors.")


class FirstOf(Model):
    """The first binding whose value is present: a part with `absent: next` hands on to the next.

    When the last part hands on, the day is unknown.
    """

    first: tuple[Binding, ...] = Field(min_length=1, description="The parts, in order.")


class LatestOf(Model):
    """The latest of several: not yet if a part is, else unknown if a part is; never is ignored."""

    latest: tuple[Binding, ...] = Field(min_length=1, description="The parts.")


class EarliestOf(Model):
    """The earliest of several: decided by any part already passed; never is ignored."""

    earliest: tuple[Binding, ...] = Field(min_length=1, description="The parts.")


class RelatedDay(Model):
    """The latest (or earliest) `day` among related rows for which `where` holds.

    The path may go up to a parent that is no person (a thread, a campaign, a period) and down
    again, or into another store. `none` says what no such row means. Each related row's day
    follows `day`; the rows combine as `LatestOf` or `EarliestOf` would.
    """

    related: tuple[str, ...] = Field(min_length=1, description="A path of relations; see Relation.")
    take: Literal["latest", "earliest"] = Field(
        default="latest", description="Which of the related rows' days counts."
    )
    day: ColumnDay = Field(description="How a related row shows its day.")
    where: Filter | None = Field(
        default=None, description="Which of the related rows count; absent: all."
    )
    none: Absent = Field(default="unknown", description="What it means that there is no such row.")


class EventOf(Model):
    """The same or another event as the row at the end of a path of to-one relations shows it.

    `none` says what a missing parent means.
    """

    of: tuple[str, ...] = Field(min_length=1, description="A path of to-one relations.")
    event: Name | None = Field(default=None, description="Default: the event bound here.")
    none: Absent = Field(default="unknown", description="What a missing parent means.")


class FinancialYearEnd(Model):
    """The last day of the financial year that contains a day.

    `ends` defaults to the policy's `financial_year_ends`.
    """

    financial_year_end_of: ColumnDay = Field(description="The day, as a column shows it.")
    ends: DayOfYear | None = Field(
        default=None, description="The last day of the financial year; default: the policy's."
    )


class PeriodEnd(Model):
    """The end of the accounting period, in a table of periods, that contains a day.

    A period whose `closed` filter fails is *not yet*; a day in no period is unknown.
    """

    period_end_of: ColumnDay = Field(description="The day, as a column shows it.")
    table: str = Field(description="The table of periods.")
    starts: str = Field(description="First day of a period (a native date column).")
    ends: str = Field(description="Last day of a period (a native date column).")
    closed: Filter | None = Field(
        default=None, description="Which periods are closed; absent: all."
    )


class LedgerDay(Model):
    """A day recorded in the ledger as a fact: for the person, or for a case number in a column.

    It covers events decided by a human (an end of limitation with its interruptions, a
    relationship closed by hand) and events told by a system that is no store of the project.
    """

    fact: Name = Field(description="The event's name in the ledger.")
    namespace: Name = Field(description="The kind of identifier by which the fact names the row.")
    column: str | None = Field(
        default=None, description="The column that holds it; absent: the person's identity."
    )
    absent: Absent = Field(default="not-yet", description="What it means that nothing is recorded.")


class At(Model):
    """A constant day, for data that all shares one (a campaign, a single closed year)."""

    at: date = Field(description="The day.")


def _binding_kind(value: Any) -> str:
    if isinstance(value, Model):
        return type(value).__name__
    if isinstance(value, dict):
        for key, kind in _BINDING_KEYS:
            if key in value:
                return kind
    return "ColumnDay"


_BINDING_KEYS = (
    ("first", "FirstOf"),
    ("latest", "LatestOf"),
    ("earliest", "EarliestOf"),
    ("related", "RelatedDay"),
    ("of", "EventOf"),
    ("financial_year_end_of", "FinancialYearEnd"),
    ("period_end_of", "PeriodEnd"),
    ("fact", "LedgerDay"),
    ("at", "At"),
)

Binding = Annotated[
    Annotated[ColumnDay, Tag("ColumnDay")]
    | Annotated[FirstOf, Tag("FirstOf")]
    | Annotated[LatestOf, Tag("LatestOf")]
    | Annotated[EarliestOf, Tag("EarliestOf")]
    | Annotated[RelatedDay, Tag("RelatedDay")]
    | Annotated[EventOf, Tag("EventOf")]
    | Annotated[FinancialYearEnd, Tag("FinancialYearEnd")]
    | Annotated[PeriodEnd, Tag("PeriodEnd")]
    | Annotated[LedgerDay, Tag("LedgerDay")]
    | Annotated[At, Tag("At")],
    Discriminator(_binding_kind),
]

for _model in (FirstOf, LatestOf, EarliestOf):
    _model.model_rebuild()


def absence(binding: Binding) -> Absent | None:
    """What an absent value means for a binding that says so itself; None for combinations."""
    match binding:
        case ColumnDay() | LedgerDay():
            return binding.absent
        case RelatedDay() | EventOf():
            return binding.none
        case _:
            return None


def facts_in(binding: Binding) -> Iterator[str]:
    """The facts of the ledger that a binding reads, wherever in it."""
    inner: tuple[Binding, ...] = ()
    match binding:
        case LedgerDay():
            yield binding.fact
        case FirstOf():
            inner = binding.first
        case LatestOf():
            inner = binding.latest
        case EarliestOf():
            inner = binding.earliest
        case _:
            pass
    for part in inner:
        yield from facts_in(part)
