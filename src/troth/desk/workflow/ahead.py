"""What is owed to a person, whose turn it is, and which steps may be taken now."""

from __future__ import annotations

from collections.abc import Sequence

from troth.desk.workflow.fold import Fold, told_by
from troth.desk.workflow.kinds import (
    DONE_BY_RECORDING,
    ELSEWHERE,
    PACKAGED,
    PLANNED,
    WITHOUT_IDENTITY,
)
from troth.desk.workflow.model import Decided, Identity, Owed, Planned, Stage, Step, Turn
from troth.ledger.requests import Request


def owed_of(fold: Fold, *, unsettled: bool) -> list[Owed]:
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
    if not told_by(fold, "answer"):
        found.append("answer")
    return found


def _to_execute(fold: Fold, decision: Decided) -> bool:
    return fold.right not in DONE_BY_RECORDING and decision.outcome != "refused"


def _to_tell(fold: Fold, decision: Decided) -> bool:
    """Whether a part was refused of which the person has not heard: nothing is carried out before,
    because until then the whole of it waits. What is refused as a whole is told by the answer."""
    if decision.outcome != "partly" or not decision.final:
        return False
    return not told_by(fold, "decision", "answer")


def stage_of(fold: Fold, owed: Sequence[Owed]) -> Stage:
    """How far it has come, by what is still owed."""
    if fold.closed:
        return "closed"
    if "identity" in owed:
        return "identity" if fold.identity.asked or fold.identity.documents else "received"
    if {"act", "decision", "approval"} & set(owed):
        return "decision"
    if {"execution", "task"} & set(owed):
        return "execution"
    return "answer"


def turn_of(fold: Fold, stage: Stage, owed: Sequence[Owed]) -> Turn:
    """Who moves next."""
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


def next_steps(fold: Fold, request: Request, stage: Stage, owed: Sequence[Owed]) -> list[Step]:
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


def _afterwards(fold: Fold) -> list[Step]:
    """What may still be done once a request is closed: a restriction lasts longer than its answer.

    A letter that was written before and has not left may leave.
    """
    steps = _of_lifting(fold)
    by_hand = fold.lifted_at is not None and any(task.open for task in fold.tasks.values())
    steps += ["finish-task"] if by_hand else []
    steps += ["send-letter"] if any(one.sent_at is None for one in fold.letters) else []
    return steps


def _of_lifting(fold: Fold) -> list[Step]:
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


def _of_decision(fold: Fold, owed: Sequence[Owed]) -> list[Step]:
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
