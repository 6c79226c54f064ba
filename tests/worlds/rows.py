"""Random rows: days near cutoffs and midnights, nasty days, dangling references, odd names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from troth.law.calendar import Period
from worlds.calendars import moment, trigger_day
from worlds.chance import chance, pick, weighted
from worlds.drafts import DayColumn, Draft, DraftRelation, Place
from worlds.filters import Drafts

Cells = dict[str, Any]
EMAILS = (
    "ada@mail.example",
    "ben@mail.example",
    "josé@mail.example",
    "jose@mail.example",
    "eve@mail.example",
)
_NASTY_TEXT = (
    "",
    "0000-00-00",
    "2023-02-30",
    "2023-1-5",
    "infinity",
    "31/31/2023",
    "n/a",
    " 2023-01-05",
    "1970",
    "12abc",
)
_NASTY_JSON = (True, 7, 1.5, {"0": "2023-01-05"}, ["2023-01-05"])
_NASTY_INT = (0, -1, 20230105, 99999999999999, -62135596801)


@dataclass(frozen=True)
class Times:
    """What days are drawn around: the evaluation day, the policy's zone and periods.

    `fold`: how many times as many rows as usual.
    """

    today: date
    zone: ZoneInfo
    periods: Sequence[Period]
    fold: int = 1


def all_rows(rng: Random, made: Drafts, times: Times) -> dict[Place, list[Cells]]:
    """The rows of every table; declared references hold, in the order of tables and rows."""
    rows: dict[Place, list[Cells]] = {}
    for place, draft in made.items():
        if draft.kind == "periods":
            rows[place] = _periods(rng, times)
            continue
        count = 2 + rng.randrange(4) if draft.kind == "person" else rng.randrange(6)
        count *= times.fold
        if any(_stuck(relation, draft, rows) for relation in draft.relations.values()):
            count = 0
        rows[place] = []
        for number in range(1, count + 1):
            rows[place].append(_row(rng, draft, made, rows, number, times))
    for place, draft in made.items():
        if "last" in draft.relations:
            for cells in rows[place]:
                _refer(rng, cells, draft.relations["last"], draft, rows)
    return rows


def _stuck(relation: DraftRelation, draft: Draft, rows: dict[Place, list[Cells]]) -> bool:
    """Whether every row needs a parent and there is none."""
    needed = not all(draft.columns[column].nullable for column in relation.columns)
    return relation.declared and needed and not rows.get(relation.target)


def email_variant(rng: Random, email: str) -> str:
    """The same address as another system may have written it."""
    return weighted(rng, [(4, email), (1, email.upper()), (1, f" {email}"), (1, email.title())])


def _row(
    rng: Random,
    draft: Draft,
    made: Drafts,
    rows: dict[Place, list[Cells]],
    number: int,
    times: Times,
) -> Cells:
    cells: Cells = dict.fromkeys(draft.columns)
    cells["id"] = f"k{number}" if draft.columns["id"].kind == "text" else number
    if "region" in cells:
        cells["region"] = pick(rng, (1, 2) if draft.columns["region"].kind == "int" else ("n", "s"))
    if "doc" in cells:
        cells["doc"] = {} if chance(rng, 92) else pick(rng, (None, ["a"]))
    _plain(rng, draft, cells, number)
    for day in draft.days:
        _put(cells, day, _day_cell(rng, day, draft, times))
    for name, relation in draft.relations.items():
        if name != "last":
            _refer(rng, cells, relation, draft, rows)
    if draft.kind == "archive":
        _names(rng, cells, number)
    if isinstance(cells.get("doc"), dict) and chance(rng, 40):
        _odd(rng, cells["doc"])
    return cells


def _odd(rng: Random, doc: Cells) -> None:
    """A document of which something is missing, or that has another shape than the map says."""
    fate = weighted(rng, [(2, "bare"), (2, "flat"), (2, "less"), (1, "nothing")])
    match fate:
        case "bare":
            for name in set(doc) - {"kind", "word", "deep"}:
                del doc[name]
        case "flat":
            doc["deep"] = pick(rng, (None, "flat", ["flat"], {}))
        case "less":
            doc.pop("word")
            doc["deep"].pop(pick(rng, ("level", "word")))
        case "nothing":
            doc.clear()


def _plain(rng: Random, draft: Draft, cells: Cells, number: int) -> None:
    """Columns that filters, choices and erased forms look at, and the names of persons."""
    if "kind" in cells:
        cells["kind"] = weighted(rng, [(4, "a"), (4, "b"), (1, "A"), (1, "c"), (1, None)])
    if "flag" in cells:
        cells["flag"] = weighted(rng, [(4, True), (4, False), (1, None)])
        cells["level"] = weighted(rng, [(8, 1 + rng.randrange(5)), (1, None)])
    words = [(6, "words"), (1, ""), (1, "erased"), (1, f"gone-{number}")]
    if "name" in cells:
        nullable = draft.columns["name"].nullable
        cells["name"] = weighted(rng, [*words, (2, None)] if nullable else words)
    if "note" in cells:
        cells["note"] = weighted(rng, [*words, (2, None)])
    if isinstance(cells.get("doc"), dict):
        cells["doc"] |= {
            "kind": pick(rng, ("a", "b", "A", None)),
            "word": pick(rng, ("words", "", "gone", None, ["words"])),
            "deep": {"level": rng.randrange(6), "word": pick(rng, ("words", "gone", True))},
        }
        if chance(rng, 15):
            del cells["doc"]["kind"]
    if draft.identities:
        _names(rng, cells, number)


def _names(rng: Random, cells: Cells, number: int) -> None:
    known = EMAILS[(number - 1) % len(EMAILS)]
    email = known if chance(rng, 88) else pick(rng, EMAILS)
    cells["email"] = weighted(rng, [(9, email_variant(rng, email)), (1, None)])
    if "number" in cells:
        cells["number"] = weighted(rng, [(9, 100 + number), (1, None)])
    if "phone" in cells:
        tail = f"6 12 34 56 {number:02}"
        cells["phone"] = pick(rng, (f"0{tail}", f"+33 {tail}", f"0033 {tail}", "", None))


def _refer(
    rng: Random,
    cells: Cells,
    relation: DraftRelation,
    draft: Draft,
    rows: dict[Place, list[Cells]],
) -> None:
    """Sets the reference: to a row that exists, to none, or (undeclared) to one that does not."""
    targets = rows.get(relation.target, [])
    own = relation.target == draft.place
    columns = draft.columns
    fixed = any(column in draft.key or not columns[column].nullable for column in relation.columns)
    target = pick(rng, targets) if targets and (fixed or not chance(rng, 12)) else None
    values = [target[column] if target else None for column in relation.to]
    if own and not relation.declared and chance(rng, 40):
        values = [cells[column] for column in relation.to]
    if relation.compare == "email":
        loose = EMAILS[rng.randrange(len(EMAILS))]
        source = values[0] if values[0] else loose
        values = [
            weighted(rng, [(8, email_variant(rng, source.strip().lower())), (1, None), (1, "")])
        ]
    elif not relation.declared and not own and chance(rng, 9):
        values = [_dangling(value) for value in values]
    if relation.json is not None:
        if isinstance(cells.get("doc"), dict):
            _at(cells["doc"], relation.json, values[0])
        return
    if relation.where is not None:
        cells[relation.where["column"]] = weighted(
            rng, [(6, "member"), (1, "Member"), (2, "ticket")]
        )
    if fixed and any(value is None for value in values):
        values = [_instead(columns[column].kind) for column in relation.columns]
    cells.update(zip(relation.columns, values, strict=True))


def _instead(kind: str) -> Any:
    return "none" if kind == "text" else 999


def _dangling(value: Any) -> Any:
    if isinstance(value, str):
        return value.upper() + "x" if value.isupper() else value.upper()
    return None if value is None else value + 500


def _put(cells: Cells, day: DayColumn, value: Any) -> None:
    if day.json is None:
        cells[day.column] = value
    elif isinstance(cells[day.column], dict):
        _at(cells[day.column], day.json, value)


def _at(doc: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.removeprefix("/").split("/")
    for name in outer:
        doc = doc.setdefault(name, {})
    doc[last] = value


def _day_cell(rng: Random, day: DayColumn, draft: Draft, times: Times) -> Any:
    """A day in the column's form; NULL or nasty now and then."""
    fate = weighted(rng, [(83, "day"), (12, "null"), (5, "nasty")])
    if fate == "null":
        return None
    kind = "json" if day.json else draft.columns[day.column].kind
    if fate == "nasty" and kind in ("text", "json"):
        nasty: tuple[Any, ...] = _NASTY_TEXT
        return pick(rng, (*nasty, *_NASTY_JSON) if kind == "json" else nasty)
    if fate == "nasty" and kind == "int":
        return pick(rng, _NASTY_INT)
    chosen = trigger_day(rng, times.today, times.periods)
    if kind == "date":
        return chosen
    instant = moment(rng, chosen, times.zone)
    if kind == "timestamptz":
        return instant
    local = instant.astimezone(ZoneInfo(day.zone) if day.zone else times.zone).replace(tzinfo=None)
    if kind == "timestamp":
        return local
    if day.form == "text":
        return _written(rng, local, chosen, day.format)
    seconds = int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    whole = seconds if day.form == "unix" else seconds * 1000 + rng.randrange(1000)
    return str(whole) if kind == "text" else whole


def _written(rng: Random, local: datetime, day: date, form: str) -> str:
    if form == "YYYY-MM-DD hh:mm:ss":
        text = local.isoformat(sep=pick(rng, (" ", "T")))
        return text + (".25" if chance(rng, 15) else "")
    marks = {"YYYY": f"{day.year:04}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    for mark, digits in marks.items():
        form = form.replace(mark, digits)
    return form


def _periods(rng: Random, times: Times) -> list[Cells]:
    """Accounting years, the last ones perhaps open; some overlap, some leave a gap."""
    rows: list[Cells] = []
    for number in range(12):
        year = times.today.year - 11 + number
        starts, ends = date(year, 1, 1), date(year, 12, 31)
        if chance(rng, 10):
            ends += timedelta(days=pick(rng, (-40, 40)))
        closed = weighted(rng, [(8, number < 11), (1, False), (1, None)])
        rows.append({"id": number + 1, "starts_on": starts, "ends_on": ends, "closed": closed})
    if chance(rng, 20):
        rows[0]["ends_on"] = None
    return rows
