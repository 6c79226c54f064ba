"""Extensions of the deadline of an answer: said once, within the first term, with reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import act_extensions


@dataclass(frozen=True)
class Extension:
    """The new last day of an act's answer, when the person heard of it, and why (Art. 12(3))."""

    act: str
    until: date
    told_at: datetime
    reason: str
    by: str


def record_extension(writing: Writing, extension: Extension, *, at: datetime) -> None:
    """Record an extension; what it may say is checked by the caller."""
    row = {
        "act": extension.act,
        "until": extension.until,
        "told_at": extension.told_at,
        "reason": extension.reason,
        "recorded_at": at,
        "recorded_by": extension.by,
    }
    payload = {"act": extension.act, "until": extension.until.isoformat()}
    record_facts(writing, "act-extended", at, [NewFact(payload, [(act_extensions, row)])])


def read_extensions(
    reading: Reading, at: datetime, only: Iterable[str] | None = None
) -> dict[str, Extension]:
    """By act, the extension known at the instant `at`; of all acts, or of those named."""
    values = {"own": reading.organisation, "at": at}
    rows = (
        reading.connection.execute(_ALL, values)
        if only is None
        else reading.connection.execute(_ONLY, {**values, "only": list(only)})
    )
    return {
        row.act: Extension(row.act, row.until, row.told_at, row.reason, row.recorded_by)
        for row in rows
    }


_ALL = (
    select(act_extensions)
    .where(
        act_extensions.c.organisation == bindparam("own"),
        act_extensions.c.recorded_at <= bindparam("at"),
    )
    .order_by(act_extensions.c.entry)
)
_ONLY = _ALL.where(act_extensions.c.act.in_(bindparam("only", expanding=True)))
