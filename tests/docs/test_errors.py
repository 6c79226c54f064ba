"""The page of errors names every code of the source, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from docs.codes import NOTICES, uses

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
ERRORS, _, PLAN_NOTICES = PAGE.partition("## Notices of a plan")
USES = tuple(uses(ROOT / "src" / "troth"))

# Codes that the source computes, and from what.
COMPUTED = {
    "apply/refusals.py": {"plan-blocked-*"},
    "datamap/check.py": {"event-not-bound", "choice-not-bound", "condition-not-bound"},
    "desk/rights/receive.py": {"unknown-activity", "unknown-category", "unknown-place"},
    "ledger/holds.py": {"hold-without-case", "hold-without-reason"},
    "apply/schema_check.py": {
        "unmapped-table",
        "unmapped-column",
        "missing-table",
        "missing-column",
    },
}
PASSED_ON = ("finding.code", "error.code", "f.code", "code")  # of a code that another call gave


def documented(part: str) -> list[str]:
    return re.findall(r"^\| `([a-z0-9*-]+)` \|", part, re.M)


def in_source(*, notices: bool) -> set[str]:
    return {use.code for use in USES if use.code and (use.maker in NOTICES) == notices}


def test_every_error_is_on_the_page_and_no_other() -> None:
    expected = in_source(notices=False).union(*COMPUTED.values())
    assert set(documented(ERRORS)) == expected


def test_every_notice_is_on_the_page_and_no_other() -> None:
    assert set(documented(PLAN_NOTICES)) == in_source(notices=True)


def test_no_code_is_described_twice() -> None:
    found = documented(PAGE)
    assert sorted(found) == sorted(set(found))


def test_computed_codes_are_known_here() -> None:
    computed = [use.where for use in USES if use.code is None]
    left = [where for where in computed if where.split(" ", 1)[1] not in PASSED_ON]
    assert {where.split(":")[0] for where in left} == set(COMPUTED) - {"apply/schema_check.py"}


def test_the_scan_sees_every_kind_of_call() -> None:
    makers = {use.maker for use in USES}
    assert makers >= {"Refused", "Transient", "Broken", "Failure", "Finding", "_notice", "_refuse"}
    assert len(in_source(notices=False)) > 100


def test_every_line_has_a_meaning_and_a_remedy() -> None:
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            assert all(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]), line
