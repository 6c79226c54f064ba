"""Sheets as CSV: one file for each, in a folder or a zip."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from troth.record.grid import Sheet

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(sheet: Sheet) -> bytes:
    """One sheet as CSV in UTF-8 with a byte order mark, as spreadsheets want it.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    for line in sheet.lines:
        writer.writerow([guarded(text) for text in line.cells])
    return b"\xef\xbb\xbf" + made.getvalue().encode("utf-8")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_files(sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """Every sheet as CSV, by the name of its file, numbered in their order."""
    width = len(str(len(sheets)))
    return {
        f"{number:0{width}}-{_plain(sheet.name)}.csv": as_csv(sheet)
        for number, sheet in enumerate(sheets, start=1)
    }


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
