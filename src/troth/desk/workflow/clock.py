"""The clock of a request: the law's deadline, its stops and its extension, at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from troth.desk.workflow.model import Clock
from troth.law.calendar import day_of
from troth.law.deadlines import Stop, extended, stopped_deadline
from troth.ledger.requests import Request
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy


def clock_of(
    request: Request,
    policy: Policy,
    now: datetime,
    *,
    right: str,
    categories: Sequence[str] = (),
    old_file: bool = False,
    stops: Sequence[Stop] = (),
    until: date | None = None,
    answered: datetime | None = None,
) -> Clock:
    """Until when a request is answered. `until`: the day to which it was put off. `answered`: when
    the answer left; what left in time is never late.

    What was told at receipt stays the day, unless the right turned out to be another, the clock
    stood still, or some data has a term of its own.
    """
    zone = policy.zoneinfo
    terms = answer_terms(policy, right, categories, old_file=old_file)
    day, holidays = day_of(request.received_at, zone), holidays_of(policy)
    found = stopped_deadline(day, terms, holidays, stops)
    running = next((stop.asked for stop in stops if stop.answered is None), None)
    if found is None:
        return Clock(None, None, "", running, extended=until is not None)
    due, told = found.due, request.answer_by
    if right == request.right and not categories and not stops:
        due = told
    if until is not None:
        longest = extended(day, terms, holidays, stops)
        due = until if longest is None else max(until, due)
    end = now if answered is None else answered
    return Clock(
        due=due,
        aim=min(found.aim, due) if until is None else due,
        term=found.term.source,
        stopped_since=running,
        extended=until is not None,
        late=day_of(end, zone) > due,
    )


def longest_term(
    request: Request, policy: Policy, right: str, categories: Sequence[str], stops: Sequence[Stop]
) -> date | None:
    """The latest day to which the answer can be put off; None where nothing makes it longer."""
    terms = answer_terms(policy, right, categories)
    day = day_of(request.received_at, policy.zoneinfo)
    found = extended(day, terms, holidays_of(policy), stops)
    return None if found is None else found[0]
