"""Requests whose execution waits for a store are tried again, and go on where they stopped."""

from __future__ import annotations

from troth.apply.opening import mailer_of, opened_setting
from troth.apply.planning import Setting
from troth.desk.intake.key import key_in
from troth.desk.nightly.office import BY, Office, Result
from troth.desk.workflow.away import note_away, tell_delay
from troth.desk.workflow.execution import execute
from troth.desk.workflow.model import Rules
from troth.desk.workflow.office import Office as Desk
from troth.desk.workflow.office import look
from troth.errors import Refused, Transient
from troth.ledger.request_pages import Wanted, every_request
from troth.project.load import Project


def resume(office: Office) -> Result:
    """What was approved goes on; what still waits is noted, and its person told after a day.

    A plan that has grown old waits for a person, as its request's page says.
    """
    waiting = _waiting(office)
    counts = {"resumed": 0, "waiting": 0, "told": 0}
    if not waiting:
        return Result(counts=counts)
    project = office.project
    try:
        with opened_setting(project, "write") as setting:
            for number in waiting:
                desk = _desk(office, project, setting)
                counts["resumed" if _resumed(desk, office, number) else "waiting"] += 1
    except Transient as error:
        desk = _desk(office, project, None)
        for number in waiting:
            note_away(desk, number, error, by=BY, now=office.clock())
        counts["waiting"] = len(waiting)
    desk = _desk(office, project, None)
    for number in waiting:
        counts["told"] += tell_delay(desk, number, by=BY, now=office.clock())
    return Result("waiting" if counts["waiting"] else "done", counts)


def _waiting(office: Office) -> list[str]:
    """The requests whose execution waits for a store, and may go on."""
    desk, now = _desk(office, office.project, None), office.clock()
    with office.ledger.reading(office.organisation) as reading:
        numbers = [one.number for one in every_request(reading, Wanted(True, "execution"))]
    found = []
    for number in numbers:
        progress = look(desk, number, now)[1]
        if progress.away is not None and "execute" in progress.next:
            found.append(number)
    return found


def _resumed(desk: Desk, office: Office, number: str) -> bool:
    """Whether a request was carried out now."""
    office.still_ours()
    try:
        return execute(desk, number, by=BY, clock=office.clock).clean
    except Refused:
        return False  # a plan that is stale, or whose approval ended: a person makes it again


def _desk(office: Office, project: Project, setting: Setting | None) -> Desk:
    return Desk(
        office.ledger,
        project.policy,
        project.map,
        key_in(office.key_file),
        rules=Rules(project.desk.two_people, project.desk.package_days),
        setting=setting,
        mailer=mailer_of(project),
        recipients=project.recipients,
        pages=project.pages,
    )
