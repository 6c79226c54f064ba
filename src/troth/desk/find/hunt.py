"""The hunt for one person: what was seen, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from troth.datamap.model import DataMap
from troth.desk.find.facets import Facets
from troth.desk.find.judge import judge
from troth.desk.find.looks import Kind, likeness
from troth.desk.find.model import Asked, Face, Match, Reason
from troth.desk.find.reading import Hit
from troth.grounds.facts import Identifier

MOST_FACES = 1_000  # different faces of one identifier; one that shows more names nobody
MOST_IDENTIFIERS = 200  # of one person
_CARRIES: tuple[Kind, ...] = ("number", "email", "phone")
"""The kinds that lead from a row of a person to another, the surest first."""


@dataclass
class Seen:
    """A face as it was met: how many rows, and by which identifiers."""

    rows: dict[Identifier, int] = field(default_factory=dict)
    equal: dict[Identifier, None] = field(default_factory=dict)
    near: dict[Identifier, str] = field(default_factory=dict)
    by: dict[tuple[str, str], None] = field(default_factory=dict)
    weak: Reason | None = None
    key: tuple[Any, ...] = ()

    def match(self, face: Face) -> Match:
        return Match(face, max(self.rows.values(), default=1), tuple(self.by))


@dataclass
class Hunt:
    """One person who is looked for; `sure` and `doubtful` are what is known so far."""

    asked: Asked
    facets: Facets
    datamap: DataMap
    seen: dict[Face, Seen] = field(default_factory=dict)
    pursued: dict[Identifier, None] = field(default_factory=dict)
    crowded: dict[Identifier, None] = field(default_factory=dict)
    confirmed: dict[Face, None] = field(default_factory=dict)
    rejected: dict[Face, None] = field(default_factory=dict)
    sure: dict[Face, None] = field(default_factory=dict)
    doubtful: dict[Face, Reason] = field(default_factory=dict)
    _faces: dict[Identifier, dict[Face, None]] = field(default_factory=dict)

    def meet(self, face: Face, hit: Hit, wanted: Iterable[Identifier]) -> None:
        """Takes note of a row that shows some of the wanted identifiers."""
        mine = frozenset(wanted)
        for column, one in hit.equal:
            if one in mine and self._room(one, face):
                seen = self._note(face, one, column)
                seen.equal[one] = None
                self._faces.setdefault(one, {})[face] = None
        for column, one in hit.near:
            if one in mine and self._room(one, face):
                seen = self._note(face, one, column)
                seen.near[one] = self.text(face, column)

    def meet_weakly(self, face: Face, reason: Reason, key: tuple[Any, ...]) -> None:
        """Takes note of a face that only a name, an address or a mention speaks for."""
        if face not in self.seen:
            seen = self.seen[face] = Seen(weak=reason, key=key)
            seen.by.update(dict.fromkeys((c, self.text(face, c)) for c in face.facet.names))

    def settle(self) -> tuple[Identifier, ...]:
        """Judges everything seen; the identifiers that are to be looked for next."""
        self.sure = {}
        self._judge_until_nothing_changes()
        if self.confirmed:  # last: a confirmed match brings names, and must unsettle nothing
            self.sure.update(self.confirmed)
            self._judge_until_nothing_changes()
        for face, seen in self.seen.items():
            if face not in self.sure and face not in self.doubtful and face not in self.rejected:
                self._doubt(face, seen)
        room = MOST_IDENTIFIERS - len(self.pursued)
        new = [one for one in self._carried() if one not in self.pursued]
        return tuple(dict.fromkeys(new))[: max(room, 0)]

    def matches(self) -> tuple[Match, ...]:
        """The sure faces in a stable order, each row told once."""
        faces = [f for f in self.sure if not (f.row and Face(f.facet, f.cells) in self.sure)]
        return tuple(self.seen[face].match(face) for face in sorted(faces, key=order))

    def exclusive(self) -> tuple[Identifier, ...]:
        """The identifiers that every row shows only as this person's, by order of discovery."""
        return tuple(
            one
            for one in self.pursued
            if one not in self.crowded
            and self.facets.kinds.get(one.namespace) in _CARRIES
            and (faces := self._faces.get(one))
            and all(face in self.sure for face in faces)
        )

    def own(self) -> tuple[Identifier, ...]:
        """The exclusive identifiers, and those asked for that no row shows: moved ones may be."""
        unseen = (one for one in self.asked.identifiers if not self._faces.get(one))
        return tuple(dict.fromkeys((*self.exclusive(), *unseen)))

    def identifiers_of(self, face: Face) -> Iterator[tuple[str, Identifier]]:
        """Column and identifier of each identity column that says something."""
        personal = self.datamap.table(face.facet.store, face.facet.table).personal
        for column in face.facet.identity:
            text = self.text(face, column)
            grave = self.facets.tombstones.get((face.facet.store, face.facet.table, column))
            if text.strip() and text != grave:
                yield column, Identifier(personal[column].identity or "", text)

    @staticmethod
    def text(face: Face, column: str) -> str:
        return dict(zip(face.facet.columns, face.cells, strict=True))[column] or ""

    def _room(self, one: Identifier, face: Face) -> bool:
        known = self._faces.get(one, {})
        if one in self.crowded or (len(known) >= MOST_FACES and face not in known):
            self.crowded[one] = None
            return False
        return True

    def _note(self, face: Face, one: Identifier, column: str) -> Seen:
        seen = self.seen.setdefault(face, Seen())
        seen.rows[one] = seen.rows.get(one, 0) + 1
        seen.by[column, self.text(face, column)] = None
        return seen

    def _judge_until_nothing_changes(self) -> None:
        before = -1
        while before != len(self.sure):
            before = len(self.sure)
            self._judge_all()

    def _judge_all(self) -> None:
        self.doubtful = {}
        for one in self._in_order():
            kind = self.facets.kinds[one.namespace]
            faces = [face for face in self._faces.get(one, {}) if face not in self.rejected]
            if one in self.crowded:
                continue
            typed = one in self.asked.identifiers
            verdict = judge(kind, one.value, faces, self._names(one), typed=typed)
            self.sure.update(dict.fromkeys(verdict.sure))
            for face, reason in verdict.doubtful:
                self.doubtful.setdefault(face, reason)
        for face in self.sure:
            self.doubtful.pop(face, None)

    def _in_order(self) -> list[Identifier]:
        """Identifiers that count: typed ones and those on sure rows, the surest kind first."""
        counted = set(self.asked.identifiers)
        counted.update(one for face in self.sure for _, one in self.identifiers_of(face))
        some = [one for one in self.pursued if one in counted]
        return sorted(some, key=lambda one: self._rank(self.facets.kinds[one.namespace]))

    @staticmethod
    def _rank(kind: Kind) -> int:
        return _CARRIES.index(kind) if kind in _CARRIES else len(_CARRIES)

    def _names(self, one: Identifier) -> Sequence[str]:
        """Names of the person that do not rest on this identifier alone."""
        del one
        return (*self.asked.names, *(face.name for face in self.sure if face.name))

    def _carried(self) -> Iterator[Identifier]:
        for face in self.sure:
            for _, one in self.identifiers_of(face):
                if self.facets.kinds[one.namespace] in _CARRIES:
                    yield one

    def _doubt(self, face: Face, seen: Seen) -> None:
        if seen.weak is not None:
            same = Face(face.facet, face.cells)
            if not any(same in some for some in (self.sure, self.doubtful, self.rejected)):
                self.doubtful[face] = seen.weak
            return
        for one, text in seen.near.items():
            kind = self.facets.kinds[one.namespace]
            self.doubtful[face] = likeness(kind, one.value, text)
            return


def order(face: Face) -> tuple[str, str]:
    """By table, and within it the same in every call."""
    return face.facet.label, face.mark
