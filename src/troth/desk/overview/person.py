"""One person's standing: every row that concerns them, with every ground that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from troth.apply.planning import Setting
from troth.datamap.inside import column_of, columns_of
from troth.desk.find.asked import asked_of
from troth.desk.find.find import Finder, Moved, finder, nobody_moved
from troth.desk.find.looks import masked
from troth.desk.find.model import Doubtful, Found, Hint
from troth.desk.find.reasons import decided_by, why
from troth.desk.package.look import LookTable, look_at_persons
from troth.desk.package.model import Record
from troth.grounds.facts import Facts, Identifier
from troth.policy.model import Policy

MOST_ROWS = 25  # of one table on the page; the package of an access request has them all


@dataclass(frozen=True)
class Doubt:
    """A match that nobody has settled: how it is called, where, by what (masked), and why."""

    mark: str
    table: str
    rows: int
    by: tuple[tuple[str, str], ...]
    reason: str
    decided_by: str


@dataclass(frozen=True)
class PersonTable:
    """Rows of one table; `more`: there are others. `columns` are those that are shown."""

    store: str
    table: str
    place: str
    columns: tuple[str, ...]
    rows: tuple[Record, ...] = field(repr=False)
    more: bool = False


@dataclass(frozen=True)
class PersonView:
    """A person as the stores show them; `hidden` are columns that the looker may not see."""

    surely: bool
    tables: tuple[PersonTable, ...]
    doubtful: tuple[Doubt, ...]
    left_out: tuple[tuple[str, str], ...]
    hints: tuple[Hint, ...]
    hidden: int = 0
    total: int = 0


def person_of(
    setting: Setting,
    texts: Sequence[str],
    facts: Facts,
    now: datetime,
    *,
    moved: Moved = nobody_moved,
    confirm: Collection[str] = (),
    reject: Collection[str] = (),
    special: bool = True,
    seen: Callable[[Found], None] = lambda _: None,
) -> PersonView:
    """What concerns the person whom some texts name, with grounds, read from every store.

    `special`: whoever looks may see special categories of data. `seen` is told what was found
    before any value of a row is read. Refused: `nobody-asked`, `unknown-namespace`.
    """
    with finder(setting, moved) as desk:
        asked = asked_of(desk.facets, texts)
        found = desk.find(asked, confirm=confirm, reject=reject)
        seen(found)
        return _view(setting, desk, found, facts, now, special=special)


def person_of_act(
    setting: Setting,
    persons: Sequence[Identifier],
    facts: Facts,
    now: datetime,
    *,
    moved: Moved = nobody_moved,
    special: bool = True,
) -> PersonView:
    """The same of whom a recorded act names."""
    with finder(setting, moved) as desk:
        desk.load_named([persons])
        found = Found(identifiers=tuple(persons), rows=desk.counts())
        view = _view(setting, desk, found, facts, now, special=special)
        return replace(view, surely=bool(found.rows))


def _view(
    setting: Setting, desk: Finder, found: Found, facts: Facts, now: datetime, *, special: bool
) -> PersonView:
    kinds = desk.facets.kinds_of_columns(desk.datamap)
    tables: list[PersonTable] = []
    left_out: tuple[tuple[str, str], ...] = ()
    hidden = 0
    if found.rows:
        look = look_at_persons(setting, desk, [found.identifiers], facts, now)
        left_out = look.left_out
        for table in look.tables:
            some = list(islice(look.records(table), MOST_ROWS + 1))
            if some:
                shut = frozenset() if special else special_columns(setting.policy, table)
                hidden += len(shut)
                tables.append(_table(table, some, shut))

    def told(label: str, column: str, text: str) -> str:
        return masked(kinds.get((label, column), "name"), text)

    return PersonView(
        surely=bool(found.persons),
        tables=tuple(tables),
        doubtful=tuple(_doubt(one, told) for one in found.doubtful),
        left_out=left_out,
        hints=found.hints,
        hidden=hidden,
        total=found.total,
    )


def special_columns(policy: Policy, table: LookTable) -> frozenset[str]:
    """The columns with something whose category, or one above it, is special (Art. 9, 10)."""
    return frozenset(
        column_of(name)
        for name, column in table.frame.entry.values.items()
        if column.category is not None
        and any(
            policy.categories[one].special is not None for one in policy.lineage(column.category)
        )
    )


def _table(table: LookTable, some: list[Record], shut: frozenset[str]) -> PersonTable:
    rows = tuple(_without(one, shut) for one in some[:MOST_ROWS])
    names = [
        name
        for name in table.frame.entry.personal
        if name not in shut and any(name in one.values or name in one.masked for one in rows)
    ]
    frame = table.frame
    return PersonTable(
        frame.store, frame.table, frame.place, tuple(names), rows, more=len(some) > MOST_ROWS
    )


def _without(record: Record, shut: frozenset[str]) -> Record:
    """The row without columns that are not for whoever looks, and without what stands of them."""
    if not shut:
        return record
    stands = tuple(
        replace(one, columns=tuple(name for name in one.columns if column_of(name) not in shut))
        for one in record.stands
        if not shut.issuperset(columns_of(one.columns))
    )
    return replace(
        record,
        values={name: value for name, value in record.values.items() if name not in shut},
        masked={
            name: reason for name, reason in record.masked.items() if column_of(name) not in shut
        },
        stands=stands,
    )


def _doubt(one: Doubtful, tell: Callable[[str, str, str], str]) -> Doubt:
    match = one.match
    label = match.face.facet.label
    return Doubt(
        mark=one.mark,
        table=label,
        rows=match.rows,
        by=tuple((column, tell(label, column, text)) for column, text in match.by if text),
        reason=why(one.reason),
        decided_by=decided_by(one.reason),
    )
