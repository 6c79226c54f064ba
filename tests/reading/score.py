"""How near read retention is to what a person read: period, range, bound, trigger and matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troth.law.calendar import Period
from troth.reading.frames.lexicon.load import folded
from troth.reading.frames.retained import Retention
from troth.reading.frames.units import Page


@dataclass
class Score:
    """Items right, wrong (found, but not so in the text) and missed, with what each was."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        all_of_both = 2 * self.right + len(self.wrong) + len(self.missed)
        return 2 * self.right / all_of_both if all_of_both else 1.0

    def add(self, other: Score) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


def numeric(frames: Iterable[Retention]) -> list[Retention]:
    """The promises with a number, of data and trackers."""
    return [f for f in frames if f.period is not None and f.use in ("retention", "tracker")]


def score(page: Page, frames: Iterable[Retention], expected: list[Mapping[str, Any]]) -> Score:
    """Frames against what is expected; each expected item is met by one frame, once."""
    result = Score()
    left = list(expected)
    for frame in numeric(frames):
        met = next((item for item in left if _meets(page, frame, item)), None)
        if met is None:
            after = frame.after.name if frame.after else None
            words = frame.matter.words.quote[:60]
            told = f"{frame.period}..{frame.most} after {after}, {frame.bound}: {words}"
            result.wrong.append(told)
        else:
            left.remove(met)
            result.right += 1
    result.missed += [f"{item}" for item in left]
    return result


def _meets(page: Page, frame: Retention, item: Mapping[str, Any]) -> bool:
    sentence = folded(frame.said.evidence[0].quote)
    words = folded(frame.matter.words.quote)
    del page
    return (
        _months(frame.period) in [_months(Period.parse(p)) for p in _any(item["period"])]
        and _months(frame.most) == _months(Period.parse(item["to"]) if "to" in item else None)
        and any(_counts_from(frame, after) for after in _any(item["after"]))
        and frame.bound in _any(item["bound"])
        and (item["what"] in words or item["what"] in sentence)
    )


def _any(value: Any) -> list[Any]:
    """The values that are right, where more than one is."""
    return value if isinstance(value, list) else [value]


def _counts_from(frame: Retention, after: str | None) -> bool:
    """The trigger event: by its name, or "~word" of an event that the lexicon has no name for."""
    if after is None or frame.after is None:
        return after is None and frame.after is None
    if not after.startswith("~"):
        return frame.after.name == after
    return not frame.after.known and after[1:] in folded(frame.after.place.quote)


def _months(period: Period | None) -> tuple[int, int] | None:
    return None if period is None else (period.years * 12 + period.months, period.days)
