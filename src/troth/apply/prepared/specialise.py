"""A step's predicate for persons of whom it is known in which sets of facts they are.

What is asked of the row's person is put in as true or false: there remains what is asked of the
row itself, and whose it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from troth.apply.prepared.persons import Naming
from troth.apply.prepared.unfit import UnfitError
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues
from troth.plan.predicate import (
    FALSE,
    TRUE,
    And,
    Exists,
    Flag,
    Hop,
    InPeriod,
    IsNull,
    KeyIn,
    Not,
    Or,
    Predicate,
    both,
    either,
    exists,
    negation,
)
from troth.plan.schema import ColumnSchema
from troth.plan.sets import HeldRows, ScopePersons, SetDefinition
from troth.plan.simplify import simplified

Sets = dict[str, SetDefinition]


@dataclass(frozen=True)
class Reach:
    """How a row of a table leads to its person: `scope` names the set of those who are meant."""

    table: str
    hops: tuple[Hop, ...]
    scope: str
    naming: Naming

    @property
    def theirs(self) -> Predicate:
        """Rows of the persons that are meant; the last hop is spared, for their rows exist."""
        if not self.hops:
            return KeyIn(set=self.scope, columns=(self.naming.key,))
        last = self.hops[-1]
        return exists(self.hops[:-1], KeyIn(set=self.scope, columns=last.columns))


def conjuncts(part: Predicate) -> tuple[Predicate, ...]:
    return part.parts if isinstance(part, And) else (part,)


def reach_of(work: Work, sets: Sets, table: str, due: Predicate) -> Reach:
    """What leads from the rows of a step to the persons it is about; Unfit unless there is one."""
    for part in conjuncts(due):
        hops: tuple[Hop, ...] = ()
        inner: Predicate = part
        if isinstance(part, Exists):
            hops, inner = part.hops, part.where
        if isinstance(inner, KeyIn) and isinstance(sets.get(inner.set), ScopePersons):
            definition = sets[inner.set]
            assert isinstance(definition, ScopePersons)
            reach = Reach(table, hops, inner.set, Naming.of(definition))
            _refuse_inexact(work, reach)
            return reach
    raise UnfitError(f"rows of '{table}' may be those of several persons")


def own_rows(reach: Reach, concerned: Predicate) -> Predicate:
    """The rows of the persons that are meant, of `concerned`: those for which their role holds."""
    parts = [part for part in conjuncts(concerned) if not _names_scope(part, reach)]
    rest = both(*parts)
    if _looks_elsewhere(rest):
        raise UnfitError(f"whose rows of '{reach.table}' are lies in other tables")
    return both(reach.theirs, rest)


def _names_scope(part: Predicate, reach: Reach) -> bool:
    inner = part.where if isinstance(part, Exists) else part
    return isinstance(inner, KeyIn) and inner.set == reach.scope


def _refuse_inexact(work: Work, reach: Reach) -> None:
    """Each hop has to lead to one row, by its key, and without a condition."""
    here = work.row(reach.table).table
    for hop in reach.hops:
        there = work.row(hop.table).table
        plain = (
            hop.json_path is None and hop.source_when is None and hop.target_when is None
        ) and len(hop.columns) == 1
        if not plain or hop.target != there.key:
            raise UnfitError(f"'{reach.table}' reaches its person by more than a key")
        mine, theirs = here.column(hop.columns[0]), there.column(hop.target[0])
        if mine is None or theirs is None or not _alike(mine, theirs):
            raise UnfitError(f"'{reach.table}' reaches its person by columns of other types")
        here = there
    if reach.hops and reach.hops[-1].target != (reach.naming.key,):
        raise UnfitError(f"'{reach.table}' reaches its person by more than a key")


def _alike(mine: ColumnSchema, theirs: ColumnSchema) -> bool:
    """The two hold the same values in the same form; whole numbers do, however wide."""
    return mine.type_text == theirs.type_text or mine.kind == theirs.kind == "integer"


@dataclass(frozen=True)
class Known:
    """What is known of the persons of a class: the sets in which they are, the flags that are on.

    Sets of other rows are empty, or the class would not have been made.
    """

    work: Work
    sets: Sets
    inside: frozenset[str]
    flags: frozenset[str]

    def due(self, step: DeleteRows | EraseValues, reach: Reach) -> Predicate:
        """The step's predicate for rows of these persons, with whose they are."""
        parts = [part for part in conjuncts(step.due) if not _names_scope(part, reach)]
        rest = simplified(both(*(self._row(part, reach.table, reach) for part in parts)))
        if _looks_elsewhere(rest):
            raise UnfitError(f"what decides rows of '{step.table}' lies in other tables")
        return both(reach.theirs, rest)

    def free(self, step: DeleteRows) -> bool:
        """Whether every row that is part of others goes with them."""
        found = simplified(self._row(step.free or FALSE, step.table, None))
        if found not in (TRUE, FALSE):
            raise UnfitError(f"what decides rows of '{step.table}' lies in themselves")
        return found == TRUE

    def _row(self, part: Predicate, table: str, reach: Reach | None) -> Predicate:
        match part:
            case And():
                return both(*(self._row(inner, table, reach) for inner in part.parts))
            case Or():
                return either(*(self._row(inner, table, reach) for inner in part.parts))
            case Not():
                return negation(self._row(part.part, table, reach))
            case Flag():
                return TRUE if part.name in self.flags else FALSE
            case KeyIn():
                return self._member(part, reach)
            case IsNull() if part.json_path is None:
                column = self.work.row(table).column(part.column)
                return part if column.nullable else FALSE
            case Exists() if reach is not None and reach.hops and part.hops == reach.hops:
                return self._person(part, reach)
            case Exists():
                return exists(part.hops, self._row(part.where, part.hops[-1].table, None))
            case _:
                return part

    def _person(self, part: Exists, reach: Reach) -> Predicate:
        """What is asked of the row's person, who exists."""
        own = Reach(reach.naming.table, (), reach.scope, reach.naming)
        inner = simplified(self._row(part.where, own.table, own))
        return inner if inner in (TRUE, FALSE) else exists(part.hops, inner)

    def _member(self, part: KeyIn, reach: Reach | None) -> Predicate:
        of_person = reach is not None and not reach.hops
        definition = self.sets[part.set]
        if isinstance(definition, ScopePersons):
            if not of_person or reach is None or part.set != reach.scope:
                raise UnfitError(f"'{definition.table}' is asked whose other rows are")
            return TRUE
        if not of_person or part.set not in self.inside:
            return FALSE
        if part.columns != definition.columns or definition.has_day:
            raise UnfitError(f"the set '{part.set}' is asked for by other columns")
        return TRUE


