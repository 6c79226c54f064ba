"""The rows of a person as JSON and CSV, written as they come."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troth.desk.package.plain import csv_text
from troth.desk.package.sheet import ToldColumn
from troth.desk.package.spool import Line


@dataclass(frozen=True)
class TableExport:
    """A table to write: `lines` reads its rows anew; `file` is the name of its CSV file."""

    table: str
    place: str
    file: str
    key: tuple[str, ...]
    columns: tuple[ToldColumn, ...]
    lines: Callable[[], Iterator[Line]] = field(repr=False)


def write_json(
    path: Path, head: Mapping[str, Any], tables: Sequence[TableExport], *, bare: bool = False
) -> None:
    """Writes one JSON object: `head`, and `tables` with their rows, each row on a line.

    `bare`: columns with their names and categories alone.
    """
    columns = {"name", "categories"} if bare else None
    with path.open("x", encoding="utf-8") as file:
        text = json.dumps(dict(head), ensure_ascii=False, indent=1)
        file.write(text.removesuffix("}").rstrip() + ',\n "tables": [')
        for number, table in enumerate(tables):
            described = {
                "table": table.table,
                "place": table.place,
                "columns": [
                    column.model_dump(mode="json", include=columns) for column in table.columns
                ],
            }
            start = json.dumps(described, ensure_ascii=False)
            file.write(f'{"," if number else ""}\n  {start.removesuffix("}")}, "rows": [')
            for at, line in enumerate(table.lines()):
                file.write(",\n   " if at else "\n   ")
                file.write(json.dumps(line, ensure_ascii=False))
            file.write("\n  ]}")
        file.write("\n ]}\n")


Masks = Callable[[str], str] | None
"""What is written in the place of a masked value, by its reason; None: nothing, nor an end."""


def write_csv(path: Path, table: TableExport, masked: Masks) -> None:
    """Writes one table as CSV (RFC 4180, UTF-8 with a mark that spreadsheets look for).

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    names = [column.name for column in table.columns]
    head = [*(f"key.{name}" for name in table.key), *names]
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([csv_text(text) for text in (*head, *(["until"] if masked else []))])
        for line in table.lines():
            out.writerow([csv_text(text) for text in _cells(line, table.key, names, masked)])


def _cells(line: Line, key: Iterable[str], names: Iterable[str], masked: Masks) -> Iterator[Any]:
    for name in key:
        yield line["key"].get(name)
    for name in names:
        if name not in line["values"] and masked is not None and name in line["masked"]:
            yield masked(line["masked"][name])
        else:
            yield line["values"].get(name)
    if masked is not None:
        days = dict.fromkeys(one["until"] or one["state"] for one in line["standing"])
        yield " / ".join(days)
