"""Tokens of the API: for their scopes, until their day, and not a call longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from troth.desk.accounts.tokens import NewToken, make_token, verify_token
from troth.errors import Refused
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.tokens import read_tokens, revoke_token

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOON) as opened:
        yield opened


@pytest.fixture
def token(ledger: Ledger) -> NewToken:
    with ledger.writing("acme") as writing:
        return make_token(writing, "shop", ["may:read"], by="dpo", at=NOON, days=30)


def refused(ledger: Ledger, secret: str, scope: str = "may:read", at: datetime = NOON) -> str:
    with pytest.raises(Refused) as error:
        verify_token(ledger, "acme", secret, scope, at)
    return error.value.code


def test_a_token_counts_for_its_scopes_until_its_day(ledger: Ledger, token: NewToken) -> None:
    assert verify_token(ledger, "acme", token.secret, "may:read", NOON).name == "shop"
    last = NOON + timedelta(days=30) - timedelta(seconds=1)
    assert verify_token(ledger, "acme", token.secret, "may:read", last).name == "shop"
    assert refused(ledger, token.secret, at=NOON + timedelta(days=30)) == "token-refused"
    assert refused(ledger, token.secret, "consent:write") == "token-scope"


@pytest.mark.parametrize("secret", ["", "troth_", "troth_" + "a" * 43, "x" * 10_000, "troth_é"])
def test_what_is_no_token_is_refused(ledger: Ledger, token: NewToken, secret: str) -> None:
    assert refused(ledger, secret) == "token-refused"


def test_another_organisations_token_is_unknown(ledger: Ledger, token: NewToken) -> None:
    with pytest.raises(Refused):
        verify_token(ledger, "other", token.secret, "may:read", NOON)


def test_a_revoked_token_ends_at_once(ledger: Ledger, token: NewToken) -> None:
    with ledger.writing("acme") as writing:
        assert revoke_token(writing, "shop", at=NOON) == 1
    assert refused(ledger, token.secret) == "token-refused"


def test_its_use_is_noted_but_not_at_each_call(ledger: Ledger, token: NewToken) -> None:
    for minutes in (0, 30, 61):
        verify_token(ledger, "acme", token.secret, "may:read", NOON + timedelta(minutes=minutes))
        with ledger.reading("acme") as reading:
            (kept,) = read_tokens(reading)
        assert kept.used_at == NOON + timedelta(minutes=61 if minutes == 61 else 0)


def test_the_ledger_cannot_give_a_token_back(
    ledger: Ledger, token: NewToken, tmp_path: Path
) -> None:
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.secret.encode() not in kept
    assert token.secret not in repr(token)
