"""Stolen ways in: the sessions of everybody in a breach's tables end, by the policy's own rule.

The policy says that sessions go when they are shut (a limit after `ways-in-shut`), the map binds
that event to the ledger. So a day in the ledger ends their ground, and the engine takes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from troth.apply.announce import Announcement, reach
from troth.apply.before import links_of
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.desk.breaches.standing import Standing
from troth.desk.breaches.steps import contain, look
from troth.desk.find.find import finder
from troth.desk.nightly.retention import approved_part
from troth.errors import Refused
from troth.grounds.facts import Facts, Identifier
from troth.grounds.identity import normalise
from troth.law.calendar import day_of
from troth.ledger.days import record_days
from troth.ledger.facts import read_facts
from troth.ledger.invitations import BREACH
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Plan
from troth.policy.model import Policy
from troth.project.model import StandingApproval

WAYS_IN_SHUT = "ways-in-shut"
"""The event of the policy from whose day sessions and tokens of people are due."""
_APPROVED_FOR = timedelta(hours=1)  # it is carried out at once
_ANY_NUMBER = 2**62


@dataclass(frozen=True)
class Shut:
    """How many persons were shut out, how many rows went; `without`: rows of nobody's address."""

    persons: int
    rows: int
    without: int


def shut_customers_out(
    setting: Setting, ledger: Ledger, breach: str, *, by: str, clock: Callable[[], datetime]
) -> Shut:
    """End the sessions of everybody with a row in the breach's tables, and record the measure.

    Only what the rules on `ways-in-shut` take is written; it is approved with the call. Run again,
    it takes whoever came meanwhile. Refused: `breach-without-tables`, `no-ways-in`.
    """
    now, policy = clock(), setting.policy
    rules = _rules(policy)
    with ledger.writing(policy.organisation) as writing:
        standing = look(writing, breach, policy, now)
    facts = read_facts(ledger, policy.organisation, now)
    persons, without = _persons(setting, facts, standing, now)
    today = day_of(now, policy.zoneinfo)
    with ledger.writing(policy.organisation) as writing:
        days = [(WAYS_IN_SHUT, person, today) for person in persons]
        record_days(writing, days, by=by, at=now)
    plan = _plan(setting, ledger, rules, by=by, now=clock())
    rows = 0
    if plan.steps:
        with ledger.writing(policy.organisation) as writing:
            until = clock() + _APPROVED_FOR
            approve_plan(writing, plan.digest(), by=by, at=clock(), expires_at=until)
        outcome = apply_plan(plan, setting, ledger, clock, by=by)
        if outcome.stopped:
            raise outcome.stopped[0].error
        rows = sum(outcome.written.values())
    found = Shut(len({one.value for one in persons}), rows, without)
    with ledger.writing(policy.organisation) as writing:
        what = f"sessions of {found.persons} people ended: {rows} rows"
        contain(writing, breach, what, by, by=by, now=clock())
    return found


def _rules(policy: Policy) -> tuple[str, ...]:
    found = tuple(
        rule.id
        for activity in policy.activities.values()
        for rule in activity.retention
        if any(one.after == WAYS_IN_SHUT for one in rule.limits)
    )
    if not found:
        raise Refused(
            "no-ways-in",
            f"no rule of the policy counts from '{WAYS_IN_SHUT}'",
            help="let the rule on sessions end with it, and bind that event in the map to the "
            f"ledger: {{fact: {WAYS_IN_SHUT}, namespace: email}}",
        )
    return found


def _persons(
    setting: Setting, facts: Facts, standing: Standing, now: datetime
) -> tuple[list[Identifier], int]:
    """Everybody with a row in the breach's tables, by their addresses; rows without one."""
    if not standing.known.tables:
        raise Refused(
            "breach-without-tables",
            "nobody has noted in which tables the persons are",
            help=f"troth breach note {standing.breach.id} --table store.table",
        )
    tables = tuple(
        (store, table) for store, _, table in (t.partition(".") for t in standing.known.tables)
    )
    asked = Announcement(
        version=f"{standing.breach.id}:sessions",
        subjects=tuple(setting.policy.subjects),
        subject="",
        body="",
        tables=tables,
        about=BREACH,
    )
    found = reach(setting, facts, now, asked)
    with finder(setting) as desk:
        spaces = desk.facets.spaces("email")
    addresses = {normalise(one.address, "email"): one.address for one in found.invitations}
    named = [Identifier(space, address) for space in spaces for address in addresses.values()]
    return named, sum(rows for _, rows in found.without)


def _plan(
    setting: Setting, ledger: Ledger, rules: tuple[str, ...], *, by: str, now: datetime
) -> Plan:
    """What these rules take now, and nothing else."""
    organisation = setting.policy.organisation
    facts = read_facts(ledger, organisation, now)
    whole = make_plan(setting, facts, now, links=links_of(ledger, organisation))
    approved = {rule: StandingApproval(rows=_ANY_NUMBER, by=by) for rule in rules}
    return approved_part(whole, approved, day_of(now, setting.policy.zoneinfo))
