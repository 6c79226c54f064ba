"""How right a scan of an ordinary schema is: precision and recall of each thing that it guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from troth.discover.guess import StoreGuess, TableGuess

from .truth import TableTruth

_FACTS = frozenset({"transaction", "communication", "usage", "participation", "fact"})
MEASURES = (
    *("personal columns", "their kinds", "inside JSON"),
    *("declared", "undeclared", "polymorphic", "from JSON", "data subjects", "events"),
)


@dataclass
class Measure:
    """Things that are right, guessed in vain, and missed, each by its place."""

    right: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)

    @property
    def precision(self) -> float:
        guessed = len(self.right) + len(self.wrong)
        return len(self.right) / guessed if guessed else 1.0

    @property
    def recall(self) -> float:
        true = len(self.right) + len(self.missed)
        return len(self.right) / true if true else 1.0

    def count(
        self, found: Iterable[str], true: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        found, true, optional = set(found), set(true), set(optional)
        self.right |= found & true
        self.wrong |= found - true - optional
        self.missed |= true - found


Scores = dict[str, Measure]


def score(found: StoreGuess, truth: Mapping[str, TableTruth]) -> Scores:
    """The measures of one scan, by `MEASURES`, and each kind of personal data as `kind:NAME`."""
    scores: Scores = defaultdict(Measure)
    for name in MEASURES:
        scores[name] = Measure()
    guesses = {table.schema.name: table for table in found.tables}
    for name in truth.keys() | guesses.keys():
        _table(scores, name, guesses.get(name), truth.get(name))
    return dict(scores)


def _table(scores: Scores, name: str, guess: TableGuess | None, truth: TableTruth | None) -> None:
    truth = truth or TableTruth(None, {}, frozenset())
    _columns(scores, name, guess, truth)
    _inside(scores["inside JSON"], name, guess, truth)
    _relations(scores, name, guess, truth)
    if truth.subjects is not None:
        role = guess.role.subject if guess and guess.role else None
        # Rows that go with their parents have no role of their own, and are right if they do.
        carried = guess is not None and any(link.part_of for link in guess.links)
        scores["data subjects"].count(
            {f"{name}"} if role in truth.subjects or carried else {f"{name} as {role}"}, {name}
        )
    _events(scores["events"], name, guess, truth)


def _columns(scores: Scores, name: str, guess: TableGuess | None, truth: TableTruth) -> None:
    found = {c.column.name: c.kind for c in guess.columns if c.kind} if guess else {}
    scores["personal columns"].count(
        (f"{name}.{c}" for c in found),
        (f"{name}.{c}" for c in truth.columns),
        (f"{name}.{c}" for c in truth.optional),
    )
    for column, kind in found.items():
        place = f"{name}.{column}"
        if column in truth.columns:
            fine = kind in truth.columns[column] or "fact" in truth.columns[column]
            scores["their kinds"].count({place if fine else f"{place} as {kind}"}, {place})
            if fine:
                scores[f"kind:{kind}"].right.add(place)
            else:
                scores[f"kind:{kind}"].wrong.add(place)
        elif column not in truth.optional and kind not in _FACTS:
            scores[f"kind:{kind}"].wrong.add(place)
    for column, kinds in truth.columns.items():
        if found.get(column) not in kinds and "fact" not in kinds:
            scores[f"kind:{sorted(kinds)[0]}"].missed.add(f"{name}.{column}")


def _inside(measure: Measure, name: str, guess: TableGuess | None, truth: TableTruth) -> None:
    found = {
        f"{name}.{c.column.name}:{_dotted(path)}"
        for c in (guess.columns if guess else ())
        for path, _ in c.inside
    }
    measure.count(found, {f"{name}.{column}:{path}" for column, path in truth.inside})


def _dotted(pointer: str) -> str:
    return pointer.strip("/").replace("/", ".")


def _relations(scores: Scores, name: str, guess: TableGuess | None, truth: TableTruth) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for link in guess.links if guess else ():
        kind = (
            "declared"
            if link.declared
            else "polymorphic"
            if link.where
            else "from JSON"
            if link.json_path
            else "undeclared"
        )
        columns = (
            (f"{link.columns[0]}:{_dotted(link.json_path or '')}",)
            if kind == "from JSON"
            else link.columns
        )
        kinds[kind].add(_arrow(name, (columns, link.references)))
    true = {
        "declared": truth.declared,
        "undeclared": truth.undeclared,
        "polymorphic": truth.polymorphic,
        "from JSON": truth.in_json,
    }
    # A target named by another column may have one kind of target only; either form is right.
    either = {_arrow(name, pair) for pair in (*truth.undeclared, *truth.polymorphic)}
    for kind, pairs in true.items():
        wanted = {_arrow(name, pair) for pair in pairs}
        others = either if kind in ("undeclared", "polymorphic") else set()
        found = kinds[kind] | (set().union(*kinds.values()) & wanted)
        scores[kind].count(found, wanted, others)


def _arrow(table: str, pair: tuple[tuple[str, ...], str]) -> str:
    return f"{table}.{'+'.join(pair[0])} → {pair[1]}"


def _events(measure: Measure, name: str, guess: TableGuess | None, truth: TableTruth) -> None:
    if guess is not None and guess.role is None and any(link.part_of for link in guess.links):
        return  # rows that go with others show an event only where a policy asks for it
    if guess is None or guess.role is None:
        measure.missed |= {f"{name}.{column}" for column in truth.events}
        return
    found = {e.column: e.event for e in guess.events if e.column}
    for column, event in found.items():
        if column in truth.loose_events:
            continue
        fine = event in truth.events.get(column, ())
        measure.count({f"{name}.{column}" if fine else f"{name}.{column} as {event}"}, ())
        if fine:
            measure.wrong.discard(f"{name}.{column}")
            measure.right.add(f"{name}.{column}")
    measure.missed |= {f"{name}.{c}" for c in truth.events} - measure.right
