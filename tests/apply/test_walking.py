"""A walk along a key: every row once, no batch too large, whatever the keys are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from troth.apply.walking import WIDEST, Walk, worth_walking


def walked(walk: Walk, due: set[int]) -> tuple[list[tuple[int, int, int]], int]:
    """First, last and rows of each range that is written, and how many were too crowded."""
    written, crowded = [], 0
    while (step := walk.step()) is not None:
        first, last = step
        rows = sum(first <= key <= last for key in due)
        if rows > walk.size:
            walk.crowded(first, rows)
            crowded += 1
        else:
            walk.wrote(first, last, rows)
            written.append((first, last, rows))
    return written, crowded


@given(
    due=st.sets(st.integers(0, 3_000), min_size=1, max_size=300),
    size=st.integers(1, 12),
)
def test_every_key_is_passed_once_by_no_more_rows_than_a_batch_may_have(
    due: set[int], size: int
) -> None:
    low, high = min(due), max(due)
    written, _ = walked(Walk(low, high, size), due)

    assert [first for first, _, _ in written] == [low, *(last + 1 for _, last, _ in written[:-1])]
    assert written[-1][1] == high
    assert sum(rows for _, _, rows in written) == len(due)
    assert all(rows <= size for _, _, rows in written)
    assert all(last - first < WIDEST * size for first, last, _ in written)


def test_a_fifth_of_all_rows_fills_batches_well_after_a_few() -> None:
    written, crowded = walked(Walk(1, 100_000, 1_000), {n for n in range(1, 100_001) if n % 5 == 0})
    assert crowded == 0
    assert len(written) <= 26  # 20,000 rows by 900 are 23, and three to find the width
    assert [rows for _, _, rows in written[3:-1]] == [900] * (len(written) - 4)


def test_a_crowd_after_a_desert_costs_few_ranges() -> None:
    due = {*range(0, 50_000, 100), *range(50_000, 60_000)}
    written, crowded = walked(Walk(0, 60_000, 1_000), due)
    assert sum(rows for _, _, rows in written) == len(due)
    assert 1 <= crowded <= 4  # each makes the range narrower by what it found


def test_few_due_rows_among_far_keys_are_looked_for_instead() -> None:
    assert worth_walking(1, 1_000, 100)
    assert not worth_walking(1, 1_000_000, 100)
