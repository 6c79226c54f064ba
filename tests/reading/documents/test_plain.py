"""What a plain text does not say by markup: wraps, headings, lists, and tables cut into lines."""

from __future__ import annotations

import pytest

from reading.documents.made import seen
from troth.reading.documents.load import read_text
from troth.reading.text import Kind, Text


def read(words: str) -> Text:
    return read_text(words.encode(), "policy.txt")


def rows(text: Text) -> list[list[str]]:
    return [text.of(block).split("\t") for block in text.blocks if block.kind is Kind.ROW]


BEFORE = "We keep what you give us only as long as the law or the work for you asks for it.\n\n"


def test_a_table_with_a_spanned_first_cell_becomes_rows() -> None:
    text = read(
        BEFORE
        + "People\nFiles\nHow long\n"
        + "Members\nContracts and their annexes\n10 years from the end of the contract\n"
        + "Letters\n5 years\n"
        + "Guests\nNames in the visitors' book\nTime needed to host them\n"
        + "Readers of our letter\nE-mail address\nDuration of the letter (3 years at most)\n\n"
        + "Nothing else is kept about the people who come to see the place.\n"
    )
    assert rows(text) == [
        ["People", "Files", "How long"],
        ["Members", "Contracts and their annexes", "10 years from the end of the contract"],
        ["Members", "Letters", "5 years"],
        ["Guests", "Names in the visitors' book", "Time needed to host them"],
        [
            "Readers of our letter",
            "E-mail address",
            "Duration of the letter (3 years at most)",
        ],
    ]


def test_a_french_table_becomes_rows() -> None:
    text = read(
        "Nous ne gardons vos données que le temps dont nous avons besoin pour vous servir.\n\n"
        "Données\nFinalité\nDurée de conservation\n"
        "Contrats\nComptabilité\n10 ans à compter de la clôture\n"
        "Adresse de messagerie\nLettre\nJusqu'à la désinscription\n"
        "Messages reçus\nRéponse\n12 mois\n"
    )
    assert rows(text)[1:] == [
        ["Contrats", "Comptabilité", "10 ans à compter de la clôture"],
        ["Adresse de messagerie", "Lettre", "Jusqu'à la désinscription"],
        ["Messages reçus", "Réponse", "12 mois"],
    ]


@pytest.mark.parametrize("gap", ["\t", "    ", " | "])
def test_cells_on_one_line_become_rows(gap: str) -> None:
    table = "\n".join(
        gap.join(line) for line in (("Data", "Kept"), ("Logs", "1 year"), ("Mail", "3 years"))
    )
    assert rows(read(f"{BEFORE}{table}\n")) == [
        ["Data", "Kept"],
        ["Logs", "1 year"],
        ["Mail", "3 years"],
    ]


def test_an_address_is_no_table_and_no_heading() -> None:
    text = read(
        BEFORE
        + "Write to:\n\nThe Old Mill\n\n12 Weir Street\n\nNorthport NP1 4XX\n\nTel: 01 23 45 67\n"
    )
    assert {kind for kind, _, _ in seen(text)} == {"paragraph"}


LONG = (
    "Here follows a sentence that is long enough to be seen as the text of a section, "
    "and nobody would take it for the title of one."
)


@pytest.mark.parametrize(
    ("titles", "levels"),
    [
        (["1. Data", "a. Members", "b. Guests", "2. Rights"], [2, 3, 3, 2]),
        (["1. Data", "1.1 Members", "1.1.1 Young ones", "2. Rights"], [2, 3, 4, 2]),
        (["I. Data", "1. Members", "2. Guests", "II. Rights"], [2, 3, 3, 2]),
        (["DATA", "Members", "RIGHTS"], [2, 3, 2]),
        (["Article 1 - Data", "Article 2 - Rights"], [2, 2]),
    ],
)
def test_ranks_of_headings(titles: list[str], levels: list[int]) -> None:
    words = "Privacy policy\n\n" + "".join(f"{title}\n{LONG}\n\n" for title in titles)
    found = [(text, level) for kind, level, text in seen(read(words)) if kind == "heading"]
    assert found == [("Privacy policy", 1), *zip(titles, levels, strict=True)]


def test_a_heading_with_a_blank_line_stands_above_one_without() -> None:
    words = (
        f"Privacy policy\n\nCookies\n\nHow long they live\n{LONG}\n\nRights\n\nErasure\n{LONG}\n"
    )
    found = [(text, level) for kind, level, text in seen(read(words)) if kind == "heading"]
    assert found[1:] == [("Cookies", 2), ("How long they live", 3), ("Rights", 2), ("Erasure", 3)]


def test_numbered_items_are_a_list_and_numbered_titles_are_headings() -> None:
    text = read(
        f"Privacy policy\n\n1. Data\n{LONG}\n\n"
        "We ask for:\n1. a name;\n2. an address;\n3. a date.\n\n"
        f"2. Rights\n{LONG}\n"
    )
    kinds = [(kind, words) for kind, _, words in seen(text) if words[0].isdigit()]
    assert kinds == [
        ("heading", "1. Data"),
        ("item", "1. a name;"),
        ("item", "2. an address;"),
        ("item", "3. a date."),
        ("heading", "2. Rights"),
    ]


@pytest.mark.parametrize("mark", ["•", "-", "–", "*", "●", "\uf0b7"])
def test_bullets(mark: str) -> None:
    text = read(f"{BEFORE}We ask for:\n{mark} a name;\n{mark} an address.\n")
    assert seen(text)[2:] == [("item", 1, "a name;"), ("item", 1, "an address.")]


def test_a_word_cut_at_a_wrap_is_whole_again() -> None:
    text = read(
        "We keep the names of those who rent a bicycle in this town and the infor-\n"
        "mation about their journeys, and nothing else that anybody could want to\n"
        "know about where they went, whom they met there and when they came home.\n"
    )
    assert "the information about their journeys" in text.of(text.blocks[0])


def test_what_surrounds_a_copied_page_is_left_out() -> None:
    assert [words for _, _, words in seen(read(f"Back to top\n\n{LONG}\n\nbottom of page\n"))] == [
        LONG
    ]
