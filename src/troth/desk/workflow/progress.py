"""Where a request stands: a pure fold of its events, without a clock or a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from troth.desk.workflow.clock import clock_of
from troth.desk.workflow.model import (
    Away,
    Decided,
    Identity,
    Item,
    Letter,
    LetterKind,
    Lifting,
    Owed,
    Planned,
    Progress,
    Question,
    Stage,
    Step,
    Task,
    Turn,
    Way,
)
from troth.law.calendar import day_of
from troth.law.deadlines import Stop, prompt
from troth.ledger.notices import RecipientNotice
from troth.ledger.requests import Request, RequestEvent
from troth.policy.model import Policy

DIRECTIVES = "directives-after-death"
HAND_OVER = "hand-over"
"""What goes to somebody after a death, by a wish or to settle the estate (Loi 78-17, art. 85)."""
DONE_BY_RECORDING = ("withdrawal", DIRECTIVES, "human-decision", "account-closure", "death")
"""What changes no data by itself: it is a consent, a wish, a day, or a task for somebody."""
OF_ITSELF = ("opt-out", "restriction", HAND_OVER, *DONE_BY_RECORDING)
"""What takes effect as soon as it is known (Art. 7(3), 18, 21(3), 22(3); Loi 78-17, art. 85): there
is nothing to decide."""
WITHOUT_IDENTITY = ("opt-out",)
"""What is done for whoever asks: it takes nothing from anybody but advertisements."""
PACKAGED = ("access", "portability", HAND_OVER)
BY_ACTS = ("erasure", "objection", "opt-out")
"""What is carried out by a plan of the engine of retention."""
PLANNED = (*BY_ACTS, "rectification", "restriction")
"""What is carried out by a plan that is shown first."""
ELSEWHERE = ("rectification", "restriction")
"""What may also have been carried out by a command of its own, and is noted then."""


@dataclass
class _Fold:
    """What the events read so far come to."""

    right: str
    identity: Identity = field(default_factory=Identity)
    question: Question | None = None
    stops: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    last_word: datetime | None = None
    acts: list[str] = field(default_factory=list)
    categories: tuple[str, ...] = ()
    old_file: bool = False
    decision: Decided | None = None
    until: date | None = None
    plan: Planned | None = None
    executed: bool = False
    run: str | None = None
    package: str | None = None
    directive: str | None = None
    order: str | None = None
    receiver: str = ""
    tasks: dict[str, Task] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    withdrawn: bool = False
    away: Away | None = None
    lifting: Lifting | None = None
    lifted_at: datetime | None = None
    closed: bool = False


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
    fold = _Fold(request.right)
    for event in request.events:
        if event.at <= now:
            _take(fold, event)
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
    owed = () if fold.closed else tuple(_owed(fold, unsettled=bool(told)))
    stage = _stage(fold, owed)
    return Progress(
        number=request.number,
        right=fold.right,
        stage=stage,
        turn=_turn(fold, stage, owed),
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
        lifting=_lifting(fold),
        lifted_at=fold.lifted_at,
        owed=owed,
        next=tuple(_next(fold, request, stage, owed)),
    )


def _take(fold: _Fold, event: RequestEvent) -> None:
    """One event more."""
    detail = event.detail
    match event.kind:
        case "code-asked":
            _asked(fold, "code", event)
            fold.identity = replace(fold.identity, on_file=detail.get("to") == "on-file")
        case "document-asked":
            _asked(fold, "document", event)
        case "code-spent":
            fold.identity = replace(fold.identity, asked=None)
            _answered(fold, event.at)  # it is the desk's turn to ask again
        case "document-received":
            documents = (*fold.identity.documents, detail["document"])
            fold.identity = replace(fold.identity, asked=None, documents=documents)
            _answered(fold, event.at)
        case "identity-accepted":
            way: Way = detail["way"]  # type: ignore[assignment]  # as it was recorded
            known = way == "address" or (way == "code" and fold.identity.on_file)
            reason = detail.get("reason", "")
            fold.identity = Identity(True, way, reason=reason, on_file=known)
            _answered(fold, event.at)
        case "clarification-asked":
            scope = detail["about"] == "scope"
            about: Literal["scope", "wish"] = "scope" if scope else "wish"
            fold.question = Question(about, detail["question"], event.at)
            if scope and not _standing(fold):
                fold.stops.append((event.at, None))
        case "clarified":
            if fold.question is not None:
                fold.question = replace(fold.question, answer=detail.get("answer", ""))
            fold.right = detail.get("right", fold.right)
            _answered(fold, event.at)
        case "right-corrected":
            fold.right = detail.get("right", fold.right)
            fold.acts, fold.categories, fold.old_file = [], (), False
        case "act-recorded":
            fold.acts += [detail["act"]] if detail.get("act") else []
            fold.directive = detail.get("directive")
            fold.order = detail.get("order")
            fold.receiver = detail.get("receiver", "")
            fold.categories = tuple(detail.get("categories", "").split())
            fold.old_file = detail.get("old_file") == "yes"
        case "decided":
            fold.decision = _decided(event)
            fold.plan = None
        case "returned":
            fold.decision = fold.plan = None
        case "approved":
            _approved(fold, event)
        case "extended":
            fold.until = date.fromisoformat(detail["until"])
        case "planned":
            wanted = detail.get("approval") == "wanted"
            fold.plan = Planned(
                detail["plan"],
                detail["document"],
                detail.get("kept"),
                event.done_by,
                wanted,
                values=detail.get("values"),
            )
        case "executed":
            fold.executed, fold.run = True, detail.get("run")
            fold.plan = replace(fold.plan, values=None) if fold.plan is not None else None
        case "execution-waits":
            since = event.at if fold.away is None else fold.away.since
            rows = int(detail.get("rows", "0"))
            place, why = detail.get("place", ""), detail.get("why", "")
            fold.away = Away(since, event.at, place, why, rows)
        case "package-made":
            fold.executed, fold.package = True, detail["document"]
        case "task-opened":
            task = Task(detail["task"], detail["place"], detail["what"], event.at, event.done_by)
            fold.tasks[task.id] = task
        case "task-done":
            fold.tasks[detail["task"]] = replace(
                fold.tasks[detail["task"]],
                done_at=event.at,
                done_by=event.done_by,
                said=detail.get("said", ""),
                proof=detail.get("proof"),
            )
        case "letter-written":
            kind: LetterKind = detail["letter"]  # type: ignore[assignment]  # as it was recorded
            how: Literal["mail", "post"] = "post" if detail["way"] == "post" else "mail"
            letter = Letter(kind, detail["document"], how, event.at, event.done_by)
            fold.letters.append(letter)
        case "letter-sent":
            fold.letters = [
                replace(one, sent_at=event.at)
                if one.document == detail["document"] and one.sent_at is None
                else one
                for one in fold.letters
            ]
        case "lift-decided" | "lift-approved" | "lift-returned" | "lift-halted" | "lifted":
            _lift(fold, event)
        case "closed":
            fold.closed = True
        case "withdrawn":
            fold.withdrawn = True
            _answered(fold, event.at)
        case "word-added":
            if fold.question is not None and fold.question.answer is None:
                fold.question = replace(fold.question, heard=True)
                _answered(fold, event.at)
        case _:
            pass  # it is told, and moves nothing


def _lift(fold: _Fold, event: RequestEvent) -> None:
    """A step on the way on which a restriction ends."""
    detail = event.detail
    named = detail.get("earliest")
    earliest = date.fromisoformat(named) if named else None
    match event.kind:
        case "lift-decided":
            fold.lifting = Lifting(
                event.done_by,
                event.at,
                detail.get("reason", ""),
                detail.get("wish", ""),
                approval_wanted=detail.get("approval") == "wanted",
                earliest=earliest,
            )
        case "lift-approved" if fold.lifting is not None:
            fold.lifting = replace(fold.lifting, approved_by=event.done_by, earliest=earliest)
        case "lift-halted" if fold.lifting is not None:
            fold.lifting = replace(fold.lifting, kept=int(detail.get("rows", "0")))
        case "lift-returned":
            fold.lifting = None
        case "lifted":
            fold.lifting, fold.lifted_at = None, event.at


def _lifting(fold: _Fold) -> Lifting | None:
    """The end of a restriction under way, with the instant at which the person heard of it."""
    if fold.lifting is None:
        return None
    told = [
        one.sent_at
        for one in fold.letters
        if one.kind == "lifting" and one.sent_at and one.written_at >= fold.lifting.at
    ]
    return replace(fold.lifting, told_at=told[-1] if told else None)


def _asked(fold: _Fold, what: str, event: RequestEvent) -> None:
    fold.identity = replace(
        fold.identity,
        asked="code" if what == "code" else "document",
        asked_at=event.at,
        reason=event.detail.get("reason", ""),
    )
    if not _standing(fold):
        fold.stops.append((event.at, None))


def _standing(fold: _Fold) -> bool:
    return bool(fold.stops) and fold.stops[-1][1] is None


def _answered(fold: _Fold, at: datetime) -> None:
    fold.last_word = at
    if _standing(fold):
        fold.stops[-1] = (fold.stops[-1][0], at)


def _decided(event: RequestEvent) -> Decided:
    items = tuple(
        Item(
            one["outcome"],
            tuple(one.get("activities", ())),
            one.get("ground"),
            one.get("reason", ""),
            one.get("case"),
            tuple(one.get("before", ())),
            one.get("proof", ""),
        )
        for one in json.loads(event.detail["items"])
    )
    return Decided(
        event.done_by,
        event.at,
        items,
        approval_wanted=event.detail.get("approval") == "wanted",
        of_itself=event.detail.get("of_itself") == "yes",
    )


def _approved(fold: _Fold, event: RequestEvent) -> None:
    if event.detail["what"] == "plan" and fold.plan is not None:
        fold.plan = replace(fold.plan, approved_by=event.done_by)
    elif event.detail["what"] == "decision" and fold.decision is not None:
        fold.decision = replace(fold.decision, approved_by=event.done_by)


def _stops(fold: _Fold, request: Request, policy: Policy) -> tuple[Stop, ...]:
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


def _answered_at(fold: _Fold) -> datetime | None:
    return next((one.sent_at for one in _told(fold, "answer")), None)


def _told(fold: _Fold, *kinds: LetterKind) -> list[Letter]:
    """Letters of these kinds that have left, and tell the decision as it stands."""
    since = fold.decision.at if fold.decision is not None else None
    return [
        one
        for one in fold.letters
        if one.kind in kinds and one.sent_at and (since is None or one.written_at >= since)
    ]


def _owed(fold: _Fold, *, unsettled: bool) -> list[Owed]:
    """What is still to be done, in the order in which it comes."""
    found: list[Owed] = []
    if fold.withdrawn:
        return ["task"] if any(task.open for task in fold.tasks.values()) else []
    unidentified = fold.identity.way == "unidentified"
    if not fold.identity.accepted and fold.right not in WITHOUT_IDENTITY:
        found.append("identity")
    if not unidentified:
        decision = fold.decision
        if decision is None:
            found += ["decision"] if fold.acts else ["act", "decision"]
        elif not decision.final:
            found.append("approval")
        if decision is not None and _to_tell(fold, decision):
            found.append("refusal")
        if not fold.executed and (decision is None or _to_execute(fold, decision)):
            found.append("execution")
    if any(task.open for task in fold.tasks.values()):
        found.append("task")
    if unsettled:
        found.append("recipient")
    if not _told(fold, "answer"):
        found.append("answer")
    return found


def _to_execute(fold: _Fold, decision: Decided) -> bool:
    return fold.right not in DONE_BY_RECORDING and decision.outcome != "refused"


def _to_tell(fold: _Fold, decision: Decided) -> bool:
    """Whether a part was refused of which the person has not heard: nothing is carried out before,
    because until then the whole of it waits. What is refused as a whole is told by the answer."""
    if decision.outcome != "partly" or not decision.final:
        return False
    return not _told(fold, "decision", "answer")


def _stage(fold: _Fold, owed: Sequence[Owed]) -> Stage:
    if fold.closed:
        return "closed"
    if "identity" in owed:
        return "identity" if fold.identity.asked or fold.identity.documents else "received"
    if {"act", "decision", "approval"} & set(owed):
        return "decision"
    if {"execution", "task"} & set(owed):
        return "execution"
    return "answer"


def _turn(fold: _Fold, stage: Stage, owed: Sequence[Owed]) -> Turn:
    question = fold.question
    asked = question is not None and question.answer is None and not question.heard
    match stage:
        case "closed" if fold.lifting is not None:
            return "desk" if fold.lifting.final else "approver"
        case "closed":
            return "nobody"
        case "identity" if fold.identity.asked:
            return "person"
        case "received" | "decision" if asked:
            return "person"
        case "decision" if "approval" in owed:
            return "approver"
        case "execution" if fold.plan is not None and _unapproved(fold.plan):
            return "approver"
        case "answer" if tuple(owed) == ("recipient",):
            return "recipient"
    return "desk"


def _unapproved(plan: Planned) -> bool:
    return plan.approval_wanted and plan.approved_by is None


def _next(fold: _Fold, request: Request, stage: Stage, owed: Sequence[Owed]) -> list[Step]:
    """The steps that may be taken now."""
    if stage == "closed":
        return _afterwards(fold)
    steps: list[Step] = []
    if "identity" in owed:
        steps += _of_identity(fold.identity)
    if not fold.acts and fold.decision is None:
        waits = fold.question is not None and fold.question.answer is None
        steps.append("clarified" if waits else "clarify")
        if "identity" not in owed and not waits and fold.identity.way != "unidentified":
            steps.append("record-act")
    steps += _of_decision(fold, owed)
    steps += ["correct-right"] if fold.decision is None and not fold.withdrawn else []
    if fold.until is None and not any(one.kind == "answer" for one in fold.letters):
        steps.append("extend")
    steps.append("open-task")
    steps += ["finish-task"] if "task" in owed else []
    steps += ["acknowledge"] if "recipient" in owed else []
    # a page that came with a form is its writer's; a new link is for who has none, or lost it
    steps += ["give-page"] if fold.identity.accepted and request.link is None else []
    steps.append("write-letter")
    steps += _of_lifting(fold)
    steps += ["send-letter"] if any(one.sent_at is None for one in fold.letters) else []
    steps += ["close"] if not owed else []
    return steps


def _afterwards(fold: _Fold) -> list[Step]:
    """What may still be done once a request is closed: a restriction lasts longer than its answer.

    A letter that was written before and has not left may leave.
    """
    steps = _of_lifting(fold)
    by_hand = fold.lifted_at is not None and any(task.open for task in fold.tasks.values())
    steps += ["finish-task"] if by_hand else []
    steps += ["send-letter"] if any(one.sent_at is None for one in fold.letters) else []
    return steps


def _of_lifting(fold: _Fold) -> list[Step]:
    """How a restriction ends: decided, approved where two people are wanted, told, lifted."""
    if fold.right != "restriction" or not fold.executed or fold.lifted_at is not None:
        return []
    if fold.lifting is None:
        return ["decide-lifting"]
    return (
        ["lift", "return-lifting"] if fold.lifting.final else ["approve-lifting", "return-lifting"]
    )


def _of_identity(identity: Identity) -> list[Step]:
    steps: list[Step] = ["ask-code", "accept-identity", "ask-document"]
    steps += ["show-code"] if identity.asked == "code" else []
    steps += ["take-document"] if identity.asked == "document" else []
    steps += ["look-at-document"] if identity.documents else []
    return steps


def _of_decision(fold: _Fold, owed: Sequence[Owed]) -> list[Step]:
    if fold.decision is None:
        return ["decide"] if "identity" not in owed and fold.acts else []
    if "approval" in owed:
        return ["approve", "return"]
    if "execution" not in owed or "refusal" in owed:
        return []
    if fold.right in PACKAGED:
        return ["make-package"]
    if fold.right not in PLANNED:
        return ["execute"]
    if fold.plan is None:
        return ["plan", "execute"] if fold.right in ELSEWHERE else ["plan"]
    return ["approve", "plan"] if _unapproved(fold.plan) else ["execute", "plan"]
