"""Answers of the API that were given, so that a write sent twice is done once.

No fact: what was written is one. An answer holds no personal data, and is forgotten after days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from troth.ledger.api_tables import api_answers
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered to a token under a key; `key` and `request` are digests."""

    token: str
    key: str
    request: str
    answer: Any


def find_answer(reading: Reading, token: str, key: str, *, since: datetime) -> KeptAnswer | None:
    """The answer given to a token under a key since an instant."""
    table = api_answers.c
    row = reading.connection.execute(
        select(api_answers).where(
            table.organisation == reading.organisation,
            table.token == token,
            table.key == key,
            table.given_at >= since,
        )
    ).one_or_none()
    return None if row is None else KeptAnswer(row.token, row.key, row.request, row.answer)


def keep_answer(writing: Writing, kept: KeptAnswer, *, at: datetime, forget: datetime) -> None:
    """Keep an answer; those given before `forget` go."""
    table = api_answers.c
    writing.connection.execute(
        delete(api_answers).where(
            table.organisation == writing.organisation, table.given_at < forget
        )
    )
    writing.connection.execute(
        insert(api_answers).values(organisation=writing.organisation, given_at=at, **vars(kept))
    )
