"""Four persons whose days everybody can check by hand: stories of the policy, dates included."""

from __future__ import annotations

from datetime import date

from troth.demo.draft import Draft, Fault, PlannedHold
from troth.demo.letters import thread
from troth.demo.newsletter import PIXEL, deliver, enrol, look
from troth.demo.occasions import course, feedback, seat
from troth.demo.others import monthly
from troth.demo.papers import invoice
from troth.demo.people import RELATED, Human, human

READ_ON, FETCHED_ON = date(2023, 1, 10), date(2025, 6, 1)
LAST_MAIL = date(2023, 5, 20)
COURSE, COURSE_CLOSED = date(2026, 3, 12), date(2026, 3, 20)
OLD_INVOICE = date(2015, 2, 3)


def stories(draft: Draft, issues: dict[int, date]) -> None:
    """The silent subscriber, the old invoices, the prospect without an answer, the online course.

    What lies after the history's last day has not happened yet.
    """
    _silent_subscriber(draft, issues)
    _old_invoices(draft)
    _prospect(draft)
    _online_course(draft)


def _named(draft: Draft, name: str) -> Human:
    who = human(draft.next("human"), draft.random)
    email = f"{name.split()[0].lower()}@practice-story.example"
    return Human(name, email, who.phone, RELATED[0], who.street, who.postcode, who.city)


def _silent_subscriber(draft: Draft, issues: dict[int, date]) -> None:
    """Opened on 2023-01-10; a gateway fetched an issue on 2025-06-01; due on 2026-01-10."""
    if draft.today < READ_ON:
        return
    who = _named(draft, "Anselme Story")
    since = date(2022, 9, 1)
    fault = Fault("overdue", "SMA-3-11") if draft.ended(READ_ON, "P3Y") else None
    key = enrol(draft, who, who.profession, since, fault)
    draft.consent("email", who.email, PIXEL, since)
    for issue, day in issues.items():
        if day in (READ_ON, FETCHED_ON):
            delivery = deliver(draft, who, key, issue, fault)
            look(draft, delivery, day, fault, machine=day == FETCHED_ON)


def _old_invoices(draft: Draft) -> None:
    """Two invoices of 2015, due on 2026-01-01; one is needed in a dispute."""
    who = _named(draft, "Barnabé Story")
    invoice(draft, who, "C-2015", 0, OLD_INVOICE, store="archive")
    invoice(draft, who, "C-2016", 0, OLD_INVOICE, store="archive")
    held: list[tuple[str, str, int]] = []
    for table in ("invoice", "ledger_entry", "credit_note"):
        for row in draft.rows["archive", table]:
            if row["customer_number"] == "C-2016":
                draft.faults["archive", table].pop(row["id"], None)
                held.append(("archive", table, row["id"]))
    draft.holds.append(PlannedHold("2025/31", "the buyer contests a delivery", tuple(held)))


def _prospect(draft: Draft) -> None:
    """Wrote last on 2023-05-20, was written to every month since; due on 2026-05-20."""
    if draft.today < LAST_MAIL:
        return
    who = _named(draft, "Dorothée Story")
    fault = Fault("overdue", "SMA-3-8") if draft.ended(LAST_MAIL, "P3Y") else None
    draft.add(
        "erp",
        "person",
        fault,
        party_id=None,
        main_role="prospect",
        customer_number=None,
        full_name=who.name,
        profession=who.profession,
        email=who.email,
        phone=who.phone,
        first_contact_on=date(2023, 2, 6),
        birth_note=None,
    )
    letters = [(LAST_MAIL, "inbound", False), *monthly(LAST_MAIL, draft.today)]
    thread(draft, who, "prospect", None, letters, fault)


def _online_course(draft: Draft) -> None:
    """Held on 2026-03-12, closed on 2026-03-20, and nobody cleared the list."""
    if draft.today < date(2026, 3, 2):
        return
    closed = COURSE_CLOSED if draft.today >= COURSE_CLOSED else None
    session = course(draft, COURSE, closed, online=True)
    over = Fault("overdue", "SMA-3-12") if closed is not None else None
    room = Fault("overdue", "SMA-2e-3") if draft.today >= COURSE else None
    for name in ("Irénée Story", "Jacinthe Story"):
        who = _named(draft, name)
        seat(draft, who, session, COURSE, over, online=True, room_fault=room)
        if draft.today >= COURSE:
            feedback(draft, who, session, Fault("overdue", "SMA-2e-4") if over else None)
