"""Traces of the site, choices on cookies, the contact form, and the statistics of social pages."""

from __future__ import annotations

from datetime import UTC, timedelta

from troth.demo.draft import Draft, Fault, noon
from troth.demo.people import human
from troth.law.calendar import Period, add

GARBAGE = ("", "0000-00-00 00:00:00", "03/05/2026", "2026-02-30 10:00:00", "yesterday")
PATHS = ("/", "/devices", "/devices/filler-soft", "/training", "/contact")
NETWORKS = ("facebook", "instagram", "linkedin", "pinterest")


def traces(draft: Draft, count: int) -> None:
    """Lines of both logs; one in ten is older than twelve months, a few bear no date."""
    for serial in range(count):
        old = serial % 10 == 4
        day = draft.ago(900, 370) if old else draft.ago(360, 0)
        late = Fault("overdue", "SMA-3-14") if draft.ended(day, "P12M") else None
        dateless = serial % 400 == 9
        draft.add(
            "web",
            "access_log",
            Fault("unknown", "SMA-3-14") if dateless else late,
            at=None if dateless else noon(day),
            ip=f"198.51.100.{serial % 250}",
            path=PATHS[serial % len(PATHS)],
            status=200,
            agent="Mozilla/5.0",
        )
        garbage = serial % 200 == 3
        draft.add(
            "web",
            "analytics_event",
            Fault("unknown", "SMA-3-14") if garbage else late,
            visitor_id=f"v{serial % 997:04}",
            seen_at=GARBAGE[serial // 200 % len(GARBAGE)] if garbage else noon(day).isoformat(" "),
            page=PATHS[serial % len(PATHS)],
            referrer_host="search.example",
            exempt=True,
        )


def choices(draft: Draft, count: int) -> None:
    """Yes and no to advertising, the proof of it, and the audience entries that followed."""
    for serial in range(count):
        visitor = f"v{serial:04}"
        old = serial % 6 == 2
        chosen = draft.ago(2_500, 2_200) if old else draft.ago(700, 1)
        expiry = add(chosen, Period.parse("P6M"))
        ended = expiry if expiry <= draft.today else None
        withdrawn = serial % 8 == 3 and ended is None
        if withdrawn:
            ended = draft.between(chosen, draft.today)
        overdue = ended is not None and draft.ended(ended, "P5Y")
        yes = serial % 3 != 0
        choice = draft.add(
            "web",
            "cookie_consent",
            Fault("overdue", "SMA-3-32") if overdue else None,
            visitor_id=visitor,
            purpose="advertising",
            state="yes" if yes else "no",
            panel_version="4",
            chosen_at=noon(chosen),
            ended_on=ended,
        )
        if not yes:
            continue
        draft.consent("visitor", visitor, "ads-cookies", chosen)
        if ended is None or serial % 5 == 0:
            draft.add(
                "web",
                "ad_audience_push",
                Fault("overdue", "SMA-2c-11") if ended is not None else None,
                choice_id=choice,
                visitor_id=visitor,
                audience="retargeting",
                pushed_at=int(noon(chosen).replace(tzinfo=UTC).timestamp()),
            )


def contact_form(draft: Draft, count: int) -> None:
    """Messages of people whom no other system knows; one in eight older than three years."""
    for serial in range(count):
        who = human(draft.next("human"), draft.random)
        day = draft.ago(1_800, 1_105) if serial % 8 == 5 else draft.ago(1_050, 1)
        draft.add(
            "shop",
            "contact_message",
            Fault("overdue", "SMA-3-15") if draft.ended(day, "P3Y") else None,
            email=who.email,
            full_name=who.name,
            phone=who.phone,
            message="Do you ship to the islands?",
            received_at=noon(day),
        )


def leads_import(draft: Draft, count: int) -> None:
    """A list that somebody loaded after a fair, in a table of which no map speaks."""
    for _ in range(count):
        who = human(draft.next("human"), draft.random)
        draft.add(
            "shop",
            "fair_leads_import",
            email=who.email,
            full_name=who.name,
            met_on=draft.ago(2_000, 1_500),
        )


def social_pages(draft: Draft) -> None:
    """Totals of four networks, by month."""
    for back in range(24):
        day = draft.today - timedelta(days=30 * back)
        for network in NETWORKS:
            draft.add(
                "social",
                "page_stat",
                network=network,
                page="softfil",
                day=day,
                metric="reach",
                count=draft.random.randint(200, 9_000),
            )
