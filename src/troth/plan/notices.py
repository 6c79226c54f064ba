"""What a person should know before approving: side effects of the database, and what stays.

Each notice is found from the schema and the steps alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from troth.datamap.inside import column_of, columns_of, path_of
from troth.datamap.model import DataMap, Erased
from troth.plan.model import DeleteRows, EraseValues, Notice, Step
from troth.plan.rows import physical_name
from troth.plan.schema import ColumnSchema, StoreSchema, TableSchema
from troth.plan.views import stale_views

_LONGEST_NAME = 60  # characters of an index's name; PostgreSQL takes 63, MariaDB 64


def notices(
    datamap: DataMap, schemas: Mapping[str, StoreSchema], steps: Sequence[Step]
) -> tuple[Notice, ...]:
    """Every notice for these steps, in the order of the steps."""
    found: dict[tuple[str, str, str | None, str], Notice] = {}
    for step in steps:
        schema = schemas.get(step.store)
        table = _table(datamap, schema, step.store, step.table)
        if schema is None or table is None:
            continue
        if isinstance(step, DeleteRows | EraseValues):
            for notice in _for_writes(schema, table, step):
                found.setdefault((notice.code, notice.store, notice.table, notice.message), notice)
    for notice in _unmapped_inside(datamap):
        found.setdefault((notice.code, notice.store, notice.table, notice.message), notice)
    for store in {step.store for step in steps}:
        notice = _beyond_sql(store, schemas)
        found.setdefault((notice.code, store, None, notice.message), notice)
    return tuple(found.values())


def _table(
    datamap: DataMap, schema: StoreSchema | None, store: str, table: str
) -> TableSchema | None:
    if schema is None:
        return None
    entry = datamap.stores[store].tables[table]
    return schema.table(physical_name(table, entry)) or schema.table(entry.name or table)


def _for_writes(
    schema: StoreSchema, table: TableSchema, step: DeleteRows | EraseValues
) -> Iterator[Notice]:
    store, name = step.store, step.table
    for trigger in table.triggers:
        yield Notice(
            code="trigger",
            severity="warning",
            store=store,
            table=name,
            message=f"trigger {trigger.name} runs {trigger.timing} {trigger.event}".lower(),
            help="read what it does; if it suppresses a delete, the step stops",
        )
    if table.full_text_indexes:
        yield _notice("full-text-index", "info", step, "a full-text index is updated with each row")
    if table.history_of is not None or table.kind == "other":
        yield _notice("history-table", "warning", step, "the database keeps old versions of rows")
    if not table.transactional:
        yield _notice(
            "no-transactions",
            "blocking",
            step,
            "the table's engine has no transactions: a crash leaves a batch half done",
            help="convert the table (InnoDB), or take it on: troth apply --allow no-transactions",
        )
    yield from stale_views(schema, table, step)
    if isinstance(step, DeleteRows):
        yield from _for_deletes(schema, table, step)
    else:
        yield from _for_updates(schema, table, step)


def _for_deletes(schema: StoreSchema, table: TableSchema, step: DeleteRows) -> Iterator[Notice]:
    for child, key in schema.referencing(table.name):
        if child.kind == "partition":
            continue
        if key.on_delete in ("cascade", "set-null", "set-default"):
            effect = {
                "cascade": "deletes its rows",
                "set-null": "sets the reference to NULL",
                "set-default": "sets the reference to its default",
            }[key.on_delete]
            yield _notice(
                "cascade",
                "info",
                step,
                f"the foreign key of {child.name} {effect} when a row goes; rows of it that must "
                "stay keep the row",
            )
        if not any(index[: len(key.columns)] == key.columns for index in _indexes(child)):
            yield _notice(
                "foreign-key-without-index",
                "warning",
                step,
                f"{child.name} ({', '.join(key.columns)}) references it and has no index: every "
                "deleted row scans that table",
                help=_index_ddl(schema.dialect, child.name, key.columns),
            )


def _index_ddl(dialect: str, table: str, columns: Sequence[str]) -> str:
    """The statement that makes the missing index; on PostgreSQL one that lets others write."""
    mark = "`" if dialect == "mariadb" else '"'

    def quoted(name: str) -> str:
        return ".".join(f"{mark}{part.replace(mark, mark * 2)}{mark}" for part in name.split("."))

    name = quoted("_".join((*table.split("."), *columns))[:_LONGEST_NAME])
    how = "CREATE INDEX CONCURRENTLY" if dialect == "postgresql" else "CREATE INDEX"
    return f"{how} {name} ON {quoted(table)} ({', '.join(quoted(column) for column in columns)})"


def _indexes(table: TableSchema) -> tuple[tuple[str, ...], ...]:
    return (*table.indexes, *table.unique, table.key)


def _for_updates(schema: StoreSchema, table: TableSchema, step: EraseValues) -> Iterator[Notice]:
    for column in table.columns:
        if column.on_update and column.name not in columns_of(step.columns):
            yield _notice(
                "on-update-column",
                "info",
                step,
                f"column {column.name} would be set to now by every update; it is kept as it is",
            )
    inside: dict[str, None] = {}
    for name, erased in step.columns.items():
        if path_of(name) is None and name not in step.beside:
            yield from _erased_fits(table, step, name, erased)
        else:
            inside[column_of(name)] = None
    for name in inside:
        yield from _inside_json(schema, table, step, name)


def _inside_json(
    schema: StoreSchema, table: TableSchema, step: EraseValues, name: str
) -> Iterator[Notice]:
    """What a JSON column makes of it that a part of it goes."""
    column = table.column(name)
    if column is None:
        return
    if schema.dialect == "postgresql" and column.kind != "json":
        yield _notice(
            "json-as-text",
            "warning",
            step,
            f"column {name} holds JSON as {column.type_text}: PostgreSQL cannot tell what lies "
            "inside it, which stays unknown",
            help="make it a column of type jsonb",
        )
    elif column.type_text != "jsonb":
        yield _notice(
            "json-rewritten",
            "info",
            step,
            f"where something goes from inside column {name}, its JSON is written anew: blanks "
            "and the order of its keys may change",
        )
    yield from _computed(step, column)
    if any(name.lower() in check.lower() for check in table.checks if "json_valid" not in check):
        yield _notice(
            "check-constraint",
            "warning",
            step,
            f"a check constraint mentions {name}; it must hold without what goes from inside it",
        )


def _computed(step: EraseValues, column: ColumnSchema) -> Iterator[Notice]:
    if column.generated:
        yield _notice(
            "generated-column",
            "blocking",
            step,
            f"column {column.name} is computed by the database",
            help="map the columns it is computed from instead",
        )


def _erased_fits(
    table: TableSchema, step: EraseValues, name: str, erased: Erased
) -> Iterator[Notice]:
    """What cannot hold the declared erased form: it would fail in the middle of the run."""
    column = table.column(name)
    if column is None:
        return
    yield from _computed(step, column)
    if erased.form == "null" and not column.nullable:
        yield _notice(
            "erased-form-not-null",
            "blocking",
            step,
            f"column {name} takes no NULL, and its erased form is NULL",
            help=f"declare another form under {step.table}.columns.{name}.erased",
        )
    unique = any(key == (name,) for key in table.unique)
    if unique and erased.form in ("empty", "value"):
        yield _notice(
            "erased-form-not-unique",
            "blocking",
            step,
            f"column {name} is unique, and its erased form is one constant",
            help="use the form 'pattern' with {key}, or NULL",
        )
    text = str(erased.value) if erased.value is not None else ""
    if column.length is not None and len(text) > column.length:
        yield _notice(
            "erased-form-too-long",
            "blocking",
            step,
            f"the erased form of {name} has {len(text)} characters, the column {column.length}",
        )
    if column.enum_values and erased.form in ("empty", "value") and text not in column.enum_values:
        yield _notice(
            "erased-form-not-in-enum",
            "blocking",
            step,
            f"the erased form of {name} is none of the column's values",
        )
    for check in table.checks:
        if name.lower() in check.lower() and erased.form != "null":
            yield _notice(
                "check-constraint",
                "warning",
                step,
                f"a check constraint mentions {name}; the erased form must satisfy it",
            )


def _unmapped_inside(datamap: DataMap) -> Iterator[Notice]:
    """JSON columns of which the map says what lies at some paths, and nothing of the rest."""
    for store, entry in datamap.stores.items():
        for table, mapped in entry.tables.items():
            for name, column in mapped.personal.items():
                if column.inside and column.category is None:
                    paths = ", ".join(sorted(column.inside))
                    yield Notice(
                        code="json-rest-unmapped",
                        severity="info",
                        store=store,
                        table=table,
                        message=f"what lies in column {name} beside {paths} is taken for no "
                        "personal data, and stays",
                        help="give the column a category if it is; it then holds for the rest",
                    )


def _beyond_sql(store: str, schemas: Mapping[str, StoreSchema]) -> Notice:
    dialect = schemas[store].dialect if store in schemas else "sqlite"
    beyond = {
        "postgresql": "write-ahead log, replicas, change capture, backups and dead rows",
        "mariadb": "binary log, replicas, backups and free pages",
        "sqlite": "free pages, the write-ahead log and backups",
    }[dialect]
    return Notice(
        code="beyond-sql",
        severity="info",
        store=store,
        table=None,
        message=f"deleted data lives on in {beyond}; the file shrinks only by a rewrite",
        help="see docs/explanation/what-sql-does-not-reach.md",
    )


def _notice(code: str, severity: str, step: Step, message: str, *, help: str = "") -> Notice:
    return Notice.model_validate(
        {
            "code": code,
            "severity": severity,
            "store": step.store,
            "table": step.table,
            "message": message,
            "help": help,
        }
    )
