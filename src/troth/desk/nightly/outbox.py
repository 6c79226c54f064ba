"""The outbox leaves: invitations, letters about changes and breaches, notices to recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troth.apply.invite import NO_HEADERS, Enclosed, Mailer, send_waiting
from troth.apply.opening import mailer_of
from troth.desk.intake.key import key_in
from troth.desk.nightly.office import Office, Result
from troth.desk.workflow.office import Office as Desk
from troth.desk.workflow.post import send_letters
from troth.ledger.invitations import CASE, waiting_invitations


class Fencing:
    """A mailer that asks, just before each letter, whether the job is still ours."""

    def __init__(self, mailer: Mailer, office: Office) -> None:
        self._mailer, self._office = mailer, office

    def send(
        self,
        address: str,
        subject: str,
        body: str,
        html: str | None = None,
        enclosed: Sequence[Enclosed] = (),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        self._office.still_ours()
        self._mailer.send(address, subject, body, html, enclosed, headers)


def send(office: Office) -> Result:
    """Sends what waits; what the server does not take waits for the next turn."""
    mailer = mailer_of(office.project)
    fenced = Fencing(mailer, office) if mailer is not None else None
    sent = waiting = 0
    for notices in (False, True):
        left, still = send_waiting(
            office.ledger, office.organisation, office.clock, fenced, notices=notices
        )
        sent, waiting = sent + left, waiting + still
    left, still = _letters(office, fenced)
    sent, waiting = sent + left, waiting + still
    return Result("waiting" if waiting else "done", {"sent": sent, "waiting": waiting})


def _letters(office: Office, mailer: Mailer | None) -> tuple[int, int]:
    """Sends the letters that are sealed with their requests; the key is needed only for them."""
    with office.ledger.reading(office.organisation) as reading:
        if not any(one.invitation.rule == CASE for one in waiting_invitations(reading)):
            return 0, 0
    policy, datamap = office.project.policy, office.project.map
    desk = Desk(office.ledger, policy, datamap, key_in(office.key_file), mailer=mailer)
    return send_letters(desk, office.clock)
