"""Reading YAML: strict, bounded, with the place of everything."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.documents.document import Mark
from troth.documents.read import MAX_BYTES, MAX_DEPTH, read_document
from troth.errors import Problems, Refused


def refused(text: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_document(text, "policy.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("12-31", "12-31"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0123456789", "0123456789"),
        ("017", "017"),
        ("0o17", 15),
        ("0x1F", 31),
        ("42", 42),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("P3Y", "P3Y"),
        ("2023-02-22", "2023-02-22"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'42'", "42"),
        ('"no"', "no"),
        ("!!str 42", "42"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_words_mean_what_yaml_1_2_says(word: str, value: object) -> None:
    found = read_document(f"key: {word}", "p").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_the_directive_of_yaml_1_1_brings_its_words_not_back() -> None:
    assert read_document("%YAML 1.1\n---\ncountry: NO\n", "p").data == {"country": "NO"}


def test_places() -> None:
    text = "a: 1\nlist:\n  - x\n  - deep:\n      er: yes\n\ntext: >-\n  folded\n"
    document = read_document(text, "map.yaml")
    assert document.place(("a",)) == "map.yaml:1"
    assert document.mark(("a",)) == Mark(1, 4)
    assert document.mark(("a",), at_key=True) == Mark(1, 1)
    assert document.mark(("list",)) == Mark(2, 1), "a collection is where its key is"
    assert document.mark(("list", 0)) == Mark(3, 5)
    assert document.mark(("list", 1, "deep", "er")) == Mark(5, 11)
    assert document.place(("list", 1, "deep", "er", "nothing", 7)) == "map.yaml:5"
    assert document.place(("absent",)) == "map.yaml:1"


def test_beneath_an_alias_the_place_is_that_of_the_alias() -> None:
    document = read_document("one: &x\n  b: 1\ntwo: *x\n", "p")
    assert document.data == {"one": {"b": 1}, "two": {"b": 1}}
    assert document.place(("two", "b")) == "p:3"
    assert document.place(("one", "b")) == "p:2"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: [1, 2\nb: 3\n", "yaml-syntax", "policy.yaml:2"),
        ("a: 'open", "yaml-syntax", "policy.yaml:1"),
        ("ok: 1\nb: c: d\n", "yaml-syntax", "policy.yaml:2"),
        ("a: @x", "yaml-syntax", "policy.yaml:1"),
        ("a:\n\tb: 1\n", "yaml-tab", "policy.yaml:2"),
        ("a:\n  b: 1\n\tc: 1\n", "yaml-tab", "policy.yaml:3"),
        (b"a: 1\nb: caf\xe9\n", "not-utf-8", "policy.yaml:2"),
        (b"\xff\xfea\x00:\x00", "not-utf-8", "policy.yaml:1"),
        ("a: 1\nb: \x07\n", "yaml-character", "policy.yaml:2"),
        ("", "empty-file", "policy.yaml:1"),
        ("# a comment alone\n", "empty-file", "policy.yaml:1"),
        ("a: 1\n---\nb: 2\n", "yaml-documents", "policy.yaml:2"),
        ("a: *nowhere", "yaml-alias", "policy.yaml:1"),
        ("a: &me\n  b: *me\n", "yaml-alias", "policy.yaml:2"),
        ("a: !!python/object:os.system x", "yaml-tag", "policy.yaml:1"),
        ("a: !!int many", "yaml-tag", "policy.yaml:1"),
        ("b: 1\n<<: {a: 1}", "yaml-merge-key", "policy.yaml:2"),
        ("a: 1\n2: b\n", "key-not-text", "policy.yaml:2"),
        ("true: b\n", "key-not-text", "policy.yaml:1"),
        ("? [a, b]\n: c\n", "key-not-text", "policy.yaml:1"),
    ],
)
def test_bad_input_is_refused_at_its_line(text: str | bytes, code: str, place: str) -> None:
    error = refused(text)
    assert (error.code, error.place) == (code, place)
    assert "\n" not in error.message
    assert error.message[:1] == error.message[:1].lower()


def test_every_duplicate_key_is_told_at_once() -> None:
    error = refused("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert isinstance(error, Problems)
    told = [(problem.code, problem.place) for problem in error.problems]
    assert told == [("duplicate-key", "policy.yaml:4"), ("duplicate-key", "policy.yaml:5")]
    assert "line 1" in error.problems[1].message


def test_the_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_document(b"\xef\xbb\xbfa: 1", "p").data == {"a": 1}
    assert read_document("\ufeffa: 1", "p").data == {"a": 1}


def test_aliases_count_as_copies() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    started = time.process_time()
    assert refused(bomb).code == "yaml-too-large"
    assert time.process_time() - started < 1


def test_depth_and_size_are_bounded() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read_document(deepest, "p").data is not None
    assert refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).code == "yaml-too-deep"
    assert refused("[" * 100_000).code == "yaml-too-deep"
    assert refused(b"#" * (MAX_BYTES + 1)).code == "file-too-large"


@settings(deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_no_input_makes_it_fail_otherwise(text: str | bytes) -> None:
    caught: Refused | None = None
    try:
        read_document(text, "policy.yaml")
    except Refused as error:
        caught = error
    if caught is not None:
        assert caught.place.startswith("policy.yaml:")
        assert "Error" not in str(caught)


def test_two_thousand_lines_are_read_well_under_a_second() -> None:
    text = "".join(
        f"item-{n}:\n  label: text {n}\n  clauses: [A-{n}, B]\n  period: P3Y\n" for n in range(500)
    )
    started = time.process_time()
    read_document(text, "policy.yaml")
    assert time.process_time() - started < 1
