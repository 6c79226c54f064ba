"""From what was typed to the values to be corrected: which columns, and which old value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from troth.datamap.model import Column, DataMap, Normaliser
from troth.desk.find.find import Finder
from troth.desk.rectify.model import Asked, Change, Place
from troth.desk.rectify.theirs import mine_in
from troth.desk.rectify.values import inside, same, text_of
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.policy.model import Policy

MOST_VALUES = 50  # different values of one category that are told apart


def asked_of(
    policy: Policy, datamap: DataMap, sets: Sequence[str], was: Sequence[str]
) -> list[Asked]:
    """The corrections of `--set NAME=VALUE`, with their old values of `--was [NAME=]VALUE`.

    NAME is a category of the policy, an identifier's namespace, or store.table.column. Refused:
    `rectify-unreadable`, `rectify-empty`, `unknown-category`, `unknown-column`.
    """
    olds = _olds(sets, was)
    found = []
    for text in sets:
        name, equals, new = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise Refused(
                "rectify-unreadable",
                "a correction is written NAME=VALUE",
                help="for example --set phone=+33612345678",
            )
        if not new.strip():
            raise Refused(
                "rectify-empty",
                f"the new value of '{name}' is empty",
                help="to have it taken away is an erasure: troth request new erasure",
            )
        found.append(_asked(policy, datamap, name, new, olds.get(name)))
    return found


def _olds(sets: Sequence[str], was: Sequence[str]) -> dict[str, str]:
    names = [text.partition("=")[0].strip() for text in sets]
    found: dict[str, str] = {}
    for text in was:
        name, equals, old = text.partition("=")
        if equals and name.strip() in names:
            found[name.strip()] = old
        elif len(names) == 1:
            found[names[0]] = text
        else:
            raise Refused(
                "rectify-unreadable",
                "with several corrections an old value is written NAME=VALUE",
                help=f"NAME is one of {', '.join(names)}",
            )
    return found


def _asked(policy: Policy, datamap: DataMap, name: str, new: str, old: str | None) -> Asked:
    if name.count(".") >= 2:
        return Asked(new, old, column=place_of(datamap, name))
    if name in policy.categories:
        return Asked(new, old, category=name)
    spaces = {column.identity for _, column in columns_of(datamap) if column.identity}
    if name in spaces:
        return Asked(new, old, namespace=name)
    known = [*policy.categories, *sorted(spaces)]
    raise Refused(
        "unknown-category",
        f"'{name}' is neither a category of the policy nor a kind of identifier",
        help=advice(name, known) or f"it has {', '.join(known)}",
    )


def place_of(datamap: DataMap, name: str) -> Place:
    """A personal column by store.table.column; Refused (`unknown-column`) for any other."""
    store, _, rest = name.partition(".")
    table, _, column = rest.rpartition(".")
    entry = datamap.stores.get(store)
    described = entry.tables.get(table) if entry is not None else None
    if described is None or column not in described.personal:
        known = [".".join(place) for place, _ in columns_of(datamap)]
        raise Refused(
            "unknown-column",
            f"the map has no personal column '{name}'",
            help=advice(name, known) or "write store.table.column as the map has them",
        )
    return store, table, column


def columns_of(datamap: DataMap) -> Iterator[tuple[Place, Column]]:
    """Every personal column of the map."""
    for store, entry in datamap.stores.items():
        for table, described in entry.tables.items():
            for name, column in described.personal.items():
                yield (store, table, name), column


def settled(desk: Finder, policy: Policy, asked: Asked) -> Change:
    """The change, once its old value is known: given, or the only one that the person's rows hold.

    Refused: `rectify-several-values`, `rectify-nothing`.
    """
    places = _places(desk.datamap, policy, asked)
    values = _values(desk, places)
    old = asked.old
    holding = [place for place, texts in values.items() if texts]
    if old is not None:
        holding = [
            place
            for place, texts in values.items()
            if any(same(old, text, _how(desk.datamap, [place])) for text in texts)
        ]
    else:
        old = _only(desk.datamap, asked, values)
    if not holding and asked.column is None:
        raise Refused(
            "rectify-nothing",
            f"no row of the person holds {'that' if asked.old else 'a'} value of '{asked.named}'",
            help="name the column to be completed, as store.table.column",
        )
    if not holding and asked.old is not None:
        raise Refused(
            "rectify-nothing",
            f"no row of the person holds that value in '{asked.named}'",
            help="leave --was out to see whether it holds another",
        )
    return _change(desk, policy, asked, old, holding)


def _change(
    desk: Finder, policy: Policy, asked: Asked, old: str | None, holding: Sequence[Place]
) -> Change:
    datamap = desk.datamap
    where = holding or ([asked.column] if asked.column else [])
    named = [_column(datamap, place) for place in where]
    categories = dict.fromkeys(
        name
        for column in named
        for name in (column.category, *column.inside.values())
        if name is not None
    )
    if asked.category is not None:
        categories = dict.fromkeys(_below(policy, asked.category))
    spaces = tuple(dict.fromkeys(column.identity for column in named if column.identity))
    return Change(
        named=asked.named,
        categories=tuple(categories),
        new=asked.new,
        old=old,
        how=_how(datamap, where),
        column=asked.column,
        everywhere=any(
            desk.facets.kinds[space] in ("email", "phone", "number") for space in spaces
        ),
        namespaces=spaces,
    )


def _only(datamap: DataMap, asked: Asked, values: dict[Place, list[str]]) -> str | None:
    """The one value that the person's rows hold; None where they hold none."""
    found: list[str] = []
    for place, texts in values.items():
        how = _how(datamap, [place])
        found += [text for text in texts if not any(same(one, text, how) for one in found)]
    if len(found) > 1:
        raise Refused(
            "rectify-several-values",
            f"the person's rows hold {len(found)} different values of '{asked.named}'",
            help="say which with --was VALUE, or name one column as store.table.column",
        )
    return found[0] if found else None


