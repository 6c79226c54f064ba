"""What a rectification would do, examined before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troth.desk.find.model import Found as Person
from troth.desk.rectify.copies import Found, Site, find_copies
from troth.desk.rectify.feasible import examine
from troth.desk.rectify.model import Change, Copies, Looked, Notice, Rectification, Target
from troth.desk.rectify.references import followers, label_of
from troth.desk.rectify.values import same
from troth.grounds.facts import Identifier


def propose(site: Site) -> Looked:
    """The rectification of the person whose sets are loaded; refused where it cannot be written."""
    found = find_copies(site)
    follow = followers(site, found)
    own = {label_of(target) for target in found.targets}
    by_label = {label_of(target): target for target in (*found.targets, *follow)}
    targets = tuple(by_label.values())
    notices = examine(site, targets)
    more = [target for target in follow if label_of(target) not in own]
    plan = Rectification(
        organisation=site.setting.policy.organisation,
        changes=(*_counted(found.changes), *_following(site.changes, more)),
        left=_counted(found.left),
        notices=(*notices, *_doubts(found)),
        at_once=site.setting.limits.batch_rows,
    )
    return Looked(plan, targets, tuple(found.papers))


def remaining(site: Site) -> tuple[Copies, ...]:
    """The copies that still hold an old value, and that nothing keeps as they are."""
    return _counted(find_copies(site).changes)


def names_after(person: Person, changes: Sequence[Change]) -> tuple[Identifier, ...]:
    """The names that facts may call a person by once the changes are made."""
    kept = [
        one
        for one in person.identifiers
        if not any(
            one.namespace in change.namespaces
            and change.old is not None
            and same(change.old, one.value, change.how)
            for change in changes
        )
    ]
    new = [Identifier(space, change.new) for change in changes for space in change.namespaces]
    return tuple(dict.fromkeys((*kept, *new)))


def _counted(found: dict[Copies, int]) -> tuple[Copies, ...]:
    return tuple(replace(one, rows=rows) for one, rows in found.items())


def _following(changes: Sequence[Change], targets: Sequence[Target]) -> tuple[Copies, ...]:
    counts: dict[Copies, int] = {}
    for one in targets:
        named = changes[one.change].named
        copies = Copies(one.store, one.table, one.column, 0, named, one.path, follows=True)
        counts[copies] = counts.get(copies, 0) + 1
    return _counted(counts)


def _doubts(found: Found) -> tuple[Notice, ...]:
    if found.targets:
        return (
            Notice(
                "beyond-sql",
                "",
                "the old value lives on in logs, replicas and backups until they are gone",
                "troth replay brings the right value back after a restore",
            ),
        )
    return ()
