"""A policy that was read back whole becomes a draft like any other: paths, evidence, marks."""

from __future__ import annotations

from troth.reading.draft.exact import exact
from troth.reading.frames.frame import Confidence
from troth.reading.text import Text

SAID = "How long: 3 years, counted from: the last order"


def test_facts_keep_their_characters_and_get_written_paths() -> None:
    text = Text(SAID, (), "en")
    rule = {"clauses": ["6.1"], "id": "orders", "period": "P3Y", "after": "last-order"}
    sources = [{"provenance": "given"}]
    data = {"activities": {"selling": {"retention": [rule], "sources": sources}}}
    period, event = text.evidence(10, 17), text.evidence(33, 47)
    draft = exact(
        data,
        [
            (("activities", "selling", "retention", 0, "period"), "P3Y", period),
            (("activities", "selling", "sources", 0, "provenance"), "given", event),
        ],
        [(("activities", "selling", "retention", 0, "after"), event)],
    )
    assert draft.policy == data
    assert [(e.path, e.value, e.confidence) for e in draft.listed()] == [
        ("activities.selling.retention.orders.period", "P3Y", Confidence.SURE),
        ("activities.selling.sources[0].provenance", "given", Confidence.SURE),
        ("activities.selling.retention.orders.after", None, Confidence.DOUBTFUL),
    ]
    assert draft.listed()[0].evidence[0].quote == "3 years"
