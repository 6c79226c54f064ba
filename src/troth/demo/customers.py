"""Customers: their party, person, account, orders, payments, parcels, papers and letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from troth.demo.accounts import account
from troth.demo.draft import Draft, Fault, noon, year_end
from troth.demo.letters import call, thread
from troth.demo.papers import invoice, undated
from troth.demo.people import Human, human

PRODUCTS = ("Filler Soft 1 ml", "Peel Calm 50 ml", "Micro-needle roller", "LED mask Duo")
CARRIERS = ("Northway", "Colibri Express")
LOTS = 40


@dataclass(frozen=True)
class Stage:
    """How a relationship stands: the span (days ago) of its last act, and where its rows lie."""

    most: int
    least: int
    archived: bool


ACTIVE = Stage(340, 2, archived=False)
FILED = Stage(1_700, 760, archived=True)  # ended, and moved to the archive as promised
DORMANT = Stage(1_700, 420, archived=False)  # ended over a year ago, and never moved
STALE = Stage(2_700, 1_860, archived=False)  # ended over five years ago, and still here
STALE_FILED = Stage(2_700, 1_860, archived=True)
STAGES = (ACTIVE, STALE, DORMANT, ACTIVE, FILED, ACTIVE, ACTIVE, STALE_FILED, FILED, ACTIVE, ACTIVE)
OLD_PAPER = (0, 9)  # customers (of ten) one of whose papers was forgotten in the live store


def customers(draft: Draft, count: int) -> None:
    """`count` customers, every second of them a clinic with a representative."""
    for serial in range(count):
        customer(draft, serial, STAGES[serial % len(STAGES)], legal=serial % 2 == 1)


@dataclass(frozen=True)
class Trade:
    """What one customer did, and what the policy makes of it today."""

    who: Human
    number: str
    party: int | None
    ordered: tuple[date, ...]
    end: date
    fault: Fault | None
    archived: bool

    @property
    def kept(self) -> dict[str, Any]:
        """What the archive adds to a row."""
        return {"troth_day_relationship_end": self.end} if self.archived else {}


def relationship_fault(draft: Draft, end: date, *, archived: bool) -> Fault | None:
    """What is wrong with rows of a relationship that ended that day."""
    if draft.ended(end, "P5Y"):
        return Fault("overdue", "SMA-3-6")
    if draft.ended(end, "P1Y") and not archived:
        return Fault("to-archive", "SMA-3-2")
    return None


def customer(draft: Draft, serial: int, stage: Stage, *, legal: bool) -> None:
    who = human(draft.next("human"), draft.random)
    end = draft.ago(stage.most, stage.least)
    began = draft.between(max(end - timedelta(days=2_600), date(draft.today.year - 9, 1, 1)), end)
    count = draft.random.randint(1, 5)
    ordered = tuple(sorted([*(draft.between(began, end) for _ in range(count - 1)), end]))
    trade = Trade(
        who=who,
        number=f"C{draft.next('customer number'):05}",
        party=None,
        ordered=ordered,
        end=end,
        fault=relationship_fault(draft, end, archived=stage.archived),
        archived=stage.archived,
    )
    party = _people(draft, trade, began, legal=legal)
    holder = None
    if serial % 3 != 2:
        holder = account(draft, who, trade.number, began)
    for position, day in enumerate(ordered):
        _order(draft, trade, party, holder, day)
        forgotten = serial % 10 in OLD_PAPER and position == 0 and party is not None
        if forgotten or party is not None or draft.ended(year_end(day), "P1Y"):
            invoice(draft, who, trade.number, party or 0, day, broken=forgotten)
    if party is not None and serial % 22 == 0:
        old = date(draft.today.year - 11, 5, 4)
        invoice(draft, who, trade.number, party, old, broken=True)
    if party is not None and serial % 44 == 0:
        undated(draft, who, trade.number, party)
    _letters(draft, trade, began)
    _lots(draft, trade)
    if stage is ACTIVE and serial % 4 == 0:
        call(draft, who, "inbound", draft.ago(700 if serial % 16 == 0 else 350, 1))


def _people(draft: Draft, trade: Trade, began: date, *, legal: bool) -> int | None:
    """Party and person; the number of the live party, None where only the archive has it.

    A company stays: it is no person.
    """
    who, fault = trade.who, trade.fault
    store = "archive" if trade.archived else "erp"
    about: dict[str, Any] = {
        "number": trade.number,
        "kind": "legal" if legal else "natural",
        "side": "customer",
        "name": f"Clinic {who.name.split()[1]} {trade.number}" if legal else who.name,
        "created_on": began,
    }
    party: int | None
    if legal:
        party = in_archive = draft.add("erp", "party", **about)
    else:
        in_archive = draft.add(store, "party", fault, **about, **trade.kept)
        party = None if trade.archived else in_archive
    undeclared: dict[str, Any] = (
        {} if trade.archived else {"birth_note": "June" if draft.chance(0.02) else None}
    )
    person = draft.add(
        store,
        "person",
        fault,
        party_id=in_archive,
        main_role="customer_representative" if legal else "customer",
        customer_number=trade.number,
        full_name=who.name,
        profession=who.profession,
        email=who.email,
        phone=who.phone,
        first_contact_on=began,
        **undeclared,
        **trade.kept,
    )
    if not trade.archived:
        draft.add(
            "erp",
            "party_person",
            party_id=in_archive,
            person_id=person,
            role="customer",
            started_on=began,
            ended_on=None,
        )
    return party


def _order(draft: Draft, trade: Trade, party: int | None, holder: int | None, day: date) -> None:
    store = "archive" if trade.archived else "shop"
    who = trade.who
    paper = f"SO-{draft.next('order paper'):06}"
    product, quantity = draft.random.choice(PRODUCTS), draft.random.randint(1, 6)
    order = draft.add(
        store,
        "orders",
        trade.fault,
        number=paper,
        account_id=holder,
        customer_number=trade.number,
        email=who.email,
        delivery_name=who.name,
        delivery_address=who.address,
        summary=f"{quantity} x {product}",
        total_cents=quantity * 8_900,
        ordered_on=day,
        delivered_on=day,
        **trade.kept,
    )
    if not trade.archived:
        draft.add(
            "shop",
            "order_line",
            order_id=order,
            product=product,
            quantity=quantity,
            price_cents=8_900,
        )
    _payment(draft, trade, order, day)
    _parcel(draft, trade, party, paper, day)


def _payment(draft: Draft, trade: Trade, order: int, day: date) -> None:
    """The card's token: live for the refund window, then in the archive, gone after 13 months."""
    gone, moved = draft.ended(day, "P13M"), draft.ended(day, "P28D")
    forgotten = not trade.archived and draft.chance(0.08)
    if gone and not forgotten:
        return
    fault = None
    if gone or (moved and forgotten):
        fault = Fault("overdue" if gone else "to-archive", "SMA-3-30")
    if trade.archived and not moved:
        return
    store = "archive" if moved and not forgotten else "shop"
    draft.add(
        store,
        "payment_attempt",
        fault,
        order_id=order,
        customer_number=trade.number,
        card_token=f"tok_{draft.next('token'):08}",
        last_four=f"{draft.random.randint(0, 9999):04}",
        scheme="visa",
        expires="2029-05",
        paid_at=noon(day),
        result="paid",
    )


