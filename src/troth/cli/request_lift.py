"""`troth request lift NUMBER`: the end of a request's restriction, step by step."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from troth.cli.desk import at_desk, told
from troth.cli.opened import clock

if TYPE_CHECKING:
    from troth.apply.restriction.model import Conflicts, Outcome
    from troth.desk.workflow.office import Office


def lift_request(
    number: str,
    project: Path,
    by: str,
    *,
    reason: str,
    wish: str,
    conflicts: Conflicts,
    json: bool,
) -> bool:
    """Decide that it ends, or give back what was set aside; whether nothing stays sealed."""
    from troth.desk.workflow.lifting import decide_lifting, lift
    from troth.desk.workflow.office import look
    from troth.desk.workflow.post import send_letters

    with at_desk(project, stores=True) as (here, office):
        outcomes: tuple[Outcome, ...] = ()
        if "lift" not in look(office, number, here.now)[1].next:
            decide_lifting(office, number, reason, wish=wish, by=by, now=here.now)
        if "lift" in look(office, number, here.now)[1].next and _ready(office, number, here.now):
            outcomes = lift(office, number, conflicts=conflicts, by=by, now=clock())
        send_letters(office, clock, number)
        kept = [row for one in outcomes for row in one.rows if row.enforcement.state == "conflict"]
        if not json:
            for row in kept:
                place = f"{row.row.store}.{row.row.table}"
                typer.echo(f"{place}: stays sealed: {row.enforcement.why}")
        told(office, number, here, json=json)
    return not kept


def _ready(office: Office, number: str, now: datetime) -> bool:
    """Whether the person has heard of it for long enough."""
    from troth.desk.workflow.lifting import may_lift_on
    from troth.desk.workflow.office import look
    from troth.law.calendar import day_of

    lifting = look(office, number, now)[1].lifting
    ready = None if lifting is None else may_lift_on(office, lifting)
    today = day_of(now, office.policy.zoneinfo)
    if ready is None or today < ready:
        when = "once the person has heard of it" if ready is None else f"on {ready}"
        typer.echo(f"it can be lifted {when}: the same command", err=True)
        return False
    return True
