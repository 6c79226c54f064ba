"""The part of the public suite about JSON columns: what lies inside can be told apart and go alone.

What a document should look like is worked out here from the text, not by the code under test.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.address import DialectName
from troth.stores.inside import alone, beside, nothing_at, unreadable, with_value, without
from troth.stores.opening import open_store
from troth.stores.reflect import reflect
from troth.stores.store import Session, Store
from troth.stores.tables import table_clause

TEXTS = (
    "null",
    "{}",
    '{"a": 1}',
    '{"a": null, "b": {"c": true, "d": [1, {"x": null}]}, "z": {"a": 1}}',
    '{"a": {"deep": [1.5, "é"]}, "b": {}}',
    '{"b": null, "c": 1}',
    '{"b": "flat"}',
    '{"b": [{"c": 1}]}',
    '{"b": {"c": {"more": 1}}}',
    '[{"a": 1}]',
    '["a"]',
    '"a"',
    "5",
    '{"a": "gone", "b": {"c": "gone", "e": 0}}',
    '{"a": "", "%\\u00e9": {"\'": false}}',
    '{"a": ["gone"], "%\\u00e9": {"\'": 12345678901234567890.5}}',
    '{"a": ["x", "y"]}',
    '{"%é": {"\'": 1, "x": 1}}',
    '{"it\'s": {"50% :of": "it\'s"}, "a": "it\'s"}',
)
BROKEN = ("", "{", '{"a": 1}}', "{'a': 1}", '{"a": NaN}', '{"a": 1, "a": 2}')
"""Texts that are no JSON, or of which two readers read two things."""
PATHS = (
    ("/a",),
    ("/b/c",),
    ("/a", "/b/c", "/b/d"),
    ("/a/0",),
    ("/%é/'", "/a"),
)
FORMS = ("gone", "", 0, True)


@dataclass(frozen=True)
class Written:
    """The store with its documents."""

    store: Store
    session: Session
    tables: tuple[TableSchema, ...]

    @property
    def dialect(self) -> DialectName:
        return self.store.address.dialect

    def body(self, at: int) -> tuple[sa.TableClause, ColumnSchema]:
        """A table, and its column of JSON."""
        column = self.tables[at].column("body")
        assert column is not None
        return table_clause(self.dialect, self.tables[at]), column


class JsonInside:
    """What a store does with places inside its columns of JSON."""

    documents: ClassVar[tuple[tuple[str, bool], ...]] = (("JSON", False),)
    """The types that hold JSON, and whether each takes a text that is none."""

    keys_as_written: ClassVar[bool] = True
    """Keys are compared as the text has them, with their escapes."""

    @pytest.fixture
    def store_url(self) -> str:
        """See the suite."""
        raise NotImplementedError

    @pytest.fixture
    def written(self, store_url: str) -> Iterator[Written]:
        """A table `document` with a column of each type, and a row for each text."""
        store = open_store("shop", store_url, purpose="write")
        marker = "?" if store.address.dialect == "sqlite" else "%s"
        with store.session() as session:
            for at, (kind, _) in enumerate(self.documents):
                session.connection.exec_driver_sql(
                    f"CREATE TABLE document{at} (id INTEGER NOT NULL PRIMARY KEY, body {kind} NULL)"
                )
                rows = list(enumerate(self._texts(at)))
                with session.writing() as connection:
                    connection.exec_driver_sql(
                        f"INSERT INTO document{at} VALUES ({marker}, {marker})", rows
                    )
            schema = reflect(store)
            tables = tuple(schema.table(f"document{at}") for at in range(len(self.documents)))
            yield Written(store, session, tuple(each for each in tables if each is not None))

    def _texts(self, at: int) -> tuple[str | None, ...]:
        return (None, *TEXTS, *(BROKEN if self.documents[at][1] else ()))

    def test_what_cannot_be_read_is_known(self, written: Written) -> None:
        for at, paths in self._cases():
            found = self._asked(written, at, _reading(paths))
            texts = self._texts(at)
            assert found == [not self._can_be_read(text, paths) for text in texts], paths

    def test_whether_something_is_there_is_known(self, written: Written) -> None:
        for at, paths in self._cases():
            for path in paths:
                for form in (None, *FORMS):
                    found = self._gone(written, at, path, form)
                    for text, gone in zip(self._texts(at), found, strict=True):
                        if self._can_be_read(text, (path,)):
                            value = _value(text, path)
                            meant = value is None or _same(value, form)
                            assert gone == meant, (text, path, form)
            more = self._asked(written, at, _having_more(paths))
            for text, found_more in zip(self._texts(at), more, strict=True):
                if self._can_be_read(text, paths):
                    assert found_more == _has_more(_loaded(text), "", paths), (text, paths)

    def test_places_go_alone(self, written: Written) -> None:
        for at, paths in self._cases():
            for text, left in self._changed(written, at, paths, "without", None):
                assert left == _without(_loaded(text), "", paths), (text, paths)
            for text, left in self._changed(written, at, paths, "alone", None):
                meant = _loaded(text)
                if meant is not None:
                    meant = _only(meant, "", paths)
                assert left == meant, (text, paths)
            for form in FORMS:
                for text, left in self._changed(written, at, paths, "with_value", form):
                    assert left == _replaced(_loaded(text), "", paths, form), (text, paths)

    def _can_be_read(self, text: str | None, paths: Collection[str]) -> bool:
        if self.keys_as_written and not "".join(paths).isascii() and "\\" in (text or ""):
            return False  # the key would have to be written with an escape
        return _readable(text, _objects(paths))

    def _cases(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        for at in range(len(self.documents)):
            for paths in PATHS:
                yield at, paths

    def _asked(self, written: Written, at: int, condition: Any) -> list[bool]:
        source, column = written.body(at)
        asked = condition(written.dialect, source.c.body, column)
        select = sa.select(sa.case((asked, 1), else_=0)).order_by(source.c.id)
        with written.session.reading() as connection:
            return [bool(one) for one in connection.execute(select).scalars()]

    def _gone(self, written: Written, at: int, path: str, form: Any) -> list[bool]:
        def condition(dialect: Any, column: Any, schema: Any) -> Any:
            return nothing_at(dialect, column.table, schema, path, form)

        return self._asked(written, at, condition)

    def _changed(
        self, written: Written, at: int, paths: tuple[str, ...], how: str, form: Any
    ) -> Iterator[tuple[str | None, Any]]:
        """Each readable text, and what the store makes of it; nothing of it stays."""
        dialect = written.dialect
        source, column = written.body(at)
        readable = [
            number for number, text in enumerate(self._texts(at)) if self._can_be_read(text, paths)
        ]
        match how:
            case "without":
                new = without(dialect, source.c.body, column, paths)
            case "alone":
                new = alone(dialect, source.c.body, column, paths)
            case _:
                new = with_value(dialect, source.c.body, column, paths, form)
        texts = self._texts(at)
        where = source.c.id.in_(readable)
        select = sa.select(source.c.id, source.c.body).where(where).order_by(source.c.id)
        with suppress(_UndoneError), written.session.writing() as connection:
            connection.execute(sa.update(source).where(where).values({source.c.body: new}))
            found = connection.execute(select).all()
            raise _UndoneError
        for number, cell in found:
            yield texts[number], json.loads(cell) if isinstance(cell, str) else cell


def _reading(paths: tuple[str, ...]) -> Any:
    escapes = not "".join(paths).isascii()

    def condition(dialect: Any, column: Any, schema: Any) -> Any:
        return unreadable(dialect, column, schema, _objects(paths), escapes=escapes)

    return condition


def _having_more(paths: tuple[str, ...]) -> Any:
    def condition(dialect: Any, column: Any, schema: Any) -> Any:
        return beside(dialect, column, schema, paths)

    return condition


def _objects(paths: Collection[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(path[:end] for path in paths for end, sign in enumerate(path) if sign == "/")
    )


class _UndoneError(Exception):
    """What was written has been looked at."""


class _TwiceError(ValueError):
    """An object has a key twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise _TwiceError
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _loaded(text: str | None) -> Any:
    if text is None:
        return None
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)


