"""The reference pages are those that the models give, and every example on them is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from troth.datamap.bindings import Binding
from troth.datamap.filters import Filter
from troth.datamap.model import Column, DataMap
from troth.documents.read import read_document
from troth.policy.base import Element
from troth.policy.model import Policy
from troth.project.model import ProjectFile
from troth.project.reference.pages import MAP, PAGES, fields, pages, read_examples

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
EXAMPLES = read_examples()
MODELS = [model for _, groups in PAGES.values() for _, models in groups for model in models]
KINDS = {heading: models for heading, models in MAP if heading in ("Bindings", "Filters")}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_committed_page_is_the_generated_one(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == pages()[name], "run: python -m troth.project.reference"


def _reached(kind: Any, found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in found:
            found.add(kind)
            for info in kind.model_fields.values():
                _reached(info.annotation, found)
    else:
        for part in get_args(kind):
            _reached(part, found)
    return found


def test_every_model_has_its_section() -> None:
    reached: set[type[BaseModel]] = set()
    for top in (Policy, DataMap, ProjectFile):
        _reached(top, reached)
    assert {m.__name__ for m in reached} - {m.__name__ for m in MODELS} == set()
    assert len(MODELS) == len(set(MODELS))


def _fields() -> Iterator[Any]:
    for model in MODELS:
        for key, _, info in fields(model):
            yield pytest.param(info, id=f"{model.__name__}.{key}")


@pytest.mark.parametrize("info", list(_fields()))
def test_every_field_says_what_it_means(info: Any) -> None:
    assert info.description
    assert not info.description.startswith("Lower-case words joined")


def _read(model: type[BaseModel], text: str) -> Any:
    return read_document(text.encode(), f"{model.__name__}.yaml").data


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_examples_are_accepted_and_show_every_key(model: type[BaseModel]) -> None:
    shown: set[str] = set()
    for text in EXAMPLES[model.__name__]:
        data = _read(model, text)
        if model is Column and isinstance(data, str):
            data = {"category": data}
        model.model_validate(data)
        shown |= set(data)
    expected = {key for key, _, _ in fields(model)}
    if issubclass(model, Element):
        expected.add("clauses")
    assert expected - shown == set()


@pytest.mark.parametrize("heading", sorted(KINDS))
def test_examples_of_bindings_and_filters_are_of_their_kind(heading: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter({"Bindings": Binding, "Filters": Filter}[heading])
    for model in KINDS[heading]:
        for text in EXAMPLES[model.__name__]:
            assert type(adapter.validate_python(_read(model, text))) is model


def test_no_example_is_left_over() -> None:
    named = {model.__name__ for model in MODELS}
    rest = {key for key in EXAMPLES if not key.startswith(("page ", "group "))}
    assert rest == named
