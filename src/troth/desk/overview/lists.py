"""Lists of requests as a person filters, sorts, pages and names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from troth.errors import Refused
from troth.ledger.request_pages import (
    LONGEST_TEXT,
    ORDERS,
    Listed,
    Order,
    Place,
    Wanted,
    count_requests,
    list_requests,
)
from troth.ledger.session import Reading
from troth.ledger.types import write_instant

PAGE_ROWS = 50
MOST_COUNTED = 1_000  # beyond, a list says "more than"
STATES = ("open", "closed", "all")
FILTERS = ("state", "stage", "right", "channel", "turn", "assigned", "from", "to", "tasks")
"""The names of filters, as an address writes them; `q` is the text that is searched."""
MINE = "me"


@dataclass(frozen=True)
class Asked:
    """What a person asked of the list: filters as they were written, the order, and the place."""

    filters: Mapping[str, str]
    text: str = ""
    order: Order = "due"
    after: Place | None = None
    before: Place | None = None

    def query(self, **other: str) -> dict[str, str]:
        """The address of this list, from its beginning, with other filters instead."""
        found = {name: value for name, value in self.filters.items() if value}
        if self.order != "due":
            found["order"] = self.order
        return {name: value for name, value in {**found, **other}.items() if value}


@dataclass(frozen=True)
class RequestList:
    """One page of a list; `total` is counted up to `MOST_COUNTED`, beyond which `many` is true."""

    asked: Asked
    page: Listed
    total: int

    @property
    def many(self) -> bool:
        return self.total > MOST_COUNTED


def asked_of(query: Mapping[str, str]) -> Asked:
    """What the query of an address asks for; Refused (`unknown-filter`) for a value that is none.

    A filter that is empty is none. Names that are no filters are passed over.
    """
    filters = {name: query[name].strip() for name in FILTERS if query.get(name, "").strip()}
    filters.setdefault("state", "open")
    if filters["state"] not in STATES:
        raise _unknown("state", ", ".join(STATES))
    for name in ("from", "to"):
        if name in filters:
            _day(name, filters[name])
    wanted = query.get("order") or "due"
    order = next((one for one in ORDERS if one == wanted), None)
    if order is None:
        raise _unknown("order", ", ".join(ORDERS))
    return Asked(
        filters,
        text=query.get("q", "").strip()[:LONGEST_TEXT],
        order=order,
        after=_place(query.get("after", ""), order),
        before=_place(query.get("before", ""), order),
    )


def wanted_of(asked: Asked, *, account: str, contacts: bool) -> Wanted:
    """The filters for the ledger; `account` is whose "mine" it is.

    `contacts`: whoever asks may search what people wrote of themselves.
    """
    found = asked.filters
    state = found.get("state", "open")
    assigned = found.get("assigned", "")
    return Wanted(
        open=None if state == "all" else state == "open",
        stage=found.get("stage", ""),
        right=found.get("right", ""),
        channel=found.get("channel", ""),
        turn=found.get("turn", ""),
        assigned=account if assigned == MINE else assigned,
        due_from=_day("from", found["from"]) if "from" in found else None,
        due_to=_day("to", found["to"]) if "to" in found else None,
        tasks=bool(found.get("tasks")),
        text=asked.text,
        contacts=contacts,
    )


def list_of(
    reading: Reading, asked: Asked, wanted: Wanted, *, size: int = PAGE_ROWS
) -> RequestList:
    """The page that was asked for."""
    page = list_requests(
        reading, wanted, asked.order, size=size, after=asked.after, before=asked.before
    )
    return RequestList(asked, page, count_requests(reading, wanted, most=MOST_COUNTED))


def written(place: Place) -> str:
    """A place as an address carries it: a day or an instant, and a number."""
    return f"{place.key}~{place.number}"


def _place(text: str, order: Order) -> Place | None:
    if not text:
        return None
    key, sign, number = text.partition("~")
    try:
        if order.startswith("due"):
            date.fromisoformat(key)
        else:
            _instant(key)
    except ValueError:
        sign = ""
    if not sign or not number:
        raise _unknown("after", "a place that the list itself has written")
    return Place(key, number)


def _instant(key: str) -> None:
    if write_instant(datetime.fromisoformat(key)) != key:
        raise ValueError(key)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unknown(name, "a day, as YYYY-MM-DD") from None


def _unknown(name: str, known: str) -> Refused:
    return Refused("unknown-filter", f"'{name}' has no such value", help=f"it takes {known}")
