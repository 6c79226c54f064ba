"""What is handed over after a death goes its own way to the end, as a request does.

Each order opens a request: its package is made, laid ready and told by the steps of every package,
within the time that any answer has. What the same wish erases is recorded once all of it was
handed over, and not before: an erasure ends grounds from the instant at which it is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.datamap.model import DataMap
from troth.desk.directives.erasing import erases, record_erasures
from troth.desk.standing.record import record_event, record_request
from troth.desk.workflow.kinds import HAND_OVER
from troth.desk.workflow.progress import progress_of
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.law.deadlines import deadline
from troth.ledger.acts import find_act
from troth.ledger.directives import HandOver, find_directive, read_hand_overs
from troth.ledger.requests import Request, RequestEvent, find_request, read_requests
from troth.ledger.session import Reading, Writing
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy
from troth.postbox.numbers import number_of


def number_of_order(order: str) -> str:
    """The number of the request that an order opens."""
    return number_of(f"hand-over {order}")


def open_requests(
    writing: Writing,
    policy: Policy,
    orders: Sequence[HandOver],
    *,
    identity: str,
    by: str,
    at: datetime,
) -> tuple[str, ...]:
    """Open the request of each order, for whoever receives; their numbers.

    `identity`: what proved who asks.
    """
    return tuple(_open(writing, policy, one, identity=identity, by=by, at=at) for one in orders)


def _open(
    writing: Writing,
    policy: Policy,
    order: HandOver,
    *,
    identity: str,
    by: str,
    at: datetime,
) -> str:
    number, to = number_of_order(order.id), order.to
    today = day_of(at, policy.zoneinfo)
    names = {"name": to.name} | ({"email": to.contact} if to.contact and "@" in to.contact else {})
    new = Request(
        number=number,
        right=HAND_OVER,
        channel="console",
        received_at=at,
        answer_by=deadline(today, answer_terms(policy, HAND_OVER), holidays_of(policy)).due,
        language=policy.languages[0],
        contact=to.contact or to.name,
        names=names,
        behalf="deceased",
    )
    if not record_request(writing, policy, new, by=by, at=at):
        return number
    recorded = {"act": order.death, "order": order.id, "right": HAND_OVER}
    accepted = {"items": '[{"outcome": "accepted"}]', "of_itself": "yes"}
    for event in (
        RequestEvent("identity-accepted", at, by, {"way": "known", "reason": identity.strip()}),
        RequestEvent("act-recorded", at, by, recorded),
        RequestEvent("decided", at, by, accepted),
    ):
        record_event(writing, policy, number, event)
    return number


def order_named(reading: Reading, name: str) -> HandOver:
    """An order to hand data over; Refused (`unknown-order`)."""
    for one in read_hand_overs(reading):
        if one.id == name:
            return one
    raise Refused(
        "unknown-order",
        f"there is no order '{name}' to hand over",
        help="`troth directive execute` gives an order its name",
    )


def release_erasures(
    writing: Writing, policy: Policy, datamap: DataMap, order: str, *, by: str, now: datetime
) -> tuple[str, ...]:
    """Record what a wish erases, accepted, once all that it hands over was handed over.

    The acts that were recorded now; it is done once.
    """
    mine = order_named(writing, order)
    if mine.directive is None:
        return ()
    orders = [one for one in read_hand_overs(writing, mine.death) if one.directive]
    numbers = [number_of_order(one.id) for one in orders if one.directive == mine.directive]
    requests = read_requests(writing, numbers)
    waits = any(not _handed(one, policy, now) for one in requests)
    wish = find_directive(writing, mine.directive)
    if waits or not erases(wish) or any(_recorded(one) for one in requests):
        return ()
    death = find_act(writing, mine.death, now).act
    reason = f"{wish.id} of {wish.given_at:%Y-%m-%d}: what it hands over was handed over"
    acts = record_erasures(writing, death, wish, policy, datamap, reason, by=by, at=now)
    event = RequestEvent("erasures-recorded", now, by, {"acts": " ".join(acts)})
    record_event(writing, policy, number_of_order(order), event)
    return acts


def erasures_after(reading: Reading, number: str) -> tuple[str, ...]:
    """The erasures that were recorded when a request was the last to hand over."""
    return _recorded(find_request(reading, number))


def _recorded(request: Request) -> tuple[str, ...]:
    return tuple(
        act
        for event in request.events
        if event.kind == "erasures-recorded"
        for act in event.detail["acts"].split()
    )


def _handed(request: Request, policy: Policy, now: datetime) -> bool:
    """The package of an order was made, or nobody wants it any more."""
    found = progress_of(request, policy, now)
    return found.executed or found.withdrawn or found.stage == "closed"


def handed_elsewhere(
    writing: Writing,
    policy: Policy,
    datamap: DataMap,
    order: str,
    run: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """Note that the package of an order was made as files; what waited for it is accepted."""
    for request in read_requests(writing, [number_of_order(order)]):
        if "make-package" in progress_of(request, policy, now).next:
            event = RequestEvent("executed", now, by, {"run": run})
            record_event(writing, policy, request.number, event)
    release_erasures(writing, policy, datamap, order, by=by, now=now)
