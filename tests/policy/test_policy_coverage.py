"""Which clauses a policy expresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.documents.read import read_document
from troth.errors import Problems
from troth.policy.coverage import CatalogueEntry, catalogue_of, citations, coverage
from troth.policy.load import parse_policy
from troth.policy.walk import find, walk, written

POLICY = parse_policy((Path(__file__).parent / "minimal.yaml").read_bytes(), "policy.yaml")


def test_citations_name_every_element_by_its_path() -> None:
    cited = citations(POLICY)
    assert cited["S-9"] == (
        "consents.newsletter",
        "activities.news",
        "activities.news.legal_bases[0]",
    )
    assert cited["S-7"] == (
        "places.shop",
        "places.vault",
        "activities.selling.retention.orders-books",
        "activities.selling.retention.orders-books.archive",
    )
    assert "S-99" not in cited


def test_each_clause_is_cited_or_explained_or_missing() -> None:
    catalogue = [CatalogueEntry(clause, "kind") for clause in ("S-99", "S-100", "S-2")]
    rows = {row.clause: row for row in coverage(POLICY, catalogue)}
    assert list(rows)[:3] == ["S-99", "S-100", "S-2"], "in the order of the catalogue"
    assert (rows["S-99"].status, rows["S-99"].reason) == ("not-modelled", "A greeting.")
    assert rows["S-100"].status == "missing"
    assert (rows["S-2"].status, rows["S-2"].elements) == ("cited", ("contacts.privacy",))
    foreign = {clause for clause, row in rows.items() if row.status == "foreign"}
    assert foreign == {f"S-{n}" for n in (1, 3, 4, 5, 6, 7, 8, 9, 10)}


def test_a_clause_that_only_sentences_cite_is_said_to_be_in_words() -> None:
    text = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")
    promise = "  - {id: calm, kind: security, promise: All is calm., clauses: [S-50, S-2]%s}\n"
    for more, in_words in (("", True), (", within: P1M", False)):
        policy = parse_policy(f"{text}\ncommitments:\n{promise % more}", "policy.yaml")
        rows = coverage(policy, [CatalogueEntry("S-50", "security"), CatalogueEntry("S-2", "x")])
        assert [row.in_words_only for row in rows[:2]] == [in_words, False]


def test_every_written_path_leads_back_to_its_element() -> None:
    for path, _ in walk(POLICY):
        if path:
            assert find(POLICY, written(POLICY, path)) == path


def test_a_part_of_a_list_is_found_by_position_too() -> None:
    assert find(POLICY, "activities.selling.retention[1]") == find(
        POLICY, "activities.selling.retention.orders-books"
    )
    assert find(POLICY, "activities.selling.retention[2]") is None
    assert find(POLICY, "activities.sell") is None
    assert find(POLICY, "categories.identity.email.label") is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1", "expected a list of clauses"),
        ("- {id: A, kind: x}\n- {id: A, kind: y}", "listed twice"),
        ("- {id: A}", "expected 'kind'"),
        ("- A", "expected a clause"),
    ],
)
def test_what_is_no_catalogue_is_refused(text: str, words: str) -> None:
    with pytest.raises(Problems, match=words):
        catalogue_of(read_document(text, "clauses.yaml"))


def test_a_catalogue_may_say_more() -> None:
    text = "- {id: A-1, kind: right, says: ' One may ask. ', check: ask, gdpr: [GDPR 15]}"
    (entry,) = catalogue_of(read_document(text, "clauses.yaml"))
    assert entry == CatalogueEntry("A-1", "right", "One may ask.")
