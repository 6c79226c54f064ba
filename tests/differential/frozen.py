"""A world as JSON, so that a case stays what it was when the generator changes."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from troth.datamap.model import DataMap
from troth.grounds.facts import Facts
from troth.policy.model import Policy
from worlds.world import PhysicalTable, World

_FACTS = TypeAdapter(Facts)
_TABLE = TypeAdapter(PhysicalTable)


def freeze(world: World, wrong: str) -> str:
    """The world as JSON, headed by what was wrong."""
    body = {
        "wrong": wrong,
        "now": world.now.isoformat(),
        "policy": world.policy.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "map": world.map.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "facts": _FACTS.dump_python(world.facts, mode="json"),
        "tables": [
            {
                "table": _TABLE.dump_python(table, mode="json"),
                "rows": [
                    {name: _tagged(cell) for name, cell in row.items()} for row in world.rows[place]
                ],
            }
            for place, table in world.tables.items()
        ],
    }
    lines = (
        f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in body.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"


def thaw(path: Path) -> World:
    """The world of a file."""
    body = json.loads(path.read_text("utf-8"))
    tables = [(_TABLE.validate_python(part["table"]), part["rows"]) for part in body["tables"]]
    return World(
        policy=Policy.model_validate(body["policy"]),
        map=DataMap.model_validate(body["map"]),
        tables={(table.store, table.name): table for table, _ in tables},
        rows={
            (table.store, table.name): tuple(
                {name: _untagged(cell) for name, cell in row.items()} for row in rows
            )
            for table, rows in tables
        },
        facts=_FACTS.validate_python(body["facts"]),
        now=datetime.fromisoformat(body["now"]),
    )


def _tagged(cell: Any) -> Any:
    """A cell as JSON; what JSON has no word for says what it is."""
    if isinstance(cell, datetime):
        return {"instant" if cell.tzinfo else "wall": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return {"json": cell} if isinstance(cell, dict | list) else cell


def _untagged(cell: Any) -> Any:
    match cell:
        case {"instant": text} | {"wall": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case {"json": value}:
            return value
        case _:
            return cell
