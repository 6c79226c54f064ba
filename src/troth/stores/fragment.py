"""A piece of SQL text about rows, as an element of SQLAlchemy's statements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class Gap(NamedTuple):
    """A place for a column of a row; `row` is 0, or 1 for the other row of a join."""

    row: int
    column: str


class Fragment(sa.ColumnElement[bool]):
    """A condition: texts, and numbers of the columns that stand between them.

    To SQLAlchemy it is an expression over those columns: they say which tables it needs, and are
    replaced, correlated and named as any other.
    """

    inherit_cache = True
    _traverse_internals = [
        ("pieces", InternalTraversal.dp_plain_obj),
        ("columns", InternalTraversal.dp_clauseelement_list),
    ]
    type = sa.Boolean()
    _is_implicitly_boolean = True

    def __init__(self, pieces: Sequence[str | Gap], sources: Sequence[sa.FromClause]) -> None:
        places: dict[Gap, int] = {}
        self.pieces: tuple[str | int, ...] = tuple(
            piece if isinstance(piece, str) else places.setdefault(piece, len(places))
            for piece in pieces
        )
        self.columns = [sources[gap.row].c[gap.column] for gap in places]

    def self_group(self, against: Any = None) -> Fragment:  # noqa: ARG002 - overrides
        return self

    @property
    def _from_objects(self) -> list[sa.FromClause]:
        return list(
            dict.fromkeys(itertools.chain(*(column._from_objects for column in self.columns)))
        )


@compiles(Fragment)
def _text_of(fragment: Fragment, compiler: SQLCompiler, **options: Any) -> str:
    linter = options.get("from_linter")
    if linter is not None:  # it warns of tables that nothing joins
        linter.edges.update(itertools.combinations(fragment._from_objects, 2))
    columns = [compiler.process(column) for column in fragment.columns]
    return "".join(
        compiler.post_process_text(piece) if isinstance(piece, str) else columns[piece]  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        for piece in fragment.pieces
    )
