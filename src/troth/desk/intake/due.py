"""Until when a request that came in is answered, by whatever channel it came."""

from __future__ import annotations

from datetime import date, datetime

from troth.law.calendar import day_of
from troth.law.deadlines import deadline
from troth.policy.answering import answer_terms, every_answer_term, holidays_of
from troth.policy.model import Policy

UNCLEAR = "unclear"
"""What stands for the right of a request of which nobody knows yet what it asks for."""


def answer_by(policy: Policy, right: str, received_at: datetime) -> date:
    """The last day for the answer; while the right is `UNCLEAR`, by the earliest of all terms."""
    terms = every_answer_term(policy) if right == UNCLEAR else answer_terms(policy, right)
    day = day_of(received_at, policy.zoneinfo)
    return deadline(day, terms, holidays_of(policy)).due
