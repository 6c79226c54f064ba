"""Plants each known fault and demands that the differential comparison catches it.

    .venv/bin/python scripts/planted_faults.py [FAULT ...] [--worlds 150] [--sqlite] [--remember]

Ends with status 1 if a fault survives.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from differential.faults import BEYOND, FAULTS, ONLY_ON, STAGED, TOGETHER
from differential.hunt import caught_by, caught_counting, caught_together, remember
from differential.outside import mariadb, postgres
from differential.servers import all_of


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "faults", nargs="*", choices=[*FAULTS, *TOGETHER, *STAGED, []], help="default: all"
    )
    parser.add_argument("--worlds", type=int, default=150, help="give up after so many")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    parser.add_argument("--remember", action="store_true", help="look there first from now on")
    given = parser.parse_args()
    survived = []
    with ExitStack() as stack:
        servers = (
            (None, None)
            if given.sqlite
            else (stack.enter_context(postgres()), stack.enter_context(mariadb()))
        )
        databases = all_of(stack, *servers)
        for fault in given.faults or (*FAULTS, *TOGETHER, *STAGED):
            wanted = "postgresql" if fault in TOGETHER else ONLY_ON.get(fault)
            on = [one for one in databases if wanted in (None, one.dialect)]
            if fault in BEYOND:
                print(f"elsewhere  {fault}: {BEYOND[fault]}")
            elif not on:
                print(f"skipped    {fault}: only {wanted} shows it")
            else:
                if fault in TOGETHER:
                    seed = caught_together(fault, on[0], given.worlds)
                elif fault in STAGED:
                    seed = caught_counting(fault, on[0], given.worlds)
                else:
                    seed = caught_by(fault, on, given.worlds)
                print(f"{'SURVIVED' if seed is None else 'caught':9}  {fault}", flush=True)
                survived += [fault] if seed is None else []
                if given.remember and seed is not None and fault not in TOGETHER:
                    remember({fault: seed})
    print(f"{len(survived)} survived" if survived else "every fault is caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
