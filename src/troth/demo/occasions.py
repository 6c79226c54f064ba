"""Surveys and courses: whom they concern, and what should be gone when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from troth.demo.draft import Draft, Fault
from troth.demo.people import Human, human


def surveys(draft: Draft, people: Sequence[Human]) -> None:
    """A survey a year for seven years, the newest still open."""
    share = max(len(people) // 8, 5)
    for back in range(7, -1, -1):
        opened = draft.today - timedelta(days=365 * back + 25)
        closed = opened + timedelta(days=60)
        survey = draft.add(
            "survey",
            "survey",
            title=f"Satisfaction {opened.year}",
            opened_on=opened,
            closed_on=closed,
        )
        for serial in range(share):
            who = people[(back * share + serial) % len(people)]
            if serial % 5 < 2:
                _answered(draft, who, survey, min(opened + timedelta(days=9), draft.today), serial)
            elif closed > draft.today or serial % 5 == 2:
                fault = Fault("overdue", "SMA-3-22") if closed <= draft.today else None
                _invited(draft, who, survey, opened, fault)


def _invited(draft: Draft, who: Human, survey: int, day: date, fault: Fault | None) -> int:
    return draft.add(
        "survey",
        "invitation",
        fault,
        survey_id=survey,
        email=who.email,
        full_name=who.name,
        sent_on=day,
    )


def _answered(draft: Draft, who: Human, survey: int, day: date, serial: int) -> None:
    """An answer; after five years it is unsigned and its words are gone, or they should be."""
    over = draft.ended(day, "P5Y")
    forgotten = serial % 2 == 0
    fault = Fault("overdue", "SMA-3-16") if over and forgotten else None
    if over and not forgotten:
        invitation = draft.add(
            "survey", "invitation", survey_id=survey, email=None, full_name=None, sent_on=day
        )
    else:
        invitation = _invited(draft, who, survey, day, fault)
    shown = not over or forgotten
    draft.add(
        "survey",
        "response",
        fault,
        invitation_id=invitation,
        email=who.email if shown else None,
        answers="Quick delivery, clear notice." if shown else None,
        score=draft.random.randint(6, 10),
        answered_on=day,
    )


def courses(draft: Draft, count: int) -> None:
    """Past courses, of which a few were never closed or never cleared, and two to come."""
    for serial in range(count):
        held = draft.ago(900, 45)
        closed = None if serial % 6 == 2 else held + timedelta(days=draft.random.randint(2, 30))
        session = course(draft, held, closed, online=serial % 2 == 0)
        seats = 4 if serial % 6 == 2 or serial % 6 == 5 else 0
        for _ in range(seats):
            who = human(draft.next("human"), draft.random)
            seat(draft, who, session, held, Fault("overdue", "SMA-3-13"), online=serial % 2 == 0)
            feedback(draft, who, session, Fault("overdue", "SMA-2e-4"))
        feedback(draft, None, session, None)
    for ahead in (12, 40):
        held = draft.today + timedelta(days=ahead)
        session = course(draft, held, None, online=False)
        for serial in range(3):
            who = human(draft.next("human"), draft.random)
            cancelled = draft.today - timedelta(days=1) if serial == 1 else None
            fault = Fault("overdue", "SMA-3-13") if cancelled is not None else None
            seat(draft, who, session, draft.today, fault, online=False, cancelled=cancelled)


def course(draft: Draft, held: date, closed: date | None, *, online: bool) -> int:
    """A session of a course; its number."""
    return draft.add(
        "training",
        "session",
        title="Injection technique, level 1",
        held_on=held,
        organisation_closed_on=closed,
        online=online,
    )


def seat(
    draft: Draft,
    who: Human,
    session: int,
    day: date,
    fault: Fault | None,
    *,
    online: bool,
    cancelled: date | None = None,
    room_fault: Fault | None = None,
) -> None:
    """A registration made ten days before `day`; online with a place in the video room."""
    registration = draft.add(
        "training",
        "registration",
        fault,
        session_id=session,
        full_name=who.name,
        email=who.email,
        phone=who.phone,
        attendance="registered",
        registered_on=day - timedelta(days=10),
        cancelled_on=cancelled,
    )
    if online:
        draft.add(
            "training",
            "video_room",
            room_fault or fault,
            registration_id=registration,
            display_name=who.name.split()[0],
            join_token=f"join-{registration:06}",
        )


def feedback(draft: Draft, who: Human | None, session: int, fault: Fault | None) -> None:
    """What was said of a course, signed or not."""
    draft.add(
        "training",
        "feedback",
        fault,
        session_id=session,
        author=who.name if who is not None else None,
        author_email=who.email if who is not None else None,
        remarks="Clear and lively.",
        rating=5,
    )
