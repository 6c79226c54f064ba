"""Which sets decide the rows of steps: no others need to be made to carry these out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from troth.plan.model import ArchiveRows, Step
from troth.plan.predicate import And, Flag, KeyIn, Predicate, both
from troth.plan.sets import HeldRows, Linked, ScopePersons, SetDefinition
from troth.policy.base import Model

Sets = Mapping[str, SetDefinition]


def sets_asked(steps: Iterable[Step], sets: Sets) -> frozenset[str]:
    """The names of the sets that the steps read, and of those from which these are made.

    Rows that holds name are always among them: they tell whether a hold resolves to a row. Where
    days are kept or rows archived before they go, filters of the map may read any link.
    """
    steps = tuple(steps)
    asked = {node.set for step in steps for node in _inside(step) if isinstance(node, KeyIn)}
    asked.update(name for step in steps for name in getattr(step, "shows", ()))
    asked.update(name for name, one in sets.items() if isinstance(one, HeldRows))
    if any(isinstance(step, ArchiveRows) or getattr(step, "keeps", ()) for step in steps):
        asked.update(name for name, one in sets.items() if isinstance(one, Linked))
    return _with_inner(asked, sets)


def _with_inner(names: Iterable[str], sets: Sets) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in sets]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = (node.set for node in _inside(sets[name]) if isinstance(node, KeyIn))
            waiting += (each for each in inner if each in sets)
    return frozenset(found)


def _inside(model: object) -> Iterator[Model]:
    """Every model below one, each once: predicates share their parts."""
    seen: set[int] = set()
    waiting = [model]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Model):
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += (getattr(node, name) for name in type(node).model_fields)
        elif isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, list | tuple):
            waiting += node


def sets_of_scope(sets: Sets) -> frozenset[str]:
    """The sets that say whose rows a plan about persons means, and what these are made of."""
    found: set[str] = set()
    for name in sets:
        below = _with_inner([name], sets)
        kinds = {type(sets[each]) for each in below}
        if ScopePersons in kinds and kinds <= {ScopePersons, Linked}:
            found |= below
    return frozenset(found)


def theirs(due: Predicate, whose: frozenset[str]) -> Predicate:
    """What all rows for which `due` holds have in common by whom they are about.

    `whose`: the sets that say whom. TRUE where nothing of the kind is asked of each row.
    """
    parts = due.parts if isinstance(due, And) else (due,)
    return both(*(part for part in parts if _asks_whose(part, whose)))


def _asks_whose(part: Predicate, whose: frozenset[str]) -> bool:
    nodes = list(_inside(part))
    names = {node.set for node in nodes if isinstance(node, KeyIn)}
    return bool(names) and names <= whose and not any(isinstance(node, Flag) for node in nodes)
