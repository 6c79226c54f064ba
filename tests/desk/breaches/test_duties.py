"""Whom a breach concerns besides the authority of the 72 hours, and what it shuts at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from troth.desk.accounts.sessions import find_session, start_session
from troth.desk.accounts.tokens import make_token
from troth.desk.breaches.steps import look, note, notify, shut_out, terms_of
from troth.desk.nightly.deadlines import Deadline, deadlines_of
from troth.ledger.accounts import add_account
from troth.ledger.breaches import find_breach, open_breach
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.tokens import read_tokens
from troth.policy.model import Policy
from troth.project.load import load_policy

MAST = Path(__file__).parents[3] / "examples" / "mast" / "policy.yaml"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def mast() -> Policy:
    return load_policy(MAST)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=at("2026-06-01T00:00Z")) as made:
        yield made


@pytest.mark.clause("MAS-SEC-1")
def test_processor_practice_and_two_authorities_have_clocks_of_their_own(
    ledger: Ledger, mast: Policy
) -> None:
    assert terms_of(mast).alert == timedelta(hours=24)
    opened, org = at("2026-06-05T18:00+02:00"), mast.organisation
    now = opened + timedelta(hours=1)
    with ledger.writing(org) as writing:
        name = open_breach(writing, opened, processor="host", by="dpo", at=now).id
        noticed = {"processor_noticed": "2026-06-05T09:00+02:00", "risk": "high"}
        note(writing, name, noticed, by="dpo", now=now)
        found = look(writing, name, mast, now)
        # 72 hours over a weekend; 24 from when the processor knew; at once, so on that day
        assert found.clock.due == at("2026-06-08T18:00+02:00")
        assert found.alert is not None
        assert found.alert.due == at("2026-06-06T09:00+02:00")
        assert not found.alert.late
        assert look(writing, name, mast, at("2026-06-06T09:01+02:00")).alert.late  # type: ignore[union-attr]  # it is there
        assert {"notify", "announce", "tell"} <= set(found.tasks)
        due = {(one.about, one.due_on, one.at) for one in deadlines_of(writing, mast, now)}
        assert due == {
            ("Art. 33", date(2026, 6, 8), at("2026-06-08T18:00+02:00")),
            ("Art. 33(2)", date(2026, 6, 6), at("2026-06-06T09:00+02:00")),
            ("nLPD art. 24", date(2026, 6, 5), None),
        }
        tell = {"phase": "first", "reference": "", "reasons": "", "by": "dpo", "now": now}
        notify(writing, name, mast, authority="pfpdt", at=now, **tell)  # type: ignore[arg-type]  # by name
        found = look(writing, name, mast, now)
        assert len(found.announced) == 1
        assert not found.notified  # the one is not told by telling the other
        assert "announce" not in found.tasks
        assert "notify" in found.tasks
        cnil = mast.authorities["cnil"].name
        notify(writing, name, mast, authority=cnil, at=now, **tell)  # type: ignore[arg-type]  # by name
        assert "notify" not in look(writing, name, mast, now).tasks


@pytest.mark.parametrize(
    ("risk", "announced"), [("high", True), (None, True), ("risk", False), ("none", False)]
)
def test_the_swiss_authority_hears_of_high_risks(
    ledger: Ledger, mast: Policy, risk: str | None, announced: bool
) -> None:
    now = at("2026-06-05T18:00+02:00")
    with ledger.writing(mast.organisation) as writing:
        name = open_breach(writing, now, by="dpo", at=now).id
        note(writing, name, {"risk": risk} if risk else {"facts": "?"}, by="dpo", now=now)
        assert ("announce" in look(writing, name, mast, now).tasks) is announced
        french = mast.model_copy(update={"laws": ("gdpr",)})
        assert "announce" not in look(writing, name, french, now).tasks


def test_the_swiss_authority_has_no_72_hours(ledger: Ledger, mast: Policy) -> None:
    opened = at("2026-06-01T09:00+02:00")
    now = opened + timedelta(days=9)
    with ledger.writing(mast.organisation) as writing:
        name = open_breach(writing, opened, by="dpo", at=now).id
        moved = notify(
            writing, name, mast, authority="pfpdt", at=now, phase="first", reference="",
            reasons="", by="dpo", now=now,
        )  # fmt: skip
    assert Deadline("breach", name, "nLPD art. 24", date(2026, 6, 1)).late(now, now.date())
    assert moved.events[-1].detail["law"] == "ch-nlpd"


@pytest.mark.clause("PUB-SEC-4")
def test_stolen_ways_into_the_desk_are_shut_with_the_breach(ledger: Ledger) -> None:
    now, org = datetime(2026, 6, 5, 18, tzinfo=UTC), "publisher"
    with ledger.writing(org) as writing:
        tokens = []
        for person in ("anne", "ben"):
            account = add_account(writing, person, "agent", by="x", at=now)
            tokens.append(start_session(writing, account, how="test", at=now))
        make_token(writing, "shop", ["consent:write"], by="x", at=now, days=30)
        name = open_breach(writing, now, by="dpo", at=now).id
        shut_out(writing, name, by="dpo", now=now)
    with ledger.reading(org) as reading:
        assert [find_session(reading, one, now) for one in tokens] == [None, None]
        assert [one.revoked_at for one in read_tokens(reading)] == [now]
        (event,) = find_breach(reading, name).events
    assert (event.kind, event.at, event.detail["owner"]) == ("contained", now, "dpo")
    assert event.detail["what"] == "desk: 2 sessions ended, 1 tokens of the API revoked"
