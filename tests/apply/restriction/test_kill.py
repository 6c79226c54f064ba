"""kill -9 while rows are restricted or given back, and two processes at once: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apply.restriction.world import ANN, NOW, ORG, World, insert, open_world
from troth.apply.restriction.check import check
from troth.apply.restriction.enforce import enforce
from troth.errors import TrothError
from troth.ledger.ledger import open_ledger
from troth.ledger.restrictions import RestrictedRow, list_restrictions, record_restriction
from troth.ledger.verify import verify

ROWS = 12
KILLS = 6  # on each database and for each direction
MOST_SECONDS = 0.6


@pytest.fixture
def place(any_store_url: str, tmp_path: Path) -> tuple[str, str]:
    """Addresses of a store with customers, and of a ledger."""
    ledger = str(tmp_path / "ledger.sqlite")
    with open_ledger(ledger, at=NOW) as opened:
        world = open_world(any_store_url, opened)
        insert(world, *(ANN | {"id": at, "email": f"{at}@mail.example"} for at in range(ROWS)))
        world.engine.dispose()
    return any_store_url, ledger


def in_child(place: tuple[str, str], work: Callable[[World], object]) -> int:
    """A process that does the work and ends with 0, or 5 where it was fenced off."""
    child = os.fork()
    if child:
        return child
    status = 3
    try:
        with open_ledger(place[1], at=NOW) as ledger:
            work(open_world(place[0], ledger, tables=[]))
        status = 0
    except TrothError as error:
        status = 5 if error.code in ("restriction-being-lifted", "restriction-lifted") else 4
        print(error, file=sys.stderr, flush=True)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
    os._exit(status)


def until_done(place: tuple[str, str], work: Callable[[World], object], seed: int) -> int:
    """Runs the work again and again, and kills it so many times; how many kills hit."""
    chance, kills = random.Random(seed), 0
    while True:
        child = in_child(place, work)
        if kills < KILLS:
            time.sleep(chance.uniform(0.02, MOST_SECONDS))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) in (0, 5), "it ended with an error"
            return kills
        kills += 1


def looked_at(place: tuple[str, str], look: Callable[[World], None]) -> None:
    with open_ledger(place[1], at=NOW) as ledger:
        world = open_world(place[0], ledger, tables=[])
        look(world)
        with ledger.reading(ORG) as reading:
            assert verify(reading).ok
        world.engine.dispose()


def recorded(place: tuple[str, str]) -> str:
    """A restriction that the ledger knows and no store does yet."""
    rows = [RestrictedRow("shop", "customer", (at,)) for at in range(ROWS)]
    with open_ledger(place[1], at=NOW) as ledger, ledger.writing(ORG) as writing:
        mark = "Do not use"
        return record_restriction(writing, rows, ground="accuracy", mark=mark, by="dpo", at=NOW).id


def test_nothing_is_lost_by_kills(place: tuple[str, str]) -> None:
    before: list[object] = []
    looked_at(place, lambda world: before.extend(world.rows()))
    id = recorded(place)

    until_done(place, lambda world: enforce(world.office, id), seed=1)

    def restricted(world: World) -> None:
        assert check(world.office).shortfalls == ()
        assert {row["name"] for row in world.rows()} == {"Do not use"}

    looked_at(place, restricted)
    until_done(place, lambda world: world.lift(id), seed=2)

    def lifted(world: World) -> None:
        assert world.rows() == before
        with world.office.ledger.reading(ORG) as reading:
            assert not any(each.in_force for each in list_restrictions(reading))

    looked_at(place, lifted)


def test_two_processes_do_each_row_once(place: tuple[str, str]) -> None:
    before: list[object] = []
    looked_at(place, lambda world: before.extend(world.rows()))
    id = recorded(place)
    children = [in_child(place, lambda world: enforce(world.office, id)) for _ in range(2)]
    ends = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
    assert ends.count(0) >= 1
    looked_at(place, lambda world: until_clean(world, id))

    children = [in_child(place, lambda world: world.lift(id)) for _ in range(2)]
    children.append(in_child(place, lambda world: enforce(world.office, id)))
    ends = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
    assert 0 in ends[:2]

    def same(world: World) -> None:
        assert world.rows() == before
        assert check(world.office).restrictions == 0

    looked_at(place, same)


def test_two_that_lift_at_once_both_end_well(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them ends the restriction while the other is about to."""
    from troth.apply.restriction import lift as lifting

    id, real, seen = recorded(place), lifting._record, []

    def both(world: World) -> None:
        before = world.rows()
        assert enforce(world.office, id).clean

        def record(*given: Any, **named: Any) -> None:
            seen.append(1)
            if len(seen) == 1:
                assert world.lift(id).clean
            real(*given, **named)

        monkeypatch.setattr(lifting, "_record", record)
        assert world.lift(id).clean
        assert len(seen) == 2
        assert world.rows() == before
        assert check(world.office).restrictions == 0

    looked_at(place, both)


def until_clean(world: World, id: str) -> None:
    assert enforce(world.office, id).clean
    assert check(world.office).shortfalls == ()


def test_a_process_that_was_stalled_restricts_nothing_after_the_lift(
    place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its first row and its second one, another process begins to lift."""
    from troth.apply.restriction import enforce as enforcing
    from troth.apply.restriction import own
    from troth.apply.restriction.places import at_work, in_store

    id, seen = recorded(place), []

    def stalled(world: World) -> None:
        def looking(*given: Any) -> Any:
            seen.append(1)
            if len(seen) == 2:
                with at_work(world.office) as works:
                    tables = own.own_tables(works["shop"])
                    own.set_phase(works["shop"], tables, ORG, id, "off")
            return in_store(*given)

        monkeypatch.setattr(enforcing, "in_store", looking)
        with pytest.raises(TrothError, match="restriction-being-lifted"):
            enforce(world.office, id)
        assert [row["name"] for row in world.rows()].count("Do not use") == 1
        monkeypatch.undo()
        assert world.lift(id).clean
        assert "Do not use" not in {row["name"] for row in world.rows()}

    looked_at(place, stalled)
