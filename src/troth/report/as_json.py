"""A check as JSON: what `check --json` prints."""

from __future__ import annotations

from datetime import date
from typing import Any

from troth.apply.promises import CheckReport, Finding, PromiseState, Reason, Undeclared
from troth.report.words import Words

NO_TABLE = Reason("no-table")


def check_json(report: CheckReport) -> dict[str, Any]:
    """The report in plain values; texts are in English, codes beside them are stable.

    `rows` of a table are those that break the promise, or that leave it unknown; 0 where it is
    kept. `oldest` is the day of the oldest trigger among them, `overdue_since` the first day on
    which that row should have been gone.
    """
    words = Words("en")
    return {
        "as_of": report.as_of.isoformat(),
        "organisation": report.organisation,
        "score": {
            "promises": report.score,
            "rows": report.rows_score,
            "due": report.due,
            **{status: len(report.having(status)) for status in ("kept", "broken", "unknown")},
        },
        "promises": [_promise(words, state) for state in report.promises],
        "undeclared": [_undeclared(words, found) for found in report.undeclared],
        "waiting": [
            {
                "rule": one.rule,
                "store": one.store,
                "table": one.table,
                "rows": one.rows,
                "unreachable": one.unreachable,
                "why": words.unreachable(one) if one.unreachable else "",
            }
            for one in report.waiting
        ],
        "silent": [
            {
                "rule": one.promise,
                "table": one.table,
                "last": one.last.isoformat(),
                "rows": one.rows,
                "matched_since": one.matched_since.isoformat(),
                "why": words.silent(one),
            }
            for one in report.silent
        ],
        "archives": [
            {
                "store": one.store,
                "place": one.place,
                "tables": list(one.tables),
                "clauses": list(one.clauses),
                "readers": list(one.readers),
                "status": one.status,
                "why": list(one.why),
                "always": list(one.always),
                "statements": list(one.statements),
            }
            for one in report.archives
        ],
        "remarks": [
            {
                "place": one.place,
                "code": one.code,
                "message": one.message,
                "help": one.help,
            }
            for one in report.remarks
        ],
    }


def _promise(words: Words, state: PromiseState) -> dict[str, Any]:
    promise = state.promise
    found: dict[str, Any] = {
        "clause": ", ".join(promise.clauses),
        "clauses": list(promise.clauses),
        "promise": words.sentence(promise),
        "kind": promise.kind,
        "rule": promise.id,
        "activity": promise.activity,
        "status": state.status,
        "assumptions": list(promise.assumptions),
        "tables": [_finding(words, finding) for finding in state.findings],
    }
    if not state.findings:
        found |= {"why": words.why(NO_TABLE), "how": words.how(NO_TABLE)}
    return found


def _finding(words: Words, finding: Finding) -> dict[str, Any]:
    rows = {"broken": finding.due, "unknown": finding.unknown, "kept": 0}[finding.status]
    return {
        "store": finding.store,
        "table": finding.table,
        "columns": list(finding.columns),
        "status": finding.status,
        "rows": rows,
        "oldest": _day(finding.oldest),
        "overdue_since": _day(finding.overdue_since),
        "why": "; ".join(words.why(reason) for reason in finding.reasons) or None,
        "reasons": [_reason(words, reason) for reason in finding.reasons],
        "counts": {
            "rows": finding.rows,
            "due": finding.due,
            "unknown": finding.unknown,
            "kept": finding.kept,
        },
    }


def _reason(words: Words, reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "rows": reason.rows,
        "why": words.why(reason),
        "how": words.how(reason),
    }


def _undeclared(words: Words, found: Undeclared) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "store": found.store,
        "table": found.table,
        "columns": list(found.columns),
        "rows": found.rows,
        "why": words.undeclared(found),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
