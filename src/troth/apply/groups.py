"""What deletes rows of a store, by tables that reference each other: trees, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from troth.apply.tree_picks import PickedTree, TreeTables, pick_tree, tree_tables
from troth.apply.trees import Tree, tree_of
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues, Limits


@dataclass(frozen=True)
class Groups:
    """The steps that delete rows: those along trees, and the others by what references what."""

    work: Work
    trees: tuple[Tree, ...]
    others: tuple[list[DeleteRows], ...]

    @classmethod
    def of(
        cls, work: Work, steps: Sequence[DeleteRows | EraseValues], *, one_by_one: bool = False
    ) -> Groups:
        trees, others = [], []
        for group in components_of([step for step in steps if isinstance(step, DeleteRows)]):
            tree = None if one_by_one else tree_of(work, group)
            if tree is None:
                others.append(group)
            else:
                trees.append(tree)
        return cls(work, tuple(trees), tuple(others))

    @property
    def loose(self) -> list[DeleteRows]:
        """The steps of which every row is picked."""
        return [step for group in self.others for step in group]

    def tree_tables(self) -> list[TreeTables]:
        """The temporary tables of each tree, made; outside of any transaction."""
        return [tree_tables(self.work, tree) for tree in self.trees]

    def pick_trees(
        self,
        connection: sa.Connection,
        tables: Sequence[TreeTables],
        limits: Limits,
        told: Callable[[str], None],
    ) -> list[PickedTree]:
        """Every tree with its picks."""
        found = []
        for tree, made in zip(self.trees, tables, strict=True):
            told(f"{tree.root.store}.{tree.root.table}")
            found.append(pick_tree(self.work, connection, tree, made, limits))
        return found


def components_of(steps: Sequence[DeleteRows]) -> list[list[DeleteRows]]:
    """Steps whose tables reference each other, children first as they stand in the plan."""
    group = {step.table: {step.table} for step in steps}
    for step in steps:
        for child in step.children:
            if child.table in group:
                merged = group[step.table] | group[child.table]
                for table in merged:
                    group[table] = merged
    found: list[list[DeleteRows]] = []
    seen: set[str] = set()
    for step in steps:
        if step.table in seen:
            continue
        members = group[step.table]
        seen |= members
        found.append([other for other in steps if other.table in members])
    return found
