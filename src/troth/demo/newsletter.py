"""The newsletter: subscribers who read, who fell silent while machines fetched, and who left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

from troth.demo.draft import Draft, Fault, noon
from troth.demo.people import OTHER_WORK, Human

SILENT_DAYS = 1_096  # three years at the most
MACHINE, BROWSER = "mail gateway prefetch", "Mozilla/5.0"
PIXEL, LETTER = "newsletter-pixel", "newsletter-subscription"


def campaigns(draft: Draft, extra: Sequence[date] = ()) -> dict[int, date]:
    """An issue every second month for six years, and those of the days `extra`."""
    days = {draft.today - timedelta(days=61 * back + 5) for back in range(36)}
    found = {}
    for day in sorted(days | {day for day in extra if day <= draft.today}):
        title = f"Issue of {day:%Y-%m}"
        found[draft.add("news", "campaign", title=title, sent_on=day, opened_total=412)] = day
    return found


def subscribers(draft: Draft, people: Sequence[Human], issues: dict[int, date]) -> None:
    """One in nine silent for over three years, one in eleven gone but still on file."""
    for serial, who in enumerate(people):
        silent, left = serial % 9 == 2, serial % 11 == 5
        since = draft.ago(2_000, 1_300) if silent else draft.ago(900, 20)
        work = OTHER_WORK[serial % 3] if serial % 7 == 1 else who.profession
        if serial % 150 == 13:
            _undated(draft, who)
            continue
        _subscriber(draft, who, work, since, issues, silent=silent, left=left, serial=serial)
    for serial in range(max(len(people) // 20, 3)):
        _suppression(draft, f"gone{serial}", draft.ago(2_000 if serial % 4 == 0 else 1_000, 2))


def _subscriber(
    draft: Draft,
    who: Human,
    work: str,
    since: date,
    issues: dict[int, date],
    *,
    silent: bool,
    left: bool,
    serial: int,
) -> None:
    sent = {key: day for key, day in issues.items() if day > since}
    until = draft.today - timedelta(days=SILENT_DAYS + 4) if silent else draft.today
    opened = {key: day for key, day in sent.items() if day <= until and draft.chance(0.4)}
    last = max(opened.values(), default=since)
    gone = draft.between(last, draft.today) if left else None
    fault = None
    if gone is not None or draft.ended(last, "P3Y"):
        fault = Fault("overdue", "SMA-3-10" if gone is not None else "SMA-3-11")
    unproved = serial % 80 == 8 and work in OTHER_WORK
    unseen = serial % 80 == 21
    state = fault or (Fault("unknown", "SMA-2d-14") if unproved else None)
    key = enrol(draft, who, work, since, state, gone=gone)
    if work in OTHER_WORK and not unproved:
        draft.consent("email", who.email, LETTER, since)
    opening_state = fault or (Fault("unknown", "SMA-2d-12") if unseen else None)
    machines = False
    for issue, day in sent.items():
        if gone is not None and day > gone:
            continue
        delivery = deliver(draft, who, key, issue, state)
        if issue in opened:
            look(draft, delivery, day, opening_state, machine=False)
        elif draft.chance(0.2 if silent else 0.05):
            machines = True
            look(draft, delivery, day, opening_state, machine=True)
    if (opened or machines) and not unseen:
        draft.consent("email", who.email, PIXEL, since)
    if gone is not None:
        _suppression(draft, who.email, gone)


def enrol(
    draft: Draft,
    who: Human,
    work: str,
    since: date,
    fault: Fault | None,
    *,
    gone: date | None = None,
) -> int:
    """A confirmed subscriber; its number."""
    key = draft.add(
        "news",
        "subscriber",
        fault,
        email=who.email,
        full_name=who.name,
        profession=work,
        entry_path="web form",
        subscribed_on=since,
        confirmed_on=since,
        unsubscribed_on=gone,
    )
    for kind in ("subscribed", "confirmed"):
        draft.add(
            "news",
            "subscription_event",
            fault,
            subscriber_id=key,
            kind=kind,
            ip=f"192.0.2.{key % 250}",
            at=noon(since),
        )
    return key


def deliver(draft: Draft, who: Human, subscriber: int, issue: int, fault: Fault | None) -> int:
    """An issue sent to a subscriber."""
    return draft.add(
        "news",
        "delivery",
        fault,
        campaign_id=issue,
        subscriber_id=subscriber,
        address=who.email,
        bounced=False,
    )


def look(draft: Draft, delivery: int, day: date, fault: Fault | None, *, machine: bool) -> None:
    """An opening by a person, or a fetch by a machine, which is none."""
    draft.add(
        "news",
        "open_event",
        fault,
        delivery_id=delivery,
        opened_at=noon(day),
        machine=machine,
        user_agent=MACHINE if machine else BROWSER,
    )


def _undated(draft: Draft, who: Human) -> None:
    """A subscriber without any date, taken over from an older service."""
    draft.add(
        "news",
        "subscriber",
        Fault("unknown", "SMA-3-25"),
        email=who.email,
        full_name=who.name,
        profession=who.profession,
        entry_path="takeover",
        subscribed_on=None,
        confirmed_on=None,
        unsubscribed_on=None,
    )


def _suppression(draft: Draft, address: str, born: date) -> None:
    draft.add(
        "news",
        "suppression",
        Fault("overdue", "SMA-3-32") if draft.ended(born, "P3Y") else None,
        address_hash=sha256(f"made-up key {address}".encode()).hexdigest(),
        born_on=born,
        last_blocked_on=None,
    )
