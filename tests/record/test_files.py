"""The files open in what reads them, hold the sheets' texts and no formula, and never differ."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from odf.opendocument import load
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from record.promise import policy, whole
from troth.record.build import record
from troth.record.csv_files import csv_files, guarded
from troth.record.grid import Sheet, cells, height, sheet_name
from troth.record.ods import as_ods
from troth.record.processor_sheets import processor_sheets
from troth.record.sheets import sheets
from troth.record.words import Words
from troth.record.xlsx import as_xlsx
from troth.record.zipped import zipped

NASTY = '=HYPERLINK("https://evil.example";"click")'


def _pages(nasty: bool = False) -> tuple[Sheet, ...]:
    data = whole()
    if nasty:
        data["activities"]["orders"]["purpose"] = NASTY
        data["recipients"]["courier"]["name"] = "@SUM(1)\x00\x0b"
        data["commitments"][0]["promise"] = "-2+3\nsecond line"
    return sheets(record(policy(data)), Words("fr"))


def _texts(pages: Sequence[Sheet]) -> dict[str, list[tuple[str, ...]]]:
    return {page.name: [line.cells for line in page.lines] for page in pages}


@pytest.mark.parametrize("nasty", [False, True])
def test_a_workbook_holds_the_sheets_as_texts(nasty: bool) -> None:
    pages = _pages(nasty)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(pages, "Registre", "fr")))
    assert book.sheetnames == [page.name for page in pages]
    for page in pages:
        for number, line in enumerate(page.lines, start=1):
            row = list(book[page.name][number])
            assert tuple(cell.value or "" for cell in row[: len(line.cells)]) == line.cells
            assert not any(cell.data_type == "f" for cell in row)


@pytest.mark.parametrize("nasty", [False, True])
def test_an_open_document_holds_the_sheets_as_texts(nasty: bool) -> None:
    pages = _pages(nasty)
    book = load(io.BytesIO(as_ods(pages, "Registre", "fr")))
    found: dict[str, list[tuple[str, ...]]] = {}
    for table in book.spreadsheet.getElementsByType(Table):
        rows = []
        for row in table.getElementsByType(TableRow):
            assert not any(
                cell.getAttribute("formula") for cell in row.getElementsByType(TableCell)
            )
            assert all(not each.childNodes for each in row.getElementsByType(CoveredTableCell))
            rows.append(
                tuple(
                    "\n".join(str(part) for part in cell.getElementsByType(P))
                    for cell in row.getElementsByType(TableCell)
                )
            )
        found[table.getAttribute("name")] = rows
    assert found == _texts(pages)


def test_csv_begins_no_cell_with_a_formula() -> None:
    files = csv_files(_pages(nasty=True))
    assert len(files) == len(_pages())
    texts = []
    for content in files.values():
        assert content.startswith(b"\xef\xbb\xbf")
        texts += [
            cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row
        ]
    assert f"'{NASTY}" in texts
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in texts)
    assert guarded("plain") == "plain"


def test_the_same_record_gives_the_same_bytes_in_another_process() -> None:
    script = """
import hashlib, sys
sys.path.insert(0, "tests")
from record.promise import policy, whole
from troth.record.build import record
from troth.record.csv_files import csv_files
from troth.record.ods import as_ods
from troth.record.sheets import sheets
from troth.record.words import Words
from troth.record.xlsx import as_xlsx
from troth.record.zipped import zipped
pages = sheets(record(policy(whole())), Words("fr"))
for content in (as_xlsx(pages, "R", "fr"), as_ods(pages, "R", "fr"), zipped(csv_files(pages))):
    print(hashlib.sha256(content).hexdigest())
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "", "LANG": "C.UTF-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_no_file_knows_when_it_was_made() -> None:
    pages = _pages()
    for content in (as_xlsx(pages, "R", "fr"), as_ods(pages, "R", "fr"), zipped({"a": b"b"})):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with zipfile.ZipFile(io.BytesIO(as_ods(pages, "R", "fr"))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_names_of_sheets_are_what_spreadsheets_take() -> None:
    name = sheet_name("1. a/very:long*name?of[an]activity\\that'goes on", ())
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\'")
    assert sheet_name(name, [name.upper()]) != name
    assert len(sheet_name(name, [name])) <= 31
    assert sheet_name("///", ()) == "-"


def test_a_row_is_as_high_as_its_longest_text() -> None:
    assert height(cells("a", "b"), (10, 10)) == 1
    assert height(cells("a", "x" * 25), (10, 10)) == 3
    assert height(cells("a", "x" * 25), (10, 10, 20)) == 1  # the last cell takes what is left
    assert height(cells("one\ntwo"), (10,)) == 2


def test_the_processors_record_has_a_form_for_each() -> None:
    made = record(policy(whole()))
    pages = processor_sheets(made, Words("en"))
    assert [page.name for page in pages] == ["List of processors", "1. host", "To complete"]
    said = json.dumps(_texts(pages))
    assert "Hosts the shop" in said
    assert "Deep Cloud" in said
    assert "United" not in said
