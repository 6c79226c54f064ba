"""Random bindings of events: every kind, every form of a day, every meaning of absence."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from worlds.chance import chance, pick, weighted
from worlds.drafts import DayColumn, Draft, Place
from worlds.filters import Drafts, all_paths, filter_for, forward_paths

Json = dict[str, Any]
ABSENT = ("not-yet", "never", "unknown", "never", "not-yet")


def binding(
    rng: Random,
    draft: Draft,
    made: Drafts,
    today: date,
    bound: dict[Place, set[str]],
    depth: int = 1,
) -> Json:
    """A binding of one event on a table; `bound` names the events of tables bound before."""
    kinds = [
        (30, "column"),
        (9, "related"),
        (9, "of"),
        (8, "year"),
        (8, "period"),
        (8, "ledger"),
        (4, "at"),
    ]
    if depth:
        kinds += [(9, "first"), (8, "latest"), (8, "earliest")]
    if draft.plain:
        kinds = [one for one in kinds if one[1] not in ("related", "of", "ledger")]
    kind = weighted(rng, kinds)
    if kind in ("latest", "earliest"):
        return {kind: [binding(rng, draft, made, today, bound, 0) for _ in range(2)]}
    if kind == "first":
        parts = [column(rng, pick(rng, draft.days), absent="next") for _ in range(1)]
        return {"first": [*parts, binding(rng, draft, made, today, bound, 0)]}
    simple = {"related": _related, "of": _event_of, "period": _period_end, "ledger": _ledger}
    if kind in simple:
        made_up = simple[kind](rng, draft, made, bound)
        return made_up or column(rng, pick(rng, draft.days))
    if kind == "year":
        body: Json = {"financial_year_end_of": column(rng, pick(rng, draft.days))}
        return body | ({"ends": "03-31"} if chance(rng, 30) else {})
    if kind == "at":
        return {"at": (today - timedelta(days=rng.randrange(800))).isoformat()}
    return column(rng, pick(rng, draft.days))


def column(rng: Random, day: DayColumn, *, absent: str | None = None) -> Json:
    """The binding of a column, with what NULL means there."""
    body: Json = {"column": day.column, "as": day.form, "absent": absent or pick(rng, ABSENT)}
    if day.json:
        body["json"] = day.json
    if day.form == "text":
        body["format"] = day.format
    if day.zone:
        body["zone"] = day.zone
    if chance(rng, 12):
        body["future"] = True
    if chance(rng, 10):
        body["not_before"] = "2015-06-01"
    return body


def _related(rng: Random, draft: Draft, made: Drafts, bound: object) -> Json | None:
    paths = [(path, end) for path, end in all_paths(draft, made) if made[end].days]
    if not paths:
        return None
    down = [(path, end) for path, end in paths if path[0].startswith("<")]
    path, end = pick(rng, down if down and chance(rng, 75) else paths)
    absent = weighted(rng, [(7, None), (2, "next")])
    body: Json = {
        "related": list(path),
        "day": column(rng, pick(rng, made[end].days), absent=absent),
        "take": weighted(rng, [(2, "latest"), (1, "earliest")]),
        "none": pick(rng, ABSENT),
    }
    if chance(rng, 35):
        body["where"] = filter_for(rng, made[end], made, 1)
    return body


def _event_of(rng: Random, draft: Draft, made: Drafts, bound: object) -> Json | None:
    assert isinstance(bound, dict)
    paths = [(path, end) for path, end in forward_paths(draft, made) if bound.get(end)]
    if not paths:
        return None
    path, end = pick(rng, paths)
    event = pick(rng, sorted(bound[end]))
    return {"of": list(path), "event": event, "none": pick(rng, ABSENT)}


def _period_end(rng: Random, draft: Draft, made: Drafts, bound: object) -> Json | None:
    tables = [place for place, other in made.items() if other.kind == "periods"]
    if not tables or tables[0][0] != draft.place[0]:
        return None
    body: Json = {
        "period_end_of": column(rng, pick(rng, draft.days)),
        "table": tables[0][1],
        "starts": "starts_on",
        "ends": "ends_on",
    }
    return body | ({"closed": {"column": "closed", "is": True}} if chance(rng, 65) else {})


def _ledger(rng: Random, draft: Draft, made: Drafts, bound: object) -> Json | None:
    body: Json = {"fact": pick(rng, ("fact-0", "fact-1")), "absent": pick(rng, ABSENT)}
    if draft.identities and chance(rng, 50):
        return body | {"namespace": "email"}
    if "level" not in draft.columns:
        return None
    return body | {"namespace": "case", "column": pick(rng, ("level", "kind"))}
