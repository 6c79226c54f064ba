"""From some rows along a path of the map to the rows at its end, in few questions to each store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from troth.apply.elsewhere import VALUES_AT_ONCE, among
from troth.apply.link import link_of
from troth.apply.narrow import NARROW_UP_TO, narrowed
from troth.apply.work import Work
from troth.datamap.paths import Hop
from troth.plan.frame import Frame
from troth.plan.predicate import TRUE, Predicate
from troth.stores.render import Row

Key = tuple[Any, ...]
Cells = Mapping[str, Any]
Reached = Iterator[tuple[Key, Cells]]
"""The key of a row left, and cells of a row reached; one that is reached twice comes twice."""


@dataclass(frozen=True)
class Walker:
    """Every store at work; a row is named by the key that the map gives its table."""

    works: Mapping[str, Work] = field(repr=False)

    def cells(self, frame: Frame, keys: Iterable[Key], names: Sequence[str]) -> Reached:
        """Cells of the rows with these keys."""
        return self.reached(frame, (), keys, names)

    def reached(
        self,
        frame: Frame,
        path: tuple[str, ...],
        keys: Iterable[Key],
        names: Sequence[str],
        where: Predicate = TRUE,
    ) -> Reached:
        """Cells of the rows at the end of `path` for which `where` holds, from rows by key."""
        return self._along(frame, frame.hops(path), keys, names, where)

    def _along(
        self,
        frame: Frame,
        hops: tuple[Hop, ...],
        keys: Iterable[Key],
        names: Sequence[str],
        where: Predicate,
    ) -> Reached:
        at = next((number for number, hop in enumerate(hops) if hop.crosses), None)
        if at is None:
            yield from self._inside(frame, hops, keys, names, where)
            return
        beyond = frame.at(hops[at].target_store, hops[at].target_table)
        from_: dict[Key, list[Key]] = {}
        for start, end in self._across(frame, hops[: at + 1], keys):
            from_.setdefault(end, []).append(start)
        for end, cells in self._along(beyond, hops[at + 1 :], from_, names, where):
            for start in from_[end]:
                yield start, cells

    def _inside(
        self,
        frame: Frame,
        hops: tuple[Hop, ...],
        keys: Iterable[Key],
        names: Sequence[str],
        where: Predicate,
    ) -> Reached:
        work = self.works[frame.store]
        renderer = work.renderer()
        bare = renderer.row(frame.table)
        first = last = renderer.row(frame.table, bare.source.alias("troth_w"))
        joins: list[Any] = []
        for number, hop in enumerate(hops):
            here = frame.at(hop.store, hop.table)
            target = renderer.row(hop.target_table)
            target = renderer.row(hop.target_table, target.source.alias(f"troth_w{number}"))
            joins.append(renderer.joined(here.sql_hop(hop), last, target))
            last = target
        if where != TRUE:
            joins.append(renderer.condition(where, last))
        named = [first.source.c[name] for name in frame.require_key()]
        wanted = [last.source.c[last.column(name).name] for name in names]
        cells = [cell.label(f"troth_c{number}") for number, cell in enumerate(wanted)]
        select = sa.select(*named, *cells).where(*joins)
        width, source = len(named), iter(dict.fromkeys(keys))
        while chunk := list(islice(source, VALUES_AT_ONCE)):
            with work.session.told():
                found = work.connection.execute(select.where(among(named, chunk)))
                for row in found:
                    yield tuple(row[:width]), dict(zip(names, row[width:], strict=True))

    def _across(
        self, frame: Frame, hops: tuple[Hop, ...], keys: Iterable[Key]
    ) -> Iterator[tuple[Key, Key]]:
        """Keys of rows and of those in another store to which the last hop leads."""
        hop, before = hops[-1], hops[:-1]
        here = frame.at(hop.store, hop.table)
        there = frame.at(hop.target_store, hop.target_table)
        near, far = (hop.json_path, None) if hop.forward else (None, hop.json_path)
        condition = here.filter(hop.where) if hop.forward and hop.where is not None else TRUE
        lefts = tuple(left for left, _ in hop.pairs)
        by_link: dict[Key, list[Key]] = {}
        for start, cells in self._along(frame, before, keys, lefts, condition):
            link = link_of(tuple(cells[name] for name in lefts), hop.compare, near)
            if link is not None:
                by_link.setdefault(link, []).append(start)
        if by_link:
            for link, end in self._linked(there, hop, list(by_link), far):
                for start in by_link.get(link, ()):
                    yield start, end

    def _linked(
        self, there: Frame, hop: Hop, links: list[Key], path: str | None
    ) -> Iterator[tuple[Key, Key]]:
        work = self.works[there.store]
        row = work.row(there.table)
        rights = tuple(right for _, right in hop.pairs)
        key = there.require_key()
        select = sa.select(*(row.source.c[name] for name in (*key, *rights))).where(
            *(row.source.c[name].is_not(None) for name in rights)
        )
        where = TRUE if hop.forward or hop.where is None else there.filter(hop.where)
        if where != TRUE:
            select = select.where(work.renderer().condition(where, row))
        texts = _texts(hop, links) if path is None and len(rights) == 1 else None
        if texts is not None and len(texts) <= NARROW_UP_TO and _narrows(row, rights[0], hop):
            select = select.where(narrowed(work, row, rights[0], hop.compare, texts))
        with work.session.told():
            for cells in work.connection.execute(select):
                link = link_of(tuple(cells[len(key) :]), hop.compare, path)
                if link is not None:
                    yield link, tuple(cells[: len(key)])


def _texts(hop: Hop, links: list[Key]) -> list[str] | None:
    """The wanted values as texts; None for types of which one value has several texts."""
    if hop.compare != "exact":
        return [str(text) for (text,) in links]
    values = [value for ((_, value),) in links]
    if all(type(value) is int for value in values) or all(type(value) is str for value in values):
        return [str(value) for value in values]
    return None


def _narrows(row: Row, name: str, hop: Hop) -> bool:
    return hop.compare != "exact" or row.kind(name) in ("integer", "text")
