"""What the law asks a notice to say, and how its absence is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.notice.ready import in_other_words, lacking, stopping
from troth.policy.load import parse_policy
from troth.policy.model import Policy

MINIMAL = (Path(__file__).parents[1] / "policy" / "minimal.yaml").read_text(encoding="utf-8")
RIGHTS = """
rights:
  a: {right: access, promise: Yes., clauses: [S-1]}
  b: {right: rectification, promise: Yes., clauses: [S-1]}
  c: {right: erasure, promise: Yes., clauses: [S-1]}
  d: {right: restriction, promise: Yes., clauses: [S-1]}
  e: {right: portability, promise: Yes., clauses: [S-1]}
  f: {right: withdrawal, promise: Yes., clauses: [S-1]}
  g: {right: complaint, promise: Yes., clauses: [S-1]}
"""

POINT = """collection_points:
  form:
    label: Form
    activities: [selling]
    mandatory: [name]
    clauses: [S-1]
recipients:
"""


def _policy(*changes: tuple[str, str]) -> Policy:
    text = MINIMAL + RIGHTS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_policy(text, "policy.yaml")


def _told(*changes: tuple[str, str]) -> set[str]:
    """What is lacking after the changes, beside what the small policy lacks anyway."""
    before = {one.message for one in lacking(_policy())}
    return {one.message for one in lacking(_policy(*changes))} - before


def test_the_small_policy_lacks_two_things() -> None:
    assert [one.path for one in lacking(_policy())] == [
        ("activities", "news"),
        ("consents", "newsletter"),
    ]


@pytest.mark.parametrize(
    ("change", "article"),
    [
        (("right: access", "right: opt-out"), "Art. 13(2)(b)"),
        (("right: portability", "right: opt-out"), "Art. 20"),
        (("right: withdrawal", "right: opt-out"), "Art. 13(2)(c)"),
        (("right: complaint", "right: opt-out"), "Art. 13(2)(d)"),
        (("financial_year_ends: 12-31", "financial_year_ends: 12-31\nlaws: [gdpr, fr-loi-78-17]"),
         "Loi 78-17, art. 85"),
        (("conditions: [informed]", "direct_marketing: true"), "Art. 21"),
        (("conditions: [informed]", "automated_decision: true"), "Art. 22(3)"),
        (("recipients:\n", POINT), "Art. 13(2)(e)"),
        (("conditions: [informed]", "sources: [{provenance: received}]"), "Art. 14(2)(f)"),
        (("task: hosting, safeguard: clauses-2021", "task: hosting"), "Art. 13(1)(f)"),
        (("task: hosting, safeguard: clauses-2021", "task: hosting, country: BR"), "Art. 13(1)(f)"),
        (("effective: 2023-02-22", "effective: null"), "Art. 12(1)"),
    ],
)  # fmt: skip
def test_what_the_law_asks_for_is_told_with_its_article(
    change: tuple[str, str], article: str
) -> None:
    (message,) = _told(change)
    assert message.endswith(f"({article})")


@pytest.mark.parametrize(
    "change",
    [
        ("task: hosting, safeguard: clauses-2021", "task: hosting, country: FR"),
        ("task: hosting, safeguard: clauses-2021", "task: hosting, country: JP"),
        ("role: processor, task: hosting, safeguard: clauses-2021", "role: authority, task: x"),
        ("recipients:\n", POINT.replace("]\n", "]\n    consequence: None.\n", 1)),
        ("conditions: [informed]", "sources: [{provenance: received, origin: a fair}]"),
    ],
)
def test_what_is_said_is_not_asked_for(change: tuple[str, str]) -> None:
    assert _told(change) == set()


def test_a_decided_policy_is_stopped_by_nothing() -> None:
    assert list(stopping(_policy(("text: a reasonable time", "text: a while, ours: false")))) == []


def test_words_are_known_by_their_language() -> None:
    english = "title: For the orders of the shop and for the people who are with it by the sea"
    some = "Pour les commandes de la boutique et pour les gens qui sont dans le port du lieu. "
    french = f"title: {some * 3}"
    assert not list(in_other_words(_policy(("title: Privacy notice", english)), "en"))
    assert list(in_other_words(_policy(("title: Privacy notice", english)), "fr"))
    assert list(in_other_words(_policy(("title: Privacy notice", french)), "en"))
