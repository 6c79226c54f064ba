"""Accounting papers: invoices, credit notes and ledger entries, live or in the archive."""

from __future__ import annotations

from datetime import date

from troth.demo.draft import Draft, Fault, year_end
from troth.demo.people import Human

YEARS_BACK = 12  # accounting periods before this one


def periods(draft: Draft) -> None:
    """The financial years; the running one is open."""
    for year in range(draft.today.year - YEARS_BACK, draft.today.year + 1):
        draft.add(
            "erp",
            "accounting_period",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            closed=year < draft.today.year,
        )


def invoice(
    draft: Draft,
    who: Human,
    number: str,
    party: int,
    issued: date,
    *,
    broken: bool = False,
    store: str | None = None,
) -> tuple[str, int] | None:
    """An invoice and its ledger entry where they belong on that day; None if they are gone.

    `broken`: they were forgotten in the live store. `store`: they are in that store whatever
    should have been. The store and number of the invoice are returned.
    """
    gone = draft.let_go(year_end(issued), "P10Y")
    archived = draft.ended(year_end(issued), "P1Y")
    where = store or ("erp" if broken or not archived else "archive")
    if gone and not broken and store is None:
        return None
    fault = None
    if gone:
        fault = Fault("overdue", "SMA-3-4")
    elif where == "erp" and archived:
        fault = Fault("to-archive", "SMA-3-2")
    kept = {"troth_day_financial_year_end": year_end(issued)} if where == "archive" else {}
    total = draft.random.randint(80, 4_000) * 100
    key = draft.add(
        where,
        "invoice",
        fault,
        number=f"F{issued.year}-{draft.next('invoice paper'):06}",
        party_id=party,
        customer_number=number,
        billed_name=who.name,
        billed_address=who.address,
        email=who.email,
        total_cents=total,
        issued_on=issued,
        **kept,
    )
    draft.add(
        where,
        "ledger_entry",
        fault,
        invoice_id=key,
        customer_number=number,
        label=f"411 {who.name}",
        amount_cents=total,
        booked_on=issued,
        **kept,
    )
    if draft.chance(0.05):
        draft.add(
            where,
            "credit_note",
            fault,
            number=f"A{issued.year}-{draft.next('credit paper'):06}",
            invoice_id=key,
            customer_number=number,
            billed_name=who.name,
            total_cents=total // 10,
            issued_on=issued,
            **kept,
        )
    return where, key


def undated(draft: Draft, who: Human, number: str, party: int) -> None:
    """An invoice without a date: nobody can say when its period ends."""
    draft.add(
        "erp",
        "invoice",
        Fault("unknown", "SMA-3-5"),
        number=f"F-{draft.next('invoice paper'):06}",
        party_id=party,
        customer_number=number,
        billed_name=who.name,
        billed_address=who.address,
        email=who.email,
        total_cents=12_000,
        issued_on=None,
    )
