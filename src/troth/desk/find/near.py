"""SQL that narrows to rows that may be alike: more than are equal, far fewer than all."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from troth.apply.narrow import digits_end, lowered, odd
from troth.apply.work import Work
from troth.desk.find.looks import DOTLESS, Kind, loose, plain, words
from troth.stores.render import Row
from troth.stores.texts import Condition

_MARKS = "-./_ "  # by which an issued number is written in groups
_SHORTEST_WORD = 2


def alike(work: Work, row: Row, name: str, kind: Kind, text: str) -> Condition:
    """Rows whose column `name` may hold an identifier that looks like `text`."""
    column = row.source.c[name]
    if kind == "phone":
        return digits_end(work, column, loose(kind, text))
    form = loose(kind, text)
    if row.kind(name) not in ("text", "enum", "other") or not form:
        return sa.false()
    low = lowered(work, column)
    if kind != "email":
        for mark in _MARKS:
            low = sa.func.replace(low, mark, "")
        return sa.and_(column.is_not(None), low == form)
    local, _, domain = form.rpartition("@")
    parts: list[Condition] = [
        low.in_([form, plain(text)]),
        sa.and_(
            low.startswith(f"{local}+", autoescape=True),
            low.endswith(f"@{domain}", autoescape=True),
        ),
        odd(work, column),
    ]
    for service in (one for one, meant in DOTLESS.items() if meant == domain):
        dotless = sa.func.replace(low, ".", "")
        parts.append(
            sa.and_(
                low.endswith(f"@{service}", autoescape=True),
                dotless.startswith(local, autoescape=True),
            )
        )
    return sa.and_(column.is_not(None), sa.or_(*parts))


def holds_words(work: Work, row: Row, names: Iterable[str], text: str) -> Condition:
    """Rows whose columns `names`, together, may hold every word of `text`."""
    columns = [row.source.c[name] for name in names]
    wanted = sorted(word for word in words(text) if len(word) >= _SHORTEST_WORD)
    if not wanted or not columns:
        return sa.false()
    said = [
        sa.or_(*(lowered(work, column).contains(word, autoescape=True) for column in columns))
        for word in wanted
    ]
    unusual = [sa.and_(c.is_not(None), odd(work, c, spaces=False)) for c in columns]
    return sa.func.coalesce(sa.or_(sa.and_(*said), *unusual), sa.false())
