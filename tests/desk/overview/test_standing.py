"""The projection of requests is the fold of their events, whatever happened to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troth.desk.standing.fold import standing_of
from troth.desk.standing.record import assign, rebuild, record_event, record_request
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.requests import Request, RequestEvent, read_requests
from troth.ledger.session import Writing
from troth.ledger.standings import forget_standings, read_standings, standing_at
from troth.ledger.verify import verify
from troth.policy.model import Policy
from troth.project.load import load_policy

EXAMPLE = Path(__file__).parents[3] / "examples" / "softfil" / "policy.yaml"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ORG = "softfil"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(EXAMPLE)


def request(number: str, right: str = "access") -> Request:
    names = {"email": "anna@mail.example", "name": "Anna Berg"}
    due = datetime(2026, 12, 2, tzinfo=UTC).date()
    return Request(number, right, "mail", NOW, due, "en", names["email"], names)  # type: ignore[arg-type]


def event(kind: str, minute: int, **detail: str) -> RequestEvent:
    return RequestEvent(kind, NOW + timedelta(minutes=minute), "dpo", detail)  # type: ignore[arg-type]


ITEMS = json.dumps([{"outcome": "accepted"}])
KINDS: dict[str, dict[str, str]] = {
    "code-asked": {"to": "given"},
    "code-spent": {"why": "tries"},
    "document-asked": {"reason": "doubt"},
    "document-received": {"document": "document-1"},
    "identity-accepted": {"way": "code"},
    "clarification-asked": {"about": "scope", "question": "Which part?"},
    "clarified": {"answer": "all", "right": "erasure"},
    "right-corrected": {"right": "access", "before": "erasure", "reason": "a copy"},
    "act-recorded": {"act": "erasure-1"},
    "decided": {"items": ITEMS, "approval": "wanted"},
    "approved": {"what": "decision"},
    "returned": {"reason": "look again"},
    "extended": {"until": "2027-01-31", "told_at": NOW.isoformat(), "reason": "many files"},
    "planned": {"plan": "d1", "document": "document-2", "kept": "document-3", "approval": "wanted"},
    "executed": {"run": "run-1"},
    "task-opened": {"task": "task-1", "place": "paper", "what": "look"},
    "letter-written": {"letter": "answer", "document": "document-3", "way": "post"},
    "letter-sent": {"document": "document-3"},
    "assigned": {"to": "ben"},
    "closed": {},
}


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(st.sampled_from(sorted(KINDS)), max_size=9), min_size=1, max_size=3))
def test_the_projection_is_the_fold_after_any_events(
    tmp_path_factory: pytest.TempPathFactory, policy: Policy, histories: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("standing")
    with open_ledger(str(folder / "ledger.sqlite"), at=NOW) as ledger:
        for number, kinds in enumerate(histories):
            name = f"R{number}"
            with ledger.writing(ORG) as writing:
                record_request(writing, policy, request(name), by="mail", at=NOW)
            for minute, kind in enumerate(kinds, 1):
                with ledger.writing(ORG) as writing:
                    record_event(writing, policy, name, event(kind, minute, **KINDS[kind]))
                equal(ledger, policy)
                if kind == "closed":
                    break
        before = equal(ledger, policy)
        with ledger.writing(ORG) as writing:
            assert rebuild(writing, policy, NOW + timedelta(hours=1)) == len(histories)
        assert equal(ledger, policy) == before


def equal(ledger: Ledger, policy: Policy) -> list[Any]:
    """The projection, once it was compared with the fold."""
    with ledger.reading(ORG) as reading:
        kept = list(read_standings(reading))
        folded = [standing_of(r, policy, NOW + timedelta(hours=1)) for r in read_requests(reading)]
    assert kept == sorted(folded, key=lambda one: one.number)
    return kept


def test_what_fails_half_way_leaves_the_projection_as_it_was(
    ledger: Ledger, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger.writing(ORG) as writing:
        record_request(writing, policy, request("R1"), by="mail", at=NOW)
        record_request(writing, policy, request("R2"), by="mail", at=NOW)

    def fails(writing: Writing) -> None:
        assign(writing, policy, "R1", "ben", by="dpo", at=NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError), ledger.writing(ORG) as writing:
        fails(writing)
    with ledger.reading(ORG) as reading:
        found = standing_at(reading, "R1")
        assert found is not None
        assert found.assigned == ""
        assert verify(reading).ok
    with ledger.writing(ORG) as writing:
        forget_standings(writing, ["R1"])
    with ledger.reading(ORG) as reading:
        assert [one.number for one in read_standings(reading)] == ["R2"]


def test_nothing_records_a_request_beside_its_standing() -> None:
    """Every channel and step goes through `desk.standing.record`."""
    source = Path(__file__).parents[3] / "src" / "troth"
    own = {source / "desk" / "standing" / "record.py", source / "ledger" / "requests.py"}
    beside = [
        file.relative_to(source)
        for file in source.rglob("*.py")
        if file not in own
        and any(
            line.startswith("from troth.ledger.requests import")
            and ("record_event" in line or "record_request" in line)
            for line in file.read_text().splitlines()
        )
    ]
    assert beside == []
