"""What colleagues asked for, as pages show it: what waits, what is under way, what has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from troth.desk.nightly.jobs import ASKED
from troth.ledger.jobs import read_job
from troth.ledger.session import Reading
from troth.ledger.works import Work, ended_works, newest_work, open_works

ENDED = 5  # that are shown after those that wait


@dataclass(frozen=True)
class Shown:
    """The queue of an organisation; `of`: the plan that alone is shown, else all of it.

    `held`: a process works on it now. What is under way without one goes on with the next.
    """

    open: tuple[Work, ...]
    ended: tuple[Work, ...]
    held: bool
    of: str = ""

    @property
    def every(self) -> tuple[Work, ...]:
        return self.open + self.ended


def shown_works(reading: Reading, now: datetime, of: str = "") -> Shown:
    """The queue as it stands; of one plan what was asked for last."""
    until = read_job(reading, ASKED).leased_until
    held = until is not None and until > now
    if not of:
        return Shown(open_works(reading), ended_works(reading, most=ENDED), held)
    work = newest_work(reading, "apply", of)
    found = () if work is None else (work,)
    waiting = tuple(one for one in found if one.open)
    return Shown(waiting, tuple(one for one in found if not one.open), held, of)
