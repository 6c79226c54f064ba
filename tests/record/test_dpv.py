"""JSON-LD in the Data Privacy Vocabulary: it parses, conforms, and uses known terms alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib

from record.promise import policy, whole
from troth.policy.load import parse_policy
from troth.record.build import record
from troth.record.dpv import as_jsonld
from troth.record.lacking import of_paragraph
from troth.record.model import Record
from troth.record.terms import DPV, TERMS
from troth.record.words import Words

PROJECT = Path(__file__).resolve().parents[2]
SHAPES = rdflib.Graph().parse(PROJECT / "schemas" / "record.shacl.ttl")
EXAMPLES = sorted(path.parent.name for path in PROJECT.glob("examples/*/policy.yaml"))
NOT_IN_SHAPES = {"representative", "time-limit", "processor-contact"}
"""Gaps that a shape cannot see: they ask for what lies outside the record's own graph."""


def _graph(made: Record, *, processors: bool) -> rdflib.Graph:
    data = as_jsonld(made, Words("fr"), processors=processors)
    return rdflib.Graph().parse(data=json.dumps(data), format="json-ld")


def _conforms(made: Record, *, processors: bool) -> bool:
    found, _, _ = pyshacl.validate(_graph(made, processors=processors), shacl_graph=SHAPES)
    return bool(found)


@pytest.mark.parametrize("processors", [False, True])
def test_a_whole_record_conforms(processors: bool) -> None:
    assert _conforms(record(policy(whole())), processors=processors)


@pytest.mark.parametrize("processors", [False, True])
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_conforms_where_nothing_lacks(example: str, processors: bool) -> None:
    file = PROJECT / "examples" / example / "policy.yaml"
    made = record(parse_policy(file.read_text(encoding="utf-8"), file.name))
    lacking = {each.code for each in of_paragraph(made, 2 if processors else 1).lacking}
    assert _conforms(made, processors=processors) is not bool(lacking - NOT_IN_SHAPES)


def _take(data: dict[str, Any], *path: Any) -> None:
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = None if path[-1] == "name" else [] if path[-1] != "purpose" else " "


@pytest.mark.parametrize(
    "path",
    [
        ("controllers", "bakery", "name"),
        ("controllers", "bakery", "contacts"),
        ("data_protection_officer", "contacts"),
        ("activities", "orders", "purpose"),
        ("commitments",),
    ],
)
def test_what_lacks_does_not_conform(path: tuple[Any, ...]) -> None:
    data = whole()
    _take(data, *path)
    made = record(policy(data))
    assert of_paragraph(made, 1).lacking
    assert not _conforms(made, processors=False)


@pytest.mark.parametrize("field", ["country", "safeguard"])
@pytest.mark.parametrize("processors", [False, True])
def test_a_transfer_without_country_or_guarantee_does_not_conform(
    field: str, processors: bool
) -> None:
    data = whole()
    del data["recipients"]["host"][field]
    assert not _conforms(record(policy(data)), processors=processors)


@pytest.mark.parametrize("processors", [False, True])
def test_every_term_of_the_vocabulary_is_a_listed_one(processors: bool) -> None:
    graph = _graph(record(policy(whole())), processors=processors)
    iris = {str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}
    used = {iri for iri in iris if iri.startswith(DPV.rstrip("#"))}
    assert used <= set(TERMS.values())
    assert not {iri for iri in iris if ":" not in iri}


def test_the_vocabulary_says_what_the_policy_says() -> None:
    graph = _graph(record(policy(whole())), processors=False)
    query = """
        PREFIX dpv: <https://w3id.org/dpv#>
        PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?data ?duration WHERE {
            ?process dct:identifier "orders" ; dpv:hasPersonalData ?line .
            ?line rdfs:label ?data ; dpv:hasStorageCondition/dpv:hasDuration ?duration
        }"""
    found = {(str(row[0]), str(row[1])) for row in graph.query(query)}  # type: ignore[index]  # a row
    assert found == {("Contact details", "P3Y"), ("Allergies", "P30D"), ("Card number", "P0D")}
