"""Deadlines as a calendar that programs subscribe to (iCalendar, RFC 5545): numbers and rights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from troth import __version__
from troth.desk.nightly.deadlines import Deadline

HOUR = timedelta(hours=1)


def calendar_of(deadlines: Iterable[Deadline], organisation: str, now: datetime) -> bytes:
    """The calendar, with an event for each deadline; the same event keeps its name when it moves.

    It names nobody: a calendar is read on telephones and by providers.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Troth//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Deadlines of {organisation}")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"{deadline.kind}-{deadline.number}@{organisation}.troth")
        event.add("dtstamp", now)
        event.add("summary", f"{deadline.number}: {deadline.about}")
        event.add("categories", [deadline.kind])
        if deadline.at is not None:
            event.add("dtstart", deadline.at - HOUR)
            event.add("dtend", deadline.at)
        else:
            event.add("dtstart", deadline.due_on)
            event.add("dtend", deadline.due_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
