"""A text to all its frames."""

from __future__ import annotations

from dataclasses import dataclass

from troth.reading.frames.choices import Joint, OfTrackers, joint, of_trackers
from troth.reading.frames.data import Category, Subject, categories, subjects
from troth.reading.frames.frame import Said
from troth.reading.frames.origins import Origin, decides_alone, origins
from troth.reading.frames.parties import (
    Dated,
    Detail,
    Party,
    authorities,
    controllers,
    dates,
    details,
    officer_said,
)
from troth.reading.frames.promises import Promise, Tracks, promises, trackers
from troth.reading.frames.purposes import Basis, Purpose, bases, purposes
from troth.reading.frames.retained import Retention
from troth.reading.frames.retention import retentions
from troth.reading.frames.rights import Granted, Handling, children, handling, rights
from troth.reading.frames.sharing import Leaves, Receives, recipients, transfers
from troth.reading.frames.standing import Standing, representatives
from troth.reading.frames.units import Page
from troth.reading.text import Text


@dataclass(frozen=True)
class Frames:
    """Everything that was read in a text, each kind in the order of the text."""

    page: Page
    controllers: tuple[Party, ...]
    details: tuple[Detail, ...]
    officer: Said | None
    authorities: tuple[tuple[str, Said], ...]
    dates: tuple[Dated, ...]
    categories: tuple[Category, ...]
    subjects: tuple[Subject, ...]
    purposes: tuple[Purpose, ...]
    bases: tuple[Basis, ...]
    retentions: tuple[Retention, ...]
    recipients: tuple[Receives, ...]
    transfers: tuple[Leaves, ...]
    trackers: tuple[Tracks, ...]
    rights: tuple[Granted, ...]
    handling: Handling
    children: tuple[tuple[int, str, Said], ...]
    promises: tuple[Promise, ...]
    origins: tuple[Origin, ...]
    decides_alone: tuple[bool, Said] | None
    tracker_consent: OfTrackers
    joint: tuple[Joint, ...]
    representatives: tuple[Standing, ...]


def read_frames(text: Text) -> Frames:
    """Every frame of a text; the same text gives the same frames."""
    page = Page(text)
    found = tuple(details(page))
    kept = tuple(retentions(page))
    return Frames(
        page=page,
        controllers=tuple(controllers(page)),
        details=found,
        officer=officer_said(page),
        authorities=tuple(authorities(page)),
        dates=tuple(dates(page)),
        categories=tuple(categories(page)),
        subjects=tuple(subjects(page)),
        purposes=tuple(purposes(page)),
        bases=tuple(bases(page)),
        retentions=kept,
        recipients=tuple(recipients(page)),
        transfers=tuple(transfers(page)),
        trackers=tuple(trackers(page, list(kept))),
        rights=tuple(rights(page)),
        handling=handling(page, list(found)),
        children=tuple(children(page)),
        promises=tuple(promises(page)),
        origins=tuple(origins(page)),
        decides_alone=decides_alone(page),
        tracker_consent=of_trackers(page),
        joint=tuple(joint(page)),
        representatives=tuple(representatives(page)),
    )
