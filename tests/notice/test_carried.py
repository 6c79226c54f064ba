"""Nothing is lost on the way to a text but what the kept list names."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import BaseModel

from notice.conftest import NAMES, example
from notice.policies import random_policy
from troth.notice.carried import LOST, carried
from troth.notice.phrases import plain
from troth.policy.model import Policy, Version
from troth.policy.references import fields_of

LIST = Path(__file__).parents[2] / "docs" / "reference" / "what-a-notice-cannot-say.md"
_LOST_FIELDS = {"clauses", "note", "elements", "id", "chosen_by", "organisation", "not_modelled"}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_loses_only_what_is_listed(name: str) -> None:
    policy = example(name)
    _same(policy, carried(policy, "en"), name)


@pytest.mark.parametrize("seed", range(15))
def test_a_random_policy_loses_only_what_is_listed(seed: int) -> None:
    policy = random_policy(Random(seed))
    _same(policy, carried(policy, "fr"), "policy")


def test_the_page_lists_what_is_lost() -> None:
    page = LIST.read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip(" `") for line in page.splitlines() if line.startswith("| `")]
    assert rows == list(LOST)
    assert {path.split(".")[-1] for path in LOST} == _LOST_FIELDS


def _same(one: Any, other: Any, place: str) -> None:
    """Equal, but for spaces, for names and for the fields that are listed."""
    if isinstance(one, BaseModel):
        assert type(one) is type(other), place
        refers = dict(fields_of(type(one)))
        for name in type(one).model_fields:
            lost = name in _LOST_FIELDS and not (name == "id" and isinstance(one, Version))
            if not lost:
                ours, theirs = getattr(one, name), getattr(other, name)
                _same(*((_number(ours), _number(theirs)) if name in refers else (ours, theirs)),
                      f"{place}.{name}")  # fmt: skip
    elif isinstance(one, tuple):
        assert len(one) == len(other), place
        for at, (ours, theirs) in enumerate(zip(one, other, strict=True)):
            _same(ours, theirs, f"{place}[{at}]")
    elif isinstance(one, dict):
        assert len(one) == len(other), place
        for ours, theirs in zip(one.values(), other.values(), strict=True):
            _same(ours, theirs, place)
    elif isinstance(one, str):
        assert plain(one) == other, place
    else:
        assert one == other, place


def _number(names: Any) -> Any:
    """Of names only how many there are: which they are, the round trip shows."""
    return len(names) if isinstance(names, tuple) else names is None


def test_references_lead_to_the_same_elements() -> None:
    policy = example("softfil")
    read = carried(policy, "en")
    for ours, theirs in zip(policy.activities.values(), read.activities.values(), strict=True):
        labels = [policy.categories[name].label for name in ours.categories]
        assert [read.categories[name].label for name in theirs.categories] == labels
        names = [policy.recipients[name].name for name in ours.recipients]
        assert [read.recipients[name].name for name in theirs.recipients] == names


def test_a_policy_is_left_as_it_was() -> None:
    policy = example("mast")
    before = policy.model_dump_json()
    carried(policy, "fr")
    assert Policy.model_validate_json(before) == policy
