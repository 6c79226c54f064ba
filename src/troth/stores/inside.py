"""Places inside JSON columns in SQL: whether they can be told apart, and written alone.

Nothing here reads JSON that is none: SQLite and MariaDB keep it as text, which may be anything, and
PostgreSQL takes a text for JSON only in a column of that type.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array

from troth.datamap.filters import Scalar, Test
from troth.datamap.inside import keys_at, keys_of, objects_on
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName
from troth.stores.compare import passes
from troth.stores.texts import Condition, Expression, json_absent, json_path, pg_inside

_NUL = "\\u0000"  # valid in PostgreSQL's json, and no jsonb


def unreadable(
    dialect: DialectName,
    column: Expression,
    schema: ColumnSchema,
    objects: Sequence[str],
    *,
    escapes: bool = False,
) -> Condition:
    """The column holds no JSON, or something else than an object, or null, at one of the paths.

    `escapes`: or text with an escape in it, where keys are compared as they are written.

    An object with a key twice is taken for one that cannot be read: which one counts depends on
    who reads it. On PostgreSQL a column of another type than JSON cannot be read at all.
    """
    found = sa.or_(*(_is_no_object(dialect, column, outer) for outer in objects))
    if escapes and dialect != "postgresql":
        text = sa.cast(column, sa.Text() if dialect == "sqlite" else sa.CHAR())
        found = sa.or_(found, sa.func.instr(text, sa.literal("\\", sa.Text())) > 0)
    return _where_json(dialect, column, schema, found, otherwise=sa.true())


def nothing_at(
    dialect: DialectName,
    source: sa.FromClause,
    schema: ColumnSchema,
    path: str,
    form: Scalar,
) -> Condition:
    """The column is NULL, or JSON with no key, null or `form` at a path; None: no such form."""
    column = source.c[schema.name]
    found = json_absent(dialect, column, path)
    if form is not None:
        test = Test.model_validate({"column": schema.name, "json": path, "is": form})
        found = sa.or_(found, passes(dialect, source, lambda _: "json", test))
    there = _where_json(dialect, column, schema, sa.not_(found), otherwise=sa.true())
    return sa.not_(there)


def beside(
    dialect: DialectName, column: Expression, schema: ColumnSchema, paths: Sequence[str]
) -> Condition:
    """One of the objects on the way to the paths holds another key than those that lead to them."""
    found = (
        _has_more(dialect, column, outer, keys_at(outer, paths)) for outer in objects_on(paths)
    )
    return _where_json(dialect, column, schema, sa.or_(*found), otherwise=sa.false())


def without(
    dialect: DialectName, column: Expression, schema: ColumnSchema, paths: Sequence[str]
) -> Expression:
    """The JSON without what lies at the paths."""
    match dialect:
        case "postgresql":
            document = sa.cast(column, JSONB())
            found: Expression = document
            for path in paths:
                found = found.op("#-", return_type=JSONB())(_pg_path(path))
            return _as_column(_if_object(document, found), schema)
        case _:
            return sa.func.json_remove(column, *(json_path(keys_of(path)) for path in paths))


def with_value(
    dialect: DialectName,
    column: Expression,
    schema: ColumnSchema,
    paths: Sequence[str],
    value: bool | int | str,
) -> Expression:
    """The JSON with another value wherever one of the paths leads to something."""
    text = sa.literal(json.dumps(value), sa.Text())
    match dialect:
        case "postgresql":
            document = sa.cast(column, JSONB())
            found: Expression = document
            for path in paths:
                found = sa.func.jsonb_set(
                    found, _pg_path(path), sa.cast(text, JSONB()), sa.false(), type_=JSONB()
                )
            return _as_column(_if_object(document, found), schema)
        case "mariadb":  # as JSON, or it would become a text
            new = sa.func.json_extract(text, sa.literal("$", sa.Text()))
        case "sqlite":
            new = sa.func.json(text)
    pairs = [part for path in paths for part in (json_path(keys_of(path)), new)]
    return sa.func.json_replace(column, *pairs)


def alone(
    dialect: DialectName, column: Expression, schema: ColumnSchema, paths: Sequence[str]
) -> Expression:
    """The JSON with nothing but what lies at the paths; NULL and null stay."""
    match dialect:
        case "postgresql":
            document = sa.cast(column, JSONB())
            return _as_column(_if_object(document, _pg_only(document, "", paths)), schema)
        case "mariadb":
            kept = _mariadb_only(column, "", paths)
            return sa.case((_kind(dialect, column, "") == "OBJECT", kept), else_=column)
        case "sqlite":
            return sa.case(
                (_kind(dialect, column, "") == "object", _sqlite_only(column, paths)), else_=column
            )


def _where_json(
    dialect: DialectName,
    column: Expression,
    schema: ColumnSchema,
    condition: Condition,
    *,
    otherwise: Condition,
) -> Condition:
    """A condition on the column's JSON: false where it is NULL, `otherwise` where it is none."""
    nothing = (column.is_(None), sa.false())
    if dialect != "postgresql":
        valid = sa.func.json_valid(column) == 1
        return sa.case(nothing, (valid, sa.func.coalesce(condition, sa.false())), else_=otherwise)
    if schema.kind != "json":
        return sa.case(nothing, else_=otherwise)
    if schema.type_text == "jsonb":
        return sa.case(nothing, else_=sa.func.coalesce(condition, sa.false()))
    no_jsonb = sa.func.strpos(sa.cast(column, sa.Text()), sa.literal(_NUL, sa.Text())) > 0
    return sa.case(nothing, (no_jsonb, otherwise), else_=sa.func.coalesce(condition, sa.false()))


