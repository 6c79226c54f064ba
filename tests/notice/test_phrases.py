"""The patterns: complete in both languages, and unlike each other where they must be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from troth.language import LANGUAGES, Language
from troth.law.calendar import Period
from troth.notice.kinds import Kind, Line
from troth.notice.names import slug
from troth.notice.phrases import plain, read, shown
from troth.notice.sections import ABOUT, SECTIONS, kinds
from troth.policy.model import Policy


def _models(kind: Kind, model: type[BaseModel]) -> Iterator[tuple[Kind, type[BaseModel]]]:
    yield kind, model
    for part in kind.parts:
        yield from _models(part.kind, _model(model.model_fields[part.field].annotation))


def _model(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [one for one in map(_model_or_none, get_args(annotation)) if one is not None]
    return found[-1]


def _model_or_none(annotation: Any) -> type[BaseModel] | None:
    try:
        return _model(annotation)
    except (IndexError, TypeError):
        return None


_EVERY = [
    pair
    for section in SECTIONS
    for pair in _models(section.kind, _model(Policy.model_fields[section.field].annotation))
]
_UNSAID = {"clauses", "note", "id", "elements"}
_UNTIL = {"period", "after", "earliest", "latest", "during"}


@pytest.mark.parametrize(("kind", "model"), _EVERY, ids=lambda one: getattr(one, "name", ""))
def test_every_field_of_the_model_has_a_line(kind: Kind, model: type[BaseModel]) -> None:
    said = {line.field for line in (kind.head, *kind.own)} | {part.field for part in kind.parts}
    if "" in said:
        said |= _UNTIL
    assert set(model.model_fields) - _UNSAID - said == set()
    assert said - {""} - set(model.model_fields) == set()


def test_every_part_of_a_policy_has_its_section() -> None:
    said = {section.field for section in SECTIONS} | {line.field for line in ABOUT}
    assert set(Policy.model_fields) - said == {"troth", "organisation", "not_modelled"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "model"), _EVERY, ids=lambda one: getattr(one, "name", ""))
def test_every_word_of_a_closed_list_is_said_once(
    kind: Kind, model: type[BaseModel], language: Language
) -> None:
    phrases = shown(language)
    for line in (kind.head, *kind.own):
        if line.form not in ("word", "words"):
            continue
        says = phrases.head(kind) if line is kind.head else phrases.says(kind.name, line)
        assert isinstance(says, Mapping), (kind.name, line.field)
        words = _words(model.model_fields[line.field].annotation)
        default = model.model_fields[line.field].default
        needed = {key for key, value in words.items() if line.always or value != default}
        assert needed <= set(says), (kind.name, line.field)
        assert len({plain(word) for word in says.values()}) == len(says)


def _words(annotation: Any) -> dict[str, Any]:
    if annotation is bool:
        return {"true": True, "false": False}
    if get_origin(annotation) is Literal:
        return {str(word): word for word in get_args(annotation)}
    found: dict[str, Any] = {}
    for one in get_args(annotation):
        found |= _words(one)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
def test_leads_are_told_apart_within_an_element(kind: Kind, language: Language) -> None:
    phrases = read(language)
    own = [phrases.lead(kind.name, line) for line in kind.own]
    parts = [phrases.part(part.kind) for part in kind.parts]
    marks = [f" {lead}{phrases['colon']}" for lead in own + parts + _below(kind, phrases)]
    for at, mark in enumerate(marks):
        assert not any(mark in other for n, other in enumerate(marks) if n != at), mark


def _below(kind: Kind, phrases: Any) -> list[str]:
    """Leads of parts of parts, which stand inside the text of this kind's parts."""
    return [phrases.part(inner.kind) for part in kind.parts for inner in part.kind.parts]


def test_both_languages_have_the_same_patterns() -> None:
    assert _shape(shown("en")["kinds"]) == _shape(shown("fr")["kinds"])
    for part in ("sections", "shell", "brief", "reasons", "short", "about", "base", "until"):
        assert _shape(shown("en")[part]) == _shape(shown("fr")[part]), part


def _shape(value: Any) -> Any:
    return {key: _shape(one) for key, one in value.items()} if isinstance(value, dict) else None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["P0D", "P1D", "P2D", "P1M", "P13M", "P1Y", "P3Y", "P1Y1M1D"])
def test_a_period_is_read_as_it_is_said(language: Language, text: str) -> None:
    period = Period.parse(text)
    assert read(language).read_period(plain(shown(language).period(period))) == period


@pytest.mark.parametrize(
    ("period", "english", "french"),
    [
        ("P3Y", "3 years", "3 ans"),
        ("P0D", "at once", "aussitôt"),
        ("P1Y6M", "1 year, 6 months", "1 an, 6 mois"),
    ],
)
def test_periods_in_words(period: str, english: str, french: str) -> None:
    assert shown("en").period(Period.parse(period)) == english
    assert shown("fr").period(Period.parse(period)) == french


def test_every_line_has_words_for_its_lead() -> None:
    for language in LANGUAGES:
        for kind in kinds():
            for line in kind.own:
                assert shown(language).lead(kind.name, line)
        for line in ABOUT:
            assert isinstance(line, Line)
            assert shown(language).lead("about", line)


def test_an_id_is_made_of_letters_and_digits() -> None:
    assert slug("L’œuvre d’Été – nº 2") == "l-oeuvre-d-ete-no-2"
