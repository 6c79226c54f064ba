"""Slices of a long run: what each world did, kept in a file, and summed for one state of the code.

A slice may be killed at any moment: a world counts once it came to its end, or to what is wrong.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fire.rounds import Tally


@dataclass(frozen=True)
class Code:
    """A state of the code: the commit, and what names the engine's own files, however committed."""

    engine: str
    commit: str


@dataclass(frozen=True)
class World:
    """One world that was killed, cut off and starved: on which code, where, and what came of it."""

    engine: str
    commit: str
    stores: str
    seed: int
    kills: int
    ended: bool
    troubles: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, code: Code, stores: str, seed: int, tally: Tally) -> World:
        ended = bool(tally.worlds)
        told = dict(sorted(tally.troubles.items()))
        return cls(code.engine, code.commit, stores, seed, tally.kills, ended, told, tally.wrong)


@dataclass(frozen=True)
class Book:
    """The file of all slices; `place` and its folder are made when first written to."""

    place: Path

    def add(self, world: World) -> None:
        """Keeps a world, durably and whole, whatever happens to this process next."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        with self.place.open("a") as file:
            file.write(json.dumps(asdict(world)) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def worlds(self) -> Iterator[World]:
        """Those of all slices, in order; a line that was cut off is none."""
        if self.place.exists():
            for line in self.place.read_text().splitlines():
                if line.endswith("}"):
                    yield World(**json.loads(line))

    def before(self, engine: str, stores: str) -> list[World]:
        """What earlier slices have done with this state of the engine on these stores."""
        return [w for w in self.worlds() if (w.engine, w.stores) == (engine, stores)]


def summed(worlds: Iterable[World]) -> Tally:
    """All of them together."""
    tally = Tally()
    for world in worlds:
        troubles = Counter(world.troubles)
        tally.add(Tally(world.kills, int(world.ended), troubles, list(world.wrong)))
    return tally


def following(worlds: Iterable[World]) -> int:
    """The first seed that no slice has used yet."""
    return max((world.seed for world in worlds), default=0) + 1
