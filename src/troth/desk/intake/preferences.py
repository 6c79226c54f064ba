"""What people want and do not want, by the link of a mail: consents, withdrawals and opt-outs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Literal

from troth.datamap.model import DataMap
from troth.desk.told.suppression import consent_and_suppress, record_and_suppress
from troth.grounds.facts import Act, ConsentFact, Identifier
from troth.ledger.acts import opt_outs_of
from troth.ledger.consents import read_consents
from troth.ledger.desk_key import keys_of
from troth.ledger.ledger import Ledger
from troth.ledger.scope import parse_person
from troth.ledger.session import Reading, Writing
from troth.policy.choices import Offered, choices_of
from troth.policy.model import Policy
from troth.postbox.content import Preferences
from troth.postbox.seal import SealError
from troth.postbox.standing import Noted
from troth.postbox.tokens import subject_of

State = Literal["yes", "no", "unsaid"]
BY = "portal"


def take(
    ledger: Ledger,
    policy: Policy,
    datamap: DataMap,
    key: bytes,
    said: Preferences,
    at: datetime,
    now: datetime,
) -> Noted | None:
    """Records what a letter changes, as of `at`; what now stands of what it says. None for a forged
    token.

    Nothing else that stands is told: whoever was forwarded a mail has its link too.

    What stands already is not recorded again, so that a letter taken twice changes nothing.
    """
    person = None
    for one in keys_of(key):
        with suppress(SealError):
            person = parse_person(subject_of(said.token, one, policy.organisation))
            break
    if person is None:
        return None
    offered = choices_of(policy)
    with ledger.writing(policy.organisation) as writing:
        wanted = _wanted(said, offered, standing(writing, person, offered, now))
        facts = [
            ConsentFact(
                person, one.consent, "given" if wanted[one.id] == "yes" else "withdrawn", at
            )
            for one in offered
            if one.id in wanted and one.consent is not None
        ]
        acts = _opt_outs(writing, said, offered, wanted, person, at)
        if facts:
            consent_and_suppress(writing, facts, policy, datamap, by=BY, at=now)
        if acts:
            record_and_suppress(writing, acts, policy, datamap, by=BY, at=now)
        stands = standing(writing, person, offered, now)
    told = {one: stands[one] for one in stands if one in _answered(said, offered)}
    return Noted(choices=told, unsubscribed=said.unsubscribe)


def standing(
    reading: Reading, person: Identifier, offered: tuple[Offered, ...], now: datetime
) -> dict[str, State]:
    """What a person said last to each choice."""
    said = sorted(read_consents(reading, now, person), key=lambda fact: fact.at)
    newest = {fact.consent: fact.state for fact in said}
    states: dict[str, State] = {}
    out = opt_outs_of(reading, person)
    for one in offered:
        if one.consent is not None:
            state = newest.get(one.consent)
            states[one.id] = "unsaid" if state is None else "yes" if state == "given" else "no"
        else:
            against = any(not named or one.activity in named for named in out)
            states[one.id] = "no" if against else "unsaid"
    return states


def _answered(said: Preferences, offered: tuple[Offered, ...]) -> frozenset[str]:
    """The choices of which a letter says something."""
    sold = (one.id for one in offered if one.marketing and said.unsubscribe)
    return frozenset({*said.answers, *sold})


def _wanted(
    said: Preferences, offered: tuple[Offered, ...], stands: Mapping[str, State]
) -> dict[str, State]:
    """What changes: whoever unsubscribes says no to all marketing."""
    wanted: dict[str, State] = {}
    for one in offered:
        answer = "no" if said.unsubscribe and one.marketing else said.answers.get(one.id)
        if answer == "no" and stands[one.id] != "no":
            wanted[one.id] = "no"
        if answer == "yes" and stands[one.id] != "yes" and one.may_give:
            wanted[one.id] = "yes"
    return wanted


def _opt_outs(
    writing: Writing,
    said: Preferences,
    offered: tuple[Offered, ...],
    wanted: Mapping[str, State],
    person: Identifier,
    at: datetime,
) -> list[Act]:
    """One opt-out of everything for whoever unsubscribes, else one for the activities named."""
    if said.unsubscribe:
        done = any(not named for named in opt_outs_of(writing, person))
        return [] if done else [Act("", "opt-out", (person,), at)]
    named = tuple(one.activity for one in offered if one.activity is not None and one.id in wanted)
    return [Act("", "opt-out", (person,), at, activities=named)] if named else []
