"""The steps of a breach: each checks what the law asks for, and records one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from troth.desk.breaches.standing import Phase, Standing, standing_of
from troth.errors import Refused
from troth.law.breaches import LETTERS, REQUIRED, Exemption
from troth.ledger.breaches import Breach, BreachEvent, add_event, find_breach
from troth.ledger.session import Writing
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


def look(writing: Writing, breach: str, policy: Policy, now: datetime) -> Standing:
    """What a breach has come to; Refused (`unknown-breach`)."""
    return standing_of(find_breach(writing, breach), contact_of(policy), now)


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

    Refused: `breach-notified-early`; `breach-late-without-reasons` after the 72 hours;
    `breach-incomplete` where a complete notification lacks something of Art. 33(3).
    """
    standing = look(writing, breach, policy, now)
    if not standing.clock.aware <= at <= now:
        raise Refused(
            "breach-notified-early",
            "a notification lies between awareness of the breach and now",
            help="write the instant with its offset, like 2026-06-03T16:30+02:00",
        )
    if standing.clock.late(at) and not standing.notified and not reasons.strip():
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


def _i(at: datetime) -> str:
    return at.isoformat()
