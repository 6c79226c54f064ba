"""What a package says of each value: whether it is shown, by which grounds it stays, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from troth.grounds.standing import Ground, State

Masked = Literal["others", "shared", "third-party", "credential", "protected"]
"""Why a value is not shown: of another person; of several persons; it names another person inside
a text; it opens an account; its row is that of a member of staff or of a system."""

Mark = Literal["held", "restricted", "due", "undecided"]


@dataclass(frozen=True)
class Stands:
    """The standing of the columns of one group in one row; `ends` None: open or unknown."""

    columns: tuple[str, ...]
    state: State
    ends: date | None
    grounds: tuple[Ground, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def supporting(self) -> tuple[Ground, ...]:
        return tuple(ground for ground in self.grounds if ground.state is State.SUPPORTED)


@dataclass(frozen=True)
class Record:
    """One row of a person: its key, what is shown of it, what is masked and why, and its standing.

    `person` is the number of the person in the run.
    """

    person: int
    key: Mapping[str, Any] = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    masked: Mapping[str, Masked]
    stands: tuple[Stands, ...]
