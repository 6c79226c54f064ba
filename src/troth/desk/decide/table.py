"""Decisions on every row of a table at once, by DuckDB: persons to patterns, patterns to answers.

Needs `duckdb` (the extra `tables`); the caller brings the connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, assert_never

from troth.datamap.model import Normaliser
from troth.desk.decide.decider import NOBODY, Decider
from troth.grounds.identity import normalise
from troth.grounds.use import Answer, Question

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NOT_A_KEY = "\x00"  # a name that nobody bears: a value that is in no index
DENSE_MOST = 1_000_000  # numbers between two known persons for which each gets a row
_LEAST = -(2**63)
# Beyond ASCII, or with a blank at an end: there folding and trimming are not SQL's.
_BEYOND = (
    "(strlen({text}) <> length({text}) OR ascii({text}) <= 32 OR ascii(right({text}, 1)) <= 32)"
)


@dataclass(frozen=True)
class Named:
    """Where a table names people: its column, the namespace, and how identifiers are compared."""

    table: str
    column: str
    namespace: str
    compare: Normaliser = "exact"


@dataclass(frozen=True)
class Decided:
    """The view of the answers, and what their numbers mean.

    `view` has the column `person` as the source spells it and one column `answer_1`, `answer_2`…
    for each question: positions in `answers`. The table `<view>_meaning` says the same in SQL:
    answer, allowed, ground, missing (codes). Nothing is computed until the view is read.
    """

    view: str
    answers: tuple[Answer, ...]


def decide_table(
    connection: DuckDBPyConnection,
    decider: Decider,
    now: datetime,
    questions: Sequence[Question],
    named: Named,
    into: str,
) -> Decided:
    """Answer each question about the person of each row, as of `now`; makes the view `into`.

    Whole numbers in a column are compared as such, all else as text in the normal form of
    `named.compare`. NULL and empty names are nobody's. The persons of the questions are not read.
    The view does not follow the ledger: make it again before it is used again.
    """
    decider.at(now)
    positions: dict[Answer, int] = {}
    stranger = _row(positions, decider, questions, decider.pattern((named.namespace, _NOT_A_KEY)))
    nobody = _row(positions, decider, questions, decider.pattern(NOBODY))
    _persons(connection, decider, questions, named, into, positions, stranger)
    source, kind = _keys(connection, named, into)
    bounds = _bounds(connection, into) if kind == "BIGINT" else None
    if bounds is not None:
        view = _dense(connection, named, into, bounds, stranger, nobody)
    else:
        view = _joined(source, kind, into, stranger, nobody)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(into)} AS {view}")
    _explain(connection, into, tuple(positions))
    return Decided(into, tuple(positions))


def _joined(
    source: str, kind: str, into: str, stranger: tuple[int, ...], nobody: tuple[int, ...]
) -> str:
    """The view over a join by hash."""
    empty = "t.key IS NULL" if kind == "BIGINT" else "t.key IS NULL OR t.key = ''"
    columns = ", ".join(
        f"(CASE WHEN {empty} THEN {none} ELSE coalesce(p.answer_{at}, {other}) END)::USMALLINT "
        f"AS answer_{at}"
        for at, (other, none) in enumerate(zip(stranger, nobody, strict=True), 1)
    )
    return (
        f"SELECT t.person, {columns} "
        f"FROM {source} t LEFT JOIN {_quoted(into + '_person')} p ON p.key = t.key"
    )


def _bounds(connection: DuckDBPyConnection, into: str) -> tuple[int, int] | None:
    """The least and the greatest number in `<into>_person`, if few enough lie between."""
    found = connection.execute(
        f"SELECT min(key), max(key) FROM {_quoted(into + '_person')}"
    ).fetchone()
    if found is None or found[0] is None:
        return None
    least, greatest = int(found[0]), int(found[1])
    return (least, greatest) if greatest - least < DENSE_MOST and least > _LEAST + 2 else None


def _dense(
    connection: DuckDBPyConnection,
    named: Named,
    into: str,
    bounds: tuple[int, int],
    stranger: tuple[int, ...],
    nobody: tuple[int, ...],
) -> str:
    """The view over a table with a row for each number within bounds, where DuckDB need not hash.

    Strangers beyond have the number before the least, nobody the one before that. So each row of
    the source meets exactly one, and DuckDB takes it by its position.
    """
    least, greatest = bounds
    persons = _quoted(into + "_person")
    columns = ", ".join(
        f"(CASE WHEN n.key = {least - 2} THEN {none} ELSE coalesce(p.answer_{at}, {other}) END)"
        f"::USMALLINT AS answer_{at}"
        for at, (other, none) in enumerate(zip(stranger, nobody, strict=True), 1)
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {persons} AS SELECT n.key, {columns} "
        f"FROM range({least - 2}, {greatest + 1}) n(key) LEFT JOIN {persons} p ON p.key = n.key"
    )
    column = _quoted(named.column)
    answers = ", ".join(f"p.answer_{at}" for at in range(1, len(stranger) + 1))
    return (
        f"SELECT t.person, {answers} FROM (SELECT {column} AS person, CASE "
        f"WHEN {column} BETWEEN {least} AND {greatest} THEN {column}::BIGINT "
        f"WHEN {column} IS NULL THEN {least - 2} ELSE {least - 1} END AS key "
        f"FROM {_quoted(named.table)}) t JOIN {persons} p ON p.key = t.key"
    )


def _persons(
    connection: DuckDBPyConnection,
    decider: Decider,
    questions: Sequence[Question],
    named: Named,
    into: str,
    positions: dict[Answer, int],
    stranger: tuple[int, ...],
) -> None:
    """Fill `<into>_person`: of whom a fact names, the answer to each question.

    Without those whose answers are a stranger's: the fewer, the quicker they are looked up.
    """
    patterns = {
        str(key[1]): decider.pattern(key)
        for key in decider.everybody()
        if key and key[0] == named.namespace and key[1]
    }
    told = {
        pattern: _row(positions, decider, questions, pattern)
        for pattern in sorted(set(patterns.values()))
    }
    rows = [(pattern, *answers) for pattern, answers in told.items() if answers != stranger]
    patterns = {key: pattern for key, pattern in patterns.items() if told[pattern] != stranger}
    columns = ", ".join(
        f"unnest(?::USMALLINT[]) AS answer_{at + 1}" for at in range(len(questions))
    )
    by_pattern = list(zip(*rows, strict=True)) or [()] * (len(questions) + 1)
    answers = ", ".join(f"a.answer_{at + 1}" for at in range(len(questions)))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_quoted(into + '_person')} AS SELECT p.key, {answers} FROM "
        "(SELECT unnest(?::VARCHAR[]) AS key, unnest(?::INTEGER[]) AS pattern) p JOIN "
        f"(SELECT unnest(?::INTEGER[]) AS pattern, {columns}) a ON a.pattern = p.pattern",
        [list(patterns), list(patterns.values()), *(list(column) for column in by_pattern)],
    )


def _row(
    positions: dict[Answer, int], decider: Decider, questions: Sequence[Question], pattern: int
) -> tuple[int, ...]:
    return tuple(_place(positions, decider, question, pattern) for question in questions)


def _place(positions: dict[Answer, int], decider: Decider, question: Question, pattern: int) -> int:
    answer = decider.answers(replace(question, persons=()))[pattern]
    return positions.setdefault(answer, len(positions))


def _keys(connection: DuckDBPyConnection, named: Named, into: str) -> tuple[str, str]:
    """A relation of the source's rows as (person, key), and the type of its keys."""
    table, column = _quoted(named.table), _quoted(named.column)
    found = connection.execute(f"SELECT typeof({column}) FROM {table} LIMIT 1").fetchone()
    kind = str(found[0]) if found else "VARCHAR"
    if kind in ("BIGINT", "INTEGER", "SMALLINT", "TINYINT") and named.compare == "exact":
        # Only what is written as that number itself can name it.
        persons = _quoted(into + "_person")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {persons} AS SELECT * REPLACE (TRY_CAST(key AS BIGINT) "
            f"AS key) FROM {persons} WHERE CAST(TRY_CAST(key AS BIGINT) AS VARCHAR) = key"
        )
        return f"(SELECT {column} AS person, {column}::BIGINT AS key FROM {table})", "BIGINT"
    text = column if kind == "VARCHAR" else f"CAST({column} AS VARCHAR)"
    key = _normal(connection, table, text, named, into)
    return f"(SELECT {column} AS person, {key} AS key FROM {table})", "VARCHAR"


