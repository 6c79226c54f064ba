"""The post box is emptied, and its window shown as the policy stands."""

from __future__ import annotations

from pathlib import Path

from troth.desk.intake.collect import collect, counter_of
from troth.desk.intake.key import key_in
from troth.desk.nightly.office import Office, Result
from troth.postbox.box import open_postbox


def empty(office: Office) -> Result:
    """Each letter becomes a request, once; those that cannot be read stay and are counted."""
    if not _there(office.postbox):
        return Result(counts={"taken": 0})
    with open_postbox(office.postbox) as box:
        key = key_in(office.key_file)
        project = office.project
        counter = counter_of(box, office.ledger, project.policy, key, project.map)
        found = collect(counter, office.clock())
    counts = {"taken": found.taken, "unreadable": len(found.unreadable)}
    return Result("waiting" if found.unreadable else "done", counts)


def _there(address: str) -> bool:
    """Nothing is collected where no public page was ever served."""
    return "://" in address or Path(address).exists()
