"""Anonymous rows: what stays of a row without its personal values may single nobody out."""

from __future__ import annotations

from collections.abc import Sequence

from troth.datamap.inside import path_of
from troth.datamap.model import DataMap, Erased
from troth.plan.frame import Frame
from troth.plan.inside import beside_of, gone_inside
from troth.plan.model import DeleteRows, EraseValues, Notice, Step
from troth.plan.predicate import (
    FALSE,
    IsNull,
    KeyIn,
    Predicate,
    TextIs,
    both,
    either,
)
from troth.plan.sets import SmallGroups
from troth.policy.model import Policy


def singled_out(frame: Frame, leaving: Sequence[tuple[Sequence[str], Predicate]]) -> Predicate:
    """Rows that would be like too few others once their personal values are gone (recital 26).

    `leaving`: groups of personal columns with the rows that lose them. Only rows that hold no
    personal value then are counted: one that still bears a name hides nobody.
    """
    terms, entry = frame.context.policy.anonymisation, frame.entry
    if terms is None or terms.smallest_group is None or not entry.alike or entry.row != "keep":
        return FALSE
    bare = both(
        *(
            either(gone, both(*(_erased(frame, column) for column in columns)))
            for columns, gone in leaving
        )
    )
    found = SmallGroups(
        name=f"small-groups-{frame.label}",
        store=frame.store,
        table=frame.table,
        columns=frame.require_key(),
        alike=entry.alike,
        smallest=terms.smallest_group,
        where=bare,
    )
    return KeyIn(set=frame.context.ask(found), columns=found.columns)


def anonymity(policy: Policy, datamap: DataMap, steps: Sequence[Step]) -> list[Notice]:
    """What is said of rows that stay without their personal values."""
    terms = policy.anonymisation
    if terms is None or terms.smallest_group is None:
        return []
    found: dict[tuple[str, str, str], Notice] = {}
    for step in steps:
        if isinstance(step, DeleteRows | EraseValues):
            entry = datamap.table(step.store, step.table)
            if entry.row == "keep":
                told = _told(policy, step, entry.alike, terms.smallest_group)
                for notice in told:
                    found[notice.code, step.store, step.table] = notice
    return list(found.values())


def _told(
    policy: Policy, step: DeleteRows | EraseValues, alike: Sequence[str], smallest: int
) -> list[Notice]:
    if isinstance(step, DeleteRows):
        return [
            Notice(
                code="singled-out",
                severity="info",
                store=step.store,
                table=step.table,
                message=f"rows that would be like fewer than {smallest} others in "
                f"{', '.join(alike)} once their personal values are gone are deleted: what is left "
                "would single somebody out",
            )
        ]
    if alike or not _anonymises(policy, step):
        return []
    return [
        Notice(
            code="anonymity-unchecked",
            severity="warning",
            store=step.store,
            table=step.table,
            message="rows stay without their personal values, and the map does not say in which "
            f"columns they must be like {smallest} others: nobody has checked that they single "
            "nobody out",
            help=f"name the columns that could tell a person under {step.table}.alike",
        )
    ]


def _anonymises(policy: Policy, step: EraseValues) -> bool:
    """One of the step's promises is that values are anonymised at their end."""
    named = {why.rule for why in step.because}
    return any(
        rule.id in named and rule.at_end == "anonymise"
        for activity in policy.activities.values()
        for rule in activity.retention
    )


def _erased(frame: Frame, column: str) -> Predicate:
    """The column holds no value: NULL, or its erased form.

    A pattern has the row's key in it, and is not recognised: the row then counts for nobody.
    """
    erased: Erased = frame.entry.values[column].erased
    beside = beside_of(frame.entry)
    if column in beside or path_of(column) is not None:
        return gone_inside(column, erased, beside)
    empty: Predicate = IsNull(column=column)
    if erased.form == "empty":
        return either(empty, TextIs(column=column, value=""))
    if erased.form == "value" and not isinstance(erased.value, bool):
        return either(empty, TextIs(column=column, value=str(erased.value)))
    return empty
