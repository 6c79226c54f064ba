"""Every planted fault is noticed by the story that is there for it."""

from __future__ import annotations

import pytest

from apply.faults import FAULTS
from apply.shop import Shop
from troth.errors import TrothError


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_noticed(
    name: str, small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, story = FAULTS[name]
    with pytest.MonkeyPatch.context() as fault:
        plant(fault)
        with pytest.raises((AssertionError, TrothError, KeyError)):
            story(small_shop, monkeypatch)
