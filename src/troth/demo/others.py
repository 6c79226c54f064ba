"""Prospects and institutional contacts, suppliers, distributors, and partner professionals."""

from __future__ import annotations

from datetime import date, timedelta

from troth.demo.customers import relationship_fault
from troth.demo.draft import Draft, Fault
from troth.demo.letters import call, thread
from troth.demo.people import Human, human

SILENT_DAYS = 1_096  # three years at the most


def contacts(draft: Draft, count: int, role: str, clause: str) -> list[Human]:
    """Prospects or institutional contacts; those who can be asked to subscribe are returned.

    One in twelve has been silent for over three years and got a mail every month since. One in
    two hundred came without any date.
    """
    found = []
    for serial in range(count):
        who = human(draft.next("human"), draft.random)
        if serial % 200 == 7:
            _person(draft, who, role, None, Fault("unknown", clause))
            continue
        silent = serial % 12 == 3
        last = draft.ago(1_900, 1_110) if silent else draft.ago(1_080, 3)
        fault = Fault("overdue", clause) if draft.ended(last, "P3Y") else None
        first = last - timedelta(days=draft.random.randint(0, 400))
        _person(draft, who, role, first, fault)
        _mail(draft, who, role, first, last, fault, silent=silent)
        if serial % 9 == 1:
            call(draft, who, "outbound", draft.ago(360, 1))
        if fault is None:
            found.append(who)
    return found


def _person(draft: Draft, who: Human, role: str, first: date | None, fault: Fault | None) -> None:
    draft.add(
        "erp",
        "person",
        fault,
        party_id=None,
        main_role=role,
        customer_number=None,
        full_name=who.name,
        profession=who.profession,
        email=who.email,
        phone=who.phone,
        first_contact_on=first,
        birth_note=None,
    )


def _mail(
    draft: Draft,
    who: Human,
    role: str,
    first: date,
    last: date,
    fault: Fault | None,
    *,
    silent: bool,
) -> None:
    letters = [(first, "inbound", False), (last, "inbound", False)]
    if silent:
        letters += monthly(last, draft.today)
        letters.append((draft.between(last, draft.today), "inbound", True))
    else:
        letters.append((draft.between(last, draft.today), "outbound", False))
    thread(draft, who, role, None, letters, fault)


def monthly(after: date, until: date) -> list[tuple[date, str, bool]]:
    """A letter to the person every month."""
    days = range(30, (until - after).days, 30)
    return [(after + timedelta(days=count), "outbound", False) for count in days]


def suppliers(draft: Draft, count: int, side: str) -> None:
    """Companies with a contract and a person each; one in nine ended over five years ago."""
    for serial in range(count):
        who = human(draft.next("human"), draft.random)
        ended = draft.ago(2_700, 1_860) if serial % 9 == 2 else None
        began = (ended or draft.today) - timedelta(days=draft.random.randint(400, 1_500))
        number = f"S{draft.next('supplier number'):04}"
        party = draft.add(
            "erp",
            "party",
            number=number,
            kind="legal",
            side=side,
            name=f"Works {who.name.split()[1]} {number}",
            created_on=began,
        )
        fault = relationship_fault(draft, ended, archived=False) if ended is not None else None
        _signed(draft, who, party, number, f"{side}_representative", began, ended, fault)
        letters = [(began, "inbound", False), (began, "outbound", False)]
        thread(draft, who, "supplier", number, letters, fault)


def partners(draft: Draft, count: int) -> None:
    """Care professionals who give courses: contract, benefits, and the account they are paid to."""
    for serial in range(count):
        who = human(draft.next("human"), draft.random)
        ended = draft.ago(2_700, 1_860) if serial % 9 == 2 else None
        began = (ended or draft.today) - timedelta(days=draft.random.randint(400, 1_500))
        number = f"P{draft.next('partner number'):04}"
        fault = relationship_fault(draft, ended, archived=False) if ended is not None else None
        party = draft.add(
            "erp",
            "party",
            fault,
            number=number,
            kind="natural",
            side="partner",
            name=who.name,
            created_on=began,
        )
        person = _signed(draft, who, party, number, "partner_professional", began, ended, fault)
        draft.add(
            "erp",
            "benefit",
            fault,
            person_id=person,
            kind="meal",
            detail=f"dinner after a course, {who.name}",
            amount_cents=4_500,
            granted_on=began,
        )
        _bank(draft, who, party, number, serial)


def _signed(
    draft: Draft,
    who: Human,
    party: int,
    number: str,
    role: str,
    began: date,
    ended: date | None,
    fault: Fault | None,
) -> int:
    person = draft.add(
        "erp",
        "person",
        fault,
        party_id=party,
        main_role=role,
        customer_number=number,
        full_name=who.name,
        profession=who.profession,
        email=who.email,
        phone=who.phone,
        first_contact_on=began,
        birth_note=None,
    )
    draft.add(
        "erp",
        "party_person",
        party_id=party,
        person_id=person,
        role=role,
        started_on=began,
        ended_on=ended,
    )
    draft.add(
        "erp",
        "contract",
        fault,
        party_id=party,
        customer_number=number,
        reference=f"K-{draft.next('contract paper'):05}",
        signatory=who.name,
        terms="delivery within ten days",
        signed_on=began,
        ended_on=ended,
    )
    return person


def _bank(draft: Draft, who: Human, party: int, number: str, serial: int) -> None:
    """An account number: until the last payment, then only as proof of an entry, in the archive."""
    settled = draft.ago(700, 40) if serial % 3 == 0 else None
    proves = serial % 2 == 0
    fault = None
    if settled is not None:
        fault = Fault("to-archive" if proves else "overdue", "SMA-3-30")
    draft.add(
        "erp",
        "bank_detail",
        fault,
        party_id=party,
        customer_number=number,
        iban=f"FR00 0000 0000 {draft.next('iban'):08}",
        holder=who.name,
        settled_on=settled,
        proves_ledger=proves,
    )


def incidents(draft: Draft, count: int) -> None:
    """Reports of incidents: open, closed, and one in six closed over ten years ago."""
    for serial in range(count):
        who = human(draft.next("human"), draft.random)
        old = serial % 6 == 5
        closed = draft.ago(4_200, 3_700) if old else draft.ago(900, 40) if serial % 2 else None
        draft.add(
            "erp",
            "incident",
            Fault("overdue", "SMA-2a-17") if old else None,
            lot_id=1 + serial % 40,
            reporter=who.name,
            email=who.email,
            description="redness that passed within a day",
            reported_on=(closed or draft.today) - timedelta(days=20),
            closed_on=closed,
        )
