"""Conditions that every wanted identifier of a column satisfies, and few others do.

SQL narrows; who asks compares in Python, by the column's own normaliser.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import sqlalchemy as sa

from troth.apply.work import Work
from troth.datamap.model import Normaliser
from troth.plan.schema import TypeKind
from troth.stores.compare import text_is
from troth.stores.render import Row
from troth.stores.texts import Condition, Expression, matches

NARROW_UP_TO = 500  # wanted names that one statement may list; beyond, the column is read whole
NUMBERS_UP_TO = 20  # telephone numbers that one statement may list: each is a pattern
LAST_DIGITS = 6  # of a telephone number, which no way to write it changes
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def narrowed(
    work: Work, row: Row, name: str, how: Normaliser, wanted: Collection[str]
) -> Condition:
    """A condition on the column `name` of `row`; `wanted` are texts in the normal form of `how`."""
    column, kind = row.source.c[name], row.kind(name)
    dialect = work.store.address.dialect
    if not wanted:
        return sa.false()
    if len(wanted) > NARROW_UP_TO:
        return column.is_not(None)
    if how == "exact":
        if dialect == "sqlite" and kind != "text":
            return sa.or_(*(_stored(column, kind, text) for text in wanted))
        return sa.or_(*(text_is(dialect, column, kind, text) for text in wanted))
    if how == "phone":
        if len(wanted) > NUMBERS_UP_TO:
            return column.is_not(None)
        return sa.or_(*(digits_end(work, column, text) for text in wanted))
    if kind not in ("text", "enum"):
        return column.is_not(None)
    plain = lowered(work, column)
    return sa.and_(column.is_not(None), sa.or_(plain.in_(list(wanted)), odd(work, column)))


def lowered(work: Work, column: Expression) -> Expression:
    """The column in lower case, as far as the database knows letters: those of ASCII always."""
    return sa.func.lower(as_text(work, column))


def as_text(work: Work, column: Expression) -> Expression:
    """The column as a text."""
    return column if work.store.address.dialect == "mariadb" else sa.cast(column, sa.Text())


def odd(work: Work, column: Expression, *, spaces: bool = True) -> Condition:
    """The text holds a character that is not plain ASCII; with `spaces`, or a blank."""
    first = "!" if spaces else " "
    dialect = work.store.address.dialect
    if dialect == "sqlite":
        return sa.cast(column, sa.Text()).bool_op("GLOB")(sa.literal(f"*[^{first}-~]*", sa.Text()))
    return sa.not_(matches(dialect, column, f"[{first}-~]*"))


def digits_end(work: Work, column: Expression, number: str) -> Condition:
    """The digits of the column end as those of `number` do."""
    digits = re.sub(r"[^0-9]", "", number)[-LAST_DIGITS:]
    if not digits:
        return column.is_not(None)
    pattern = "[^0-9]*".join(digits) + "[^0-9]*"
    match work.store.address.dialect:
        case "postgresql":
            end, operator = "\\Z", "~"
        case "mariadb":
            end, operator = "\\z", "REGEXP"
        case "sqlite":
            end, operator = "\\Z", "REGEXP"
    found = as_text(work, column).bool_op(operator)(sa.literal(pattern + end, sa.Text()))
    return sa.and_(column.is_not(None), found)


def _stored(column: Expression, kind: TypeKind, text: str) -> Condition:
    """SQLite holds in any column what it was given; an integer column holds numbers as such."""
    if kind == "integer" and _WHOLE_NUMBER.fullmatch(text):
        return sa.and_(column.is_not(None), column == sa.literal(int(text), sa.BigInteger()))
    return sa.func.coalesce(sa.cast(column, sa.Text()) == text, sa.false())
