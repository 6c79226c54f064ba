"""Packages on their way to people: laid into the box with a code, taken out when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from troth.desk.standing.record import record_event
from troth.desk.told.own_periods import ready_until
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.ledger.ledger import Ledger
from troth.ledger.requests import EventKind, RequestEvent, find_request, find_request_of
from troth.policy.model import Policy
from troth.postbox.box import Postbox
from troth.postbox.numbers import shown_code
from troth.postbox.parcels import Parcel, parcels_of, put_parcel, remove_parcel

MOST_PACKAGE_BYTES = 4_000_000_000
_READ_BYTES = 1_000_000


def send_package(
    box: Postbox,
    ledger: Ledger,
    policy: Policy,
    number: str,
    file: Path,
    *,
    by: str,
    now: datetime,
    most_days: int | None = None,
) -> str:
    """Lays a package ready for the holder of a request's link; the code, which goes by mail alone.

    It lies there, locked, as long as the policy says, at most `most_days`. Refused:
    `unknown-request`; `request-without-link` where nobody has a page of the request;
    `package-too-large`; `file-missing`.
    """
    with ledger.reading(policy.organisation) as reading:
        request = find_request(reading, number)
    if request.page is None:
        raise Refused(
            "request-without-link",
            f"nobody has a page of request {number}",
            help="hand the package over in another way, or send the person a link first",
        )
    try:
        size = file.stat().st_size
    except OSError:
        raise Refused("file-missing", "there is no such file", place=file.name) from None
    if size > MOST_PACKAGE_BYTES:
        raise Refused(
            "package-too-large",
            f"the package has {size} bytes, and {MOST_PACKAGE_BYTES} are laid ready",
            place=file.name,
            help="hand it over on a disk, against a signature",
        )
    expires_on = ready_until(policy, day_of(now, policy.zoneinfo), most_days)
    code = put_parcel(box, policy.organisation, request.page, _bytes_of(file), size, expires_on)
    _note(ledger, policy, number, "package-sent", by, now)
    return shown_code(code)


def sweep(box: Postbox, ledger: Ledger, policy: Policy, now: datetime) -> int:
    """Deletes the bytes of what was fetched or has expired, and notes which; how many."""
    today = day_of(now, policy.zoneinfo)
    gone = [one for one in parcels_of(box, policy.organisation) if one.shut(now, today)]
    for parcel in gone:
        remove_parcel(box, parcel.link)
        _gone(ledger, policy, parcel, now)
    return len(gone)


def _gone(ledger: Ledger, policy: Policy, parcel: Parcel, now: datetime) -> None:
    with ledger.reading(policy.organisation) as reading:
        request = find_request_of(reading, parcel.link)
    if request is not None:
        kind: EventKind = "package-fetched" if parcel.downloads else "package-expired"
        _note(ledger, policy, request.number, kind, "portal", parcel.opened_at or now)


def _note(
    ledger: Ledger, policy: Policy, number: str, kind: EventKind, by: str, at: datetime
) -> None:
    with ledger.writing(policy.organisation) as writing:
        record_event(writing, policy, number, RequestEvent(kind, at, by))


def _bytes_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while part := opened.read(_READ_BYTES):
            yield part
