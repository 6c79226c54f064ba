"""Where no transfer takes place, and where adequacy was found, on the day in question."""

from __future__ import annotations

from datetime import date

import pytest

from troth.law.countries import EEA, adequate, within_the_union


def test_the_economic_area_is_the_union_and_three_more() -> None:
    assert len(EEA) == 31  # 27 member states, three of the area, and `EU` itself
    assert all(within_the_union(country) for country in ("FR", "EU", "IS", "LI", "NO"))
    assert not any(within_the_union(country) for country in ("CH", "GB", "US"))


@pytest.mark.parametrize(
    ("country", "before", "since"),
    [
        ("CH", date(2000, 7, 25), date(2000, 7, 26)),
        ("JP", date(2019, 1, 22), date(2019, 1, 23)),
        ("US", date(2023, 7, 9), date(2023, 7, 10)),
    ],
)
def test_adequacy_counts_from_the_day_of_its_decision(
    country: str, before: date, since: date
) -> None:
    assert not adequate(country, before)
    assert adequate(country, since)


def test_adequacy_ends_and_is_not_supposed() -> None:
    assert adequate("GB", date(2031, 12, 27))
    assert not adequate("GB", date(2031, 12, 28))
    assert not adequate("IN", date(2026, 1, 1))
