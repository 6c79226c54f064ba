"""More time for an answer: two months at most, told with reasons within the first (Art. 12(3))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from troth.desk.rights.receive import deadline_of
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.law.deadlines import Stop, extended
from troth.ledger.acts import ANSWERED, ActRecord
from troth.ledger.extensions import Extension
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy


def extension(
    record: ActRecord,
    policy: Policy,
    *,
    told_at: datetime,
    reason: str,
    by: str,
    now: datetime,
    until: date | None = None,
    stops: Sequence[Stop] = (),
) -> Extension:
    """The extension to record; `until` defaults to the latest day that the terms allow.

    `stops`: while the person was asked something, the clock stood still.

    Refused: `nothing-to-extend`, `extended-before`, `extension-without-reason`,
    `extension-untold`, `extension-too-late` (told after the first term), `extension-not-allowed`
    (a term that nothing makes longer), `extension-too-long`.
    """
    act = record.act
    first = deadline_of(act, policy)
    if first is None or act.answer_by is None or record.verdicts:
        raise Refused(
            "nothing-to-extend",
            f"'{act.id}' waits for no answer",
            help="`troth request show` tells what was decided",
        )
    if record.extension is not None:
        raise Refused(
            "extended-before",
            f"the answer to '{act.id}' was put off before, to {act.answer_by}",
            help="the law allows it once (Art. 12(3))",
        )
    if not reason.strip():
        raise Refused(
            "extension-without-reason",
            "an extension says why: how complex the request is, or how many there are",
            help="add --reason",
        )
    if told_at > now:
        raise Refused(
            "extension-untold",
            "an extension counts once the person has heard of it, with the reasons",
            help="send the letter first, then add --told with the instant",
        )
    told_on = day_of(told_at, policy.zoneinfo)
    late = told_on > act.answer_by or (act.kind not in ANSWERED and told_on == act.answer_by)
    if late:
        raise Refused(
            "extension-too-late",
            f"the person was to hear of it before the first term ended, on {act.answer_by}",
            help="answer now; the delay is yours to explain",
        )
    last = _until(act.answer_by, record, policy, until, stops)
    return Extension(act.id, last, told_at, reason, by)


def _until(
    first: date,
    record: ActRecord,
    policy: Policy,
    until: date | None,
    stops: Sequence[Stop],
) -> date:
    act = record.act
    terms = answer_terms(policy, act.kind, act.categories)
    found = extended(day_of(act.at, policy.zoneinfo), terms, holidays_of(policy), stops)
    if found is None:
        fixed = ", ".join(term.source for term in terms if term.longer is None)
        raise Refused(
            "extension-not-allowed",
            f"nothing makes the term of {fixed} longer",
            help="answer within it",
        )
    latest, term = found
    if until is not None and not first < until <= latest:
        raise Refused(
            "extension-too-long",
            f"the answer can be put off from {first} to {latest} at most ({term.source})",
            place="--until",
            help="name a day between them",
        )
    return until or latest
