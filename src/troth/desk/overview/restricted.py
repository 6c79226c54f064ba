"""What is set aside (Art. 18): each restriction in force, and how near its end is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from troth.desk.workflow.model import Lifting
from troth.desk.workflow.progress import progress_of
from troth.ledger.request_pages import Wanted, count_requests
from troth.ledger.requests import read_requests, requests_of_acts
from troth.ledger.restrictions import InForce, restrictions_in_force, reviews_due
from troth.ledger.session import Reading
from troth.policy.model import Policy

SHOWN = 200
_COUNTED = 1_000


@dataclass(frozen=True)
class SetAside:
    """A restriction in force; `number`: its request, None where it was made by its own command.

    `lifting`: its end, decided and not carried out yet.
    """

    restriction: InForce
    number: str | None = None
    lifting: Lifting | None = None


def set_aside(reading: Reading, policy: Policy, now: datetime) -> tuple[SetAside, ...]:
    """The restrictions in force, the oldest first, at most `SHOWN`."""
    found = restrictions_in_force(reading, most=SHOWN)
    acts = {one.act for one in found if one.act is not None}
    numbers = requests_of_acts(reading, "restriction", acts) if acts else {}
    requests = {one.number: one for one in read_requests(reading, set(numbers.values()))}
    standing = {number: progress_of(one, policy, now).lifting for number, one in requests.items()}
    made = []
    for one in found:
        number = numbers.get(one.act) if one.act is not None else None
        made.append(SetAside(one, number, standing.get(number) if number else None))
    return tuple(made)


def waiting_restrictions(reading: Reading, day: date) -> int:
    """How many wait for somebody: their day of review has come, or their end is decided.

    Those of requests that are open are counted with them, where they wait for a second person.
    """
    turns = ("approver", "desk")
    ends = (Wanted(open=False, turn=turn) for turn in turns)
    return reviews_due(reading, day) + sum(
        count_requests(reading, one, most=_COUNTED) for one in ends
    )
