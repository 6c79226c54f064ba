"""Groups of people and kinds of data by name, and what a text says about some and not of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth.lint.cues import cues
from troth.lint.kinds import Found, quotes
from troth.lint.retained import retained, spans
from troth.lint.script import Cue, Script, Unit
from troth.reading.text import Kind

said = cues("groups")

ENOUGH_ROWS = 3  # stated periods from which a missing one is a gap and not the style of the text


@dataclass(frozen=True)
class Named:
    """A group or kind by its words."""

    name: str
    cue: Cue


GROUPS = (
    Named("customers", said["groups-customers"]),
    Named("prospects", said["groups-prospects"]),
    Named("suppliers", said["groups-suppliers"]),
    Named("subcontractors", said["groups-subcontractors"]),
    Named("visitors", said["groups-visitors"]),
    Named(
        "newsletter subscribers",
        said["groups-newsletter-subscribers"],
    ),
    Named("institutional contacts", said["groups-institutional-contacts"]),
    Named(
        "training participants",
        said["groups-training-participants"],
    ),
    Named(
        "survey participants",
        said["groups-survey-participants"],
    ),
    Named(
        "job applicants",
        said["groups-job-applicants"],
    ),
    Named(
        "employees",
        said["groups-employees"],
    ),
    Named("patients", said["groups-patients"]),
    Named("donors", said["groups-donors"]),
    Named("members", said["groups-members"]),
    Named(
        "persons in disputes",
        said["groups-persons-in-disputes"],
    ),
)


def addressees(script: Script) -> Found:
    """The opening names whom the text is for, and leaves out groups that it covers."""
    for opening in script.saying(said["addressed"]):
        if not script.holds(said["this-text"], opening):
            continue
        named = {one.name for one in _named(script, opening)}
        if len(named) < 2:
            continue
        left: dict[str, Unit] = {}
        for unit in script.units:
            if (
                unit is opening
                or not _about_people(script, unit)
                or script.holds(said["elsewhere"], unit)
            ):
                continue
            for one in _named(script, unit):
                if one.name not in named:
                    left.setdefault(one.name, unit)
        if left:
            yield quotes([opening, *left.values()])
        return


def labels_differ(script: Script) -> Found:
    """The table of periods names groups that the purposes do not, or leaves some out."""
    rows = list(spans(script))
    if len(rows) < ENOUGH_ROWS:
        return
    table = [unit for units in rows for unit in _with_first_cell(script, units)]
    taken = {unit.position for unit in table}
    before = [u for u in script.units if u.position not in taken and _about_people(script, u)]
    purposes = {one.name for unit in before for one in _named(script, unit)}
    if len(purposes) < 2:
        return
    odd = [
        unit
        for unit in table
        if unit.kind in (Kind.ROW, Kind.HEADING, Kind.ITEM, Kind.PARAGRAPH)
        and any(one.name not in purposes for one in _named(script, unit))
    ]
    if odd:
        yield quotes(odd[:4])


KINDS = (
    Named("user accounts", said["accounts"]),
    Named("institutional contacts", said["kinds-institutional-contacts"]),
    Named(
        "event attendance",
        said["kinds-event-attendance"],
    ),
    Named(
        "telephone records",
        said["kinds-telephone-records"],
    ),
    Named(
        "job applications",
        said["kinds-job-applications"],
    ),
    Named("messages", said["kinds-messages"]),
    Named(
        "video surveillance",
        said["kinds-video-surveillance"],
    ),
    Named(
        "location",
        said["kinds-location"],
    ),
)


def undated_kinds(script: Script) -> Found:
    """Kinds of data that the text declares and that no stated period covers."""
    rows = list(retained(script))
    if len(rows) < ENOUGH_ROWS:
        return
    table = [unit for units in rows for unit in _with_first_cell(script, units)]
    taken = {unit.position for unit in table}
    for kind in KINDS:
        if script.says(kind.cue, table):
            continue
        found = [
            unit
            for unit in script.saying(kind.cue)
            if unit.position not in taken and not script.holds(said["elsewhere"], unit)
        ]
        if found:
            yield quotes(found[:3])


def undated_trackers(script: Script) -> Found:
    """Trackers are used, other data have periods, and trackers have none."""
    rows = list(retained(script))
    if len(rows) < ENOUGH_ROWS:
        return
    if script.says(
        said["trackers"], (unit for units in rows for unit in _with_first_cell(script, units))
    ):
        return
    found = list(script.saying(said["tracked"]))
    if found:
        yield quotes(found[:3])


def catch_all(script: Script) -> Found:
    """A row for all other data of a group beside a row for answers that the group gives too."""
    rows = list(retained(script))
    general = [units for units in rows if script.says(said["rest"], units)]
    special = [
        units for units in rows if script.says(said["special"], units) and units not in general
    ]
    if general and special:
        ones = [*script.saying(said["rest"], general[0]), general[0][-1]]
        yield quotes([*ones, *script.saying(said["special"], special[0]), special[0][-1]])


def _named(script: Script, unit: Unit) -> Iterator[Named]:
    for group in GROUPS:
        if script.holds(group.cue, unit):
            yield group


def _about_people(script: Script, unit: Unit) -> bool:
    if script.holds(said["not-subjects"], unit):
        return False
    return unit.kind is Kind.HEADING or script.holds(said["data-of"], unit)


def _with_first_cell(script: Script, units: Iterable[Unit]) -> Iterator[Unit]:
    """What a period is for, and the line above, where a group may stand for several rows."""
    units = tuple(units)
    if units[0].kind is not Kind.ROW and len(units) > 1 and units[0].position:
        yield script.units[units[0].position - 1]
    yield from units
