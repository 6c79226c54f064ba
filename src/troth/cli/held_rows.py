"""The rows that a hold names, looked for before it is opened: a mistyped one protects nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troth.ledger.scope import RowName
    from troth.project.load import Project

_ANYWAY = "--even-if-missing opens the hold all the same"
_MOST_TOLD = 5


@dataclass(frozen=True)
class Looked:
    """Rows that no store has, and stores that could not be asked."""

    missing: tuple[RowName, ...] = ()
    unreached: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """As `hold add --json` prints it."""
        rows = [{"table": f"{store}.{table}", "key": list(k)} for store, table, k in self.missing]
        return {"missing": rows, "unreached": list(self.unreached)}

    def lines(self) -> Iterator[str]:
        """What a person should know of it, line by line."""
        if self.missing:
            yield f"{_told(self.missing)}: until it has, what the hold could touch is unknown"
        for store in self.unreached:
            yield f"store '{store}' could not be asked; troth check tells what the hold finds there"


def look_for(project: Project, rows: list[RowName], *, even_if_missing: bool) -> Looked:
    """Looks for the rows in their stores; refused where one is missing or cannot be asked."""
    from troth.apply.named_rows import rows_not_there
    from troth.errors import Refused, TrothError
    from troth.stores.opening import open_store

    missing: list[RowName] = []
    unreached: list[str] = []
    for name in dict.fromkeys(store for store, _, _ in rows):
        mine = [row for row in rows if row[0] == name]
        try:
            store = open_store(name, project.stores[name].reveal(), purpose="read")
            missing += rows_not_there({name: store}, project.map, project.policy, mine)
        except TrothError as error:
            if not even_if_missing:
                error.help = f"{error.help}; {_ANYWAY}" if error.help else _ANYWAY
                raise
            unreached.append(name)
    if missing and not even_if_missing:
        raise Refused("hold-on-missing-rows", _told(missing), help=f"correct the key; {_ANYWAY}")
    return Looked(tuple(missing), tuple(unreached))


def _told(rows: Sequence[RowName]) -> str:
    """Which rows no store has, by key where it is a number: a text may name a person."""
    named = [
        f"{store}.{table}:{'/'.join(str(p) if isinstance(p, int) else '…' for p in key)}"
        for store, table, key in rows
    ]
    more = f" and {len(named) - _MOST_TOLD} more" if len(named) > _MOST_TOLD else ""
    return f"no store has the row {', '.join(named[:_MOST_TOLD])}{more}"
