"""Reminders of deadlines by mail: some days before, and once they are late; each is sent once."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from troth.apply.invite import Mailer
from troth.apply.opening import mailer_of
from troth.desk.nightly.deadlines import Deadline, deadlines_of
from troth.desk.nightly.office import Office, Result
from troth.errors import Transient
from troth.law.calendar import day_of
from troth.ledger.accounts import read_accounts
from troth.ledger.jobs import JobRecord, read_jobs
from troth.ledger.reminders import Reminder, note_reminders, reminders_sent
from troth.ledger.session import Reading
from troth.project.model import ReminderSettings

HOURS_LEFT = (48, 24, 6)
"""Of a deadline by the hour: a breach's."""
FAILS_OFTEN = 3  # times in a row, after which a job is reported


@dataclass(frozen=True)
class Due:
    """A reminder that is due, the deadline it is of, and whether it is late."""

    reminder: Reminder
    line: str
    late: bool


def remind(office: Office) -> Result:
    """One mail to each address with everything that is due to be told."""
    now, project = office.clock(), office.project
    settings = project.nightly.reminders
    with office.ledger.reading(office.organisation) as reading:
        sent = reminders_sent(reading)
        deadlines = deadlines_of(reading, project.policy, now)
        jobs = read_jobs(reading)
        officers = _officers(reading)
    to = settings.to or officers
    today = day_of(now, project.policy.zoneinfo)
    due = [*due_reminders(deadlines, settings, sent, now, today), *_failing(jobs, sent, today)]
    if not due:
        return Result(counts={"reminders": 0})
    mailer = mailer_of(project)
    if mailer is None or not (to or settings.escalate):
        return Result("waiting", {"reminders": 0, "waiting": len(due)})
    for address in dict.fromkeys((*to, *settings.escalate)):
        mine = [one for one in due if one.late or address in to]
        if mine:
            office.still_ours()
            _send(mailer, address, office.organisation, mine)
    with office.ledger.writing(office.organisation) as writing:
        note_reminders(writing, [one.reminder for one in due], at=now)
    return Result(counts={"reminders": len(due)})


def _officers(reading: Reading) -> tuple[str, ...]:
    """The addresses of the data protection officers who may sign in."""
    accounts = read_accounts(reading)
    return tuple(
        one.email for one in accounts if one.active and one.role == "dpo" and one.email is not None
    )


def due_reminders(
    deadlines: Sequence[Deadline],
    settings: ReminderSettings,
    sent: Iterable[Reminder],
    now: datetime,
    today: date,
) -> list[Due]:
    """The newest occasion of each deadline, if it was not told: earlier ones are not caught up."""
    known = set(sent)
    found = []
    for deadline in deadlines:
        occasion = _occasion(deadline, settings, now, today)
        if occasion is None:
            continue
        reminder = Reminder(deadline.kind, deadline.number, deadline.due_on, occasion)
        if reminder not in known:
            late = deadline.late(now, today)
            found.append(Due(reminder, _line(deadline, now, today), late))
    return found


def _occasion(
    deadline: Deadline, settings: ReminderSettings, now: datetime, today: date
) -> str | None:
    if deadline.at is not None:
        left = (deadline.at - now).total_seconds() / 3600
        if left >= 0:
            passed = [hours for hours in HOURS_LEFT if left <= hours]
            return f"hours-{min(passed)}" if passed else None
        days = (today - deadline.due_on).days
        return _late(settings, days) or "late-0"
    days = (today - deadline.due_on).days
    if days > 0:
        return _late(settings, days)
    near = [before for before in settings.before if -days <= before]
    return f"before-{min(near)}" if near else None


def _late(settings: ReminderSettings, days: int) -> str | None:
    late = [one for one in settings.late if days >= one]
    return f"late-{max(late)}" if late else None


def _line(deadline: Deadline, now: datetime, today: date) -> str:
    what = f"{deadline.number} ({deadline.kind}, {deadline.about})"
    if deadline.at is not None:
        hours = round((deadline.at - now).total_seconds() / 3600)
        when = f"{hours} h left" if hours >= 0 else f"OVERDUE by {-hours} h"
        return f"{what}: due {deadline.at:%Y-%m-%d %H:%M} UTC, {when}"
    days = (deadline.due_on - today).days
    if days < 0:
        return f"{what}: was due {deadline.due_on}, LATE by {-days} day{'' if days == -1 else 's'}"
    when = "today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}"
    return f"{what}: due {deadline.due_on}, {when}"


def _failing(jobs: dict[str, JobRecord], sent: Iterable[Reminder], today: date) -> list[Due]:
    """Jobs that keep failing, once a day each."""
    found = []
    for record in jobs.values():
        reminder = Reminder("job", record.name, today, record.code or "failed")
        if record.failures >= FAILS_OFTEN and reminder not in set(sent):
            line = f"job {record.name}: failed {record.failures} times in a row [{record.code}]"
            found.append(Due(reminder, line, late=True))
    return found


def _send(mailer: Mailer, address: str, organisation: str, due: Sequence[Due]) -> None:
    late = sum(one.late for one in due)
    subject = f"[{organisation}] {len(due)} deadline{'' if len(due) == 1 else 's'}"
    subject += f", {late} late" if late else ""
    lines = [one.line for one in sorted(due, key=lambda one: (not one.late, one.reminder.due_on))]
    body = "\n".join([*lines, "", "troth request inbox, troth breach list and troth run --list."])
    try:
        mailer.send(address, subject, body + "\n")
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            "mail-not-sent",
            f"the mail server does not take a reminder ({type(error).__name__})",
            help="see mail in troth.yaml; it is tried again",
        ) from error
