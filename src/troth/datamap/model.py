"""The data map: what `map.yaml` holds, store by store and table by table."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from troth.datamap.bindings import Binding
from troth.datamap.filters import Filter
from troth.datamap.inside import MARK, name_inside, one_in_another
from troth.policy.base import Model, Name
from troth.policy.model import Provenance

StoreName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Normaliser = Literal["exact", "email", "phone", "text"]
"""How two identifiers are compared: `exact`; `email` (trimmed, case folded); `phone` (digits, with
the country's prefix); `text` (trimmed, case folded, accents kept)."""


class Erased(Model):
    """What an erased value looks like, and so how it is recognised.

    Exactly one form: `null`; `empty` (the empty string); `value` (a typed tombstone); `pattern` (a
    text in which `{key}` stands for the row's key, for columns that must stay unique).
    """

    form: Literal["null", "empty", "value", "pattern"] = Field(
        default="null", description="Which form."
    )
    value: bool | int | str | None = Field(
        default=None, description="The tombstone, or the pattern."
    )

    @model_validator(mode="after")
    def _fits(self) -> Erased:
        if (self.form in ("value", "pattern")) != (self.value is not None):
            raise ValueError("'value' goes with the forms value and pattern, and only with them")
        if self.form == "pattern" and "{key}" not in str(self.value):
            raise ValueError("a pattern needs {key}, so that erased values stay distinct")
        return self


def _short_erased(value: Any) -> Any:
    """`erased: null` and `erased: empty` are short for the forms without a value."""
    if value is None:
        return {"form": "null"}
    if isinstance(value, str) and value in ("null", "empty"):
        return {"form": value}
    return value


_PATH = re.compile(r"""(/[^/\[\]*"\\]+)+""")


def _path_of_keys(path: str) -> str:
    if _PATH.fullmatch(path) is None:
        raise ValueError(
            f"'{path}' is no path of keys such as /address/city: a list is one value, and is named "
            'by its own path; no key may contain [ ] * " or a backslash'
        )
    return path


class Column(Model):
    """A column that holds personal data.

    `roles`: whose data, where the table has several roles; empty: of all of them.
    `inside`: personal data inside a JSON column, by path; then `category` is that of the rest. Each
    place stands and goes by itself: its key is taken out of the object, or has the erased form as
    its value; JSON null is no value. Of the rest, what lies at the paths stays.
    """

    category: Name | None = Field(default=None, description="Personal data category.")
    roles: tuple[Name, ...] = Field(
        default=(),
        description="Whose data it is, where the table has several roles; empty: of all.",
    )
    identity: Name | None = Field(
        default=None,
        description="Namespace of the identifier it holds (email, customer-number…).",
    )
    compare: Normaliser = Field(default="exact", description="How identifiers are compared.")
    erased: Annotated[
        Erased,
        BeforeValidator(
            _short_erased, json_schema_input_type=Erased | Literal["null", "empty"] | None
        ),
    ] = Field(default=Erased(), description="What an erased value looks like.")
    provenance: Provenance | None = Field(
        default=None, description="Where the values come from; default: what the activity says."
    )
    inside: dict[Annotated[str, AfterValidator(_path_of_keys)], Name] = Field(
        default={}, description="Personal data inside a JSON column: path to category."
    )
    note: str | None = Field(default=None, description="A remark for whoever reads the file.")

    @model_validator(mode="after")
    def _places_apart(self) -> Column:
        for path, other in one_in_another(self.inside):
            raise ValueError(f"'{path}' lies in '{other}': name places that do not contain others")
        if self.inside and self.erased.form == "pattern":
            raise ValueError("a place inside JSON has no key of its own: use null, empty or value")
        if self.inside and self.identity is not None:
            raise ValueError("a column with places inside holds no identifier by itself")
        return self


def _plain_name(name: str) -> str:
    if MARK in name:
        raise ValueError(f"the name of a column may not contain '{MARK}'")
    return name


ColumnName = Annotated[str, AfterValidator(_plain_name)]


def _short_column(value: Any) -> Any:
    return {"category": value} if isinstance(value, str) else value


class Relation(Model):
    """A link from this table to the row that it references, declared in the database or not.

    A path is a list of steps. `"customer"` follows this table's relation named customer, to one
    row; `"<orders.account"` goes the other way, to all rows of table `orders` (or, in another
    store, `"<news.delivery.subscriber"`) whose relation `account` references this one. A relation
    into another store compares with `compare`, and no database can lock across it.
    """

    columns: tuple[str, ...] = Field(
        min_length=1, description="The columns of this table that hold the reference."
    )
    references: str = Field(description="A table of the same store, or `store.table`.")
    to: tuple[str, ...] = Field(default=(), description="Default: the referenced table's key.")
    declared: bool = Field(default=False, description="The database enforces it.")
    compare: Normaliser = Field(
        default="exact", description="How values are compared across stores."
    )
    where: Filter | None = Field(
        default=None,
        description="Rows of this table for which it is a reference (polymorphic references).",
    )
    json_path: str | None = Field(
        default=None,
        alias="json",
        pattern=r"^(/[^/]+)+$",
        description="Where inside a JSON column the reference stands.",
    )
    part_of: bool = Field(
        default=False,
        description="Rows without personal data of their own that go with the row they reference.",
    )


class Role(Model):
    """Whose data a row holds: a data subject category, and how the person is found.

    `when`: the role holds only for these rows. `person`: the path of to-one relations to the row
    whose identity columns name the person; empty: this row.
    """

    subject: Name = Field(description="A data subject category of the policy.")
    when: Filter | None = Field(default=None, description="Only for these rows.")
    person: tuple[str, ...] = Field(
        default=(), description="The path to the row that names the person; empty: this row."
    )


class Table(Model):
    """One table or view of a store.

    A table without `roles` holds no personal data; `because` says why. Every column is listed:
    those without personal data with an empty value.
    """

    name: str | None = Field(default=None, description="Real name, where the entry's differs.")
    schema_: str | None = Field(default=None, alias="schema", description="PostgreSQL schema.")
    key: tuple[str, ...] = Field(default=(), description="Primary key; needed for changes.")
    place: Name | None = Field(default=None, description="Default: the store's place.")
    roles: dict[Name, Role] = Field(default={}, description="Whose data its rows hold.")
    because: str | None = Field(default=None, description="Why it holds no personal data.")
    activities: tuple[Name, ...] = Field(
        default=(), description="Only these activities count here; empty: all that cover it."
    )
    columns: dict[
        ColumnName,
        Annotated[
            Column | None,
            BeforeValidator(_short_column, json_schema_input_type=Column | Name | None),
        ],
    ] = Field(default={}, description="Every column: empty, a category, or more.")
    relations: dict[Name, Relation] = Field(default={}, description="Links to other tables.")
    events: dict[Name, Binding] = Field(
        default={}, description="How its rows show the policy's events."
    )
    choices: dict[Name, str] = Field(
        default={}, description="Columns that choose a period (policy: chosen_by)."
    )
    conditions: dict[Name, Filter] = Field(default={}, description="The policy's conditions.")
    protect: Filter | None = Field(
        default=None, description="Staff, system and test rows: never touched."
    )
    row: Literal["delete", "keep"] = Field(
        default="delete",
        description="`keep`: the row is no person's record; only values are erased in place.",
    )
    alike: tuple[str, ...] = Field(
        default=(),
        description="With `row: keep`: columns in which a row without its personal values must be "
        "like others (the policy's `smallest_group`); in a smaller group it is deleted.",
    )
    immutable: tuple[str, ...] = Field(
        default=(), description="Columns never changed; with the key they identify a row."
    )
    note: str | None = Field(default=None, description="A remark for whoever reads the file.")

    @property
    def personal(self) -> dict[str, Column]:
        """The columns that hold personal data."""
        return {name: column for name, column in self.columns.items() if column is not None}

    @property
    def values(self) -> dict[str, Column]:
        """The values of a row, each of which stands by itself, by name (`troth.datamap.inside`).

        Columns, and the places inside JSON columns. One with places is itself among them only where
        it has a category, which then is that of its rest (`inside` says what that leaves out).
        """
        found: dict[str, Column] = {}
        for name, column in self.personal.items():
            if column.category is not None or not column.inside:
                found[name] = column
            # What earlier drafts wrote for a whole column is the form of no place inside it.
            erased = Erased() if column.erased.value == "{}" else column.erased
            for path, category in column.inside.items():
                only = {"category": category, "inside": {}, "erased": erased}
                found[name_inside(name, path)] = column.model_copy(update=only)
        return found


class ArchiveTable(Model):
    """The table of the archive store that receives archived rows of a live table.

    Troth creates it if it is missing; it has the live table's columns.
    """

    table: str = Field(description="`store.table` of the archive copy.")


class Store(Model):
    """One database of the organisation; its address is in `troth.yaml`."""

    place: Name | None = Field(default=None, description="The policy's place; default: its name.")
    tables: dict[str, Table] = Field(default={}, description="Its tables.")
    ignored: dict[str, str] = Field(
        default={}, description="Tables that Troth leaves alone (migrations…), and why."
    )


class DataMap(Model):
    """Where the data lies, for all stores of a project."""

    troth: Literal[1] = Field(description="The version of this file format.")
    stores: dict[StoreName, Store] = Field(min_length=1, description="The stores of the project.")
    archives: dict[str, ArchiveTable] = Field(
        default={}, description="By live `store.table`: where its rows go when archived."
    )

    def table(self, store: str, table: str) -> Table:
        return self.stores[store].tables[table]

    def place_of(self, store: str, table: str) -> str:
        """The policy's place in which a table's values lie."""
        entry = self.stores[store]
        return entry.tables[table].place or entry.place or store

    def reference(self, store: str, text: str) -> tuple[str, str]:
        """`store.table` of a reference written in `store`."""
        if text in self.stores[store].tables:
            return store, text
        head, _, tail = text.partition(".")
        return (head, tail) if head in self.stores else (store, text)
