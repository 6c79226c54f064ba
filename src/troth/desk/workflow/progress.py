"""Where a request stands: a pure fold of its events, without a clock or a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.desk.workflow.ahead import next_steps, owed_of, stage_of, turn_of
from troth.desk.workflow.clock import clock_of
from troth.desk.workflow.fold import Fold, lifting_of, take, told_by
from troth.desk.workflow.model import Progress
from troth.law.calendar import day_of
from troth.law.deadlines import Stop, prompt
from troth.ledger.notices import RecipientNotice
from troth.ledger.requests import Request
from troth.policy.model import Policy


def progress_of(
    request: Request,
    policy: Policy,
    now: datetime,
    *,
    notices: Sequence[RecipientNotice] = (),
) -> Progress:
    """Where a request stands at an instant, by its events up to then.

    `notices`: what recipients were told for its acts, where that is known.
    """
    fold = Fold(request.right)
    for event in request.events:
        if event.at <= now:
            take(fold, event)
    stops = _stops(fold, request, policy)
    clock = clock_of(
        request,
        policy,
        now,
        right=fold.right,
        categories=fold.categories,
        old_file=fold.old_file,
        stops=stops,
        until=fold.until,
        answered=_answered_at(fold),
    )
    told = [notice for notice in notices if notice.act in fold.acts and not notice.settled]
    owed = () if fold.closed else tuple(owed_of(fold, unsettled=bool(told)))
    stage = stage_of(fold, owed)
    return Progress(
        number=request.number,
        right=fold.right,
        stage=stage,
        turn=turn_of(fold, stage, owed),
        clock=clock,
        identity=fold.identity,
        question=fold.question,
        acts=tuple(fold.acts),
        decision=fold.decision,
        plan=fold.plan,
        executed=fold.executed,
        withdrawn=fold.withdrawn,
        categories=fold.categories,
        stops=stops,
        run=fold.run,
        package=fold.package,
        directive=fold.directive,
        order=fold.order,
        receiver=fold.receiver,
        tasks=tuple(fold.tasks.values()),
        letters=tuple(fold.letters),
        away=None if fold.executed or fold.closed else fold.away,
        lifting=lifting_of(fold),
        lifted_at=fold.lifted_at,
        owed=owed,
        next=tuple(next_steps(fold, request, stage, owed)),
    )


def _stops(fold: Fold, request: Request, policy: Policy) -> tuple[Stop, ...]:
    """The stops of the clock: questions that were asked without undue delay."""
    zone = policy.zoneinfo
    since = day_of(request.received_at, zone)
    found: list[Stop] = []
    for asked_at, answered_at in fold.stops:
        asked = day_of(asked_at, zone)
        answered = None if answered_at is None else day_of(answered_at, zone)
        if prompt(since, asked):
            found.append(Stop(asked, answered))
        since = answered or since
    return tuple(found)


def _answered_at(fold: Fold) -> datetime | None:
    return next((one.sent_at for one in told_by(fold, "answer")), None)
