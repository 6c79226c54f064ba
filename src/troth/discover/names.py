"""A table's name as words, and what they say the table is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from troth.discover.words import Phrase

Nearness = Literal["person", "linked", "thing", "unclear"]
# People words that name other things as well; such a table needs a column that shows a person.
_LOOSE = frozenset(
    {"user", "contact", "subscriber", "author", "visitor", "employee", "participant"}
)


@dataclass(frozen=True)
class TableName:
    """A table's name as words, without the application's prefix."""

    table: str
    words: Phrase
    subject: str | None  # the table is of these people
    mentions: str | None  # a word for people stands in the name
    thing: bool
    record: str | None  # which kind of records about people

    @property
    def nearness(self) -> Nearness:
        if self.subject:
            return "person"
        return "thing" if self.thing else "unclear"

    @property
    def loose(self) -> bool:
        return self.subject in _LOOSE
