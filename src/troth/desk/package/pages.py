"""The pages of an answer: one that tells everything, and further ones for long tables.

They are whole in themselves: no script, nothing from a network, everything escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from troth.desk.package.portable import Portable
from troth.desk.package.sheet import Sheet, ToldColumn
from troth.desk.package.spool import Line
from troth.desk.package.view import Shown, shown_rows
from troth.desk.package.words import Words
from troth.policy.model import Policy

ROWS_ON_INDEX = 200  # of one table; a longer one has pages of its own
ROWS_ON_PAGE = 1_000
_PIECES = 200  # texts that are written at once


@dataclass(frozen=True)
class TableView:
    """A table on a page: `under` is the purpose that it is shown under; `rows` reads it anew."""

    title: str
    anchor: str
    under: str | None
    columns: tuple[ToldColumn, ...]
    count: int
    lines: Callable[[], Iterator[Line]] = field(repr=False)
    words: Words = field(repr=False)

    def rows(self) -> Iterator[Shown]:
        return shown_rows(self.lines(), self.columns, self.words)

    @property
    def pages(self) -> tuple[str, ...]:
        """The files of its pages; none where it is short."""
        if self.count <= ROWS_ON_INDEX:
            return ()
        numbers = range(1, -(-self.count // ROWS_ON_PAGE) + 1)
        return tuple(f"{self.anchor}-{number}.html" for number in numbers)


def write_pages(
    folder: Path, policy: Policy, sheet: Sheet, tables: Sequence[TableView], words: Words
) -> None:
    """Writes index.html and the pages of long tables, in flat memory."""
    who = ", ".join(one.name for one in sheet.controllers)
    common = {"w": words, "sheet": sheet, "promised_in": policy.languages[0]}
    _write(
        folder / "index.html",
        "index.html.j2",
        **common,
        who=who,
        tables=tables,
        rows=sum(table.count for table in tables),
        anchors={table.title: table.anchor for table in tables},
        events={name: one.label for name, one in policy.events.items()},
    )
    for table in tables:
        rows = table.rows()
        for number, name in enumerate(table.pages, 1):
            some = islice(rows, ROWS_ON_PAGE)
            _write(
                folder / name,
                "part.html.j2",
                **common,
                table=table,
                rows=some,
                number=number,
                of=len(table.pages),
            )


def write_policy(folder: Path, policy: Policy, sheet: Sheet, words: Words) -> None:
    """Writes the policy in force as a page that lasts."""
    _write(
        folder / sheet.policy.file,
        "policy.html.j2",
        w=words,
        policy=policy,
        sheet=sheet,
        promised_in=policy.languages[0],
    )


def write_letter(folder: Path, policy: Policy, head: Portable, words: Words, rows: int) -> None:
    """Writes letter.html: what an export holds, what stays behind, and why."""
    _write(
        folder / "letter.html",
        "letter.html.j2",
        w=words,
        head=head,
        rows=rows,
        who=", ".join(one.name or name for name, one in policy.controllers.items()),
        promised_in=policy.languages[0],
    )


def _write(path: Path, template: str, **context: Any) -> None:
    stream = _environment().get_template(template).stream(**context)
    stream.enable_buffering(_PIECES)
    with path.open("x", encoding="utf-8") as file:
        for piece in stream:
            file.write(piece)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("troth.desk.package", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
