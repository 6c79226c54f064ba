"""The steps of a breach: each checks what the law asks for, and records one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from troth.desk.accounts.sessions import end_sessions
from troth.desk.breaches.standing import SWISS, Phase, Standing, Terms, standing_of
from troth.errors import Refused
from troth.law.breaches import LETTERS, REQUIRED, Exemption
from troth.ledger.accounts import read_accounts
from troth.ledger.breaches import Breach, BreachEvent, add_event, find_breach
from troth.ledger.session import Writing
from troth.ledger.tokens import read_tokens, revoke_token
from troth.policy.model import Policy


def contact_of(policy: Policy) -> str:
    """Where more can be obtained (Art. 33(3)(b)): the officer, or the first contact."""
    officer = policy.data_protection_officer
    names = list(officer.contacts) if officer is not None else []
    names = names or list(policy.contacts)
    person = officer.name if officer is not None and officer.name else ""
    ways = [
        way
        for name in names[:1]
        for way in (policy.contacts[name].email, policy.contacts[name].phone)
        if way
    ]
    return ", ".join([one for one in (person, *ways) if one])


def terms_of(policy: Policy) -> Terms:
    """What the policy says of every breach."""
    hours = [
        one.within_hours
        for one in policy.commitments
        if one.kind == "breach" and one.told == "controller" and one.within_hours is not None
    ]
    alert = timedelta(hours=min(hours)) if hours else None
    return Terms(contact_of(policy), SWISS in policy.laws, alert)


def look(writing: Writing, breach: str, policy: Policy, now: datetime) -> Standing:
    """What a breach has come to; Refused (`unknown-breach`)."""
    return standing_of(find_breach(writing, breach), terms_of(policy), now)


def note(
    writing: Writing, breach: str, known: Mapping[str, Any], *, by: str, now: datetime
) -> Breach:
    """Record what became known; Refused (`nothing-noted`) for nothing.

    `known` holds fields of `standing.Known`; those of the policy's vocabulary as its names.
    """
    if not known:
        raise Refused(
            "nothing-noted",
            "nothing was given to note",
            help="add --facts, --people, --risk or another; see --help",
        )
    return add_event(writing, breach, BreachEvent("noted", now, by, dict(known)))


def contain(
    writing: Writing, breach: str, what: str, owner: str, *, by: str, now: datetime
) -> Breach:
    """Record a measure that limits the harm, with whom it is for (Art. 33(3)(d))."""
    detail = {"what": what, "owner": owner}
    return add_event(writing, breach, BreachEvent("contained", now, by, detail))


def shut_out(writing: Writing, breach: str, *, by: str, now: datetime) -> Breach:
    """Where ways into the desk were stolen: every session ends, every token of the API is revoked.

    In the caller's transaction, so that the breach is not in the register without it; the measure
    is recorded with its numbers. Ways to sign in stay: `troth account recover` replaces one's.
    """
    sessions = sum(end_sessions(writing, account) for account in read_accounts(writing))
    good = [one for one in read_tokens(writing) if one.revoked_at is None]
    for token in good:
        revoke_token(writing, token.id, at=now)
    writing.append("everybody-signed-out", now, {"sessions": sessions, "breach": breach})
    what = f"desk: {sessions} sessions ended, {len(good)} tokens of the API revoked"
    return contain(writing, breach, what, by, by=by, now=now)


def notify(
    writing: Writing,
    breach: str,
    policy: Policy,
    *,
    authority: str,
    at: datetime,
    phase: Phase,
    reference: str,
    reasons: str,
    by: str,
    now: datetime,
) -> Breach:
    """Record that the authority was notified at `at`, whole or in a phase (Art. 33(1) and (4)).

    One of Switzerland, by its name in the policy, is told under Swiss law, which has no 72 hours.

    Refused: `breach-notified-early`; `breach-late-without-reasons` after the 72 hours;
    `breach-incomplete` where a complete notification lacks something of Art. 33(3).
    """
    standing = look(writing, breach, policy, now)
    swiss = SWISS in policy.laws and authority in _swiss(policy)
    if not standing.clock.aware <= at <= now:
        raise Refused(
            "breach-notified-early",
            "a notification lies between awareness of the breach and now",
            help="write the instant with its offset, like 2026-06-03T16:30+02:00",
        )
    if not swiss and standing.clock.late(at) and not standing.notified and not reasons.strip():
        raise Refused(
            "breach-late-without-reasons",
            f"the 72 hours ended at {standing.clock.ends:%Y-%m-%d %H:%M} UTC",
            help="say why it is late with --reasons (Art. 33(1))",
        )
    if phase == "complete" and standing.missing:
        raise Refused(
            "breach-incomplete",
            "a complete notification lacks "
            + ", ".join(f"{one} ({REQUIRED[one]})" for one in standing.missing),
            help="note what is missing, or notify in phases with --phase first (Art. 33(4))",
        )
    detail = {"authority": authority, "phase": phase, "reference": reference, "reasons": reasons}
    if swiss:
        detail["law"] = SWISS
    record = add_event(writing, breach, BreachEvent("notified", now, by, detail | {"at": _i(at)}))
    return record


def excuse(
    writing: Writing, breach: str, exemption: Exemption, reason: str, *, by: str, now: datetime
) -> Breach:
    """Record why persons are not told one by one (Art. 34(3)); it says which letter, and why."""
    detail = {"exemption": exemption, "article": LETTERS[exemption], "reason": reason}
    return add_event(writing, breach, BreachEvent("excused", now, by, detail))


def communicate(
    writing: Writing, breach: str, how: str, people: int, *, by: str, now: datetime
) -> Breach:
    """Record that persons were told otherwise than by Troth's letters, such as in public."""
    detail = {"how": how, "people": people}
    return add_event(writing, breach, BreachEvent("communicated", now, by, detail))


def close(writing: Writing, breach: str, policy: Policy, *, by: str, now: datetime) -> Breach:
    """Close a breach of which nothing is open; Refused (`breach-not-finished`)."""
    standing = look(writing, breach, policy, now)
    if standing.open and standing.tasks != ("close",):
        raise Refused(
            "breach-not-finished",
            f"{breach} cannot be closed: {', '.join(standing.tasks)} is open",
            help=f"see troth breach show {breach}",
        )
    return add_event(writing, breach, BreachEvent("closed", now, by))


def _swiss(policy: Policy) -> set[str]:
    """How the policy calls the authorities of Switzerland."""
    found = policy.authorities.items()
    return {text for name, one in found if one.country == "CH" for text in (name, one.name)}


def _i(at: datetime) -> str:
    return at.isoformat()