def _normal(connection: DuckDBPyConnection, table: str, text: str, named: Named, into: str) -> str:
    """The normal form as SQL; what SQL cannot bring to it is looked up in a map made here."""
    plain: Literal["ascii", "none"]
    match named.compare:
        case "exact":
            return text
        case "email" | "text":
            plain = "ascii"
        case "phone":
            plain = "none"
        case _:
            assert_never(named.compare)
    odd = _BEYOND.format(text=text) if plain == "ascii" else "true"
    values = connection.execute(
        f"SELECT DISTINCT {text} FROM {table} WHERE {text} IS NOT NULL AND {odd}"
    ).fetchall()
    easy = f"lower({text})" if plain == "ascii" else "NULL"
    if not values:
        return easy
    odd_values = _quoted(into + "_odd")
    pairs = {value: normalise(value, named.compare) for (value,) in values}
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {odd_values} AS "
        "SELECT unnest(?::VARCHAR[]) AS value, unnest(?::VARCHAR[]) AS normal",
        [list(pairs), list(pairs.values())],
    )
    return f"coalesce((SELECT normal FROM {odd_values} WHERE value = {text}), {easy})"


def _explain(connection: DuckDBPyConnection, into: str, answers: tuple[Answer, ...]) -> None:
    """What the numbers mean, for SQL that reads the answers."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_quoted(into + '_meaning')} "
        "(answer USMALLINT, allowed BOOLEAN, ground VARCHAR, missing VARCHAR[])"
    )
    for number, answer in enumerate(answers):
        connection.execute(
            f"INSERT INTO {_quoted(into + '_meaning')} VALUES (?, ?, ?, ?)",
            [
                number,
                answer.allowed,
                answer.ground.id if answer.ground else None,
                [part.code for part in answer.missing],
            ],
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
