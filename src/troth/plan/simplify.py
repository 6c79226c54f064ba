"""Predicates made smaller without changing what they mean.

What the compiler writes says many things twice: each state of a limit is spelled out in the
negation of the others. Inside a conjunction every part may take the others for true, inside a
disjunction for false; and what is known of one day column decides others of the same column.
"""

from __future__ import annotations

from datetime import date

from troth.plan.predicate import (
    FALSE,
    TRUE,
    Always,
    And,
    DayWithin,
    Exists,
    IsNull,
    Not,
    Or,
    Predicate,
    both,
    canonical,
    either,
    exists,
    negation,
)

_DayKey = tuple[str, str | None]
Consequences = tuple[tuple[Predicate, bool], ...]
_SIMPLIFIED, _FOLLOWS = "simplified", "follows"  # kept in the dictionary of a canonical node


class _Known:
    """What a place inside a predicate may take for granted: formulas, by what they are worth.

    It grows on the way down and shrinks again on the way up. All formulas are canonical, and
    known by their numbers, since `_order` keeps them.
    """

    def __init__(self) -> None:
        self._worth: dict[int, bool] = {}
        self._days: dict[_DayKey, list[tuple[Predicate, bool]]] = {}
        self._order: list[Predicate] = []

    def mark(self) -> int:
        """A place to go back to."""
        return len(self._order)

    def learn(self, part: Predicate, value: bool) -> None:
        """A formula, and what follows from it at once."""
        for known, worth in _consequences(part, value):
            if id(known) in self._worth:
                continue
            self._worth[id(known)] = worth
            self._order.append(known)
            key = _day_key(known)
            if key is not None:
                self._days.setdefault(key, []).append((known, worth))

    def forget(self, mark: int) -> None:
        """Everything learnt since the mark."""
        while len(self._order) > mark:
            part = self._order.pop()
            del self._worth[id(part)]
            key = _day_key(part)
            if key is not None:
                self._days[key].pop()

    def of(self, part: Predicate) -> bool | None:
        """What a formula is worth here; None where that is open."""
        found = self._worth.get(id(part))
        if found is not None:
            return found
        key = _day_key(part)
        if key is None:
            return None
        for other, value in self._days.get(key, ()):
            decided = _decides(other, value, part)
            if decided is not None:
                return decided
        return None


def simplified(predicate: Predicate) -> Predicate:
    """The same predicate, with what is said twice said once."""
    whole = canonical(predicate)
    found: Predicate | None = whole.__dict__.get(_SIMPLIFIED)
    if found is None:
        found = _simple(whole, _Known())
        if found is not whole:  # a node that kept itself would never go
            whole.__dict__[_SIMPLIFIED] = found
    return found


def _simple(part: Predicate, known: _Known) -> Predicate:
    worth = known.of(part)
    if worth is not None:
        return TRUE if worth else FALSE
    match part:
        case And():
            return both(*_siblings(part, known, taken_for=True))
        case Or():
            return either(*_siblings(part, known, taken_for=False))
        case Not():
            return negation(_simple(part.part, known))
        case Exists():
            return exists(part.hops, simplified(part.where))
        case _:
            return part


def _siblings(whole: And | Or, known: _Known, *, taken_for: bool) -> list[Predicate]:
    """Each part, where those before it (the plainest first) are taken for true, or for false.

    The parts keep their order: databases read it.
    """
    parts, order = whole.parts, whole.plainest_first
    found: dict[int, Predicate] = {}
    mark = known.mark()
    for at in order:
        part = found[at] = _simple(parts[at], known)
        known.learn(part, taken_for)
    known.forget(mark)
    return [found[at] for at in range(len(parts))]


def _consequences(part: Predicate, value: bool) -> Consequences:
    """Formulas of which it follows at once what they are worth."""
    match part:
        case Always():
            return ()
        case Not():
            return _consequences(part.part, not value)
        case And() if value:
            return _kept(part)
        case Or() if not value:
            return _kept(part)
        case _:
            return ((part, value),)


def _kept(part: And | Or) -> Consequences:
    """What follows from a conjunction that holds, or a disjunction that does not."""
    found: Consequences | None = part.__dict__.get(_FOLLOWS)
    if found is None:
        value = isinstance(part, And)
        found = tuple(each for inner in part.parts for each in _consequences(inner, value))
        part.__dict__[_FOLLOWS] = found
    return found


def _day_key(part: Predicate) -> _DayKey | None:
    match part:
        case DayWithin():
            return part.day.column, part.day.json_path
        case IsNull():
            return part.column, part.json_path
        case _:
            return None


def _decides(known: Predicate, value: bool, asked: Predicate) -> bool | None:
    """What a known test of a column says of another test of the same column."""
    match known, asked:
        case IsNull(), DayWithin():
            return False if value else None
        case DayWithin(), IsNull():
            return False if value else None
        case DayWithin(), DayWithin() if known.day == asked.day:
            return _interval(_days(known), value, _days(asked))
        case _:
            return None


def _days(part: DayWithin) -> tuple[date, date]:
    return part.first, part.last or date.max


def _interval(known: tuple[date, date], value: bool, asked: tuple[date, date]) -> bool | None:
    inside = asked[0] <= known[0] and known[1] <= asked[1]
    apart = known[1] < asked[0] or asked[1] < known[0]
    if value:
        return True if inside else False if apart else None
    return False if known[0] <= asked[0] and asked[1] <= known[1] else None
