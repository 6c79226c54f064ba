"""The search: round by round from what was asked to what the rows found say, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.hunt import MOST_IDENTIFIERS, Hunt
from troth.desk.find.judge import same_place
from troth.desk.find.looks import compare_names, transposed, words
from troth.desk.find.mentions import mentioned
from troth.desk.find.model import Asked, Face, Hint, Reason
from troth.desk.find.near import holds_words
from troth.desk.find.reading import Hit, Wanted, read_hits, read_rows
from troth.grounds.facts import Identifier

MOST_ROUNDS = 12  # from identifiers to rows to identifiers
MOST_WEAK = 200  # rows of one table that only a name or an address speaks for


@dataclass
class Search:
    """Persons looked for together in open stores; `near` also finds what is only alike."""

    works: Mapping[str, Work]
    datamap: DataMap
    facets: Facets
    near: bool = True
    hints: dict[Hint, None] = field(default_factory=dict)
    _named: set[tuple[str, str]] = field(default_factory=set)

    def hunts(self, asked: Sequence[Asked]) -> list[Hunt]:
        """A hunt for each of those asked for, carried to its end."""
        hunts = [Hunt(one, self.facets, self.datamap) for one in asked]
        self.follow(hunts, [one.identifiers for one in asked])
        return hunts

    def follow(self, hunts: Sequence[Hunt], first: Sequence[Iterable[Identifier]]) -> None:
        """Rounds until no hunt has anything left to look for."""
        pending = {number: tuple(some) for number, some in enumerate(first)}
        for _ in range(MOST_ROUNDS):
            wanted: dict[Identifier, set[int]] = {}
            for number, some in pending.items():
                for one in some:
                    if one not in hunts[number].pursued:
                        hunts[number].pursued[one] = None
                        wanted.setdefault(one, set()).add(number)
            self._round(hunts, Wanted({one: frozenset(who) for one, who in wanted.items()}))
            pending = {number: hunts[number].settle() for number, some in pending.items() if some}
            if not any(pending.values()):
                break
        if any(pending.values()) or any(len(h.pursued) >= MOST_IDENTIFIERS for h in hunts):
            self._hint(
                "search-cut",
                "",
                f"one person has more than {MOST_IDENTIFIERS} identifiers, or they lead on more "
                f"than {MOST_ROUNDS} times; the search stopped there",
                "look for the rest by its own identifiers",
            )
        for hunt in hunts:
            for one in hunt.crowded:
                self._hint(
                    "identifier-crowded",
                    "",
                    f"an identifier of '{one.namespace}' stands beside too many others to name "
                    "one person; it was not followed",
                )

    def _round(self, hunts: Sequence[Hunt], wanted: Wanted) -> None:
        if not wanted.by:
            return
        for facet in self.readable():
            if facet.mention:
                if self.near:
                    self._mentions(hunts, facet, wanted)
                continue
            hits = read_hits(self.works, self.datamap, self.facets, facet, wanted, near=self.near)
            for hit in hits:
                persons = {
                    number for _, one in (*hit.equal, *hit.near) for number in wanted.by[one]
                }
                face = Face(facet, hit.cells)
                for number in persons:
                    hunts[number].meet(face, hit, _theirs(hit, wanted, number))

    def weakly(self, hunt: Hunt) -> None:
        """Rows for which a name or a postal address speaks, and no identifier."""
        for name in hunt.asked.names:
            self._by_name(hunt, name, [*hunt.asked.addresses], typed=True)
        for face in list(hunt.sure):
            if face.name and face.address:
                places = [one.address for one in hunt.sure if one.address]
                self._by_name(hunt, face.name, places, typed=False)
        for address in hunt.asked.addresses:
            self._by_address(hunt, address)
        hunt.settle()

    def readable(self) -> list[Facet]:
        """The facets of single persons whose tables the stores have."""
        return [
            facet
            for facet in self.facets.all
            if not facet.whole
            and facet.store in self.works
            and facet.table in self.works[facet.store].tables
        ]

    def _by_name(self, hunt: Hunt, name: str, places: Sequence[str], *, typed: bool) -> None:
        label = ("name" if typed else "sure", " ".join(sorted(words(name))))
        if label in self._named:
            return
        self._named.add(label)

        def reason(face: Face) -> Reason | None:
            if compare_names(face.name, name) not in ("same", "similar"):
                return None
            if any(same_place(face.address, place) for place in places):
                return "same-name-and-address"
            if not typed:
                return None
            return "transposed-name" if transposed(face.name, name) else "same-name"

        for facet in self.readable():
            if facet.names and not facet.mention:
                self._weak_rows(hunt, facet, facet.names, name, reason)

    def _by_address(self, hunt: Hunt, address: str) -> None:
        codes = [word for word in words(address) if word.isdigit() and len(word) > 3]
        longest = max((w for w in words(address) if not w.isdigit()), key=len, default="")

        def reason(face: Face) -> Reason | None:
            return "same-address" if same_place(face.address, address) else None

        for facet in self.readable():
            columns = (*facet.address, *facet.postcode)
            if columns and not facet.mention:
                self._weak_rows(hunt, facet, columns, codes[0] if codes else longest, reason)

    def _weak_rows(
        self,
        hunt: Hunt,
        facet: Facet,
        columns: tuple[str, ...],
        text: str,
        reason: Callable[[Face], Reason | None],
    ) -> None:
        work = self.works[facet.store]
        row = work.row(facet.table)
        met = 0
        for key, cells, _ in read_rows(work, facet, row, holds_words(work, row, columns, text)):
            face = Face(facet, cells, tuple(str(part) for part in key))
            why = reason(face)
            if why is None or Face(facet, cells) in hunt.sure:
                continue
            if met == MOST_WEAK:
                self._hint(
                    "many-alike",
                    facet.label,
                    f"more than {MOST_WEAK} rows are of that name or address; the others are left "
                    "out",
                    "give an e-mail address, a telephone or customer number",
                )
                return
            met += 1
            hunt.meet_weakly(face, why, key)

    def _mentions(self, hunts: Sequence[Hunt], facet: Facet, wanted: Wanted) -> None:
        for number, one, face, key in mentioned(
            self.works, self.datamap, self.facets, facet, wanted
        ):
            if one in hunts[number].asked.identifiers:
                hunts[number].meet_weakly(face, "mentioned", key)

    def _hint(self, code: str, table: str, message: str, help: str = "") -> None:
        self.hints[Hint(code, table, message, help)] = None


def _theirs(hit: Hit, wanted: Wanted, number: int) -> list[Identifier]:
    """The identifiers of a row that one of the persons wants."""
    return [one for _, one in (*hit.equal, *hit.near) if number in wanted.by[one]]
