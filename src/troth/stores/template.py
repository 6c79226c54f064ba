"""SQL of a condition, written once for any row of a table, with gaps for the row's columns.

SQLAlchemy writes each test of a column once per kind of column; the predicates made of them, which
are large and share most of their parts, are put together as text. A template names no table for
its own row, so that the same text serves every statement and every alias.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.mysql.reserved_words import RESERVED_WORDS_MARIADB, RESERVED_WORDS_MYSQL
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, Case
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Exists

from troth.stores.address import DialectName
from troth.stores.fragment import Fragment, Gap
from troth.stores.texts import Condition

OR, AND, NOT, TEST, ATOM = range(5)
"""How tightly a text holds together."""

_ROWS = tuple(f"r{uuid.uuid4().hex}" for _ in range(2))
"""Names of the rows while a test is written: no constant of a map can contain one."""
_COLUMN = re.compile(rf"\b({'|'.join(_ROWS)})\.(\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|[\w$]+)")

Piece = str | Gap


@dataclass(frozen=True, eq=False)
class Template:
    """A condition as text with gaps; `depth` is how many levels of rows elsewhere it looks at.

    `worth` is set where it holds for every row or for none. `sets` and `flags` are what the text
    took for granted: with another table for a set, or another flag, it would read otherwise.
    """

    pieces: tuple[Piece, ...] = ()
    binding: int = ATOM
    depth: int = 0
    worth: bool | None = None
    sets: Mapping[str, sa.TableClause | None] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)

    def about(self, *sources: sa.FromClause) -> Condition:
        """The condition about these rows, for use in statements of SQLAlchemy."""
        if self.worth is not None:
            return sa.true() if self.worth else sa.false()
        pieces = self.pieces if self.binding == ATOM else ("(", *self.pieces, ")")
        return Fragment(pieces, sources)

    def filled(self, names: Mapping[int, str], quote: Any) -> Iterable[Piece]:
        """The pieces with the gaps of the rows in `names` filled by a table's name."""
        for piece in self.pieces:
            if isinstance(piece, Gap) and piece.row in names:
                yield f"{names[piece.row]}.{quote(piece.column)}"
            else:
                yield piece


HOLDS = Template(worth=True)
FAILS = Template(worth=False)


def conjunction(parts: Sequence[Template]) -> Template:
    """Every part holds."""
    return _together(parts, AND, " AND ", neutral=True)


def disjunction(parts: Sequence[Template]) -> Template:
    """Some part holds."""
    return _together(parts, OR, " OR ", neutral=False)


def opposite(part: Template) -> Template:
    """The part does not hold."""
    if part.worth is not None:
        return replace(part, worth=not part.worth)
    return made(["NOT ", *_grouped(part, ATOM)], NOT, [part])


def made(
    pieces: Iterable[Piece], binding: int, parts: Sequence[Template], worth: bool | None = None
) -> Template:
    """A template of pieces that stand on parts; neighbouring texts are joined."""
    sets: dict[str, sa.TableClause | None] = {}
    flags: dict[str, bool] = {}
    for part in parts:
        sets.update(part.sets)
        flags.update(part.flags)
    depth = max((part.depth for part in parts), default=0)
    return Template(tuple(_joined(pieces)), binding, depth, worth, sets, flags)


def _together(parts: Sequence[Template], binding: int, word: str, *, neutral: bool) -> Template:
    """What is constant takes no part in the text, but what it took for granted is remembered."""
    if any(part.worth is not None and part.worth != neutral for part in parts):
        return made((), ATOM, parts, not neutral)
    open_parts = [part for part in parts if part.worth is None]
    if not open_parts:
        return made((), ATOM, parts, neutral)
    if len(open_parts) == 1:
        return made(open_parts[0].pieces, open_parts[0].binding, parts)
    pieces: list[Piece] = []
    for part in open_parts:
        if pieces:
            pieces.append(word)
        pieces += _grouped(part, binding)
    return made(pieces, binding, parts)


def _grouped(part: Template, binding: int) -> Iterable[Piece]:
    if part.binding >= binding:
        return part.pieces
    return ("(", *part.pieces, ")")


def _joined(pieces: Iterable[Piece]) -> Iterable[Piece]:
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            yield "".join(texts)
            texts = []
        yield piece
    if texts:
        yield "".join(texts)


class _CastingCompiler(PGCompiler_psycopg):
    """Constants with their type, as the driver's parameters have it."""

    def render_literal_bindparam(self, bindparam: Any, *given: Any, **named: Any) -> str:
        text: str = super().render_literal_bindparam(bindparam, *given, **named)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its compilers untyped
        kind = bindparam.type.dialect_impl(self.dialect)
        if kind.render_bind_cast:
            text = self.render_bind_cast(bindparam.type, kind, text)  # type: ignore[no-untyped-call]  # as above
        return text


@cache
def writer(dialect: DialectName) -> sa.Dialect:
    """A dialect that writes constants into the text; no `%` is doubled."""
    found: Any
    match dialect:
        case "postgresql":
            found = PGDialect_psycopg(paramstyle="named")  # type: ignore[no-untyped-call]  # as above
            found.statement_compiler = _CastingCompiler
        case "mariadb":
            found = MySQLDialect_pymysql(paramstyle="named", is_mariadb=True)
            found.identifier_preparer.reserved_words = RESERVED_WORDS_MARIADB | RESERVED_WORDS_MYSQL
        case "sqlite":
            found = SQLiteDialect_pysqlite(paramstyle="named")
    return found  # type: ignore[no-any-return]  # the drivers' dialects are not typed


def quote(dialect: DialectName, name: str) -> str:
    """An identifier, quoted where it must be."""
    return writer(dialect).identifier_preparer.quote(name)


def table_name(dialect: DialectName, table: sa.TableClause) -> str:
    """A table as it stands in FROM."""
    return writer(dialect).identifier_preparer.format_table(table)


def placeholder(columns: Iterable[sa.ColumnClause[Any]], row: int = 0) -> sa.TableClause:
    """A table that stands for the row of a template."""
    return sa.table(_ROWS[row], *columns)


def written(dialect: DialectName, condition: Condition) -> Template:
    """The template of a condition about placeholders, its constants written out."""
    if isinstance(condition, sa.True_ | sa.False_):
        return HOLDS if isinstance(condition, sa.True_) else FAILS
    text = str(condition.compile(dialect=writer(dialect), compile_kwargs={"literal_binds": True}))
    pieces: list[Piece] = []
    position = 0
    for found in _COLUMN.finditer(text):
        pieces.append(text[position : found.start()])
        pieces.append(Gap(_ROWS.index(found.group(1)), _plain(found.group(2))))
        position = found.end()
    pieces.append(text[position:])
    return made((piece for piece in pieces if piece != ""), _binding(condition), ())


def _plain(name: str) -> str:
    mark = name[0]
    return name[1:-1].replace(mark * 2, mark) if mark in '"`' else name


def _binding(condition: Condition) -> int:
    if isinstance(condition, BooleanClauseList):
        return AND if condition.operator is operators.and_ else OR
    if isinstance(condition, FunctionElement | Case | Exists):
        return ATOM
    return TEST