def _parcel(draft: Draft, trade: Trade, party: int | None, paper: str, day: date) -> None:
    """A shipment; the page that tracks it expires ninety days after delivery."""
    fault, token = trade.fault, None
    delivered = min(day + timedelta(days=3), draft.today)
    if not draft.ended(delivered, "P90D"):
        token = f"trk-{draft.next('parcel'):07}"
    elif fault is None and not trade.archived and draft.chance(0.05):
        token, fault = f"trk-{draft.next('parcel'):07}", Fault("overdue", "SMA-4c-3")
    draft.add(
        "archive" if trade.archived else "erp",
        "shipment",
        fault,
        party_id=party or 0,
        order_number=paper,
        customer_number=trade.number,
        recipient=trade.who.name,
        address=trade.who.address,
        tracking_token=token,
        carrier=draft.random.choice(CARRIERS),
        shipped_on=day,
        delivered_on=delivered,
        **trade.kept,
    )


def _letters(draft: Draft, trade: Trade, began: date) -> None:
    letters = [(began, "inbound", False), (began, "outbound", False)]
    letters += [(draft.between(began, trade.end), "inbound", False) for _ in range(2)]
    letters.append((draft.between(trade.end, draft.today), "outbound", False))
    archived_end = trade.end if trade.archived else None
    thread(
        draft, trade.who, "customer", trade.number, letters, trade.fault, archived_end=archived_end
    )


def _lots(draft: Draft, trade: Trade) -> None:
    """Which lots went to the customer: kept ten years after the last device was placed."""
    lot = draft.random.randint(1, LOTS)
    placed = next(row for row in draft.rows["erp", "lot"] if row["id"] == lot)
    last, implantable = placed["last_placed_on"], placed["last_implantable_placed_on"]
    over = last is not None and draft.let_go(last, "P10Y")
    if implantable is not None:
        over = over and draft.let_go(implantable, "P15Y")
    draft.add(
        "erp",
        "lot_movement",
        Fault("overdue", "SMA-2a-16") if over else None,
        lot_id=lot,
        customer_number=trade.number,
        quantity=2,
        moved_on=trade.ordered[0],
    )


def lots(draft: Draft) -> None:
    """Lots of products: most still sold, a few whose last device was placed over ten years ago."""
    for serial in range(LOTS):
        old = serial % 13 == 12
        last = draft.ago(4_400, 3_700) if old else draft.ago(900, 30) if serial % 3 == 0 else None
        implantable = serial % 5 == 0
        draft.add(
            "erp",
            "lot",
            number=f"L{serial + 1:04}",
            product=PRODUCTS[serial % len(PRODUCTS)],
            implantable=implantable,
            last_placed_on=last,
            last_implantable_placed_on=last if implantable else None,
        )
