"""`troth request list` and `show`: what persons have asked for, and what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, opened, print_json

if TYPE_CHECKING:
    from troth.ledger.acts import ActRecord
    from troth.ledger.extensions import Extension


def list_(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show what persons have asked for, oldest first, with its deadline.

    Example: troth request list
    """
    from troth.ledger.acts import list_acts
    from troth.ledger.notices import read_notices

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = list_acts(reading, here.now)
        notices = read_notices(reading)
    today = here.today()
    late: dict[str, list[str]] = {}
    for notice in notices:
        if notice.late(today):
            late.setdefault(notice.act, []).append(notice.recipient)
    if json:
        shown = [
            {
                **act_json(one),
                "overdue": one.overdue(today),
                "late_recipients": late.get(one.act.id, []),
            }
            for one in found
        ]
        print_json({"requests": shown})
        return
    for record in found:
        act = record.act
        state = record.verdicts[-1].decision.outcome if record.verdicts else ""
        until = act.answer_by or act.review_on
        typer.echo(
            f"{act.id}  {act.at:%Y-%m-%d}  {act.kind:<11}  {state:<8}  {until or ''!s:<10}".rstrip()
        )
        if record.overdue(today):
            typer.echo(f"  LATE: it was to be answered by {act.answer_by}")
        if act.id in late:
            typer.echo(f"  LATE: no answer from {', '.join(late[act.id])}")
    typer.echo(f"{len(found)} request{'' if len(found) == 1 else 's'}")


def show(
    id: Annotated[str, typer.Argument(help="Which request.")],
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show one request whole: who, about what, every decision, and which recipients were told.

    With the number of a request that came in: where it stands, until when it is answered, what is
    open, and what may come next.

    Example: troth request show erasure-3f9c0a1b2c4d
    """
    from troth.cli.desk import at_desk, is_number, told
    from troth.cli.request_told import notice_json
    from troth.ledger.acts import find_act
    from troth.ledger.notices import read_notices

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        on_its_way = is_number(reading, id)
    if on_its_way:
        with at_desk(project) as (here, office):
            told(office, id, here, json=json)
        return
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        record = find_act(reading, id, here.now)
        notices = read_notices(reading, [id])
    today = here.today()
    if json:
        heard = [notice_json(notice, today) for notice in notices]
        print_json({**act_json(record), "recipients": heard})
        return
    for name, value in act_json(record).items():
        if isinstance(value, dict):
            parts = (f"{part.replace('_', ' ')} {text}" for part, text in value.items())
            typer.echo(f"{name}: " + "; ".join(parts))
        elif value and not isinstance(value, list):
            typer.echo(f"{name.replace('_', ' ')}: {value}")
        elif value and name != "decisions":
            shown = (v if isinstance(v, str) else f"{v['namespace']}={v['value']}" for v in value)
            typer.echo(f"{name}: {', '.join(shown)}")
    for verdict in act_json(record)["decisions"]:
        parts = (f"{name.replace('_', ' ')} {value}" for name, value in verdict.items() if value)
        typer.echo("decision: " + "; ".join(parts))
    for notice in notices:
        late = ", late" if notice.late(today) else ""
        typer.echo(
            f"recipient: {notice.recipient}; {notice.kind}; {notice.known}; {notice.status}; "
            f"by {notice.due_on}{late}"
        )


def _extension(extension: Extension | None) -> dict[str, str] | None:
    if extension is None:
        return None
    return {
        "until": extension.until.isoformat(),
        "told_at": extension.told_at.isoformat(),
        "reason": extension.reason,
        "by": extension.by,
    }


def act_json(record: ActRecord) -> dict[str, Any]:
    """A request in plain values."""
    act = record.act
    return {
        "id": act.id,
        "right": act.kind,
        "received_at": act.at.isoformat(),
        "persons": [{"namespace": one.namespace, "value": one.value} for one in act.persons],
        "activities": list(act.activities),
        "categories": list(act.categories),
        "places": list(act.places),
        "answer_by": act.answer_by.isoformat() if act.answer_by else None,
        "review_on": act.review_on.isoformat() if act.review_on else None,
        "extension": _extension(record.extension),
        "recorded_by": record.recorded_by,
        "decisions": [
            {
                "outcome": verdict.decision.outcome,
                "at": verdict.decision.at.isoformat(),
                "activities": list(verdict.decision.activities),
                "ground": verdict.ground,
                "reason": verdict.reason,
                "case": verdict.case,
                "decided_by": verdict.decided_by,
                "approved_by": verdict.approved_by,
            }
            for verdict in record.verdicts
        ],
    }
