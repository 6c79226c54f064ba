"""Personal data breaches (Art. 33 and 34 GDPR): the clock, and what must be said to whom.

- Art. 33(1): 72 hours from awareness, notification in phases (33(4)), reasons where it is late.
- Regulation 1182/71: the hour of the event is not counted (art. 3(1)), the period ends with its
  last hour (3(2)), Saturdays, Sundays and holidays count (3(3)); only periods expressed *otherwise
  than in hours* move on to a working day (3(4)). Whether art. 3(5) (two working days in any period
  of two days or more) lengthens 72 hours is disputed, and is not relied upon.
- EDPB Guidelines 9/2022: the controller is aware once its processor has informed it (par. 44).
- Art. 33(2): a processor informs its controller without undue delay; a contract may say in hours.
- Swiss law (nLPD art. 24): the PFPDT is told as soon as possible of a breach that is likely to lead
  to a high risk (24(1)); it names no hours, so what is not told on the day of awareness is late.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

HOURS = timedelta(hours=72)
_HOUR = timedelta(hours=1)

Risk = Literal["none", "risk", "high"]
Exemption = Literal["protected", "averted", "disproportionate"]
"""Art. 34(3): (a) measures made the data unintelligible, (b) the high risk is no longer likely to
materialise, (c) a disproportionate effort, with a public communication instead."""

LETTERS: dict[Exemption, str] = {
    "protected": "34(3)(a)",
    "averted": "34(3)(b)",
    "disproportionate": "34(3)(c)",
}

Content = Literal[
    "facts", "subjects", "people", "categories", "records", "contact", "consequences", "measures"
]
REQUIRED: dict[Content, str] = {
    "facts": "33(3)(a)",
    "subjects": "33(3)(a)",
    "people": "33(3)(a)",
    "categories": "33(3)(a)",
    "records": "33(3)(a)",
    "contact": "33(3)(b)",
    "consequences": "33(3)(c)",
    "measures": "33(3)(d)",
}
"""What a notification says, in its order; what is not known yet follows in a later phase."""

TOLD: tuple[Content, ...] = ("facts", "contact", "consequences", "measures")
"""What persons are told (Art. 34(2)); a note on liability takes none of it away."""


@dataclass(frozen=True)
class Clock:
    """The 72 hours of one breach, in UTC.

    `due` is 72 hours after awareness to the minute, at which staff aim and an alarm is raised;
    `ends` the end of the last hour by Regulation 1182/71, after which a notification is late.
    """

    aware: datetime
    due: datetime
    ends: datetime

    def left(self, now: datetime) -> timedelta:
        """What is left until it is due; negative once it is overdue."""
        return self.due - now

    def late(self, at: datetime) -> bool:
        """Whether a notification at that instant comes late and states its reasons."""
        return at > self.ends


def clock_of(noticed: datetime, processor_told: datetime | None = None) -> Clock:
    """The clock from awareness: ours, or the processor's message to us where that came before.

    Hours are elapsed ones: a change of the clocks makes them neither longer nor shorter.
    """
    if noticed.tzinfo is None or (processor_told is not None and processor_told.tzinfo is None):
        raise ValueError("an instant needs a time zone")
    aware = noticed if processor_told is None else min(noticed, processor_told)
    hour = aware.replace(minute=0, second=0, microsecond=0)
    return Clock(aware, aware + HOURS, hour + _HOUR + HOURS)


def notifies(risk: Risk | None) -> bool:
    """Whether the authority is notified: unless a risk to persons is unlikely (Art. 33(1)).

    A risk that nobody has assessed counts as one.
    """
    return risk != "none"


def announces(risk: Risk | None) -> bool:
    """Whether the PFPDT is told (nLPD art. 24(1)): at a high risk; one not assessed may be high."""
    return risk in ("high", None)


def tells_persons(risk: Risk | None, exemption: Exemption | None) -> bool:
    """Whether the persons are told one by one (Art. 34(1) and (3)).

    A disproportionate effort calls for a public communication instead, which counts as telling.
    """
    return risk == "high" and exemption not in ("protected", "averted")


def lacking(known: Collection[Content]) -> tuple[Content, ...]:
    """What Art. 33(3) asks for and is not known yet."""
    return tuple(one for one in REQUIRED if one not in known)
