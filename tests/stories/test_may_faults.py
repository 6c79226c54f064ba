"""Each planted fault of the reference decision is found by a story."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from stories import test_may
from troth.grounds import effects, may, personal, signing, usable
from troth.grounds.phases import Phase

STORIES = [
    story for name, story in inspect.getmembers(test_may, inspect.isfunction) if "test_" in name
]


def nothing(*_: object, **__: object) -> tuple[()]:
    return ()


def text_of_all(policy: Any, *_: object) -> Any:
    return policy


def never_expires(fact: Any, *_: object) -> Any:
    return fact.state


def last_word_alone(one: Any, other: Any) -> Any:
    return one or other  # the first that is met, whenever it was said


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "nobody is a child": (signing, "_age", lambda *_: "adult"),
    "consents never expire": (personal, "said_of", never_expires),
    "the first word counts": (personal, "newer", last_word_alone),
    "acts wait for ever": (personal, "phase", lambda *_: Phase.PENDING),
    "marketing goes on": (effects, "on_marketing", nothing),
    "restrictions are ignored": (may, "in_force", nothing),
    "objections are ignored": (usable, "on_basis", nothing),
    "everything may be used while restricted": (effects, "_despite", lambda *_: True),
    "anybody reads": (may, "seen_by", nothing),
    "anybody receives": (may, "to_recipient", nothing),
    "anywhere": (may, "abroad", nothing),
    "nobody is told": (may, "informed", nothing),
    "conditions are ignored": (may, "conditions", nothing),
    "any purpose reads anything": (may, "covered", nothing),
    "the newest text for all": (may, "text_in_force", text_of_all),
    "special categories as any other": (may, "special", nothing),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, wrong = FAULTS[fault]
    assert hasattr(module, name)
    monkeypatch.setattr(module, name, wrong)
    assert any(_fails(story) for story in STORIES)


def test_without_a_fault_every_story_holds() -> None:
    assert len(STORIES) > 15
    assert not any(_fails(story) for story in STORIES)


def _fails(story: Callable[[], None]) -> bool:
    try:
        story()
    except AssertionError:
        return True
    return False
