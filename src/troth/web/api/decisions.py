"""Decisions: may these data be used so? One question, or many as of one instant."""

from __future__ import annotations

from fastapi import APIRouter

from troth.errors import Refused
from troth.grounds.use import Answer, Known, Question
from troth.web.api.bodies import Asked, Decided, DecidedMany, Decision, Ground, Many, Missing
from troth.web.api.call import Call, needs

router = APIRouter(tags=["decisions"])
_ASKS = needs("may:read")


@router.post("/may")
def may(body: Asked, call: Call = _ASKS) -> Decided:
    """One decision, with its ground or everything that is missing."""
    (answer,) = _answers([body], call)
    return Decided(at=call.now, **vars(_decision(answer)))


@router.post("/may/many")
def may_many(body: Many, call: Call = _ASKS) -> DecidedMany:
    """Many decisions as of one instant, in the order of the questions."""
    answers = _answers(body.questions, call)
    return DecidedMany(at=call.now, decisions=[_decision(answer) for answer in answers])


def _answers(asked: list[Asked], call: Call) -> list[Answer]:
    known = [_known(one, call) for one in asked]
    return call.desk.answers([_question(one) for one in asked], known, call.now)


def _known(asked: Asked, call: Call) -> Known | None:
    said = asked.known
    if said is None:
        return None
    for name in (*said.true, *said.false):
        if name not in call.desk.policy.conditions:
            known = sorted(call.desk.policy.conditions)
            raise Refused(
                "question-incomplete",
                "the policy has no such condition",
                help=f"it has {', '.join(known) or 'none'}",
            )
    return Known(
        true=frozenset(said.true),
        false=frozenset(said.false),
        birth=said.birth,
        accepted=said.accepted,
        informed=said.informed,
        collected=said.collected,
    )


def _question(asked: Asked) -> Question:
    if (asked.purpose is None) == (asked.case is None):
        raise Refused(
            "question-incomplete",
            "a question names either a purpose or a case",
            help="a hold is a ground for its case alone",
        )
    return Question(
        asked.purpose,
        asked.category,
        tuple(one.identifier() for one in asked.person),
        asked.recipient,
        asked.country,
        asked.role,
        asked.region,
        place=asked.place,
        table=asked.table,
        case=asked.case,
    )


def _decision(answer: Answer) -> Decision:
    ground = answer.ground
    return Decision(
        allowed=answer.allowed,
        ground=None
        if ground is None
        else Ground(
            activity=ground.activity,
            basis=ground.basis,
            article=ground.article,
            clauses=list(ground.clauses),
            case=ground.hold,
        ),
        missing=[
            Missing(
                code=part.code,
                message=part.words,
                article=part.article,
                clauses=list(part.clauses),
            )
            for part in answer.missing
        ],
    )
