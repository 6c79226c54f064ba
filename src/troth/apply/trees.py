"""Trees: rows that go with the row they reference are neither picked nor decided one by one.

Where enforced foreign keys lead from a root to all that hangs on it, and what hangs there goes
whenever the root goes, only the root's keys are picked. Its rows below are found by joins when the
batch is carried out, which saves a decision, a lock and a look for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth.apply.counting import looks_elsewhere, settled
from troth.apply.ranges import is_local
from troth.apply.work import Work
from troth.plan.model import Child, DeleteRows, EraseValues
from troth.plan.predicate import (
    TRUE,
    And,
    Exists,
    Hop,
    Not,
    Or,
    Predicate,
    both,
    either,
    exists,
    negation,
)
from troth.plan.simplify import simplified


@dataclass(frozen=True)
class Branch:
    """Rows of `step` that rows of `parent` are referenced by along `hop`."""

    step: DeleteRows
    parent: str
    hop: Hop


@dataclass(frozen=True)
class Tree:
    """Steps of tables of which each but the root references one other; parents come first."""

    root: DeleteRows
    branches: tuple[Branch, ...]

    @property
    def steps(self) -> tuple[DeleteRows, ...]:
        return (self.root, *(branch.step for branch in self.branches))

    def step(self, table: str) -> DeleteRows:
        """The step of a table of the tree."""
        return next(step for step in self.steps if step.table == table)

    def branch(self, table: str) -> Branch | None:
        """What leads to a table; None for the root."""
        return next((b for b in self.branches if b.step.table == table), None)

    def below(self, table: str) -> Iterator[tuple[Branch, tuple[Hop, ...]]]:
        """Everything that hangs on a table, parents first, with the way from its row."""
        ways: dict[str, tuple[Hop, ...]] = {table: ()}
        for branch in self.branches:
            if branch.parent in ways:
                ways[branch.step.table] = (*ways[branch.parent], branch.hop)
                yield branch, ways[branch.step.table]

    def due(self, work: Work, step: DeleteRows) -> Predicate:
        """The rows that go by themselves, with what is known of the store put in."""
        return settled(step.due, work, step.table)

    def rest(self, work: Work, branch: Branch) -> Predicate:
        """What must hold of a row by itself, where the row that it references goes."""
        given = frozenset(conjuncts(self._going(work, self.step(branch.parent))))
        parts = conjuncts(self._going(work, branch.step))
        return both(*(part for part in parts if not asks_only(part, branch, given)))

    def shared(self, work: Work, step: DeleteRows) -> frozenset[Predicate]:
        """What decides rows of a step and, asked of the row that they reference, rows below."""
        found = frozenset[Predicate]()
        own = frozenset(conjuncts(self.due(work, step)))
        for branch in self.branches:
            if branch.parent == step.table:
                asked = self.asked_above(branch, self.due(work, branch.step))
                found = (found & asked if found else asked) or found
        return found & own if any(looks_elsewhere(part) for part in found & own) else frozenset()

    def asked_above(self, branch: Branch, due: Predicate) -> frozenset[Predicate]:
        """What `due` asks of the row that a row of a branch references, if it must have one."""
        asked = [part for part in conjuncts(due) if _beyond(part, branch) is not None]
        if not any(isinstance(part, Exists) for part in asked):
            return frozenset()
        return frozenset(inner for part in asked for inner in _beyond(part, branch) or ())

    def takes_all(self, work: Work, step: EraseValues) -> bool:
        """Every row in which the step would erase values goes, as nothing keeps a due row."""
        due = frozenset(conjuncts(self.due(work, self.step(step.table))))
        asked = conjuncts(settled(step.due, work, step.table))
        return due.issubset(asked) and not any(self.blockers(work, step.table, careful=True))

    def _going(self, work: Work, step: DeleteRows) -> Predicate:
        """What holds of every row of a step that goes, if what it is part of goes."""
        due = self.due(work, step)
        if step.free is None:
            return due
        return simplified(either(due, settled(step.free, work, step.table)))

    def blockers(self, work: Work, table: str, *, careful: bool) -> Iterator[Predicate]:
        """What is said of a row of a table on which something that stays depends, case by case.

        What is no branch keeps its row. Unless `careful`, the database's own word is taken for it
        where a foreign key refuses the delete.
        """
        ways: dict[str, tuple[Hop, ...]] = {table: ()}
        for branch, way in self.below(table):
            ways[branch.step.table] = way
            rest = self.rest(work, branch)
            if rest != TRUE:
                yield exists(way, negation(rest))
        for step in self.steps:
            for child in step.children if step.table in ways else ():
                if child.hop is None or self.branch(child.table) is not None:
                    continue
                if careful or not guarded(work, child):
                    yield exists((*ways[step.table], child.hop), TRUE)


def tree_of(work: Work, group: Sequence[DeleteRows]) -> Tree | None:
    """The tree that steps of tables which reference each other make; None where they make none.

    Then every row has to be picked and decided by itself: in circles, along references that the
    database does not enforce, where rows are archived or show days that others count, or where a
    row below its root has a standing of its own that only other tables tell.
    """
    if len(group) < 2:
        return None
    by_table = {step.table: step for step in group}
    above: dict[str, Branch] = {}
    for step in group:
        for child in step.children:
            below = by_table.get(child.table)
            if below is None:
                if child.hop is None:
                    return None
                continue
            if child.table in above or not _carries(work, step, child, below):
                return None
            assert child.hop is not None
            above[child.table] = Branch(below, step.table, child.hop)
    roots = [step for step in group if step.table not in above]
    if len(roots) != 1:
        return None
    tree = Tree(roots[0], _parents_first(roots[0].table, above))
    if len(tree.steps) != len(group):
        return None
    if not all(is_local(tree.rest(work, branch)) for branch in tree.branches):
        return None
    return tree


def _parents_first(root: str, above: Mapping[str, Branch]) -> tuple[Branch, ...]:
    found: list[Branch] = []
    reached = [root]
    for table in reached:
        for branch in above.values():
            if branch.parent == table:
                found.append(branch)
                reached.append(branch.step.table)
    return tuple(found)


def _carries(work: Work, parent: DeleteRows, child: Child, below: DeleteRows) -> bool:
    """A parent takes these rows along: its foreign key guards them, and nothing else is to do."""
    hop = child.hop
    if hop is None or hop.json_path or hop.source_when is not None or hop.target_when is not None:
        return False
    owners = set(below.owners.values())
    return (
        set(hop.columns) == set(parent.key)
        and guarded(work, child)
        and _plain(work, parent)
        and _plain(work, below)
        and not (below.archive_first or below.shows)
        and (not owners or owners == {_reversed(hop, parent.table)})
        and all(_is_about(keep.store, keep.table, keep.path, parent, below) for keep in below.keeps)
    )


def _plain(work: Work, step: DeleteRows) -> bool:
    """The database does what it is told with rows of this table, or else nothing."""
    table = work.row(step.table).table
    return table.transactional and not table.triggers


def _is_about(
    store: str, table: str, path: tuple[str, ...], parent: DeleteRows, below: DeleteRows
) -> bool:
    """A day is counted from these rows for the very row that takes them along."""
    return (
        (store, table) == (parent.store, parent.table)
        and len(path) == 1
        and sum(child.table == below.table for child in parent.children) == 1
    )


def _reversed(hop: Hop, table: str) -> Hop:
    return Hop(table=table, columns=hop.target, target=hop.columns)


def guarded(work: Work, child: Child) -> bool:
    """A foreign key refuses every delete that would leave a reference behind."""
    hop = child.hop
    if hop is None:
        return False
    return any(
        key.columns == hop.target
        and key.to == hop.columns
        and key.enforced
        and key.on_delete in ("no-action", "restrict")
        for key in work.row(child.table).table.foreign_keys
    )


def conjuncts(predicate: Predicate) -> tuple[Predicate, ...]:
    """Predicates that hold together where the whole does."""
    match predicate:
        case And():
            return tuple(inner for part in predicate.parts for inner in conjuncts(part))
        case Not() if isinstance(predicate.part, Or):
            denied = (negation(part) for part in predicate.part.parts)
            return tuple(inner for part in denied for inner in conjuncts(part))
        case _:
            return (predicate,)


def asks_only(part: Predicate, branch: Branch, given: frozenset[Predicate]) -> bool:
    """A test of the row that is referenced, which is known to hold of it."""
    beyond = _beyond(part, branch)
    return beyond is not None and given.issuperset(beyond)


def _beyond(part: Predicate, branch: Branch) -> tuple[Predicate, ...] | None:
    """What a test of a row asks of the row that it references; None where it is another test."""
    asked = part.part if isinstance(part, Not) else part
    if not isinstance(asked, Exists) or asked.hops[0] != _reversed(branch.hop, branch.parent):
        return None
    beyond = exists(asked.hops[1:], asked.where)
    # the referenced row is the only one, so that what holds of none does not hold of it
    return conjuncts(negation(beyond) if isinstance(part, Not) else beyond)
