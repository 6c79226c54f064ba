"""A whole policy: what it states, and what it lacks once a sentence is taken out."""

from __future__ import annotations

import pytest

from reading.documents.made import (
    Made,
    as_html,
    as_pdf,
    as_plain,
    heading,
    item,
    paragraph,
)
from troth.reading.documents.load import read_text
from troth.reading.labels.items import Item
from troth.reading.labels.passages import passages_of
from troth.reading.labels.presence import Status, labelled
from troth.reading.text import Kind

SECTIONS: dict[str, tuple[tuple[Made, ...], set[Item]]] = {
    "who": (
        (
            heading("1. Who we are", 2),
            paragraph(
                "Harbour Cycles Ltd (“we”, “us” or “our”) rents bicycles in two towns by the sea."
            ),
        ),
        {Item.CONTROLLER_NAME},
    ),
    "what": (
        (
            heading("2. What we collect", 2),
            paragraph("When you rent a bicycle we collect the following information:"),
            item("your name and date of birth;"),
            item("your telephone number."),
        ),
        {Item.DATA_CATEGORIES},
    ),
    "why": (
        (
            heading("3. How we use it", 2),
            paragraph("We use your information for the following purposes:"),
            item("to hand over the bicycle and to find it again;"),
            item("to answer your questions."),
        ),
        {Item.PROCESSING_PURPOSE},
    ),
    "basis": (
        (
            heading("4. Legal basis", 2),
            paragraph(
                "The use of a bicycle rests on the performance of a contract with the rider."
            ),
        ),
        {Item.LEGAL_BASIS},
    ),
    "retention": (
        (
            heading("5. How long we keep it", 2),
            paragraph("Rental files are kept for 5 years and deleted when that time is over."),
        ),
        {Item.RETENTION_PERIOD},
    ),
    "complaint": (
        (
            heading("6. Complaints", 2),
            paragraph("You may lodge a complaint with the supervisory authority of your country."),
        ),
        {Item.RIGHT_TO_LODGE_COMPLAINT},
    ),
}
TITLE = (
    heading("Privacy notice", 1),
    paragraph(
        "This page is for everybody who rides with us, and it is kept as short as it can be."
    ),
)


def policy(without: str = "") -> tuple[Made, ...]:
    sections = [blocks for name, (blocks, _) in SECTIONS.items() if name != without]
    return (*TITLE, *(block for blocks in sections for block in blocks))


def present(data: bytes, name: str) -> set[Item]:
    found = labelled(read_text(data, name)).presence
    assert [one.item for one in found] == list(Item)
    return {one.item for one in found if one.status is Status.PRESENT}


ALL = present(as_plain(policy()).encode(), "a.txt")


def test_all_that_the_sections_state_is_present() -> None:
    assert set().union(*(items for _, items in SECTIONS.values())) <= ALL
    assert Item.AUTOMATED_DECISIONS not in ALL
    assert Item.RIGHT_TO_PORTABILITY not in ALL


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_taken_out_takes_its_items_and_no_other(name: str) -> None:
    assert ALL - present(as_plain(policy(name)).encode(), "a.txt") == SECTIONS[name][1]


@pytest.mark.parametrize("name", ["", *SECTIONS])
def test_every_format_says_the_same(name: str) -> None:
    blocks = policy(name)
    plain = present(as_plain(blocks).encode(), "a.txt")
    assert present(as_html(blocks).encode(), "a.html") == plain
    assert present(as_pdf(blocks), "a.pdf") == plain


def test_evidence_counts_from_the_beginning_of_the_text() -> None:
    text = read_text(as_plain(policy()).encode(), "a.txt")
    found = labelled(text)
    places = [place for labels in found.labels for one in labels for place in one.evidence]
    places += [place for one in found.presence for place in one.evidence]
    assert places
    for place in places:
        assert text.characters[place.start : place.end] == place.quote


def test_what_is_absent_names_what_was_looked_for() -> None:
    text = read_text(as_plain(policy("retention")).encode(), "a.txt")
    (one,) = [p for p in labelled(text).presence if p.item is Item.RETENTION_PERIOD]
    assert one.status is Status.ABSENT
    assert one.evidence == ()
    assert "as-long" in one.looked_for


def test_what_is_only_hinted_at_is_doubtful() -> None:
    words = "We like our riders, and who has a question about this page may contact us at any time."
    (one,) = [
        p
        for p in labelled(read_text(words.encode(), "a.txt")).presence
        if p.item is Item.CONTROLLER_CONTACT
    ]
    assert one.status is Status.DOUBTFUL
    assert [place.quote for place in one.evidence] == ["contact us"]


@pytest.mark.parametrize(
    ("words", "item", "quote"),
    [
        ("This app is for walkers.", Item.CONTROLLER_NAME, "app"),
        ("See https://fernhill.example for walks.", Item.CONTROLLER_CONTACT, "https://"),
        ("We honour your personal data.", Item.DATA_CATEGORIES, "your personal data"),
        ("Advertising pays for the walks.", Item.DATA_RECIPIENTS, "advertis"),
        ("Consent matters to us.", Item.LEGAL_BASIS, "consent"),
        ("Some countries have other laws.", Item.THIRD_COUNTRY_TRANSFERS, "countries"),
    ],
)
def test_what_nearly_every_policy_has_is_hinted_at_by_a_word(
    words: str, item: Item, quote: str
) -> None:
    (one,) = [p for p in labelled(read_text(words.encode(), "a.txt")).presence if p.item is item]
    assert one.status is Status.DOUBTFUL
    assert quote in [place.quote.lower() for place in one.evidence]


def test_an_address_of_somebody_else_is_not_the_controllers() -> None:
    words = (
        "The check of robots is run for us by Google Inc., Amphitheatre Parkway, CA 94043.\n"
        "This service is provided by Google LLC.\n"
    )
    found = {p.item: p.status for p in labelled(read_text(words.encode(), "a.txt")).presence}
    assert found[Item.CONTROLLER_NAME] is not Status.PRESENT
    assert found[Item.CONTROLLER_CONTACT] is not Status.PRESENT


def test_items_and_rows_know_what_leads_them_in() -> None:
    words = (
        "We collect the following information from you:\n\n• your name;\n• your address.\n\n"
        "It is kept as the table says, for every kind of file there is:\n\n"
        "Data\tKept for\nNames\t1 year\nAddresses\t3 years\n"
    )
    found = passages_of(read_text(words.encode(), "a.txt"))
    leads = {p.characters: p.lead for p in found if p.kind is not Kind.PARAGRAPH}
    assert leads["your name;"] == "We collect the following information from you:"
    assert leads["Names\t1 year"].endswith("Data\tKept for")


def test_a_passage_about_the_controller_by_its_name_names_it() -> None:
    words = (
        "Harbour Cycles Ltd (“we”) rents bicycles to everybody who comes by in two towns.\n\n"
        "Harbour Cycles Ltd keeps a file about every rental, and looks at it once a year.\n\n"
        "Riders of Harbour Cycles Ltd may come by at any time and read what there is.\n"
    )
    found = labelled(read_text(words.encode(), "a.txt"))
    named = [Item.CONTROLLER_NAME in {one.item for one in labels} for labels in found.labels]
    assert named == [True, True, False]
