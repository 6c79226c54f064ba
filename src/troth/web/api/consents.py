"""Consents and preferences: recorded with their proof, withdrawn, and read back."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from troth.desk.told.consented import Choice, choices_of, consent, is_suppressed
from troth.grounds.facts import ConsentFact
from troth.ledger.consent_proofs import ConsentProof
from troth.ledger.session import Writing
from troth.web.api.bodies import (
    Choices,
    ConsentState,
    ConsentWord,
    NewConsent,
    OfPerson,
    Preferences,
    Proof,
    Recorded,
)
from troth.web.api.call import Call, Key, needs, write_once

router = APIRouter(tags=["consents"])
_WRITES, _READS = needs("consent:write"), needs("consent:read")


@router.post("/consents", status_code=201, response_model=Recorded)
def record_consent(body: NewConsent, key: Key, call: Call = _WRITES) -> JSONResponse:
    """Record a consent given or withdrawn; it binds the very next decision."""
    fact = ConsentFact(body.person.identifier(), body.consent, body.state, body.at or call.now)
    return write_once(call, key, body, lambda writing: _record(call, writing, [fact], body.proof))


@router.post("/preferences", status_code=201, response_model=Recorded)
def record_preferences(body: Choices, key: Key, call: Call = _WRITES) -> JSONResponse:
    """Record several choices of one person, all or none."""
    person, at = body.person.identifier(), body.at or call.now
    facts = [ConsentFact(person, one.consent, one.state, at) for one in body.choices]
    return write_once(call, key, body, lambda writing: _record(call, writing, facts, body.proof))


@router.post("/preferences/state")
def preferences_of(body: OfPerson, call: Call = _READS) -> Preferences:
    """What a person chose, by consent of the policy, and whether they must not be mailed."""
    person, desk = body.person.identifier(), call.desk
    with desk.ledger.reading(desk.organisation) as reading:
        choices = choices_of(reading, person, desk.policy, call.now)
        suppressed = is_suppressed(reading, person, desk.map)
    return Preferences(consents=[_state(choice) for choice in choices], suppressed=suppressed)


def _record(
    call: Call, writing: Writing, facts: Sequence[ConsentFact], proof: Proof | None
) -> Recorded:
    desk = call.desk
    kept = ConsentProof(proof.text, proof.where, proof.how) if proof is not None else None
    count = consent(writing, facts, kept, desk.policy, desk.map, by=call.by, at=call.now)
    return Recorded(recorded=count)


def _state(choice: Choice) -> ConsentState:
    words = [
        ConsentWord(state=fact.state, at=fact.at, by=fact.by, proof=_proof(proof))
        for fact, proof in choice.said
    ]
    since = words[-1].at if words else None
    return ConsentState(consent=choice.consent, state=choice.state, since=since, history=words)


def _proof(proof: ConsentProof | None) -> Proof | None:
    return None if proof is None else Proof(text=proof.words, where=proof.shown_in, how=proof.act)
