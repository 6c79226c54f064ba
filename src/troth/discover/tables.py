"""What a table is about, by the words of its name: people, their records, things, framework."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from troth.discover.lexicon import Lexicon
from troth.discover.names import TableName
from troth.discover.words import Phrase, contains, ends_with
from troth.plan.schema import TableSchema

_PREFIX_SHARE = 0.6  # of the tables that begin with the same word, for it to be a prefix
_PREFIX_TABLES = 4
_TECHNICAL_PREFIXES = frozenset({"t", "tb", "tbl", "table", "tab", "app", "dbo", "public", "auth"})


def read_names(tables: Sequence[TableSchema], lexicon: Lexicon) -> dict[str, TableName]:
    """The names of all tables of a store, read together so that a common prefix is seen."""
    split = {t.name: lexicon.speller.words(t.name.rpartition(".")[2]) for t in tables}
    prefix = _common_prefix(list(split.values()))
    return {name: _read(name, _bare(words, prefix), lexicon) for name, words in split.items()}


def _common_prefix(names: Sequence[Phrase]) -> str | None:
    firsts = Counter(words[0] for words in names if len(words) > 1)
    if not firsts or len(names) < _PREFIX_TABLES:
        return None
    word, count = firsts.most_common(1)[0]
    return word if count >= _PREFIX_SHARE * len(names) else None


def _bare(words: Phrase, prefix: str | None) -> Phrase:
    while len(words) > 1 and (words[0] == prefix or words[0] in _TECHNICAL_PREFIXES):
        words = words[1:]
        prefix = None
    return words


def _read(name: str, words: Phrase, lexicon: Lexicon) -> TableName:
    subject = next(
        (s for s, phrases in lexicon.subjects.items() if any(ends_with(words, p) for p in phrases)),
        None,
    )
    mentions = subject or next(
        (s for s, phrases in lexicon.subjects.items() if any(contains(words, p) for p in phrases)),
        None,
    )
    record = next(
        (r for r, phrases in lexicon.records.items() if any(ends_with(words, p) for p in phrases)),
        None,
    ) or next(
        (r for r, phrases in lexicon.records.items() if any(contains(words, p) for p in phrases)),
        None,
    )
    thing = subject is None and any(ends_with(words, p) for p in lexicon.things)
    return TableName(name, words, subject, mentions, thing, record)


def framework_reason(table: TableSchema, lexicon: Lexicon) -> str | None:
    """Why a table is left alone: written by a framework, a view, or a partition of another."""
    name = table.name.rpartition(".")[2].lower()
    for entry in lexicon.framework:
        if re.fullmatch(entry.pattern, name):
            return entry.why
    if table.kind in ("view", "materialised-view"):
        return "a view: its rows are those of other tables"
    if table.partition_of is not None:
        return f"a partition of {table.partition_of}: its rows are mapped there"
    return None


def is_session_table(table: TableSchema, lexicon: Lexicon) -> bool:
    """A framework's sessions or tokens, told from a course's sessions by their columns."""
    if re.fullmatch(lexicon.sessions, table.name.rpartition(".")[2].lower()) is None:
        return False
    words = {word for column in table.columns for word in lexicon.speller.words(column.name)}
    return bool(lexicon.words["session_columns"] & words)
