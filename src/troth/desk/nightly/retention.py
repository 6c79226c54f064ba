"""Retention at night: what is due is planned, and what was approved for good is carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from troth.apply.before import links_of
from troth.apply.check import Told, check
from troth.apply.forecast import forecast
from troth.apply.opening import mailer_of, opened_setting, refuse_older_ledger
from troth.apply.plan_file import write_plan
from troth.apply.planning import make_plan
from troth.apply.run import apply_plan
from troth.desk.nightly.office import BY, Office, Result
from troth.desk.overview import checked, plans
from troth.law.calendar import day_of
from troth.ledger.facts import read_facts
from troth.ledger.plans import approve_plan
from troth.plan.model import ArchiveRows, Plan, Step
from troth.project.model import StandingApproval

APPROVED_FOR = timedelta(hours=12)  # of a plan that is carried out at once, resumed after a crash
FORECAST = "forecast"
WAITING_FILE = "plan-waiting.json"
"""Beside `troth.yaml`: the plan that waits for a person."""


def look(office: Office, told: Told = lambda _: None) -> Result:
    """Promise and reality compared: how many promises are kept, broken and unknown.

    `told` hears of each table that is looked at, and of the forecast, which comes last.
    """
    now = office.clock()
    with opened_setting(office.project, "read") as setting:
        facts = read_facts(office.ledger, office.organisation, now)
        report = check(setting, facts, now, told)
        told(FORECAST)
        coming = forecast(setting, facts, now)
    counts = {"kept": 0, "broken": 0, "unknown": 0}
    for promise in report.promises:
        counts[promise.status] += 1
    with office.ledger.writing(office.organisation) as writing:
        checked.keep(writing, report, coming)
    return Result(counts=counts)


def carry_out(office: Office) -> Result:
    """What is due is planned; steps of rules with a standing approval are carried out.

    The rest is a plan that waits for a person, in the console and in `plan-waiting.json`.
    """
    now, project = office.clock(), office.project
    refuse_older_ledger(project, office.ledger)
    today = day_of(now, project.policy.zoneinfo)
    with opened_setting(project, "write") as setting:
        facts = read_facts(office.ledger, office.organisation, now)
        links = links_of(office.ledger, office.organisation)
        whole = make_plan(setting, facts, now, links=links)
        plan = approved_part(whole, project.nightly.approved, today)
        counts = {"due": whole.rows, "approved": plan.rows, "waiting": whole.rows - plan.rows}
        if plan.steps and _rows(plan.steps):
            by = _approvers(plan, project.nightly.approved)
            with office.ledger.writing(office.organisation) as writing:
                until = now + APPROVED_FOR
                approve_plan(writing, plan.digest(), by=by, at=now, expires_at=until)
            mailer = mailer_of(project)
            outcome = apply_plan(plan, setting, office.ledger, office.clock, by=BY, mailer=mailer)
            counts["written"] = sum(outcome.written.values())
            counts["remaining"] = sum(outcome.remaining.values())
            if outcome.stopped:
                raise outcome.stopped[0].error
    office.still_ours()
    waiting = project.folder / WAITING_FILE
    if counts["waiting"]:
        write_plan(whole, waiting)
        with office.ledger.writing(office.organisation) as writing:
            plans.keep(writing, whole, by=BY, at=now)
        return Result("waiting", counts)
    waiting.unlink(missing_ok=True)
    return Result(counts=counts)


def keep_plan_of(office: Office, told: Told = lambda _: None, *, by: str) -> bool:
    """What is due is planned, and waits for a second person; whether anything is due."""
    now, project = office.clock(), office.project
    with opened_setting(project, "read") as setting:
        facts = read_facts(office.ledger, office.organisation, now)
        links = links_of(office.ledger, office.organisation)
        made = make_plan(setting, facts, now, told, links=links)
    if made.rows:
        with office.ledger.writing(office.organisation) as writing:
            plans.keep(writing, made, by=by, at=now)
    return bool(made.rows)


def approved_part(plan: Plan, approved: Mapping[str, StandingApproval], today: date) -> Plan:
    """The steps of a plan that may be carried out without a person.

    A step may if every rule behind it is approved today, and no rule takes more rows in all than
    it may. What must be archived first is not deleted unless the archiving may as well. A step
    behind which no rule stands goes along where everything else does.
    """
    valid = {
        rule: one.rows for rule, one in approved.items() if one.until is None or today <= one.until
    }
    taken: dict[str, int] = {}
    for step in plan.steps:
        for rule in _rules(step):
            taken[rule] = taken.get(rule, 0) + _count(step)
    allowed = {rule for rule, most in valid.items() if taken.get(rule, 0) <= most}
    chosen = [step for step in plan.steps if _rules(step) and _rules(step) <= allowed]
    ruled = [step for step in plan.steps if _rules(step)]
    if len(chosen) == len(ruled):
        return plan
    names = {step.id for step in chosen}
    archives = {step.id for step in plan.steps if isinstance(step, ArchiveRows)}
    chosen = [
        step for step in chosen if getattr(step, "archive_first", None) not in archives - names
    ]
    tables = {(step.store, step.table) for step in chosen}
    notices = tuple(n for n in plan.notices if (n.store, n.table) in tables)
    return plan.model_copy(update={"steps": tuple(chosen), "notices": notices})


def _rules(step: Step) -> frozenset[str]:
    return frozenset(one.rule for one in step.because)


def _count(step: Step) -> int:
    return step.counts.rows if step.counts is not None else 0


def _rows(steps: Sequence[Step]) -> int:
    return sum(_count(step) for step in steps)


def _approvers(plan: Plan, approved: Mapping[str, StandingApproval]) -> str:
    """Who approved the rules behind a plan."""
    rules = sorted({rule for step in plan.steps for rule in _rules(step)})
    names = dict.fromkeys(approved[rule].by for rule in rules if rule in approved)
    return f"standing approval of {', '.join(names)}"
