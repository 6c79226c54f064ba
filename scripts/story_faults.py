"""Runs every story of tests/stories/clauses.yaml under its planted fault: each must then fail.

Prints, fault by fault, how each story failed; a story that still passes is a survivor. With names
of faults as arguments, only those. Exit status 1 if there is a survivor.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[1]
TABLE = PROJECT / "tests" / "stories" / "clauses.yaml"
ENVIRONMENT = "TROTH_PLANTED_FAULT"


@dataclass
class Reports:
    """A pytest plugin that keeps how each case of each test ended."""

    failed: dict[str, str] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[0]
        if report.when == "call":
            self.ran.add(name)
        if report.failed:
            lines = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
            self.failed.setdefault(name, lines[0][1:].strip() if lines else "failed")


def stories() -> dict[str, list[tuple[str, str]]]:
    """By fault: the clauses and their tests."""
    table = YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for clauses in table.values():
        for clause, entry in clauses.items():
            if entry["test"] is not None:
                found[entry["fault"]].append((clause, entry["test"]))
    return dict(found)


def survivors(fault: str, clauses: list[tuple[str, str]]) -> list[str]:
    """The clauses whose story does not notice the fault."""
    reports = Reports()
    os.environ[ENVIRONMENT] = fault
    try:
        tests = sorted({test for _, test in clauses})
        quiet = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
        pytest.main([*tests, *quiet, "-k", "sqlite"], plugins=[reports])
    finally:
        del os.environ[ENVIRONMENT]
    left = []
    for clause, test in clauses:
        if test not in reports.ran:
            raise SystemExit(f"{clause}: {test} did not run")
        noticed = reports.failed.get(test)
        print(f"{fault:26} {clause:12} {noticed or 'SURVIVED'}"[:140])
        left += [] if noticed else [clause]
    return left


def main(asked: list[str]) -> int:
    os.chdir(PROJECT)
    left = [
        f"{clause} ({fault})"
        for fault, clauses in sorted(stories().items())
        if not asked or fault in asked
        for clause in survivors(fault, clauses)
    ]
    print("survivors:", ", ".join(left) or "none")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
