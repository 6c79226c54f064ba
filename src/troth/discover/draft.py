"""The draft of map.yaml: guesses as a `DataMap`, with reason and confidence as comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from troth.discover.guess import ColumnGuess, EventGuess, Link, StoreGuess, TableGuess
from troth.plan.schema import ColumnSchema, TableSchema

_ENTRY, _COLUMN = 6, 10  # columns at which comments stand, by depth of what they explain
_COMPARE = {"email": "email", "phone": "phone"}


def draft_yaml(stores: Sequence[StoreGuess], today: date) -> str:
    """The text of a draft map; it loads as a `DataMap`, and holds no sampled value."""
    root = CommentedMap()
    root["troth"] = 1
    root["stores"] = CommentedMap()
    root.yaml_set_start_comment(_HEADER.format(day=today.isoformat()))
    for store in stores:
        root["stores"][store.store] = _store(store, stores)
    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(root, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


_HEADER = """A draft, made from names, types and counts of sampled values on {day}. Review it:
each guess says why, and how sure it is (0 to 1); look first for 'doubtful'.
No value of the database is written here."""


def entry_names(store: StoreGuess) -> dict[str, str]:
    """By table name of the schema, the name of its entry in the map (without a schema's dot)."""
    bare = [table.schema.name.rpartition(".")[2] for table in store.tables]
    return {
        table.schema.name: (
            short
            if bare.count(short) == 1 and "." not in short
            else table.schema.name.replace(".", "_")
        )
        for table, short in zip(store.tables, bare, strict=True)
    }


def _store(store: StoreGuess, stores: Sequence[StoreGuess]) -> CommentedMap:
    node, tables = CommentedMap(), CommentedMap()
    names = {s.store: entry_names(s) for s in stores}
    for table in store.tables:
        entry = names[store.store][table.schema.name]
        tables[entry] = _table(table, entry, store.store, names)
        tables.yaml_set_comment_before_after_key(entry, before=_about(table), indent=_ENTRY)
    if store.tables:
        node["tables"] = tables
    if store.ignored:
        node["ignored"] = CommentedMap(store.ignored)
    return node


def _about(table: TableGuess) -> str:
    lines = [""]
    if table.role is not None:
        head = f"{table.role.subject} ({table.role.confidence:.2f}): {table.role.reason}"
        lines.append(_marked(head, table.role.confidence < 0.75))
    lines += [f"note: {note}" for note in table.notes]
    return "\n".join(lines) if len(lines) > 1 else "\n"


def _marked(text: str, doubtful: bool) -> str:
    return f"doubtful: {text}" if doubtful else text


Names = Mapping[str, Mapping[str, str]]


def _table(table: TableGuess, entry: str, store: str, names: Names) -> CommentedMap:
    node = CommentedMap()
    schema, _, name = table.schema.name.rpartition(".")
    if name != entry:
        node["name"] = name
    if schema:
        node["schema"] = schema
    if table.schema.key:
        node["key"] = _flow(table.schema.key)
    links = [link for link in table.links if _target(link, store, names) is not None]
    if table.role is not None:
        node["roles"] = _role(table)
    if table.because is not None:
        node["because"] = table.because
    node["columns"] = _columns(table)
    if links:
        node["relations"] = _relations(links, store, names)
    if table.events:
        node["events"] = _events(table.events)
    return node


def _flow(values: Sequence[str]) -> CommentedSeq:
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def _role(table: TableGuess) -> CommentedMap:
    assert table.role is not None
    role = CommentedMap()
    role["subject"] = table.role.subject
    if table.role.path:
        role["person"] = _flow(table.role.path)
    if table.role.when is not None:
        role["when"] = _where(table.role.when)
    return CommentedMap({table.role.subject: role})


def _where(pair: tuple[str, str | int]) -> CommentedMap:
    return CommentedMap({"column": pair[0], "is": pair[1]})


def _columns(table: TableGuess) -> CommentedMap:
    node = CommentedMap()
    for guess in table.columns:
        node[guess.column.name] = _column(guess, table.schema)
        comment = _column_comment(guess)
        if comment and isinstance(node[guess.column.name], CommentedMap):
            node.yaml_set_comment_before_after_key(
                guess.column.name, before=comment, indent=_COLUMN
            )
        elif comment:
            node.yaml_add_eol_comment(comment, guess.column.name)
    return node


def _column_comment(guess: ColumnGuess) -> str:
    if guess.kind is None and guess.suspected is None:
        return ""
    return _marked(f"{guess.confidence:.2f} {guess.reason}", guess.doubtful)


def _column(guess: ColumnGuess, table: TableSchema) -> Any:
    if guess.kind is None:
        return None
    node = CommentedMap()
    if guess.category is not None:
        node["category"] = guess.category
    else:
        node["note"] = "personal data for which the policy has no category"
    if guess.identity is not None and not guess.inside:
        node["identity"] = guess.identity
        if guess.identity in _COMPARE:
            node["compare"] = _COMPARE[guess.identity]
    erased = erased_form(guess.column, table)
    if guess.inside:
        node["inside"] = CommentedMap(guess.inside)
    elif erased is not None:
        node["erased"] = erased
    return node["category"] if list(node) == ["category"] else node


def erased_form(column: ColumnSchema, table: TableSchema) -> Any:
    """How an erased value can look where NULL is not taken; None where NULL will do."""
    if column.nullable:
        return None
    unique = any(column.name in columns for columns in (table.key, *table.unique))
    if column.kind == "text" and unique:
        pattern = "erased-{key}"
        return CommentedMap({"form": "pattern", "value": pattern})
    if column.kind == "text":
        return "empty"
    if column.kind in ("integer", "number"):
        return CommentedMap({"form": "value", "value": 0})
    if column.kind == "boolean":
        return CommentedMap({"form": "value", "value": False})
    if column.kind in ("date", "timestamp", "timestamptz"):
        if column.type_text.lower().startswith("timestamp"):  # MariaDB's begin with 1970
            return CommentedMap({"form": "value", "value": "1971-01-01"})
        return CommentedMap({"form": "value", "value": "1900-01-01"})
    if column.kind == "json":
        return CommentedMap({"form": "value", "value": "{}"})
    return None


def _target(link: Link, store: str, names: Names) -> str | None:
    """The referenced table as the map writes it; None where it is not mapped."""
    entry = names.get(link.store or store, {}).get(link.references)
    if entry is None:
        return None
    return f"{link.store}.{entry}" if link.store else entry


def _relations(links: Sequence[Link], store: str, names: Names) -> CommentedMap:
    node = CommentedMap()
    for link in links:
        entry = CommentedMap()
        entry["columns"] = _flow(link.columns)
        entry["references"] = _target(link, store, names)
        if link.to:
            entry["to"] = _flow(link.to)
        if link.json_path is not None:
            entry["json"] = link.json_path
        if link.declared:
            entry["declared"] = True
        if link.compare != "exact":
            entry["compare"] = link.compare
        if link.where is not None:
            entry["where"] = _where(link.where)
        if link.part_of:
            entry["part_of"] = True
        node[link.name] = entry
        if not link.declared:
            comment = _marked(f"{link.confidence:.2f} {link.evidence}", link.doubtful)
            node.yaml_set_comment_before_after_key(link.name, before=comment, indent=_COLUMN)
    return node


def _events(events: Sequence[EventGuess]) -> CommentedMap:
    node = CommentedMap()
    for event in events:
        node[event.event] = _binding(event)
        comment = _marked(f"{event.confidence:.2f} {event.reason}", event.doubtful)
        node.yaml_set_comment_before_after_key(event.event, before=comment, indent=_COLUMN)
    return node


def _binding(event: EventGuess) -> CommentedMap:
    if event.of:
        return CommentedMap({"of": _flow(event.of)})
    day = CommentedMap({"column": event.column})
    if event.form != "native":
        day["as"] = event.form
    if event.form == "text":
        day["format"] = event.format
    if event.future:
        day["future"] = True
    if event.related:
        return CommentedMap({"related": _flow([event.related]), "day": day, "none": event.absent})
    if event.absent != "unknown":
        day["absent"] = event.absent
    return day
