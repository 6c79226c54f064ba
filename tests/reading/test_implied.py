"""What a draft holds because the text implies it, and what it does not."""

from __future__ import annotations

from typing import Any

from reading.corpus import of
from troth.reading.draft.build import draft_of

HEAD = "Privacy policy of Larkfield Ltd\n\nThis is the policy of the shop and of its owners.\n\n"


def _draft(words: str) -> dict[str, Any]:
    return draft_of(of(HEAD + words + "\n")).policy


def test_rights_bring_requests_and_a_proof_of_identity_is_data() -> None:
    plain = _draft("Your rights\n\nYou have the right to access your data.")
    assert "rights-request" in plain["categories"]
    assert "identity-document" not in plain["categories"]
    assert "requester" not in plain.get("subjects", {})
    proven = _draft(
        "Your rights\n\nYou have the right to access your data. We ask for proof of your identity."
    )
    assert "identity-document" in proven["categories"]
    assert "requester" in proven["subjects"]


def test_a_text_without_rights_or_consent_implies_neither() -> None:
    held = _draft("Data\n\nWe collect the following data:\n- your name;\n- your order.")
    assert not {"rights-request", "consent-record", "death-directive"} & set(held["categories"])


def test_what_is_implied_says_so_and_shows_its_sentence() -> None:
    text = of(HEAD + "Your rights\n\nYou have the right to access your data.\n")
    [element] = [e for e in draft_of(text).elements if e.path == "categories.rights-request"]
    assert (str(element.confidence), element.reasons) == ("likely", ("implied",))
    assert all(text.characters[e.start : e.end] == e.quote for e in element.evidence)


def test_third_parties_are_excluded_where_the_exception_names_others() -> None:
    drafted = _draft(
        "Recipients\n\nYour data is not transferred to any third party, except our hosting company."
    )
    allowed = {name: part.get("allowed") for name, part in drafted["recipients"].items()}
    assert allowed["third-parties"] == "no"
    assert allowed["hosting"] != "no"