def _is_no_object(dialect: DialectName, column: Expression, outer: str) -> Condition:
    nothing, object_ = ("NULL", "OBJECT") if dialect == "mariadb" else ("null", "object")
    kind = sa.func.coalesce(_kind(dialect, column, outer), nothing)
    other = kind.not_in((nothing, object_))
    match dialect:
        case "postgresql":
            return other
        case "mariadb":
            found = _extracted(column, outer)
            twice = sa.func.json_length(found) > sa.func.json_length(sa.func.json_keys(found))
            return sa.or_(other, sa.and_(kind == object_, twice))
        case "sqlite":
            keys = sa.func.json_each(column, _whole(outer)).table_valued("key")
            number, different = sa.func.count(), sa.func.count(sa.distinct(keys.c.key))
            twice = sa.select(number > different).select_from(keys).scalar_subquery()
            return sa.or_(other, sa.and_(kind == object_, twice))


def _kind(dialect: DialectName, column: Expression, outer: str) -> Expression:
    """The type of what stands at a path, in the database's words; NULL for nothing."""
    match dialect:
        case "postgresql":
            found = pg_inside(column, keys_of(outer) if outer else ())
            return sa.func.jsonb_typeof(found)
        case "mariadb":
            return sa.func.json_type(_extracted(column, outer))
        case "sqlite":
            return sa.func.json_type(column, _whole(outer))


def _has_more(
    dialect: DialectName, column: Expression, outer: str, keys: Sequence[str]
) -> Condition:
    """The object at a path has other keys than these."""
    match dialect:
        case "postgresql":
            found = pg_inside(column, keys_of(outer) if outer else ())
            rest: Expression = found.op("-", return_type=JSONB())(_texts(keys))
            kept = rest != sa.cast(sa.literal("{}", sa.Text()), JSONB())
        case "mariadb":
            rest = sa.func.json_remove(_extracted(column, outer), *(json_path((k,)) for k in keys))
            kept = sa.func.json_length(rest) > 0
        case "sqlite":
            found = sa.func.json_extract(column, _whole(outer))
            rest = sa.func.json_remove(found, *(json_path((key,)) for key in keys))
            kept = rest != "{}"
    is_object = _kind(dialect, column, outer) == ("OBJECT" if dialect == "mariadb" else "object")
    return sa.case((is_object, kept), else_=sa.false())


def _extracted(column: Expression, outer: str) -> Expression:
    return sa.func.json_extract(column, _whole(outer))


def _whole(outer: str) -> Expression:
    return json_path(keys_of(outer) if outer else ())


def _pg_path(path: str) -> Expression:
    return _texts(keys_of(path))


def _texts(texts: Sequence[str]) -> Expression:
    return sa.cast(array([sa.literal(text, sa.Text()) for text in texts]), ARRAY(sa.Text()))


def _as_column(document: Expression, schema: ColumnSchema) -> Expression:
    """jsonb as what the column is; a column of json is rewritten, with its keys in order."""
    if schema.kind != "json":  # never written, as what is inside is unknown
        return sa.cast(document, sa.Text())
    return document if schema.type_text == "jsonb" else sa.cast(document, sa.JSON())


def _if_object(document: Expression, changed: Expression) -> Expression:
    """PostgreSQL refuses to change anything but objects and lists."""
    return sa.case((sa.func.jsonb_typeof(document) == "object", changed), else_=document)


def _pg_only(document: Expression, outer: str, paths: Sequence[str]) -> Expression:
    """An object of the document with the keys alone that lead to the paths."""
    found: Expression = sa.cast(sa.literal("{}", sa.Text()), JSONB())
    for key in keys_at(outer, paths):
        path = f"{outer}/{key}"
        there = pg_inside(document, keys_of(path))
        kept: Any = there if path in paths else _pg_only(document, path, paths)
        condition = there.is_not(None) if path in paths else sa.func.jsonb_typeof(there) == "object"
        one = sa.func.jsonb_build_object(sa.literal(key, sa.Text()), kept, type_=JSONB())
        nothing = sa.cast(sa.literal("{}", sa.Text()), JSONB())
        found = found.op("||", return_type=JSONB())(sa.case((condition, one), else_=nothing))
    return found


def _mariadb_only(column: Expression, outer: str, paths: Sequence[str]) -> Expression:
    """The same; the parts of an object have no key in common, so that nothing is merged in them."""
    parts: list[Expression] = [sa.func.json_object()]
    for key in keys_at(outer, paths):
        path = f"{outer}/{key}"
        kept = _extracted(column, path) if path in paths else _mariadb_only(column, path, paths)
        kind = _kind("mariadb", column, path)
        condition = kind.is_not(None) if path in paths else kind == "OBJECT"
        one = sa.func.json_object(sa.literal(key, sa.Text()), kept)
        parts.append(sa.case((condition, one), else_=sa.func.json_object()))
    return sa.func.json_merge_preserve(*parts)


def _sqlite_only(column: Expression, paths: Sequence[str]) -> Expression:
    """The same: every place is set, and then taken out again where nothing stood."""
    places = [path for path in objects_on(paths) if path] + list(paths)
    kept = [
        part
        for path in paths
        for part in (
            json_path(keys_of(path)),
            sa.func.json(column.op("->")(json_path(keys_of(path)))),
        )
    ]
    nowhere = sa.literal("$[0]", sa.Text())  # of an object: nothing
    missing = []
    for path in places:
        kind = sa.func.coalesce(_kind("sqlite", column, path), "")
        gone = kind == "" if path in paths else kind != "object"
        missing.append(sa.case((gone, json_path(keys_of(path))), else_=nowhere))
    return sa.func.json_remove(sa.func.json_set("{}", *kept), *missing)
