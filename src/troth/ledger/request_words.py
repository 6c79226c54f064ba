"""The words by which a request is found: its number, and what its writer said of themselves.

Words are folded: lower case, without accents. They are looked up by their beginnings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.ledger.desk_tables import request_words
from troth.ledger.session import Reading, Writing

SHORTEST = 2  # characters of a word that is looked up
MOST_WORDS = 6  # of one search
LONGEST_WORD = 200
PICKED = 1_000  # requests beyond which a search walks the list instead of naming them
WRITTEN_AT_ONCE = 2_000
_LAST = "\U0010ffff"

Written = tuple[str, str, Sequence[str]]
"""The number of a request, its contact, and the names its writer gave."""


def keep_words(writing: Writing, requests: Iterable[Written]) -> None:
    """Write the words of requests; those that are there already stay."""
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(request_words).on_conflict_do_nothing()
    rest = iter(requests)
    while some := list(islice(rest, WRITTEN_AT_ONCE)):
        rows = [
            {
                "organisation": writing.organisation,
                "word": word,
                "number": number,
                "personal": personal,
            }
            for number, contact, names in some
            for word, personal in _words(number, contact, names).items()
        ]
        writing.connection.execute(statement, rows)


def forget_words(writing: Writing) -> None:
    """Take out all words, before they are made anew."""
    own = request_words.c.organisation == writing.organisation
    writing.connection.execute(delete(request_words).where(own))


def folded(text: str) -> list[str]:
    """The words of a text as they are kept and looked up, the longest `LONGEST_WORD` long."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return [word[:LONGEST_WORD] for word in bare.split()]


@dataclass(frozen=True)
class Sought:
    """What a search comes to: requests named one by one, where a word has few; and words of many.

    `numbers` None: no word has few, and each row of the list is asked for all of `many`.
    """

    numbers: frozenset[str] | None
    many: tuple[str, ...] = ()
    personal: bool = False

    def of(self, organisation: str, number: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The conditions that a row of a list, by its number, has words that begin so."""
        table = request_words.c
        return [
            exists(
                # OFFSET keeps PostgreSQL asking row by row, instead of hashing all of the words
                select(table.number)
                .where(
                    *_beginning(organisation, word, personal=self.personal),
                    table.number == number,
                )
                .offset(0)
            )
            for word in self.many
        ]


def seek(reading: Reading, text: str, *, personal: bool) -> Sought:
    """The requests of which words begin with each word of a text.

    `personal`: also words that people said of themselves, not numbers alone. A text without a word
    that is long enough finds nothing.
    """
    wanted = [word for word in folded(text) if len(word) >= SHORTEST][:MOST_WORDS]
    numbers: frozenset[str] | None = None if wanted else frozenset()
    many: list[str] = []
    for word in wanted:
        few = _few(reading, word, personal=personal)
        if few is None:
            many.append(word)
        else:
            numbers = few if numbers is None else numbers & few
    return Sought(numbers, tuple(many), personal)


def _few(reading: Reading, word: str, *, personal: bool) -> frozenset[str] | None:
    """The requests of a word; None where they are more than `PICKED`."""
    mine = _beginning(reading.organisation, word, personal=personal)
    # no DISTINCT: SQLite would walk the index by number for it
    some = select(request_words.c.number).where(*mine).limit(PICKED + 1)
    found = list(reading.connection.execute(some).scalars())
    return None if len(found) > PICKED else frozenset(found)


def _beginning(organisation: str, word: str, *, personal: bool) -> list[ColumnElement[bool]]:
    table = request_words.c
    found = [table.organisation == organisation, table.word >= word, table.word < word + _LAST]
    return found if personal else [*found, table.personal == 0]


def _words(number: str, contact: str, names: Sequence[str]) -> dict[str, int]:
    """By word, 1 where it is about a person."""
    found = {word: 1 for text in (contact, *names) for word in folded(text)}
    return found | dict.fromkeys(folded(number), 0)
