"""The answer as PDF: tagged and titled, with the values of the person, whatever their letters."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

import pdf_ua
from desk.find.house import House
from desk.package.parcel import A, answered


def _text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _answer(house: House, folder: Path, name: str) -> bytes:
    house.people({"email": A, "full_name": name})
    answered(house, folder / "answer", A)
    return (folder / "answer" / "index.pdf").read_bytes()


@pytest.mark.parametrize("name", ["Zoë Müller-Øst", "Łukasz Żółć", "Ελένη Иванова"])
def test_it_is_tagged_titled_and_says_the_values(small: House, tmp_path: Path, name: str) -> None:
    content = _answer(small, tmp_path, name)
    root = PdfReader(BytesIO(content)).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]) == "en"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in metadata
    assert pdf_ua.flaws(content) == []
    text = _text(content)
    assert "Your personal data" in text
    assert name in text
    assert A in text


def test_a_letter_that_no_font_has_stops_no_answer(small: House, tmp_path: Path) -> None:
    content = _answer(small, tmp_path, "Anna \u0378 marker")
    root = PdfReader(BytesIO(content)).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "marker" in _text(content)
    page = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert "Anna \u0378 marker" in page


def test_a_long_table_is_shown_in_part_and_says_so(small: House, tmp_path: Path) -> None:
    small.put("orders", *({"account_id": 1, "goods": f"goods {n}."} for n in range(1, 61)))
    text = _text(_answer(small, tmp_path, "Anna"))
    assert "goods 50." in text
    assert "goods 51." not in text
