"""What went at a person's request and may have come back with a restored backup."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from troth.plan.acts import restricted
from troth.plan.conditions import Asked
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, KeyIn, Predicate, both, either, negation
from troth.plan.sets import Replayed
from troth.plan.standing import held, roles_of

ROW = "row"


@dataclass(frozen=True)
class Again:
    """Of which tables marks stand: by store and table, `row` and the columns that were erased.

    `since`: only marks made from this instant on, where it is known of when the copy is.
    """

    marked: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    since: datetime | None = None

    def rows(self, frame: Frame) -> Predicate:
        """Rows that went, and are there again."""
        return self._marked(frame, ROW)

    def values(self, frame: Frame, columns: Collection[str]) -> Predicate:
        """Rows of which one of the columns was erased, and are there again as they were."""
        return either(*(self._marked(frame, name) for name in columns))

    def _marked(self, frame: Frame, what: str) -> Predicate:
        marks = self.marked.get((frame.store, frame.table), ())
        immutable = frame.entry.immutable
        if what not in marks or not immutable:
            return FALSE
        key = frame.require_key()
        found = Replayed(
            name=f"replayed-{frame.label}-{what}",
            store=frame.store,
            table=frame.table,
            columns=key,
            immutable=immutable,
            what=what,
            since=self.since,
        )
        return both(KeyIn(set=frame.context.ask(found), columns=key), negation(_stays(frame)))


def _stays(frame: Frame) -> Predicate:
    """A hold, a restriction or the map's protection keeps what came back, as it would anything."""
    entry = frame.entry
    protected = frame.filter(entry.protect) if entry.protect is not None else FALSE
    suspended = (
        restricted(Asked(frame, name, role), column.category, frame.place)[0]
        for column in entry.values.values()
        for name, role in roles_of(frame, column).items()
    )
    return either(protected, held(frame), *suspended)


NOTHING_AGAIN = Again()
