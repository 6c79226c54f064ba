"""Sheets as a workbook of Excel; the same sheets, the same bytes.

Nothing in a cell is ever a formula: texts come from a policy that somebody else may have written.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from troth.record.grid import Line, Sheet, Style, height
from troth.record.zipped import STAMP, settled

_COLOURS: Mapping[Style, str] = {"title": "1F3864", "block": "D9E2F3", "head": "F2F2F2"}
_LINE_POINTS = 15.0  # the height of one line of text
_MOST_POINTS = 409.0  # Excel's highest row


def as_xlsx(sheets: Sequence[Sheet], title: str, language: str) -> bytes:
    """The workbook with these sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = title, "Troth"
    book.properties.language = language
    book.properties.created = datetime.fromisoformat(STAMP.removesuffix("Z"))
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    made = io.BytesIO()
    book.save(made)
    return settled(made.getvalue())


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    for row, line in enumerate(sheet.lines, start=1):
        _write(page, row, line, sheet)
    if sheet.frozen:
        page.freeze_panes = f"A{sheet.frozen + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToHeight = 0


def _write(page: Any, row: int, line: Line, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    columns, size = len(sheet.widths), 14 if line.style == "title" else 11
    for column in range(1, columns + 1):
        cell = page.cell(row, column)
        if column <= len(line.cells):
            cell.value = line.cells[column - 1]
            cell.data_type = "s"  # a text, whatever its first letter is
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if line.style != "cells":
            cell.fill = PatternFill("solid", fgColor=_COLOURS[line.style])
        colour = "FFFFFF" if line.style == "title" else "000000"
        cell.font = Font(bold=line.style != "cells" or column == 1, size=size, color=colour)
    if len(line.cells) < columns:  # the last cell takes what is left of the line
        page.merge_cells(
            start_row=row, end_row=row, start_column=len(line.cells), end_column=columns
        )
    points = _LINE_POINTS * height(line, sheet.widths) * size / 11
    page.row_dimensions[row].height = min(points, _MOST_POINTS)