def _places(datamap: DataMap, policy: Policy, asked: Asked) -> list[Place]:
    if asked.column is not None:
        return [asked.column]
    below = _below(policy, asked.category) if asked.category is not None else frozenset()
    return [
        place
        for place, column in columns_of(datamap)
        if (asked.namespace is not None and column.identity == asked.namespace)
        or column.category in below
        or below & set(column.inside.values())
    ]


def _below(policy: Policy, category: str) -> frozenset[str]:
    """The category and those within it."""
    return frozenset(name for name in policy.categories if category in policy.lineage(name))


def _values(desk: Finder, places: Iterable[Place]) -> dict[Place, list[str]]:
    """The different values of each column in the person's rows; none for what is all NULL."""
    found: dict[Place, list[str]] = {}
    for place in places:
        store, table, name = place
        work = desk.works.get(store)
        if work is None or table not in work.tables:
            continue
        column = _column(desk.datamap, place)
        row = work.row(table)
        if row.table.kind in ("view", "materialised-view"):
            continue
        condition = work.renderer().condition(mine_in(desk, store, table, name), row)
        select = (
            sa.select(row.source.c[name])
            .select_from(row.source)
            .where(condition, row.source.c[name].is_not(None))
        )
        if row.kind(name) != "json":
            select = select.distinct()  # JSON compares with nothing on PostgreSQL
        with work.session.told():
            cells = list(work.connection.execute(select.limit(MOST_VALUES)).scalars())
        texts = [text_of(cell) for cell in _cells(column, cells)]
        grave = desk.facets.tombstones.get(place)
        found[place] = [text for text in texts if text is not None and text != grave]
    return found


def _cells(column: Column, cells: list[object]) -> Iterator[object]:
    """The cells themselves, or what stands inside them."""
    if not column.inside:
        yield from cells
        return
    for cell in cells:
        for path in column.inside:
            yield inside(cell, path)


def _how(datamap: DataMap, places: Iterable[Place]) -> tuple[Normaliser, ...]:
    """The map's normalisers of some columns: their own, and those of relations that use them."""
    found: dict[Normaliser, None] = {"exact": None}
    for store, table, name in places:
        found[_column(datamap, (store, table, name)).compare] = None
        for each in datamap.table(store, table).relations.values():
            if name in each.columns:
                found[each.compare] = None
    return tuple(found)


def _column(datamap: DataMap, place: Place) -> Column:
    store, table, name = place
    return datamap.table(store, table).personal[name]
