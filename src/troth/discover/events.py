"""Columns that may show a trigger event: which day they hold, and how they write it."""

from __future__ import annotations

from collections.abc import Sequence

from troth.discover.dates import NATIVE_KINDS, DateFacts
from troth.discover.guess import ColumnGuess, DayColumn, EventGuess
from troth.discover.lexicon import Lexicon
from troth.discover.measure import ColumnFacts
from troth.discover.names import TableName
from troth.discover.words import Phrase, contains
from troth.policy.model import Policy

_AGREEMENT = 1.0  # words in common, weighed, from which an event of the policy is taken
_AGREEMENT_IF_NEEDED = 0.7  # where a rule that covers the table waits for it


def day_column(
    guess: ColumnGuess, facts: ColumnFacts, lexicon: Lexicon, table: Phrase = ()
) -> DayColumn | None:
    """The column as a day that may start or end a period; None if it is none, or a birth date.

    `table` are the words of the table's name: `comment_date` of a comment is when it was written.
    """
    words = lexicon.speller.words(guess.column.name)
    dates = facts.dates
    concept = next(
        (c for c in lexicon.concepts if any(contains(words, p) for p in c.phrases)), None
    )
    own = set(words) & lexicon.date_words and set(words) <= {*lexicon.date_words, *table}
    plain = concept is None and bool(own)
    if plain:  # `ts`, `date`: when the row was written
        concept = next(c for c in lexicon.concepts if c.name == "created")
    if guess.kind == "birth-date" or (concept is not None and concept.skip):
        return None
    if guess.column.kind not in NATIVE_KINDS:
        says_day = bool(lexicon.date_words & set(words)) or concept is not None
        if dates.form is None or not says_day:
            return None
    elif dates.form is None:
        dates = DateFacts(form="native", share=1.0)
    return DayColumn(guess.column.name, words, concept, dates, guess.column.nullable, plain)


def event_guesses(
    days: Sequence[DayColumn], name: TableName, lexicon: Lexicon, policy: Policy | None
) -> tuple[EventGuess, ...]:
    """One binding per event, the best column for each; names are the policy's where it has them."""
    best: dict[str, EventGuess] = {}
    for day in days:
        event, confidence, why = _event_of(day, name, lexicon, policy)
        if event is None:
            continue
        guess = _binding(day, event, confidence, why)
        if event not in best or best[event].confidence < guess.confidence:
            best[event] = guess
    return tuple(best.values())


def _event_of(
    day: DayColumn, name: TableName, lexicon: Lexicon, policy: Policy | None
) -> tuple[str | None, float, str]:
    if policy is not None:
        return _policy_event(day, name, lexicon, policy)
    if day.concept is None:
        return None, 0.0, ""
    own = "creation" if day.concept.name == "created" else day.concept.name
    if day.plain:
        return own, 0.6, "the name says only that it is a date"
    return own, 0.8, f"the name speaks of '{own}'"


def _policy_event(
    day: DayColumn, name: TableName, lexicon: Lexicon, policy: Policy
) -> tuple[str | None, float, str]:
    """The policy's event whose words are nearest to those of the column and its table."""
    scored = [(agreement(day, name, event, lexicon, policy), event) for event in policy.events]
    score, best = max(scored, default=(0.0, ""))
    if score < _AGREEMENT:
        return None, 0.0, ""
    return best, _confidence(score), "its words are nearest to this event of the policy"


def _confidence(score: float) -> float:
    return round(min(0.9, 0.45 + 0.25 * score), 2)


def needed_event(
    days: Sequence[DayColumn], name: TableName, event: str, lexicon: Lexicon, policy: Policy
) -> EventGuess | None:
    """The column that shows an event for which a rule of this table waits, if words allow it."""
    scored = [(agreement(day, name, event, lexicon, policy), at) for at, day in enumerate(days)]
    score, at = max(scored, default=(0.0, 0))
    if score < _AGREEMENT_IF_NEEDED:
        return None
    why = "a rule waits for this event, and the words are the nearest of this table"
    return _binding(days[at], event, _confidence(score), why)


def agreement(
    day: DayColumn, name: TableName, event: str, lexicon: Lexicon, policy: Policy
) -> float:
    """How near the words of a column and its table are to those of an event; about 0 to 2."""
    column = _meanings([*day.words, *(day.concept.phrases[0] if day.concept else ())], lexicon)
    table = _meanings([*name.words, *(("account",) if name.subject else ())], lexicon)
    title = _meanings(lexicon.speller.words(event), lexicon)
    label = _meanings(lexicon.speller.words(policy.events[event].label), lexicon)
    written = day.concept is not None and day.concept.name == "created"
    if not title or not (title & column or (written and title <= table)):
        return 0.0
    score = 1.5 * len(title & column) / len(title) + 0.5 * len(title & table) / len(title)
    score -= 0.4 * len(title - column - table) / len(title)
    score += 0.3 * bool(label & column)
    return max(score, 1.2) if written and title <= column | table else score


def _meanings(words: Sequence[str], lexicon: Lexicon) -> frozenset[str]:
    """The words, each replaced by the first word of its group of synonyms."""
    found = set()
    for word in words:
        if word in lexicon.words["fillers"]:
            continue
        group = next((g for g in lexicon.synonyms if word in g), None)
        found.add(min(group) if group else word)
    return frozenset(found)


def _binding(day: DayColumn, event: str, confidence: float, why: str) -> EventGuess:
    dates = day.dates
    form = dates.form or "native"
    reasons = [why]
    if form == "text":
        reasons.append(
            f"text, {100 * dates.share:.0f} % of the sampled values read as {dates.format}"
        )
    elif form != "native":
        reasons.append(f"whole numbers, {100 * dates.share:.0f} % of which read as {_UNIX[form]}")
    if dates.ambiguous:
        confidence = min(confidence, 0.5)
        reasons.append("day and month cannot be told apart in the sample")
    if dates.zeros > 0:
        reasons.append(f"{100 * dates.zeros:.0f} % are empty or zero, hence unknown")
    concept = day.concept
    return EventGuess(
        event=event,
        confidence=round(confidence * (1.0 if dates.share >= 0.99 else 0.9), 2),
        reason="; ".join(reasons),
        column=day.column,
        form=form,
        format=dates.format,
        absent=concept.absent if concept and day.nullable else "unknown",
        future=bool(concept and concept.future),
    )


_UNIX = {"unix": "Unix seconds", "unix-ms": "Unix milliseconds"}
