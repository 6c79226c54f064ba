"""Accounts of the shop: in use, forgotten, closed; and those of staff and tests."""

from __future__ import annotations

from datetime import date

from troth.demo.draft import Draft, Fault, noon
from troth.demo.people import Human, human

IDLE_DAYS = 1_096  # three years at the most


def account(draft: Draft, who: Human, number: str | None, began: date) -> int | None:
    """An account and its address; None where it is gone as promised.

    One in eight was not used for over three years, one in twenty was closed; half of these stay.
    """
    chance = draft.random.random()
    login, closed = draft.between(max(began, draft.today.replace(day=1)), draft.today), None
    fault = None
    if chance < 0.12 and (draft.today - began).days > IDLE_DAYS + 30:
        login = draft.between(began, draft.ago(IDLE_DAYS + 20, IDLE_DAYS + 5))
        fault = Fault("overdue", "SMA-3-26")
    elif chance > 0.95:
        closed, fault = draft.between(login, draft.today), Fault("overdue", "SMA-2c-5")
    if fault is not None and draft.chance(0.5):
        return None
    return _add(draft, who, number, began, login, closed, fault)


def _add(
    draft: Draft,
    who: Human,
    number: str | None,
    began: date,
    login: date | None,
    closed: date | None,
    fault: Fault | None,
    *,
    staff: bool = False,
    test: bool = False,
) -> int:
    key = draft.add(
        "shop",
        "account",
        fault,
        email=who.email,
        full_name=who.name,
        phone=who.phone,
        profession=who.profession,
        customer_number=number,
        password_hash="scrypt$made-up",
        created_on=began,
        terms_accepted_on=began,
        last_login_at=noon(login) if login is not None else None,
        closed_on=closed,
        is_staff=staff,
        is_test=test,
    )
    draft.add(
        "shop",
        "address",
        fault,
        account_id=key,
        street=who.street,
        postcode=who.postcode,
        city=who.city,
        country="FR",
    )
    return key


def house_accounts(draft: Draft) -> None:
    """Staff and test accounts, silent for years: no person's promise concerns them."""
    for serial in range(6):
        who = human(draft.next("human"), draft.random)
        began = draft.ago(3_000, 2_500)
        _add(draft, who, None, began, began, None, None, staff=serial < 4, test=serial >= 4)
