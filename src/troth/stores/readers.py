"""Who can read some tables of a store, as its own catalogue of rights tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Readers:
    """The accounts that can read at least one of the tables, beside Troth's own.

    `strangers` are none of the accounts that may; `everybody` says that one of them stands for
    whoever can connect. `always`: administrators and owners, whom no right keeps out. `lacking`:
    accounts that may read and cannot. `statements` put it in order, to be run by an administrator.
    `untold`: why it cannot be told; then the rest is empty.
    """

    strangers: tuple[str, ...] = ()
    everybody: bool = False
    always: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    untold: str = ""

    def without_statements(self) -> Readers:
        """The same, where it is not known yet whom to shut out."""
        return replace(self, statements=())
