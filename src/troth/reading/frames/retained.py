"""A promise of how long, as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from troth.law.calendar import Period
from troth.reading.frames.events import Trigger
from troth.reading.frames.frame import Said
from troth.reading.frames.uses import Use
from troth.reading.frames.what import Matter
from troth.reading.text import Evidence

Bound = Literal["ceiling", "floor"]


@dataclass(frozen=True)
class Retention:
    """A promise of how long.

    `period`: the period, or the shortest of a range whose longest is `most`; None where only a
    criterion is given. `after`: what it counts from; None where the text does not say.
    `during`: what it lasts for, before or beside the period. `archive`: a stage in an archive.
    """

    matter: Matter
    period: Period | None
    most: Period | None
    after: Trigger | None
    during: Trigger | None
    bound: Bound
    said: Said
    use: Use = "retention"
    at_end: Literal["erase", "anonymise"] = "erase"
    archive: bool = False
    words: Evidence | None = None

    @property
    def about(self) -> Evidence:
        """The words that say what is kept; the whole sentence where it has none of its own."""
        return self.matter.words if self.matter.words.quote else self.said.evidence[0]
