"""What a PDF does not say but shows: by the places of its characters."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

from reading.documents.made import HARBOUR, Made, expected, seen
from troth.reading.documents.layout import pieces_of
from troth.reading.documents.load import read_text
from troth.reading.documents.running import is_page_number
from troth.reading.documents.segments import Segment
from troth.reading.text import Kind

PAGE = (595.0, 842.0)


def line(
    words: str, left: float, bottom: float, *, height: float = 12.0, bold: bool = False
) -> Segment:
    """A line of the usual width of such letters."""
    return Segment(words, left, left + 5.0 * len(words), bottom, bottom + height, bold)


def kinds(*segments: Segment) -> list[tuple[str, int, str]]:
    pieces = pieces_of([segments], [PAGE])
    return [(piece.kind.value, piece.level, piece.characters) for piece in pieces]


FULL = "Whoever rents a bicycle here is asked for some things, and for nothing that is not on"


def test_indented_lines_under_a_colon_are_items_though_no_mark_is_drawn() -> None:
    found = kinds(
        line("Privacy", 34, 700, height=24, bold=True),
        line(FULL, 34, 660),
        line("this list, namely:", 34, 646),
        line("a name;", 64, 626),
        line("a telephone number, which is only used where the bicycle does not come", 64, 612),
        line("back;", 64, 598),
        line("in the evening;", 94, 584),
        line("an address.", 64, 570),
        line("Nothing else is kept.", 34, 550),
    )
    assert found == [
        ("heading", 1, "Privacy"),
        ("paragraph", 0, f"{FULL} this list, namely:"),
        ("item", 1, "a name;"),
        (
            "item",
            1,
            "a telephone number, which is only used where the bicycle does not come back;",
        ),
        ("item", 2, "in the evening;"),
        ("item", 1, "an address."),
        ("paragraph", 0, "Nothing else is kept."),
    ]


def test_a_cell_of_two_lines_is_one_cell() -> None:
    found = kinds(
        line("Data", 40, 700, bold=True),
        line("Kept for", 200, 700, bold=True),
        line("Contracts", 40, 680),
        line("ten years after the end of", 200, 680),
        line("the year", 200, 666),
        line("Letters", 40, 646),
        line("three years", 200, 646),
    )
    assert found == [
        ("row", 0, "Data\tKept for"),
        ("row", 0, "Contracts\tten years after the end of the year"),
        ("row", 0, "Letters\tthree years"),
    ]


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    found = kinds(
        line("11/26/26, 5:39 AM", 24, 820, height=8),
        line("Privacy at the harbour", 300, 820, height=8),
        line("We keep the names of those who ride with us for one year.", 34, 600),
        line("https://harbour.example/privacy", 24, 15, height=8),
        line("1/1", 575, 15, height=8),
    )
    assert [words for _, _, words in found] == [
        "We keep the names of those who ride with us for one year."
    ]


def test_a_pdf_by_reportlab_reads_alike() -> None:
    blocks = tuple(made for made in HARBOUR if made.level != 2 or made.kind is Kind.HEADING)
    assert seen(read_text(by_reportlab(blocks), "a.pdf")) == expected(blocks)


def by_reportlab(blocks: tuple[Made, ...]) -> bytes:
    styles = getSampleStyleSheet()
    story: list[object] = []
    rows: list[list[Paragraph]] = []
    for made in blocks:
        if made.kind is Kind.ROW:
            rows.append([Paragraph(cell, styles["BodyText"]) for cell in made.cells])
            continue
        if rows:
            story.append(Table(rows))
            rows = []
        if made.kind is Kind.HEADING:
            story.append(Paragraph(made.words, styles[f"Heading{made.level}"]))
        elif made.kind is Kind.ITEM:
            words = Paragraph(made.words, styles["BodyText"])
            story.append(ListFlowable([ListItem(words)], bulletType="bullet"))
        else:
            story.append(Paragraph(made.words, styles["BodyText"]))
    written = io.BytesIO()
    SimpleDocTemplate(written).build(story)
    return written.getvalue()


@pytest.mark.parametrize("line", ["3", "- 12 -", "Page 3 / 8", "p. 4", "(7)", "10 sur 12"])
def test_the_number_of_a_page(line: str) -> None:
    assert is_page_number(line)


@pytest.mark.parametrize("line", ["78-17)", "78-17", "2)", "3 years", "12 of them"])
def test_the_end_of_a_sentence_is_no_page_number(line: str) -> None:
    assert not is_page_number(line)
