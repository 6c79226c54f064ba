"""A table of the map as the checks see it: where it stands in the file, and what it may name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from troth.datamap.model import Column, DataMap, Role, Table
from troth.datamap.paths import path_end, resolve_path
from troth.documents.document import Finding, Path
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.policy.model import Policy


@dataclass(frozen=True)
class Spot:
    """The table `store.table` of a map that is checked with its policy."""

    policy: Policy
    datamap: DataMap
    store: str
    table: str

    @property
    def entry(self) -> Table:
        return self.datamap.table(self.store, self.table)

    @property
    def path(self) -> Path:
        """Where the table stands in `map.yaml`."""
        return ("stores", self.store, "tables", self.table)

    def at(self, store: str, table: str) -> Spot:
        """Another table of the same map."""
        return Spot(self.policy, self.datamap, store, table)

    def column(self, path: Path, name: str) -> Iterator[Finding]:
        """A finding if the table does not list the column `name`, which stands at `path`."""
        if name not in self.entry.columns:
            message = f"table '{self.table}' lists no column '{name}'"
            help = advice(name, self.entry.columns) or "list it under 'columns'"
            yield Finding(path, "unknown-column", message, help)

    def follow(
        self, path: Path, steps: Sequence[str], *, forward_only: bool = False
    ) -> tuple[Spot | None, list[Finding]]:
        """The table at the end of `steps`, or the finding why they lead nowhere."""
        try:
            hops = resolve_path(
                self.datamap, self.store, self.table, steps, forward_only=forward_only
            )
        except Refused as error:
            return None, [Finding(path, error.code, error.message, error.help)]
        return self.at(*path_end(self.store, self.table, hops)), []

    def identity_of(self, role: Role) -> dict[str, Column] | None:
        """The columns that name the role's person; None where the path to it is broken."""
        end, _ = self.follow((), role.person, forward_only=True)
        if end is None:
            return None
        return {n: column for n, column in end.entry.personal.items() if column.identity}


def unknown(path: Path, name: str, what: str, known: Collection[str]) -> Iterator[Finding]:
    """A finding if `name` is none of the `known` names of the policy; `what` they are."""
    if name not in known:
        message = f"the policy has no {what} '{name}'"
        yield Finding(path, "unknown-name", message, advice(name, known))
