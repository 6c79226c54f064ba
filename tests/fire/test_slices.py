"""Long runs in slices: what is kept of them, and that one told to end leaves nothing behind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import psutil
import pytest

from fire.places import on_files
from fire.rounds import StoppedError, Tally, one_world
from fire.slices import Book, Code, World, following, summed

NOW = Code("engine-2", "commit-9")


def test_slices_are_summed_for_one_state_of_the_engine(tmp_path: Path) -> None:
    book = Book(tmp_path / "new" / "tally.jsonl")
    assert list(book.worlds()) == []
    done = Tally(3, 1, Counter({"kill": 3, "cut": 1}))
    book.add(World.of(NOW, "files", 1, done))
    book.add(World.of(NOW, "files", 2, Tally(2, 0, Counter({"kill": 2}), ["seed 2: gone"])))
    book.add(World.of(NOW, "postgresql", 7, done))
    book.add(World.of(Code("engine-1", "commit-8"), "files", 9, done))

    found = book.before("engine-2", "files")

    assert [world.seed for world in found] == [1, 2]
    assert following(found) == 3
    assert summed(found) == Tally(5, 1, Counter({"kill": 5, "cut": 1}), ["seed 2: gone"])
    assert following([]) == 1


def test_a_line_that_was_cut_off_is_no_world(tmp_path: Path) -> None:
    book = Book(tmp_path / "tally.jsonl")
    book.add(World.of(NOW, "files", 1, Tally(3, 1)))
    with book.place.open("a") as file:
        file.write('{"engine": "engine-2", "comm')
    assert [world.seed for world in book.worlds()] == [1]


def test_a_slice_that_is_told_to_end_leaves_no_process() -> None:
    before = set(psutil.Process().children(recursive=True))
    asked = iter((False, False, False, False))  # then somebody wants it to end

    with pytest.raises(StoppedError):
        one_world(on_files(), 3, 5, stopping=lambda: next(asked, True))

    assert set(psutil.Process().children(recursive=True)) <= before
