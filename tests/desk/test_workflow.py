"""Where a request stands: the fold of any events, and what may come next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.promise import NOW, promise
from troth.desk.workflow.model import STAGES, Step
from troth.desk.workflow.progress import progress_of
from troth.ledger.requests import EventKind, Request, RequestEvent

DETAIL = {
    "to": "on-file",
    "reason": "why",
    "document": "document-1",
    "way": "code",
    "about": "scope",
    "question": "which?",
    "act": "erasure-1",
    "items": '[{"outcome": "accepted"}]',
    "what": "decision",
    "until": "2026-06-10",
    "plan": "d" * 64,
    "kept": "document-2",
    "task": "task-1",
    "place": "attic",
    "letter": "answer",
    "right": "erasure",
    "link": "0" * 64,
}
RIGHTS = (
    "access",
    "erasure",
    "objection",
    "opt-out",
    "withdrawal",
    "rectification",
    "restriction",
    "directives-after-death",
    "other",
)
LIFTING = ("decide-lifting", "approve-lifting", "return-lifting", "lift")
LIVELY = [kind for kind in get_args(EventKind) if kind not in ("closed", "task-done")]


def request(right: str, *kinds: str) -> Request:
    """A request to which these things happened, a day apart."""
    events = tuple(
        RequestEvent(kind, NOW + timedelta(days=at), "dpo", DETAIL)  # type: ignore[arg-type]  # a kind
        for at, kind in enumerate(kinds)
    )
    due = date(2026, 4, 10)
    return Request("A-1", right, "portal", NOW, due, "en", "a@b.example", {}, events=events)


@settings(max_examples=200, deadline=None)
@given(
    right=st.sampled_from(RIGHTS),
    kinds=st.lists(st.sampled_from(LIVELY), max_size=14),
)
def test_any_history_has_a_standing_and_a_next_step(right: str, kinds: list[str]) -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    found = progress_of(request(right, *kinds), promise().policy, later)
    assert found.stage in STAGES
    assert set(found.next) <= set(get_args(Step))
    assert len(found.next) == len(set(found.next))
    assert ("close" in found.next) == (not found.owed)
    assert (found.clock.due is None) == (
        found.clock.stopped_since is not None and found.clock.due is None
    )
    closed = progress_of(request(right, *kinds, "closed"), promise().policy, later)
    assert (closed.stage, closed.owed) == ("closed", ())
    # a restriction ends after its request, and a letter that was written may still leave
    lasts = closed.right == "restriction" and closed.executed
    unsent = any(one.sent_at is None for one in closed.letters)
    assert not lasts or closed.next or closed.lifted_at is not None
    assert lasts or set(closed.next) <= {"send-letter", "finish-task"}
    assert ("send-letter" in closed.next) == unsent
    assert set(closed.next) <= {*LIFTING, "finish-task", "send-letter"}


def test_what_happens_later_is_not_seen() -> None:
    whole = request("erasure", "code-asked", "identity-accepted", "act-recorded", "decided")
    stages = [
        progress_of(whole, promise().policy, NOW + timedelta(days=days)).stage
        for days in (-1, 0, 1, 2, 3)
    ]
    assert stages == ["received", "identity", "decision", "decision", "execution"]


def test_a_person_who_asks_no_longer_is_owed_nothing() -> None:
    found = progress_of(
        request("erasure", "code-asked", "withdrawn"), promise().policy, NOW + timedelta(days=2)
    )
    assert (found.withdrawn, found.owed) == (True, ())
    assert "close" in found.next
