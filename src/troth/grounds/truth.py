"""Which rows a path leads to, and whether a filter is true for a row: each asks the other.

Filters are two-valued: a comparison with NULL is false. NULL in a reference joins nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from troth.datamap.filters import AllOf, AnyOf, Filter, NotOf, RelatedRow, Test
from troth.datamap.paths import Hop
from troth.grounds.cells import equals, in_order, json_at, same_reference
from troth.grounds.evidence import Evidence, Row


def holds(filter_: Filter | None, row: Row, evidence: Evidence) -> bool:
    """Whether `filter_` is true for `row`; no filter is true for every row."""
    match filter_:
        case None:
            return True
        case AllOf():
            return all(holds(part, row, evidence) for part in filter_.all)
        case AnyOf():
            return any(holds(part, row, evidence) for part in filter_.any)
        case NotOf():
            return not holds(filter_.not_, row, evidence)
        case RelatedRow():
            related = follow(filter_.related, row, evidence)
            return any(holds(filter_.where, other, evidence) for other in related)
        case Test():
            return _passes(filter_, row, evidence)
        case _:
            assert_never(filter_)


def _passes(test: Test, row: Row, evidence: Evidence) -> bool:
    cell = evidence.cells(row)[test.column]
    if test.json_path is not None:
        cell = json_at(cell, test.json_path)
    if test.in_ is not None:
        return any(equals(cell, constant) for constant in test.in_)
    if test.at_least is not None:
        return cell is not None and in_order(test.at_least, cell)
    if test.at_most is not None:
        return cell is not None and in_order(cell, test.at_most)
    if "is_not" in test.model_fields_set:
        return not equals(cell, test.is_not)
    return equals(cell, test.is_)


def follow(path: Sequence[str], row: Row, evidence: Evidence) -> tuple[Row, ...]:
    """The rows at the end of a path from `row`, each once; `row` itself for the empty path."""
    reached: tuple[Row, ...] = (row,)
    for hop in evidence.hops(row.store, row.table, path):
        found = [
            to
            for start in reached
            for to in evidence.candidates(start, hop)
            if _linked(start, to, hop, evidence)
        ]
        reached = tuple(dict.fromkeys(found))
    return reached


def _linked(start: Row, target: Row, hop: Hop, evidence: Evidence) -> bool:
    owner, referenced = (start, target) if hop.forward else (target, start)
    if not holds(hop.where, owner, evidence):
        return False
    for left, right in hop.pairs:
        mine, theirs = (left, right) if hop.forward else (right, left)
        reference = evidence.cells(owner)[mine]
        if hop.json_path is not None:
            reference = json_at(reference, hop.json_path)
        if not same_reference(reference, evidence.cells(referenced)[theirs], hop.how):
            return False
    return True
