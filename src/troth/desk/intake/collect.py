"""Emptying the post box: each letter is recorded in the ledger, once, before it leaves the box."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from troth.datamap.model import DataMap
from troth.desk.intake import follow_up, preferences
from troth.desk.intake.answers import SHOWN_FOR, put_page, refresh
from troth.desk.intake.follow_up import Follow
from troth.desk.intake.parcels import sweep
from troth.desk.intake.received import request_of
from troth.desk.standing.record import record_request
from troth.desk.workflow.office import Office
from troth.law.calendar import day_of
from troth.ledger.desk_key import keys_of
from troth.ledger.ledger import Ledger
from troth.ledger.requests import find_request
from troth.policy.model import Policy
from troth.postbox.box import Letter, Postbox
from troth.postbox.content import Content, FollowUp, Preferences, read_letter
from troth.postbox.numbers import number_of
from troth.postbox.seal import SealError, fingerprint, lock, open_seal


@dataclass(frozen=True)
class Counter:
    """Where letters are taken: the box, the ledger, the promise, and the desk's private key.

    Without a data map nobody is known by a name, and letters on preferences wait.
    """

    box: Postbox
    ledger: Ledger
    policy: Policy
    key: bytes
    follow: Follow
    datamap: DataMap | None = None


def counter_of(
    box: Postbox, ledger: Ledger, policy: Policy, key: bytes, datamap: DataMap | None
) -> Counter:
    """The counter of one organisation."""
    office = None if datamap is None else Office(ledger, policy, datamap, key, box=box)
    return Counter(box, ledger, policy, key, Follow(ledger, policy, office), datamap)


@dataclass(frozen=True)
class Collected:
    """How many letters were requests, and all others; the numbers of those that nobody can read."""

    taken: int
    unreadable: tuple[str, ...]
    others: int = 0


def collect(counter: Counter, now: datetime) -> Collected:
    """Takes every letter that can be read, deletes parcels that are gone, shows what has moved.

    A letter leaves the box after it is durable in the ledger, so that a crash in between takes it
    again, to no effect. One that cannot be read stays, and is reported.
    """
    taken, others, unreadable = 0, 0, []
    left: list[Letter] = []
    for letter in counter.box.letters(counter.policy.organisation):
        said = _opened(letter, counter.key)
        if said is None:
            unreadable.append(letter.number)
        elif not _take(counter, letter, *said, now):
            left.append(letter)
        elif isinstance(said[0], Content):
            taken += 1
        else:
            others += 1
    for letter in left:  # what was added to a request can come before the request is taken
        said = _opened(letter, counter.key)
        if said is not None and _take(counter, letter, *said, now):
            others += 1
        else:
            unreadable.append(letter.number)
    sweep(counter.box, counter.ledger, counter.policy, now)
    refresh(counter.box, counter.ledger, counter.policy, now)
    return Collected(taken, tuple(unreadable), others)


def _take(
    counter: Counter,
    letter: Letter,
    said: Content | FollowUp | Preferences,
    document: bytes,
    now: datetime,
) -> bool:
    """Records one letter, and takes it out; False where it is nobody's."""
    match said:
        case Content():
            _receive(counter, letter, said, now)
        case FollowUp():
            if not follow_up.take(counter.follow, letter, said, document, now):
                return False
            counter.box.settle(letter)
        case Preferences():
            return _prefer(counter, letter, said, now)
    return True


def _receive(counter: Counter, letter: Letter, content: Content, now: datetime) -> None:
    request = request_of(letter, content, counter.policy, now)
    with counter.ledger.writing(counter.policy.organisation) as writing:
        if not record_request(writing, counter.policy, request, by="portal", at=now):
            request = find_request(writing, request.number)
    put_page(counter.box, request, counter.policy, now)
    counter.box.settle(letter)


def _prefer(counter: Counter, letter: Letter, said: Preferences, now: datetime) -> bool:
    if counter.datamap is None:
        return False
    at = min(letter.posted_at, now)
    noted = preferences.take(
        counter.ledger, counter.policy, counter.datamap, counter.key, said, at, now
    )
    if noted is None:
        return False
    locked = lock(noted.model_dump_json().encode(), letter.link)
    expires = day_of(now, counter.policy.zoneinfo) + SHOWN_FOR
    counter.box.put(letter.organisation, letter.link, locked, expires_on=expires)
    counter.box.settle(letter)
    return True


def _opened(letter: Letter, key: bytes) -> tuple[Content | FollowUp | Preferences, bytes] | None:
    """What a letter says; None where it was not written by the public pages."""
    about = f"{letter.organisation} {letter.number}"
    text = None
    for one in keys_of(key):
        with suppress(SealError):
            text = open_seal(letter.sealed, one, about)
            break
    try:
        said, document = read_letter(text or b"")
    except ValueError:
        return None
    genuine = number_of(said.secret) == letter.number
    return (said, document) if genuine and fingerprint(said.secret) == letter.link else None
