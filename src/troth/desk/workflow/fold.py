"""What the events of a request come to, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from troth.desk.workflow.model import (
    Away,
    Decided,
    Identity,
    Item,
    Letter,
    LetterKind,
    Lifting,
    Planned,
    Question,
    Task,
    Way,
)
from troth.ledger.requests import RequestEvent


@dataclass
class Fold:
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


def take(fold: Fold, event: RequestEvent) -> None:
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


def _lift(fold: Fold, event: RequestEvent) -> None:
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


def lifting_of(fold: Fold) -> Lifting | None:
    """The end of a restriction under way, with the instant at which the person heard of it."""
    if fold.lifting is None:
        return None
    told = [
        one.sent_at
        for one in fold.letters
        if one.kind == "lifting" and one.sent_at and one.written_at >= fold.lifting.at
    ]
    return replace(fold.lifting, told_at=told[-1] if told else None)


def _asked(fold: Fold, what: str, event: RequestEvent) -> None:
    fold.identity = replace(
        fold.identity,
        asked="code" if what == "code" else "document",
        asked_at=event.at,
        reason=event.detail.get("reason", ""),
    )
    if not _standing(fold):
        fold.stops.append((event.at, None))


def _standing(fold: Fold) -> bool:
    return bool(fold.stops) and fold.stops[-1][1] is None


def _answered(fold: Fold, at: datetime) -> None:
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


def _approved(fold: Fold, event: RequestEvent) -> None:
    if event.detail["what"] == "plan" and fold.plan is not None:
        fold.plan = replace(fold.plan, approved_by=event.done_by)
    elif event.detail["what"] == "decision" and fold.decision is not None:
        fold.decision = replace(fold.decision, approved_by=event.done_by)


def told_by(fold: Fold, *kinds: LetterKind) -> list[Letter]:
    """Letters of these kinds that have left, and tell the decision as it stands."""
    since = fold.decision.at if fold.decision is not None else None
    return [
        one
        for one in fold.letters
        if one.kind in kinds and one.sent_at and (since is None or one.written_at >= since)
    ]
