"""The slot: letters that come together share a write, and everybody hears what became of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from troth.errors import Transient
from troth.postbox.box import Letter, Postbox, open_postbox
from troth.web.public.slot import MOST_AT_ONCE, Slot


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with open_postbox(str(tmp_path / "box.sqlite"), make=True) as found:
        yield found


T = TypeVar("T")


def in_a_loop(work: Coroutine[None, None, T]) -> T:
    """In a thread of its own: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def letter(at: int) -> Letter:
    return Letter(
        f"{at:064}", "softfil", f"{at}", datetime(2026, 11, 26, tzinfo=UTC), "", b"sealed"
    )


def test_many_at_once_are_kept_by_few_writes_and_none_is_lost(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[int] = []
    post = box.post

    def counted(*letters: Letter) -> None:
        writes.append(len(letters))
        post(*letters)

    monkeypatch.setattr(box, "post", counted)

    async def crowd() -> None:
        slot = Slot(box)
        await asyncio.gather(*(slot.post(letter(at)) for at in range(500)))

    in_a_loop(crowd())
    assert len(list(box.letters("softfil"))) == 500
    assert sum(writes) == 500
    assert max(writes) <= MOST_AT_ONCE
    assert len(writes) <= 4  # the first alone, or all that have gathered


def test_who_goes_away_takes_nobody_elses_letter_along(box: Postbox) -> None:
    async def crowd() -> None:
        slot = Slot(box)
        first = asyncio.create_task(slot.post(letter(1)))
        await asyncio.sleep(0)
        second = asyncio.create_task(slot.post(letter(2)))
        await asyncio.sleep(0)
        first.cancel()
        await second

    in_a_loop(crowd())
    assert {one.number for one in box.letters("softfil")} >= {"2"}


def test_a_box_that_takes_nothing_is_heard_of_by_all(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Letter) -> None:
        raise Transient("postbox-unreachable", "away", place="post box", help="wait")

    monkeypatch.setattr(box, "post", away)

    async def crowd() -> list[object]:
        slot = Slot(box)
        posted = (slot.post(letter(at)) for at in range(5))
        return list(await asyncio.gather(*posted, return_exceptions=True))

    assert [type(one) for one in in_a_loop(crowd())] == [Transient] * 5
