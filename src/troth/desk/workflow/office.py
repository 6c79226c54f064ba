"""What every step stands on, and the one way in which a step is taken and noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.invite import Mailer
from troth.apply.planning import Setting
from troth.datamap.model import DataMap
from troth.desk.standing.record import record_event
from troth.desk.workflow.model import Progress, Rules, Step
from troth.desk.workflow.progress import progress_of
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.notices import RecipientNotice, read_notices
from troth.ledger.requests import EventKind, Request, RequestEvent, find_request
from troth.ledger.session import Reading, Writing
from troth.policy.model import Policy
from troth.postbox.box import Postbox

ONE_PERSON = Rules()


@dataclass(frozen=True)
class Office:
    """One organisation's desk: what its steps read and write.

    `key`: the desk's own key, with which documents are sealed. `setting`: its stores, open; None
    where a step needs none. `box` and `pages`: the post box and the public address of its pages
    (`https://your-data.example`), where packages are handed over. `recipients`: addresses for
    notices, by name in the policy.
    """

    ledger: Ledger
    policy: Policy
    map: DataMap
    key: bytes = field(repr=False)
    rules: Rules = ONE_PERSON
    setting: Setting | None = None
    mailer: Mailer | None = None
    box: Postbox | None = None
    pages: str | None = None
    recipients: Mapping[str, str] = field(default_factory=dict)

    @property
    def organisation(self) -> str:
        return self.policy.organisation

    def stores(self) -> Setting:
        """The open stores; Refused (`stores-needed`) where the step was called without them."""
        if self.setting is None:
            raise Refused(
                "stores-needed",
                "this step looks into the stores, and they are not open",
                help="run it where troth.yaml has the addresses of the stores",
            )
        return self.setting


@dataclass(frozen=True)
class Case:
    """A request inside a transaction: as it came, and where it stands."""

    writing: Writing
    request: Request
    progress: Progress
    policy: Policy = field(repr=False)


def look(office: Office, number: str, now: datetime) -> tuple[Request, Progress]:
    """A request and where it stands; Refused (`unknown-request`)."""
    with office.ledger.reading(office.organisation) as reading:
        return look_in(reading, office, number, now)


def notices_of(reading: Reading, progress: Progress) -> tuple[RecipientNotice, ...]:
    """What recipients were told for the acts of a request."""
    return read_notices(reading, progress.acts) if progress.acts else ()


@contextmanager
def step(office: Office, number: str, name: Step, now: datetime) -> Iterator[Case]:
    """A transaction in which one step is taken; nothing is left of it where it fails.

    Refused: `unknown-request`, `request-closed`, `step-not-now` with what may be done instead.
    """
    with office.ledger.writing(office.organisation) as writing:
        request, progress = look_in(writing, office, number, now)
        refuse_step(progress, name)
        yield Case(writing, request, progress, office.policy)


def note(
    case: Case, kind: EventKind, *, by: str, now: datetime, detail: Mapping[str, str | None]
) -> None:
    """Record the event of a step; details that are empty are left out."""
    told = {name: value for name, value in detail.items() if value}
    record_event(case.writing, case.policy, case.request.number, RequestEvent(kind, now, by, told))


def refuse_step(progress: Progress, name: Step) -> None:
    """Refused (`request-closed`, `step-not-now`) where a step may not be taken now."""
    if name in progress.next:
        return
    if progress.stage == "closed":
        raise Refused(
            "request-closed",
            f"request {progress.number} is closed",
            help="what comes later is a new request",
        )
    waits = f"; it waits for: {', '.join(progress.owed)}" if progress.owed else ""
    raise Refused(
        "step-not-now",
        f"request {progress.number} is at '{progress.stage}': '{name}' does not come now{waits}",
        help=f"what may come next: {', '.join(progress.next)}",
    )


def look_in(
    reading: Reading, office: Office, number: str, now: datetime
) -> tuple[Request, Progress]:
    """The same within a transaction."""
    request = find_request(reading, number)
    progress = progress_of(request, office.policy, now)
    if progress.acts:
        notices = notices_of(reading, progress)
        progress = progress_of(request, office.policy, now, notices=notices)
    return request, progress
