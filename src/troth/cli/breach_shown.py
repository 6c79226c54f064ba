"""A breach as the terminal and JSON show it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from troth.cli.opened import Opened

if TYPE_CHECKING:
    from troth.desk.breaches.standing import Standing
    from troth.ledger.breaches import Breach
    from troth.policy.model import Policy

BreachName = Annotated[str, typer.Argument(help="The breach, as `troth breach list` shows it.")]

TASKS = {
    "contain": "limit the harm: note --contained … --owner …",
    "assess-risk": "assess the risk: note --risk none|risk|high",
    "notify": "notify the authority: notify --authority … --phase first|complete",
    "announce": "tell the PFPDT as soon as possible: notify --authority … (nLPD art. 24)",
    "tell": "tell the persons: tell",
    "complete": "complete the notification: notify --phase complete",
    "find-cause": "find the cause: note --cause …",
    "follow-up": "tell the persons the cause: tell --follow-up",
    "close": "nothing is open: close",
}


def standing(breach: Breach, policy: Policy, now: datetime) -> Standing:
    from troth.desk.breaches.standing import standing_of
    from troth.desk.breaches.steps import terms_of

    return standing_of(breach, terms_of(policy), now)


def as_json(found: Standing, now: datetime) -> dict[str, Any]:
    """One breach in plain values; instants with their offset, in UTC."""
    known = found.known
    return {
        "breach": found.breach.id,
        "open": found.open,
        "noticed_at": found.breach.noticed_at.isoformat(),
        "processor": found.breach.processor,
        "aware_at": found.clock.aware.isoformat(),
        "due_at": found.clock.due.isoformat(),
        "ends_at": found.clock.ends.isoformat(),
        "hours_left": round(found.clock.left(now) / timedelta(hours=1), 1),
        "announced": bool(found.announced),
        "processor_alert": {
            "due_at": found.alert.due.isoformat(),
            "told_at": found.alert.told_at.isoformat() if found.alert.told_at else None,
            "late": found.alert.late,
        }
        if found.alert
        else None,
        "overdue": found.overdue,
        "late": found.late,
        "risk": known.risk,
        "facts": known.facts,
        "subjects": list(known.subjects),
        "people": known.people,
        "categories": list(known.categories),
        "records": known.records,
        "tables": list(known.tables),
        "consequences": known.consequences,
        "measures": known.measures,
        "cause": known.cause,
        "contact": known.contact,
        "missing": list(found.missing),
        "letters": found.letters,
        "followed_up": found.followed_up,
        "communicated": found.communicated,
        "exemption": found.exemption,
        "tasks": list(found.tasks),
        "events": [
            {"kind": e.kind, "at": e.at.isoformat(), "by": e.by, **dict(e.detail)}
            if "at" not in e.detail
            else {"kind": e.kind, "by": e.by, **dict(e.detail)}
            for e in found.breach.events
        ],
    }


def clock_line(found: Standing, now: datetime, zone: ZoneInfo) -> str:
    """How the 72 hours stand."""
    if not found.open:
        return "closed"
    if found.notified:
        return "notified" + (" late" if found.late else "")
    if found.known.risk == "none":
        return "no notification needed"
    left = found.clock.left(now)
    hours = abs(int(left / timedelta(hours=1)))
    due = found.clock.due.astimezone(zone)
    if left < timedelta():
        return f"OVERDUE by {hours} h (due {due:%Y-%m-%d %H:%M})"
    return f"{hours} h left (due {due:%Y-%m-%d %H:%M})"


def show(found: Standing, here: Opened) -> None:
    """The breach on the terminal."""
    zone, known = ZoneInfo(here.zone), found.known
    typer.echo(f"{found.breach.id}: {clock_line(found, here.now, zone)}")
    rows: list[tuple[str, str]] = [
        ("noticed", f"{found.breach.noticed_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("processor", found.breach.processor or ""),
        ("alert", _alert(found, zone)),
        ("risk", known.risk or "not assessed"),
        ("facts", known.facts),
        ("persons", _about(known.people, known.subjects)),
        ("data", _about(known.records, known.categories)),
        ("tables", ", ".join(known.tables)),
        ("consequences", known.consequences),
        ("measures", known.measures.replace("\n", "; ")),
        ("cause", known.cause),
        ("letters", str(found.letters or "")),
    ]
    for name, value in rows:
        if value:
            typer.echo(f"  {name:<12}  {value}")
    for task in found.tasks:
        typer.echo(f"  to do: {TASKS[task]}")


def _alert(found: Standing, zone: ZoneInfo) -> str:
    """Whether the processor told in the hours that were promised."""
    alert = found.alert
    if alert is None:
        return ""
    told = f"{alert.told_at.astimezone(zone):%Y-%m-%d %H:%M}" if alert.told_at else "not yet"
    due = f"due {alert.due.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{told} ({due}{', LATE' if alert.late else ''})"


def _about(number: int | None, names: tuple[str, ...]) -> str:
    return " ".join([*([f"about {number}:"] if number is not None else []), ", ".join(names)])
