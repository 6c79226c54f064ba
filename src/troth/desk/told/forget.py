"""What the ledger itself holds on persons goes at its own end, and the journal says so.

A request's record goes once its period has ended since it was closed. An act that still protects
its person (an opt-out, an objection, a death) goes when the same person's erasure goes: before,
its rows say whom not to use. The keyed hash stays until its own end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from troth.datamap.model import DataMap
from troth.datamap.namespaces import namespaces
from troth.desk.told.disclosures import disclosures_of
from troth.desk.told.known import compared, same_person
from troth.desk.told.own_periods import own_period
from troth.grounds.closing import closed_on as act_closed_on
from troth.grounds.closing import erases_all, protects
from troth.grounds.facts import Identifier
from troth.law.calendar import day_of
from troth.ledger.acts import ActRecord, list_acts
from troth.ledger.breaches import forget_breaches, read_breaches
from troth.ledger.directives import Directive, read_directives
from troth.ledger.documents import delete_packages
from troth.ledger.forget_requests import forget_directives, forget_received, forget_requests
from troth.ledger.holds import open_holds
from troth.ledger.mails import forget_failing, forget_waiting, waiting_mails
from troth.ledger.notices import RecipientNotice, read_notices
from troth.ledger.requests import Request, read_requests
from troth.ledger.session import Writing
from troth.ledger.suppression import forget_suppressions, list_suppressions
from troth.policy.model import Policy


@dataclass(frozen=True)
class Forgotten:
    """How many records of requests, hashes, versions of wishes and breaches went.

    `received`: requests as they came in; `packages`: sealed answers, before their requests;
    `mails`: copies of mails that waited for a look; `addresses`: hashes of those that failed.
    """

    requests: int
    hashes: int
    directives: int
    breaches: int = 0
    received: int = 0
    packages: int = 0
    mails: int = 0
    addresses: int = 0


def forget_ended(writing: Writing, policy: Policy, datamap: DataMap, *, at: datetime) -> Forgotten:
    """Forget what is past its own end on the day of `at`, in the caller's transaction.

    A legal hold on the person keeps the record of their requests.
    """
    received, packages = _received(writing, policy, datamap, at)
    return Forgotten(
        received=received,
        packages=packages,
        requests=_requests(writing, policy, datamap, at),
        hashes=_hashes(writing, policy, at),
        directives=_directives(writing, policy, datamap, at),
        breaches=_breaches(writing, policy, at),
        mails=_mails(writing, policy, datamap, at),
        addresses=_addresses_that_failed(writing, policy, at),
    )


def _hashes(writing: Writing, policy: Policy, at: datetime) -> int:
    period, today = own_period(policy, "suppression-renewed"), day_of(at, policy.zoneinfo)
    ended = [
        one.digest for one in list_suppressions(writing) if period.ended(one.renewed_on, today)
    ]
    return forget_suppressions(writing, ended, reason=_reason(period.rule), at=at) if ended else 0


def _requests(writing: Writing, policy: Policy, datamap: DataMap, at: datetime) -> int:
    period, today = own_period(policy, "request-closed"), day_of(at, policy.zoneinfo)
    notices: dict[str, list[RecipientNotice]] = defaultdict(list)
    for notice in read_notices(writing):
        notices[notice.act].append(notice)
    known = namespaces(datamap)
    held = compared((one for hold in open_holds(writing, at) for one in hold.persons), known)
    over = [
        record.act
        for record in list_acts(writing, at)
        if (closed := closed_on(record, notices[record.act.id], policy, at)) is not None
        and period.ended(closed, today)
        and held.isdisjoint(compared(record.act.persons, known))
    ]
    whole = [person for act in over if erases_all(act, policy, at) for person in act.persons]
    erased = compared(whole, known)
    going = [
        act
        for act in over
        if not protects(act, policy, at) or not erased.isdisjoint(compared(act.persons, known))
    ]
    disclosed = {one.entry for one in disclosures_of(writing, whole, datamap)}
    if not going:
        return 0
    return forget_requests(
        writing, [act.id for act in going], disclosed, reason=_reason(period.rule), at=at
    )


def _received(writing: Writing, policy: Policy, datamap: DataMap, at: datetime) -> tuple[int, int]:
    """Requests as they came in, once their period has ended since they were closed; and before
    them the packages that were sealed for them. A hold on the person keeps both.
    """
    closes, stored = own_period(policy, "request-closed"), own_period(policy, "package-stored")
    zone, today = policy.zoneinfo, day_of(at, policy.zoneinfo)
    known = namespaces(datamap)
    held = compared((one for hold in open_holds(writing, at) for one in hold.persons), known)
    closed = {
        one.number: day_of(_closed_at(one), zone)
        for one in read_requests(writing)
        if not one.open and held.isdisjoint(compared(_addresses(one), known))
    }

    def over(sealed_at: datetime) -> bool:
        return stored.ended(day_of(sealed_at, zone), today)

    packages = delete_packages(writing, list(closed), over, at=at) if closed else 0
    ended = [number for number, day in closed.items() if closes.ended(day, today)]
    if not ended:
        return 0, packages
    return forget_received(writing, ended, reason=_reason(closes.rule), at=at), packages


def _mails(writing: Writing, policy: Policy, datamap: DataMap, at: datetime) -> int:
    """Copies of mails that nobody took for a request; a hold on the sender keeps them.

    The mail itself stays in the mailbox for as long as that is set to keep it.
    """
    period, today = own_period(policy, "mail-set-aside"), day_of(at, policy.zoneinfo)
    known = namespaces(datamap)
    held = compared((one for hold in open_holds(writing, at) for one in hold.persons), known)
    ended = [
        one.number
        for one in waiting_mails(writing)
        if period.ended(day_of(one.received_at, policy.zoneinfo), today)
        and held.isdisjoint(compared((Identifier("email", one.sender),), known))
    ]
    return forget_waiting(writing, ended, reason=_reason(period.rule), at=at) if ended else 0


def _addresses_that_failed(writing: Writing, policy: Policy, at: datetime) -> int:
    period, today = own_period(policy, "address-failed"), day_of(at, policy.zoneinfo)

    def over(last_at: datetime) -> bool:
        return period.ended(day_of(last_at, policy.zoneinfo), today)

    return forget_failing(writing, over, reason=_reason(period.rule), at=at)


def _closed_at(request: Request) -> datetime:
    return next(event.at for event in request.events if event.kind == "closed")


def _addresses(request: Request) -> tuple[Identifier, ...]:
    """The addresses by which a hold may name who wrote."""
    given = (request.contact, *request.names.values())
    return tuple(Identifier("email", text) for text in given if "@" in text)


def closed_on(
    record: ActRecord, notices: Sequence[RecipientNotice], policy: Policy, now: datetime
) -> date | None:
    """The day on which a request was closed; None while anything of it is open.

    It is closed once it is decided, or silence has decided it, and every recipient was told.
    """
    if any(not notice.settled for notice in notices):
        return None
    closed = act_closed_on(record.act, policy, now)
    days = [day_of(notice.events[-1].at, policy.zoneinfo) for notice in notices if notice.events]
    return None if closed is None else max((closed, *days))


def _directives(writing: Writing, policy: Policy, datamap: DataMap, at: datetime) -> int:
    period, today = own_period(policy, "directive-ended"), day_of(at, policy.zoneinfo)
    every = read_directives(writing)
    ended = [
        one.id
        for one in every
        if (end := _ended_at(one, every, datamap)) is not None
        and period.ended(day_of(end, policy.zoneinfo), today)
    ]
    if not ended:
        return 0
    return forget_directives(writing, ended, reason=_reason(period.rule), at=at)


def _breaches(writing: Writing, policy: Policy, at: datetime) -> int:
    period, today = own_period(policy, "breach-closed"), day_of(at, policy.zoneinfo)
    ended = [
        one.id
        for one in read_breaches(writing)
        if not one.open and period.ended(day_of(one.events[-1].at, policy.zoneinfo), today)
    ]
    return forget_breaches(writing, ended, reason=_reason(period.rule), at=at) if ended else 0


def _ended_at(one: Directive, every: Sequence[Directive], datamap: DataMap) -> datetime | None:
    """When a version ended: by itself, or replaced by one that was carried out or revoked."""
    if one.end is not None:
        return one.end.at
    later = [
        other.end.at
        for other in every
        if other.end is not None
        and (other.given_at, other.entry) > (one.given_at, one.entry)
        and same_person(one.persons, other.persons, datamap)
    ]
    return min(later, default=None)


def _reason(rule: str | None) -> str:
    return f"past its end by the rule '{rule}'" if rule else "past its end; the policy has no rule"
