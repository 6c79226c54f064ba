"""Finding persons in the stores of a project; nothing is written to a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from troth.apply.planning import Setting, opened, schemas_of
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.desk.find.concerns import Concerns, concerns_of
from troth.desk.find.facets import Facets, facets_of
from troth.desk.find.hunt import Hunt, order
from troth.desk.find.model import Asked, Concern, Doubtful, Face, Found, TableRows
from troth.desk.find.people import count, load_hunted, load_named
from troth.desk.find.reasons import hints_of
from troth.desk.find.search import Search
from troth.discover.lexicon import Lexicon, load_lexicon
from troth.errors import Refused
from troth.grounds.facts import Identifier, MovedName
from troth.plan.predicate import Predicate

Moved = Callable[[Sequence[Identifier]], Sequence[MovedName]]


def nobody_moved(_: Sequence[Identifier]) -> Sequence[MovedName]:
    """No ledger is asked."""
    return ()


@dataclass(frozen=True)
class Finder:
    """A project's stores open for finding persons; `works` hold the sets that were loaded last."""

    datamap: DataMap
    facets: Facets
    concerns: Concerns
    works: Mapping[str, Work] = field(repr=False)
    moved: Moved = nobody_moved
    _persons: list[int] = field(default_factory=list, repr=False)  # how many were loaded last

    def find(
        self,
        asked: Asked,
        *,
        confirm: Iterable[str] = (),
        reject: Iterable[str] = (),
        near: bool = True,
    ) -> Found:
        """One person, with the counts of their rows; their sets are loaded as person number 0.

        `confirm` and `reject` settle doubtful matches, by number or mark. `Refused`
        (`no-such-match`) for one that is not there.
        """
        search = Search(self.works, self.datamap, self.facets, near=near)
        hunt = search.hunts([asked])[0]
        doubtful = _settled(search, hunt, tuple(confirm), tuple(reject), near=near)
        self.load([hunt])
        hints = (*search.hints, *hints_of(self.works, self.datamap, self.facets, self.concerns))
        return Found(
            persons=hunt.matches(),
            identifiers=hunt.exclusive(),
            doubtful=doubtful,
            rows=self.counts(),
            hints=tuple(dict.fromkeys(hints)),
        )

    def find_many(self, asked: Sequence[Asked]) -> list[Found]:
        """Many persons at once, without what is only alike, and without counts.

        Their sets are loaded, numbered by position; `people.numbered` and the concerns' predicates
        then tell the rows.
        """
        search = Search(self.works, self.datamap, self.facets, near=False)
        hunts = search.hunts(asked)
        self.load(hunts)
        return [Found(hunt.matches(), hunt.exclusive(), _numbered(hunt, {})) for hunt in hunts]

    def load(self, hunts: Sequence[Hunt]) -> None:
        """Loads the sets of the persons hunted, numbered by position."""
        moved = self.moved([one for hunt in hunts for one in hunt.own()])
        self._persons[:] = [len(hunts)]
        load_hunted(self.works, self.datamap, self.facets, self.concerns, hunts, moved)

    def load_named(self, persons: Sequence[Sequence[Identifier]]) -> None:
        """Loads the sets of the persons of these identifiers, as facts of the ledger name them."""
        moved = self.moved([one for some in persons for one in some])
        self._persons[:] = [len(persons)]
        load_named(self.works, self.datamap, self.facets, self.concerns, persons, moved)

    def shared(self, concern: Concern) -> Predicate:
        """Rows of the one person whose sets are loaded that concern somebody else too.

        Among several persons nobody could tell who the other one is: that is a fault.
        """
        self._of_one()
        return concern.shared_beyond

    def together(self, concern: Concern) -> Predicate:
        """Rows that the one person loaded has with somebody else under the very same role."""
        self._of_one()
        return concern.together_beyond

    def _of_one(self) -> None:
        assert self._persons == [1], "what is shared is asked of one person at a time"

    def counts(self) -> tuple[TableRows, ...]:
        """The rows of the persons whose sets are loaded, by table; none of tables without any."""
        tables: dict[tuple[str, str], list[Concern]] = {}
        for concern in self.concerns.all:
            work = self.works.get(concern.store)
            if work is not None and concern.table in work.tables:
                tables.setdefault((concern.store, concern.table), []).append(concern)
        found = (count(self.works[store], some) for (store, _), some in tables.items())
        return tuple(one for one in found if one.rows)


@contextmanager
def finder(setting: Setting, moved: Moved = nobody_moved) -> Iterator[Finder]:
    """The stores of a project, open for finding persons.

    `moved` tells the rows out of which one of some names was moved (a quarantine, an archive).
    """
    facets = facets_of(setting.map, _lexicon())
    concerns = concerns_of(setting.policy, setting.map, facets)
    with opened(setting, schemas_of(setting)) as works:
        yield Finder(setting.map, facets, concerns, works, moved)


@cache
def _lexicon() -> Lexicon:
    """The word lists, which take a second to read."""
    return load_lexicon()


def _settled(
    search: Search, hunt: Hunt, confirm: tuple[str, ...], reject: tuple[str, ...], *, near: bool
) -> tuple[Doubtful, ...]:
    """The doubtful matches that remain; what a confirmed one leads to is followed."""
    numbers: dict[Face, int] = {}
    open_confirm, open_reject = dict.fromkeys(confirm), dict.fromkeys(reject)
    while True:
        if near:
            search.weakly(hunt)
        doubtful = _numbered(hunt, numbers)
        chosen = _choose(doubtful, open_confirm)
        refused = _choose(doubtful, open_reject)
        if not chosen and not refused:
            break
        hunt.confirmed.update(dict.fromkeys(chosen))
        hunt.rejected.update(dict.fromkeys(refused))
        search.follow([hunt], [hunt.settle()])
    if left := [*open_confirm, *open_reject]:
        raise Refused(
            "no-such-match",
            f"no doubtful match is called '{left[0]}'",
            help="run it without --confirm and --reject to see their numbers",
        )
    return doubtful


def _numbered(hunt: Hunt, numbers: dict[Face, int]) -> tuple[Doubtful, ...]:
    for face in sorted((f for f in hunt.doubtful if f not in numbers), key=order):
        numbers[face] = len(numbers) + 1
    found = (
        Doubtful(numbers[face], hunt.seen[face].match(face), reason)
        for face, reason in hunt.doubtful.items()
    )
    return tuple(sorted(found, key=lambda one: one.number))


def _choose(doubtful: Iterable[Doubtful], wanted: dict[str, None]) -> list[Face]:
    """The matches that are called so, by number or mark; those words are taken off the list."""
    found = []
    for one in doubtful:
        for word in (str(one.number), one.mark):
            if word in wanted:
                del wanted[word]
                found.append(one.match.face)
    return found
