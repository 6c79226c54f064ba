"""A process that does one job over and over, as servers that share a ledger do.

`slow_worker.py ADDRESS NUMBER`: each turn of the job appends eight entries while it holds a lease,
and waits after each until a line comes in. It says `begun` when it holds the lease, and
`piece` after each entry.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.times import Nightly
from troth.desk.nightly.worker import Job, run_due
from troth.ledger.jobs import read_job
from troth.ledger.ledger import open_ledger

ORG, PIECES = "acme", 8
LASTS = timedelta(hours=1)  # longer than any test: it runs out when a test says so


def now() -> datetime:
    return datetime.now(UTC)


def work(office: Office) -> Result:
    """Goes on where an earlier process stopped, as every job of Troth does."""
    print("begun", flush=True)
    for _ in range(PIECES):
        with office.ledger.writing(ORG) as writing:
            done = writing.head.seq
            if done >= PIECES:
                break
            writing.append("piece-done", now(), {"by": sys.argv[2]})
        print("piece", done + 1, flush=True)
        sys.stdin.readline()
    return Result(counts={"pieces": PIECES})


def main(address: str, number: str) -> None:
    midnight = datetime.min.time()
    job = Job("slow", "for tests", Nightly(midnight), work)
    project: Any = SimpleNamespace(
        organisation=ORG, policy=SimpleNamespace(zoneinfo=ZoneInfo("UTC")), folder=Path("/")
    )
    with open_ledger(address, at=now()) as ledger:
        office = cast(Office, Office(project, ledger, now, "", Path("/")))
        while True:
            for done in run_due(office, [job], holder=number, lasts=LASTS):
                print("ended", done.error.code if done.error else "done", flush=True)
                if done.error is None:
                    return
            with ledger.reading(ORG) as reading:
                if read_job(reading, "slow").state == "done":
                    print("nothing", flush=True)
                    return
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
