"""A store that is offline while an erasure is carried out: the request stays open, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from desk.test_on_servers import CUSTOMER, PEOPLE, Served, desk
from troth.desk.intake.answers import page_of
from troth.desk.nightly.office import Office as Night
from troth.desk.nightly.resuming import resume
from troth.desk.workflow.closing import close
from troth.desk.workflow.execution import execute, plan
from troth.desk.workflow.model import Rules
from troth.desk.workflow.office import look
from troth.errors import Refused, Transient
from troth.ledger.verify import verify
from web.console.conftest import KEY
from web.console.world import ORG

__all__ = ["desk"]


@contextmanager
def offline(server: str, url: str) -> Iterator[None]:
    """The database takes no connection, and ends those it has."""
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@pytest.mark.clause("COL-ERA-5")
@pytest.mark.parametrize(
    "desk", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_an_erasure_waits_for_its_store_and_goes_on_by_itself(
    desk: Served, postgres_server: str, postgres_url: str
) -> None:
    desk.office = replace(desk.office, rules=Rules())
    key_file = desk.folder / "postbox.key"
    key_file.touch(mode=0o600)
    key_file.write_text(KEY.hex())
    night = Night(
        desk.desk.project(), desk.desk.ledger, desk.clock, str(desk.folder / "box"), key_file
    )
    number = desk.arrives("erasure", "A-1")
    desk.record(number)
    desk.granted(number)
    plan(desk.office, number, by="dpo", now=desk.clock())
    assert resume(night).counts == {"resumed": 0, "waiting": 0, "told": 0}

    with offline(postgres_server, postgres_url):
        with pytest.raises(Transient):
            execute(desk.office, number, by="dpo", clock=desk.clock)
        waits = desk.progress(number)
        assert waits.away is not None
        assert (waits.stage, "execute" in waits.next) == ("execution", True)
        with pytest.raises(Refused) as caught:
            close(desk.office, number, by="dpo", now=desk.clock())
        assert caught.value.code == "request-open"
        assert resume(night).counts == {"resumed": 0, "waiting": 1, "told": 0}
        due = waits.clock.due
        desk.now += timedelta(days=1)
        assert resume(night).counts["told"] == 1
        assert resume(night).counts["told"] == 0  # once
        told = desk.progress(number)
        assert told.letter("delay") is not None
        assert told.clock.due == due  # it puts off nothing

    assert resume(night).counts == {"resumed": 1, "waiting": 0, "told": 0}
    assert desk.rows(CUSTOMER) == [PEOPLE[1]]
    done = desk.progress(number)
    assert (done.executed, done.away) == (True, None)
    request, _ = look(desk.office, number, desk.now)
    (executed,) = [one for one in request.events if one.kind == "executed"]
    assert executed.detail["rows"] == "2"  # Anna and her order
    assert [note for _, note in page_of(request, desk.office.policy, desk.now).notes].count(
        "away"
    ) == len([one for one in request.events if one.kind == "execution-waits"])
    assert desk.to_the_end(number).stage == "closed"
    with desk.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok
