"""Comparisons of columns in SQL that agree with the meaning: by type, to the letter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from troth.datamap.filters import Scalar, Test
from troth.plan.schema import TypeKind
from troth.stores.address import DialectName
from troth.stores.texts import (
    Condition,
    Expression,
    JsonKind,
    json_absent,
    json_is,
    json_text,
    plain_text,
    same_text,
)

_NUMBERS = ("integer", "number")
_TEXTS = ("text", "enum")
Typed = tuple[Expression, TypeKind]


def equal_columns(dialect: DialectName, left: Typed, right: Typed) -> Condition:
    """Two columns hold the same value of the same type; NULL equals nothing."""
    (mine, my_kind), (theirs, their_kind) = left, right
    if _family(my_kind) != _family(their_kind):
        return sa.false()
    if my_kind in _TEXTS and dialect == "mariadb":
        return same_text(dialect, mine, theirs)
    return mine == theirs


def _family(kind: TypeKind) -> str:
    if kind in (*_NUMBERS, "boolean"):
        return "number"
    return "text" if kind in _TEXTS else kind


def passes(
    dialect: DialectName,
    source: sa.FromClause,
    kind_of: Callable[[str], TypeKind],
    test: Test,
) -> Condition:
    """A test of the map as a condition; a comparison with NULL is false."""
    kind = kind_of(test.column)
    side = _Side(dialect, source.c[test.column], kind, test.json_path)
    if test.in_ is not None:
        found: Condition = sa.or_(*(side.equals(constant) for constant in test.in_))
    elif test.at_least is not None:
        found = side.ordered(test.at_least, at_least=True)
    elif test.at_most is not None:
        found = side.ordered(test.at_most, at_least=False)
    elif "is_not" in test.model_fields_set:
        return sa.not_(sa.func.coalesce(side.equals(test.is_not), sa.false()))
    else:
        found = side.equals(test.is_)
    return sa.func.coalesce(found, sa.false())


class _Side:
    """The column of a test, or what stands at a path inside it."""

    def __init__(
        self, dialect: DialectName, column: Expression, kind: TypeKind, path: str | None
    ) -> None:
        self.dialect, self.column, self.kind, self.path = dialect, column, kind, path

    def equals(self, constant: Scalar) -> Condition:
        if self.path is not None:
            return self._json_equals(self.path, constant)
        if constant is None:
            return self.column.is_(None)
        if isinstance(constant, bool | int):
            return self._number_equals(constant)
        if self.kind == "date" and self.dialect != "sqlite":
            day = _day(constant)
            return self.column == sa.literal(day, sa.Date()) if day else sa.false()
        if self.kind in (*_TEXTS, "uuid", "other") or self._stores_text:
            return same_text(self.dialect, self.column, constant)
        return sa.false()

    @property
    def _stores_text(self) -> bool:
        return self.dialect == "sqlite" and self.kind in ("date", "timestamp", "timestamptz")

    def _number_equals(self, constant: bool | int) -> Condition:
        if self.kind == "boolean" and self.dialect == "postgresql":
            if int(constant) not in (0, 1):
                return sa.false()
            return self.column.is_(sa.true() if constant else sa.false())
        if self.kind in (*_NUMBERS, "boolean"):
            return self.column == sa.literal(int(constant), sa.BigInteger())
        return sa.false()

    def ordered(self, constant: int | str, *, at_least: bool) -> Condition:
        column: Expression
        other: Expression
        if self.path is not None:
            column, other, typed = self._json_ordered(self.path, constant)
            compared = column >= other if at_least else column <= other
            return sa.case((typed, compared), else_=sa.false())
        if isinstance(constant, int):
            if self.kind == "boolean" and self.dialect == "postgresql":
                column = sa.cast(self.column, sa.Integer())
            elif self.kind in (*_NUMBERS, "boolean"):
                column = self.column
            else:
                return sa.false()
            other = sa.literal(constant, sa.BigInteger())
        elif self.kind in (*_TEXTS, "date") or self._stores_text:
            column, other = self._as_text(constant)
        else:
            return sa.false()
        return column >= other if at_least else column <= other

    def _as_text(self, constant: str) -> tuple[Expression, Expression]:
        text = self.column
        if self.kind == "date" and self.dialect != "sqlite":
            text = sa.cast(self.column, sa.CHAR(10))
        other: Expression = sa.literal(constant, sa.Text())
        if self.dialect == "mariadb":
            other = sa.cast(other, sa.BINARY())
        return plain_text(self.dialect, text), other

    def _json_equals(self, path: str, constant: Scalar) -> Condition:
        text = json_text(self.dialect, self.column, path)
        if constant is None:
            return json_absent(self.dialect, self.column, path)
        kind: JsonKind = "number"
        if isinstance(constant, bool):
            truths = ("true", "1") if constant else ("false", "0")
            spoken = self._json_as_text(text)
            kinds = [json_is(self.dialect, self.column, path, k) for k in ("boolean", "number")]
            return sa.and_(sa.or_(*kinds), spoken.in_(truths))
        if isinstance(constant, str):
            kind = "text"
        typed = json_is(self.dialect, self.column, path, kind)
        same = same_text(self.dialect, self._json_as_text(text), str(constant))
        if isinstance(constant, int) and constant in (0, 1):
            boolean = json_is(self.dialect, self.column, path, "boolean")
            truth = self._json_as_text(text).in_(("true", "1") if constant else ("false", "0"))
            return sa.or_(sa.and_(typed, same), sa.and_(boolean, truth))
        return sa.and_(typed, same)

    def _json_as_text(self, text: Expression) -> Expression:
        return text if self.dialect == "mariadb" else sa.cast(text, sa.Text())

    def _json_ordered(
        self, path: str, constant: int | str
    ) -> tuple[Expression, Expression, Condition]:
        text = json_text(self.dialect, self.column, path)
        if isinstance(constant, int):
            typed = json_is(self.dialect, self.column, path, "number")
            return sa.cast(text, sa.Numeric(30, 6)), sa.literal(constant, sa.BigInteger()), typed
        typed = json_is(self.dialect, self.column, path, "text")
        other: Expression = sa.literal(constant, sa.Text())
        if self.dialect == "mariadb":
            other = sa.cast(other, sa.BINARY())
        return plain_text(self.dialect, text), other, typed


def text_is(dialect: DialectName, column: Expression, kind: TypeKind, text: str) -> Condition:
    """The column's value, written as text (a number in decimal digits), is `text`."""
    if kind == "integer":
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,18}", text):
            return sa.false()
        return sa.func.coalesce(column == sa.literal(int(text), sa.BigInteger()), sa.false())
    if kind == "boolean" and dialect == "postgresql":
        wanted: Any = {"True": sa.true(), "False": sa.false()}.get(text)
        return column.is_(wanted) if wanted is not None else sa.false()
    if kind == "number":
        return sa.func.coalesce(sa.cast(column, sa.CHAR()) == text, sa.false())
    return sa.func.coalesce(same_text(dialect, column, text), sa.false())


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