def _readable(text: str | None, objects: Collection[str]) -> bool:
    try:
        document = _loaded(text)
    except ValueError:
        return False
    found = [_value_in(document, outer) for outer in objects]
    return all(one is None or isinstance(one, dict) for one in found)


def _value(text: str | None, path: str) -> Any:
    return _value_in(_loaded(text), path)


def _value_in(document: Any, path: str) -> Any:
    for key in path.split("/")[1:]:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _same(value: Any, form: Any) -> bool:
    """A truth value and the number that stands for it are one tombstone."""
    if isinstance(form, str):
        return isinstance(value, str) and value == form
    return form is not None and isinstance(value, int | float) and value == form


def _leads(path: str, paths: Collection[str]) -> bool:
    return any(each == path or each.startswith(f"{path}/") for each in paths)


def _has_more(part: Any, outer: str, paths: Collection[str]) -> bool:
    if not isinstance(part, dict):
        return False
    return any(
        not _leads(path, paths) or (path not in paths and _has_more(below, path, paths))
        for key, below in part.items()
        for path in [f"{outer}/{key}"]
    )


def _without(part: Any, outer: str, paths: Collection[str]) -> Any:
    if not isinstance(part, dict) or not _leads(outer, paths):
        return part
    return {
        key: _without(below, f"{outer}/{key}", paths)
        for key, below in part.items()
        if f"{outer}/{key}" not in paths
    }


def _only(part: Any, outer: str, paths: Collection[str]) -> Any:
    return {
        key: below if path in paths else _only(below, path, paths)
        for key, below in part.items()
        for path in [f"{outer}/{key}"]
        if path in paths or (_leads(path, paths) and isinstance(below, dict))
    }


def _replaced(part: Any, outer: str, paths: Collection[str], form: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {
        key: form if path in paths else _replaced(below, path, paths, form)
        for key, below in part.items()
        for path in [f"{outer}/{key}"]
    }
