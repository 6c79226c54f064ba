"""`lint.yaml`: which findings an entry accepts, until when, and what it must say."""

from __future__ import annotations

from datetime import date

import pytest

from lint.corpus import read, sound
from troth.errors import Problems
from troth.lint.accepted import parse_accepted, sort
from troth.lint.model import Flaw, Severity
from troth.lint.prose import examine

TODAY = date(2026, 6, 1)
DISPUTES = "Any dispute about this notice is settled by arbitration. "
TEXT = f"{sound('en')}\n\n## More\n\n{DISPUTES}Requests sent by other means cannot be answered.\n"


def entries(*lines: str) -> str:
    return "troth: 1\naccepted:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def codes(text: str, today: date = TODAY) -> tuple[list[str], list[str], list[str]]:
    """What stands, what is accepted, and entries that accept nothing."""
    found = sort(examine(read(TEXT)), parse_accepted(text), today)
    accepted = [flaw.code for flaw, _ in found.accepted]
    return [f.code for f in found.standing], accepted, [one.code for one in found.idle]


def test_without_the_file_all_stand() -> None:
    found = sort(examine(read(TEXT)), None, TODAY)
    assert {flaw.code for flaw in found.standing} == {"UNFAIR_CLAUSE", "RIGHTS_BARRIER"}
    assert found.accepted == ()


def test_an_entry_accepts_its_code_alone() -> None:
    text = entries("code: UNFAIR_CLAUSE, reason: business customers only")
    assert codes(text) == (["RIGHTS_BARRIER"], ["UNFAIR_CLAUSE"], [])


@pytest.mark.parametrize(
    ("more", "accepted"),
    [
        ("rule: arbitration", True),
        ("rule: another", False),
        ("quote: SETTLED  by arbitration", True),
        ("quote: somewhere else", False),
        ("place: activities.sales", False),
        ("until: 2026-06-01", True),
        ("until: 2026-05-31", False),
    ],
)
def test_an_entry_may_be_narrower(more: str, accepted: bool) -> None:
    text = entries(f"code: UNFAIR_CLAUSE, reason: business customers only, {more}")
    standing, _, idle = codes(text)
    assert ("UNFAIR_CLAUSE" not in standing) == accepted
    assert (idle == []) == accepted


def test_an_entry_by_place_accepts_what_is_found_there() -> None:
    flaws = [
        Flaw("RETENTION_MISSING", "policy-no-period", Severity.ERROR, "5", "x", places=(place,))
        for place in ("activities.a", "activities.b")
    ]
    file = parse_accepted(
        entries("code: RETENTION_MISSING, place: activities.b, reason: it ends this year")
    )
    assert sort(flaws, file, TODAY).standing == (flaws[0],)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("code: UNFAIR_CLAUSE", "missing-key"),
        ("code: UNFAIR_CLAUSE, reason: no", "wrong-value"),
        ("code: UNFAIR_CLAUSE, reason: long enough for it, severity: error", "unknown-key"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(line: str, code: str) -> None:
    with pytest.raises(Problems) as raised:
        parse_accepted(entries(line))
    (problem,) = raised.value.problems
    assert problem.code == code
    assert problem.place.startswith("lint.yaml:3")