def _looks_elsewhere(part: Predicate) -> bool:
    if isinstance(part, Exists | KeyIn | InPeriod):
        return True
    return any(_looks_elsewhere(inner) for inner in part.inner)  # type: ignore[arg-type]  # its parts are predicates


def asked_elsewhere(part: Predicate, reach: Reach | None, sets: Sets) -> Iterator[str]:
    """The sets that a predicate asks of other rows than the person of its row.

    Whether the row itself is held is asked of nobody else.
    """
    if isinstance(part, KeyIn):
        definition = sets[part.set]
        held = isinstance(definition, HeldRows) and reach is not None
        if reach is None or (reach.hops and not (held and definition.table == reach.table)):
            yield part.set
    elif isinstance(part, Exists) and reach is not None and part.hops == reach.hops:
        own = Reach(reach.naming.table, (), reach.scope, reach.naming)
        yield from asked_elsewhere(part.where, own, sets)
    else:
        inside = None if isinstance(part, Exists) else reach
        for inner in part.inner:
            yield from asked_elsewhere(inner, inside, sets)  # type: ignore[arg-type]  # its parts are predicates


def sets_asked(steps: Collection[DeleteRows | EraseValues]) -> Iterator[str]:
    """The names of the sets that decide the steps' rows."""
    found: dict[str, None] = {}
    for step in steps:
        found.update(dict.fromkeys(step.due.sets))
        if isinstance(step, DeleteRows) and step.free is not None:
            found.update(dict.fromkeys(step.free.sets))
    return iter(found)
