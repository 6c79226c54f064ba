"""Sheets as an OpenDocument spreadsheet, the form of the CNIL's model; same sheets, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from troth.record.grid import Line, Sheet
from troth.record.zipped import STAMP, settled

_COLOURS = {"title": "#1F3864", "block": "#D9E2F3", "head": "#F2F2F2"}
_CENTIMETRES = 0.19  # of one character


def as_ods(sheets: Sequence[Sheet], title: str, language: str) -> bytes:
    """The spreadsheet with these sheets; every cell is a text, none a formula."""
    from odf.dc import Language, Title
    from odf.meta import CreationDate
    from odf.opendocument import OpenDocumentSpreadsheet

    book = OpenDocumentSpreadsheet()
    book.meta.addElement(Title(text=title))
    book.meta.addElement(Language(text=language))
    book.meta.addElement(CreationDate(text=STAMP))
    styles = _Styles(book)
    for sheet in sheets:
        book.spreadsheet.addElement(_table(sheet, styles))
    made = io.BytesIO()
    book.write(made)
    return settled(made.getvalue())


class _Styles:
    """The styles of one document, each made when it is first asked for."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[str, Any]()
        self.table = self._page()

    def cell(self, name: str) -> Any:
        from odf.style import ParagraphProperties, Style, TableCellProperties, TextProperties

        if name not in self._made:
            style = Style(name=f"troth-{name}", family="table-cell")
            shade = {"backgroundcolor": _COLOURS[name]} if name in _COLOURS else {}
            style.addElement(TableCellProperties(verticalalign="top", wrapoption="wrap", **shade))
            style.addElement(ParagraphProperties(textalign="start"))
            if name != "cells":
                large = {"fontsize": "14pt", "color": "#FFFFFF"} if name == "title" else {}
                style.addElement(TextProperties(fontweight="bold", **large))
            self._add(name, style)
        return self._made[name]

    def column(self, width: int) -> Any:
        from odf.style import Style, TableColumnProperties

        name = f"width-{width}"
        if name not in self._made:
            style = Style(name=f"troth-{name}", family="table-column")
            style.addElement(TableColumnProperties(columnwidth=f"{width * _CENTIMETRES:.2f}cm"))
            self._add(name, style)
        return self._made[name]

    def _add(self, name: str, style: Any) -> None:
        self._book.automaticstyles.addElement(style)
        self._made[name] = style

    def _page(self) -> Any:
        """Landscape A4, every sheet as wide as the page."""
        from odf.namespaces import STYLENS
        from odf.style import MasterPage, PageLayout, PageLayoutProperties, Style, TableProperties

        layout = PageLayout(name="troth-page")
        sides = PageLayoutProperties(
            printorientation="landscape", pagewidth="29.7cm", pageheight="21cm"
        )
        sides.attributes[STYLENS, "scale-to-X"] = "1"  # ODF 1.3, which odfpy's grammar lacks
        layout.addElement(sides)
        self._book.automaticstyles.addElement(layout)
        page = MasterPage(name="Default", pagelayoutname=layout)
        self._book.masterstyles.addElement(page)
        style = Style(name="troth-table", family="table", masterpagename=page)
        style.addElement(TableProperties(display="true"))
        self._book.automaticstyles.addElement(style)
        return style


def _table(sheet: Sheet, styles: _Styles) -> Any:
    from odf.table import Table, TableColumn, TableHeaderRows

    table = Table(name=sheet.name, stylename=styles.table)
    for width in sheet.widths:
        table.addElement(TableColumn(stylename=styles.column(width)))
    rows = [_row(line, len(sheet.widths), styles) for line in sheet.lines]
    if sheet.frozen:
        heads = TableHeaderRows()
        for row in rows[: sheet.frozen]:
            heads.addElement(row)
        table.addElement(heads)
    for row in rows[sheet.frozen :]:
        table.addElement(row)
    return table


def _row(line: Line, columns: int, styles: _Styles) -> Any:
    from odf.table import CoveredTableCell, TableCell, TableRow
    from odf.text import P

    row = TableRow()
    left = columns - len(line.cells)
    for number, text in enumerate(line.cells, start=1):
        name = "first" if line.style == "cells" and number == 1 else line.style
        last = number == len(line.cells) and left > 0  # it takes what is left of the line
        spans = {"numbercolumnsspanned": left + 1, "numberrowsspanned": 1} if last else {}
        cell = TableCell(stylename=styles.cell(name), valuetype="string", **spans)
        for paragraph in text.split("\n"):
            cell.addElement(P(text=paragraph))
        row.addElement(cell)
    if left > 0:
        row.addElement(CoveredTableCell(numbercolumnsrepeated=left))
    return row
