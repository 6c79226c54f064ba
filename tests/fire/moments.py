"""When a worker is killed or cut off: anywhere in the time that its task takes."""

from __future__ import annotations

import os
import random
import select
import time
from dataclasses import dataclass, field

BEFORE_KNOWN = (1.0, 4)  # seconds, and steps that a worker reports
LATER = 1.1  # beyond what a task took, so that its last moments are met as well
FORGOTTEN = 0.3
SHORTLY = 0.25  # after a step, at most, as a part of what the task takes


@dataclass(frozen=True)
class Moment:
    """So many steps, and so many seconds after that."""

    steps: int
    seconds: float

    def wait(self, reader: int) -> int:
        """Returns then, or when the worker has ended; the steps that it had reported."""
        seen = 0
        while seen < self.steps:
            if not os.read(reader, 1):
                return seen
            seen += 1
        until = time.monotonic() + self.seconds
        while (rest := until - time.monotonic()) > 0 and select.select([reader], [], [], rest)[0]:
            if not os.read(reader, 1):
                return seen
            seen += 1
        return seen


@dataclass
class Pace:
    """How long each task took when it came to its end, here and now, and how many steps it had."""

    known: dict[str, tuple[float, int]] = field(default_factory=dict)

    def learn(self, task: str, seconds: float, steps: int) -> None:
        """The longest counts, and is forgotten slowly: the next may have little left to do."""
        before = self.known.get(task, (0.0, 0))
        self.known[task] = (
            max(seconds, (1 - FORGOTTEN) * before[0] + FORGOTTEN * seconds),
            max(steps, before[1] - 1),
        )

    def moment(self, task: str, chance: random.Random) -> Moment:
        """Any instant of the task, or shortly after a step: there things are committed."""
        seconds, steps = self.known.get(task, BEFORE_KNOWN)
        if steps and chance.random() < 0.5:
            return Moment(chance.randrange(steps) + 1, chance.uniform(0, SHORTLY * seconds / steps))
        return Moment(0, chance.uniform(0, LATER * seconds))


def left(reader: int) -> int:
    """The steps of a worker that has ended which nobody has read yet."""
    seen = 0
    while select.select([reader], [], [], 0)[0] and os.read(reader, 1):
        seen += 1
    return seen
