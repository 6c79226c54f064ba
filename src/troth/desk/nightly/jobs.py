"""The jobs of an organisation, in the order in which they are done."""

from __future__ import annotations

from datetime import time, timedelta

from troth.desk.nightly.asked import At, desk_of, work_off
from troth.desk.nightly.mailbox import read
from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.outbox import send
from troth.desk.nightly.own import forget
from troth.desk.nightly.postbox import empty
from troth.desk.nightly.reminders import remind
from troth.desk.nightly.resuming import resume
from troth.desk.nightly.retention import carry_out, look
from troth.desk.nightly.times import Every, Nightly
from troth.desk.nightly.worker import Job
from troth.project.model import NightlySettings

MINUTE = timedelta(minutes=1)
ASKED = "asked"
REQUESTS = "requests"
_IN_STORES = frozenset({ASKED, REQUESTS, "check", "retention"})
"""Jobs that look through whole databases or change them: one at a time for an organisation."""


def jobs_of(settings: NightlySettings) -> tuple[Job, ...]:
    """Every job, with the night as the project sets it."""
    night = Nightly(time.fromisoformat(settings.at))
    return (
        Job("post-box", "letters from the public pages become requests", Every(MINUTE), empty),
        Job("mailbox", "mails become requests, and their receipts leave", Every(MINUTE * 2), read),
        Job(
            REQUESTS,
            "what waits for a store goes on",
            Every(MINUTE * 15),
            resume,
            _IN_STORES,
        ),
        Job("outbox", "letters and notices leave", Every(MINUTE), send),
        asked_job(),
        Job("check", "promise and reality are compared", night, look, _IN_STORES),
        Job(
            "retention",
            "what is due is planned; approved rules are applied",
            night,
            carry_out,
            _IN_STORES,
        ),
        Job("own", "Troth's own records past their end are forgotten", night, forget),
        Job("reminders", "deadlines are told before, and when late", Every(MINUTE * 15), remind),
    )


def asked_job(at_desk: At = desk_of) -> Job:
    """The job that does what colleagues asked for at the console."""

    def run(office: Office) -> Result:
        return work_off(office, at_desk)

    return Job(ASKED, "what colleagues asked for is done, in turn", Every(MINUTE), run, _IN_STORES)
