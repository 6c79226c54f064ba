"""The same policy gives the same blocks in every format, and in every encoding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.documents import made
from reading.documents.made import HARBOUR, Made, expected, seen
from troth.reading.documents.load import read_text
from troth.reading.text import Kind

WRITTEN = {
    "policy.txt": made.as_plain(HARBOUR).encode(),
    "wrapped.txt": made.as_plain(HARBOUR, width=72).encode(),
    "policy.md": made.as_markdown(HARBOUR).encode(),
    "policy.html": made.as_html(HARBOUR).encode(),
    "policy.pdf": made.as_pdf(HARBOUR),
    "wide.pdf": made.as_pdf(HARBOUR, paper="a4"),
    "running.pdf": made.as_pdf(HARBOUR, paper="a6", running="Harbour Cycles, the notice"),
    "policy.docx": made.as_docx(HARBOUR),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_gives_the_same_blocks(name: str) -> None:
    assert seen(read_text(WRITTEN[name], name)) == expected(HARBOUR)


@pytest.mark.parametrize("name", WRITTEN)
def test_headings_stand_above_and_rows_under_their_head(name: str) -> None:
    text = read_text(WRITTEN[name], name)
    rows = [block for block in text.blocks if block.kind is Kind.ROW]
    assert [row.head is None for row in rows] == [True, False, False, False]
    assert {text.of(text.blocks[row.head]) for row in rows if row.head is not None} == {
        "Data\tPurpose\tRetention period"
    }
    assert list(text.headings(rows[1])) == [
        "Privacy notice of Harbour Cycles",
        "3. How long we keep it",
    ]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_bytes_give_the_same_text(name: str) -> None:
    assert read_text(WRITTEN[name], name) == read_text(WRITTEN[name], name)


def test_two_columns_are_read_one_after_the_other() -> None:
    blocks = tuple(block for block in HARBOUR if block.kind is not Kind.ROW) * 2
    text = read_text(made.as_pdf(blocks, columns=2, paper="a4"), "columns.pdf")
    assert seen(text) == expected(blocks)


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_encodings(codec: str) -> None:
    words = (
        "Nous gardons l’adresse de chaque élève pendant trois années ; œuvres et naïveté comprises."
    )
    text = read_text(f"Politique de confidentialité\n\n{words}\n".encode(codec), "a.txt")
    assert text.of(text.blocks[1]) == words
    assert text.language == "fr"


WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "rider",
            "keeps",
            "a",
            "file",
            "of",
            "that",
            "rental",
            "for",
            "every",
            "town",
            "and",
            "we",
            "read",
            "it",
            "once",
        ]
    ),
    min_size=22,
    max_size=45,
).map(lambda words: " ".join(words).capitalize() + ".")
TITLES = st.lists(
    st.sampled_from(["Rentals", "Towns", "Files", "Payments", "Workshop"]), min_size=1, max_size=3
).map(lambda words: " and ".join([words[0], *(word.lower() for word in words[1:])]))


@st.composite
def policies(draw: st.DrawFn) -> tuple[Made, ...]:
    """Numbered sections of paragraphs and lists."""
    blocks = [made.heading("Privacy notice", 1), made.paragraph(draw(WORDS))]
    for number in range(1, draw(st.integers(2, 4))):
        blocks.append(made.heading(f"{number}. {draw(TITLES)}", 2))
        blocks += [made.paragraph(words) for words in draw(st.lists(WORDS, min_size=1, max_size=3))]
        for words in draw(st.lists(TITLES, max_size=4)):
            blocks.append(made.item(f"{words.lower()};"))
    return tuple(blocks)


@given(policies())
@settings(max_examples=8, deadline=None)
def test_random_policies_read_alike_in_every_format(blocks: tuple[Made, ...]) -> None:
    wanted = expected(blocks)
    assert seen(read_text(made.as_plain(blocks).encode(), "a.txt")) == wanted
    assert seen(read_text(made.as_plain(blocks, width=66).encode(), "a.txt")) == wanted
    assert seen(read_text(made.as_html(blocks).encode(), "a.html")) == wanted
    assert seen(read_text(made.as_markdown(blocks).encode(), "a.md")) == wanted
    assert seen(read_text(made.as_pdf(blocks), "a.pdf")) == wanted
    assert seen(read_text(made.as_docx(blocks), "a.docx")) == wanted
