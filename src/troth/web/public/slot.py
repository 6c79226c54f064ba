"""The slot of the post box: letters that come at the same time are kept by one durable write."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from troth.errors import TrothError
from troth.postbox.box import Letter, Postbox

MOST_AT_ONCE = 200  # letters in one write
Waiting = tuple[Letter, asyncio.Future[None]]


@dataclass
class Slot:
    """Whoever posts waits until the letter is durable; while one write runs, the next gathers."""

    box: Postbox
    _waiting: list[Waiting] = field(default_factory=list)
    _writing: bool = False

    async def post(self, letter: Letter) -> None:
        """Keeps a letter; Transient where the box takes none."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, done))
        if not self._writing:
            await self._write()
        await done

    async def _write(self) -> None:
        """Writes whatever waits, until nothing does."""
        self._writing = True
        try:
            while self._waiting:
                batch, self._waiting = (
                    self._waiting[:MOST_AT_ONCE],
                    self._waiting[MOST_AT_ONCE:],
                )
                await self._keep(batch)
        finally:
            self._writing = False

    async def _keep(self, batch: list[Waiting]) -> None:
        error: BaseException | None = None
        try:
            await run_in_threadpool(self.box.post, *(letter for letter, _ in batch))
        except TrothError as failed:
            error = failed
        for _, done in batch:
            if done.cancelled():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
