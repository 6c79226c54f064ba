"""What a reader is told: why a match is doubtful and what would decide it; which reads are slow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.desk.find.concerns import Concerns
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.model import Hint, Reason
from troth.plan.schema import TableSchema

SMALL = 10_000  # rows of a table that is read whole in no time
_WHY: dict[Reason, tuple[str, str]] = {
    "shared": (
        "several people's rows show this identifier",
        "a name, or an identifier of this person alone",
    ),
    "shared-mailbox": (
        "the address is a mailbox that several people read",
        "who wrote, or whose name the row bears",
    ),
    "no-name": (
        "the number is the person's, and others in the household may use it; the row names nobody",
        "whose it was",
    ),
    "other-name": (
        "the identifier is the same, the name is another one",
        "whether the person changed name, or somebody else used the address",
    ),
    "crowded": ("too many different people show this identifier", "another identifier"),
    "same-name": ("the name is the same; nothing else is", "an identifier that both have"),
    "transposed-name": (
        "the same names in another order",
        "an identifier that both have, or which of them is the family name",
    ),
    "same-name-and-address": (
        "name and postal address are the same, the identifiers are not",
        "whether the person had another address or number before",
    ),
    "same-address": ("the postal address is the same", "the name of the person"),
    "mentioned": (
        "rows of this person show the identifier, their own record another one",
        "whether it is a former or second address of theirs, or somebody else's",
    ),
    "case-or-spaces": (
        "equal but for case, blanks or the way accents are encoded",
        "whether the system that keeps it tells them apart",
    ),
    "accents": ("equal but for accents", "whether both addresses are the person's"),
    "plus-tag": ("equal but for what follows the +", "whether both addresses are the person's"),
    "dots": ("equal but for dots, which this mail service ignores", "the name, or a letter there"),
    "phone-form": ("the same number, written otherwise", "whether it is this country's number"),
    "number-form": ("equal but for the way it is written", "whether these are one number"),
}


def why(reason: Reason) -> str:
    """Why a match is doubtful, in words."""
    return _WHY[reason][0]


def decided_by(reason: Reason) -> str:
    """What would decide a doubtful match, in words."""
    return _WHY[reason][1]


def hints_of(
    works: Mapping[str, Work], datamap: DataMap, facets: Facets, concerns: Concerns
) -> Iterator[Hint]:
    """What of the stores makes an answer slow or incomplete."""
    for label in dict.fromkeys((*facets.keyless, *concerns.keyless)):
        yield Hint(
            "table-without-key",
            label,
            "its rows are not looked at: the map gives the table no key",
            "name its primary key under 'key'",
        )
    for label in concerns.unreached:
        yield Hint(
            "nobody-named",
            label,
            "the map says whose rows they are, and no column that would tell who",
            "give a column an identity, or the role a path to a person",
        )
    for facet in facets.all:
        table = _table(works, facet)
        if table is None:
            yield Hint("table-missing", facet.label, "the database has no such table")
            continue
        for name in facet.identity:
            if _large(table) and not _indexed(table, (name,)):
                yield _scan(facet.label, (name,))
    yield from _slow_paths(works, datamap, concerns)


def _slow_paths(works: Mapping[str, Work], datamap: DataMap, concerns: Concerns) -> Iterator[Hint]:
    told: set[tuple[str, tuple[str, ...]]] = set()
    for concern in concerns.all:
        entry = datamap.table(concern.store, concern.table)
        path = entry.roles[concern.role].person
        work = works.get(concern.store)
        if not path or path[0].startswith("<") or work is None or concern.table not in work.tables:
            continue
        label, columns = f"{concern.store}.{concern.table}", entry.relations[path[0]].columns
        table = work.tables[concern.table]
        if (label, columns) not in told and _large(table) and not _indexed(table, columns):
            told.add((label, columns))
            yield _scan(label, columns)


def _scan(label: str, columns: tuple[str, ...]) -> Hint:
    return Hint(
        "full-scan",
        f"{label} ({', '.join(columns)})",
        "no index begins with the column: each search reads the whole table",
        "an index there makes it quick",
    )


def _table(works: Mapping[str, Work], facet: Facet) -> TableSchema | None:
    work = works.get(facet.store)
    return work.tables.get(facet.table) if work is not None else None


def _large(table: TableSchema) -> bool:
    """A table that is not known to be small."""
    return table.estimated_rows is None or table.estimated_rows >= SMALL


def _indexed(table: TableSchema, columns: tuple[str, ...]) -> bool:
    indexes = (table.key, *table.unique, *table.indexes)
    return any(columns[0] == index[0] for index in indexes if index)
