"""What a breach has come to: its events folded, its clock, and what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from troth.law.breaches import (
    Clock,
    Content,
    Exemption,
    Risk,
    announces,
    clock_of,
    lacking,
    notifies,
    tells_persons,
)
from troth.ledger.breaches import Breach, BreachEvent

Task = Literal[
    "assess-risk",
    "contain",
    "find-cause",
    "notify",
    "announce",
    "complete",
    "tell",
    "follow-up",
    "close",
]
Phase = Literal["first", "further", "complete"]
SWISS = "ch-nlpd"


@dataclass(frozen=True)
class Terms:
    """What the policy says of every breach.

    `contact` is where more can be obtained; `swiss`: Swiss law applies as well; `alert`: within
    what time a processor tells the organisation, None where no hours are promised.
    """

    contact: str = ""
    swiss: bool = False
    alert: timedelta | None = None


@dataclass(frozen=True)
class Alert:
    """What a processor owes: to tell us by `due`; `told_at` is None as long as it has not."""

    due: datetime
    told_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Known:
    """What is known of a breach by now; the newest statement of each counts.

    `people` and `records` are approximate numbers; None: not known yet.
    """

    facts: str = ""
    subjects: tuple[str, ...] = ()
    people: int | None = None
    categories: tuple[str, ...] = ()
    records: int | None = None
    tables: tuple[str, ...] = ()
    consequences: str = ""
    measures: str = ""
    cause: str = ""
    contact: str = ""
    risk: Risk | None = None
    processor_noticed: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """A breach at an instant.

    `tasks` come in the order in which they are due; `overdue`: the authority should know, and does
    not. `late`: the first notification came, or would come now, after the end of the 72 hours.
    `announced` are notifications under Swiss law; `alert` is what a processor owes, where it said
    when it noticed.
    """

    breach: Breach
    known: Known
    clock: Clock
    contained: tuple[BreachEvent, ...]
    notified: tuple[BreachEvent, ...]
    letters: int
    followed_up: int
    communicated: int
    exemption: Exemption | None
    missing: tuple[Content, ...]
    tasks: tuple[Task, ...]
    overdue: bool
    late: bool
    announced: tuple[BreachEvent, ...] = ()
    alert: Alert | None = None

    @property
    def open(self) -> bool:
        return self.breach.open


def known_of(breach: Breach, contact: str) -> Known:
    """What its notes say, the newest statement of each; `contact` is the policy's."""
    found: dict[str, Any] = {"contact": contact}
    for event in breach.events:
        if event.kind == "noted":
            found.update(event.detail)
    if "processor_noticed" in found:
        found["processor_noticed"] = datetime.fromisoformat(found["processor_noticed"])
    for name in ("subjects", "categories", "tables"):
        if name in found:
            found[name] = tuple(found[name])
    measures = [e.detail["what"] for e in breach.events if e.kind == "contained"]
    found["measures"] = "\n".join(one for one in (found.get("measures", ""), *measures) if one)
    return Known(**found)


def standing_of(breach: Breach, terms: Terms, now: datetime) -> Standing:
    """What `breach` has come to at `now`."""
    known = known_of(breach, terms.contact)
    clock = clock_of(breach.noticed_at, breach.processor_told_at)
    told = _of(breach, "notified")
    notified = tuple(event for event in told if event.detail.get("law") != SWISS)
    announced = tuple(event for event in told if event.detail.get("law") == SWISS)
    to_announce = terms.swiss and announces(known.risk) and not announced
    excused = _of(breach, "excused")
    exemption: Exemption | None = excused[-1].detail["exemption"] if excused else None
    letters = _count(breach, follow_up=False)
    followed_up = _count(breach, follow_up=True)
    communicated = sum(e.detail.get("people", 0) or 1 for e in _of(breach, "communicated"))
    contained = _of(breach, "contained")
    missing = lacking(contents(known))
    due = notifies(known.risk) and not notified and breach.open
    return Standing(
        breach=breach,
        known=known,
        clock=clock,
        contained=contained,
        notified=notified,
        letters=letters,
        followed_up=followed_up,
        communicated=communicated,
        exemption=exemption,
        missing=missing,
        tasks=_tasks(
            breach,
            known,
            contained,
            notified,
            letters,
            followed_up,
            communicated,
            exemption,
            to_announce=to_announce,
        ),
        overdue=due and now > clock.due,
        late=(due or bool(notified)) and clock.late(told_at(notified[0]) if notified else now),
        announced=announced,
        alert=_alert(breach, known, terms, now),
    )


def _alert(breach: Breach, known: Known, terms: Terms, now: datetime) -> Alert | None:
    if terms.alert is None or known.processor_noticed is None:
        return None
    due, told = known.processor_noticed + terms.alert, breach.processor_told_at
    return Alert(due, told, late=(told or now) > due)


def told_at(notification: BreachEvent) -> datetime:
    """When the authority was notified, which may be before that was recorded."""
    return datetime.fromisoformat(notification.detail["at"])


def contents(known: Known) -> list[Content]:
    """What of Art. 33(3) can be said."""
    said: dict[Content, bool] = {
        "facts": bool(known.facts),
        "subjects": bool(known.subjects),
        "people": known.people is not None,
        "categories": bool(known.categories),
        "records": known.records is not None,
        "contact": bool(known.contact),
        "consequences": bool(known.consequences),
        "measures": bool(known.measures),
    }
    return [name for name, is_said in said.items() if is_said]


def _tasks(
    breach: Breach,
    known: Known,
    contained: tuple[BreachEvent, ...],
    notified: tuple[BreachEvent, ...],
    letters: int,
    followed_up: int,
    communicated: int,
    exemption: Exemption | None,
    *,
    to_announce: bool,
) -> tuple[Task, ...]:
    if not breach.open:
        return ()
    told = letters + communicated > 0
    to_tell = tells_persons(known.risk, exemption)
    phases = [event.detail["phase"] for event in notified]
    open_tasks: dict[Task, bool] = {
        "contain": not contained,
        "assess-risk": known.risk is None,
        "notify": notifies(known.risk) and not notified,
        "announce": to_announce,
        "tell": to_tell and not told,
        "complete": notifies(known.risk) and bool(notified) and "complete" not in phases,
        "find-cause": not known.cause,
        "follow-up": letters > 0 and bool(known.cause) and followed_up < letters,
    }
    found = tuple(task for task, is_open in open_tasks.items() if is_open)
    return found or ("close",)


def _of(breach: Breach, kind: str) -> tuple[BreachEvent, ...]:
    return tuple(event for event in breach.events if event.kind == kind)


def _count(breach: Breach, *, follow_up: bool) -> int:
    return sum(
        event.detail["letters"]
        for event in breach.events
        if event.kind == "letters" and event.detail["follow_up"] is follow_up
    )
