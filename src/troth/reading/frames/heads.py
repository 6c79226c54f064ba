"""The head of a phrase that names an event: its noun or verb, which says what happens.

"the date on which the ticket was finally resolved" has *resolved*, "the effective date of
termination" has *termination*, "la consolidation du dommage" has *consolidation*. What else a
phrase names (the ticket, the damage) is what it happens to, and no event by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from troth.reading.frames.grammar import LEADING, OF_LANGUAGE, Grammar

_WORD = re.compile(r"[\wà-ÿ]+(?:-[\wà-ÿ]+)*'?")


def heads(characters: str, language: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of the head of the phrase `start` to `end` of folded characters, the best first.

    An end or a start is of something, whose noun then belongs to the head ("fin de la saison"); a
    verb without a meaning of its own leaves it to its subject ("the ban was imposed").
    """
    grammar = OF_LANGUAGE[language]
    begin = _opened(characters, grammar, start, end)
    if begin >= end:
        return
    subject = _noun(characters, grammar, begin, end)
    verb = _verb(characters, grammar, begin, end)
    if verb is not None:
        if subject is None or not grammar.light.match(characters, *verb):
            yield verb
            if subject is not None and grammar.ended.match(characters, *verb):
                yield subject
        else:
            yield subject
            if grammar.any_data.match(characters, *subject):
                yield verb
    elif subject is not None:
        if grammar.passes.fullmatch(characters, *subject):
            of_it = _of_it(characters, grammar, subject[1], end)
            other = _noun(
                characters, grammar, _opened(characters, grammar, subject[1], of_it), of_it
            )
            if other is not None:
                yield other
        if grammar.turns.match(characters, *subject):
            yield subject[0], _of_it(characters, grammar, subject[1], end)
        yield subject
        before = _noun(characters, grammar, begin, subject[0])
        if before is not None and grammar.ended.fullmatch(characters, *subject):
            yield before


def phrases(characters: str, language: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The phrase without its articles, and what it gives as a choice: "or the last contact"."""
    grammar = OF_LANGUAGE[language]
    yield _opened(characters, grammar, start, end), end
    for match in grammar.choice.finditer(characters, start, end):
        yield _opened(characters, grammar, match.end(), end), end


def _verb(characters: str, grammar: Grammar, begin: int, end: int) -> tuple[int, int] | None:
    match = grammar.pronoun.match(characters, begin, end)
    if match is None:
        relative = grammar.relative.search(characters, begin, end)
        match = grammar.clause.search(characters, begin, relative.start() if relative else end)
    return match.span("head") if match else None


def _of_it(characters: str, grammar: Grammar, position: int, end: int) -> int:
    """The end of what follows a head as its complement: "of the accounting year"."""
    match = grammar.complement.match(characters, position, end)
    return match.end() if match else position


def _opened(characters: str, grammar: Grammar, start: int, end: int) -> int:
    """Where the event itself begins, behind articles and "the date of"."""
    told = grammar.telling.match(characters, start, end)
    begin = told.end() if told else start
    for _ in range(3):
        lead = grammar.before.match(characters, begin, end)
        after = lead.end() if lead else begin
        date = grammar.dates.match(characters, after, end)
        if date is None or date.end() >= end:
            return after
        begin = date.end()
    lead = grammar.before.match(characters, begin, end)
    return lead.end() if lead else begin


def _noun(characters: str, grammar: Grammar, begin: int, end: int) -> tuple[int, int] | None:
    words: list[tuple[int, int]] = []
    for match in _WORD.finditer(characters, begin, end):
        word = match.group()
        if words and (grammar.stops.fullmatch(word) or grammar.articles.fullmatch(word)):
            break
        if grammar.noun_first and LEADING.fullmatch(word):
            continue
        words.append(match.span())
        if grammar.noun_first:
            return match.span()
    while len(words) > 1 and grammar.times.fullmatch(characters[slice(*words[-1])]):
        words.pop()
    return words[-1] if words else None
