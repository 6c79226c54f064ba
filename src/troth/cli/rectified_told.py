"""Whoever had a value that was corrected is told, as the law asks (Art. 19 GDPR)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troth.cli.opening import Ready
    from troth.desk.rectify.model import Target
    from troth.desk.told.recipients import Cell
    from troth.grounds.facts import Act, Identifier
    from troth.ledger.notices import RecipientNotice


def tell_rectified(
    here: Ready,
    run: str,
    *,
    request: str | None,
    targets: Sequence[Target] | None,
    before: Sequence[Identifier],
    by: str,
) -> list[RecipientNotice]:
    """Notices of what a run has corrected, under the person's request or one recorded for it.

    `targets`: what was written; None: whatever the categories may touch, as after a crash.
    `before`: the person's names before the run, by which disclosures are found; none is kept.
    """
    from troth.cli.opened import Opened
    from troth.cli.request_told import tell
    from troth.ledger.rectifications import list_rectifications

    with here.ledger.reading(here.organisation) as reading:
        done = [one.rectification for one in list_rectifications(reading)]
    mine = [one for one in done if one.run == run]
    if not mine:
        return []
    names = tuple(dict.fromkeys(name for one in mine for name in one.persons))
    categories = tuple(
        dict.fromkeys(part for one in mine for part in one.category.split(", ") if part)
    )
    act = _act(here, request, names, categories, by)
    asked = replace(act, persons=tuple(dict.fromkeys((*act.persons, *names, *before))))
    opened = Opened(here.ledger, here.organisation, here.now, here.project.policy.zone)
    cells = _cells(here, targets) if targets is not None else None
    return list(tell(opened, here.project, asked, by=by, send=True, cells=cells))


def _act(
    here: Ready,
    request: str | None,
    names: tuple[Identifier, ...],
    categories: tuple[str, ...],
    by: str,
) -> Act:
    """The request that was recorded, or one that is now; granted, since it was carried out."""
    from troth.grounds.facts import Act, Decision
    from troth.ledger.acts import Verdict, find_act, record_acts, record_verdicts

    with here.ledger.writing(here.organisation) as writing:
        if request is None:
            new = Act("", "rectification", names, here.now, categories=categories)
            (made,) = record_acts(writing, [new], by=by, at=here.now)
            request = made.id
        verdict = Verdict(Decision("accepted", here.now), decided_by=by)
        record_verdicts(writing, [(request, verdict)], at=here.now)
        return find_act(writing, request, here.now).act


def _cells(here: Ready, targets: Sequence[Target]) -> Collection[Cell]:
    from troth.desk.told.recipients import cells_of

    columns: dict[tuple[str, str], set[str]] = {}
    for target in targets:
        columns.setdefault((target.store, target.table), set()).add(target.name)
    datamap = here.project.map
    return frozenset(
        cell
        for (store, table), names in columns.items()
        for cell in cells_of(datamap, store, table, names)
    )
