"""The slot of the post box: letters that come at the same time are kept by one durable write."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from troth.postbox.box import Letter, Postbox

MOST_AT_ONCE = 200  # letters in one write
Waiting = tuple[Letter, asyncio.Future[None]]


@dataclass
class Slot:
    """Whoever posts waits until the letter is durable; while one write runs, the next gathers."""

    box: Postbox
    _waiting: list[Waiting] = field(default_factory=list)
    _writing: bool = False
    _task: asyncio.Task[None] | None = None

    async def post(self, letter: Letter) -> None:
        """Keeps a letter; Transient where the box takes none."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, done))
        if not self._writing:
            self._writing = True
            # A task of its own: whoever came first may go away, and the others still wait.
            self._task = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        """Writes whatever waits, until nothing does."""
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
        error: Exception | None = None
        try:
            await run_in_threadpool(self.box.post, *(letter for letter, _ in batch))
        except Exception as failed:  # whoever waits hears of it, whatever it is
            error = failed
        for _, done in batch:
            if done.cancelled():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
