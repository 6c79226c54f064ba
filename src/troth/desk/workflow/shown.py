"""Plans as they lie sealed with a request: of the engine, of a rectification, of a restriction.

None holds a value of a person: columns, counts, and why something stays or cannot be done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from troth.desk.rectify.model import WHY, Rectification
from troth.plan.model import Plan


@dataclass(frozen=True)
class AsideTable:
    """Rows of one table that would be set aside: by which mechanism, or why by none."""

    store: str
    table: str
    rows: int
    columns: tuple[str, ...]
    mechanism: str
    why: str


@dataclass(frozen=True)
class Aside:
    """A restriction (Art. 18) before it is enforced; `about` makes it that of one request."""

    act: str
    ground: str
    tables: tuple[AsideTable, ...]
    about: str

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    def digest(self) -> str:
        """SHA-256 over what is shown and approved, in hexadecimal."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


Shown = Plan | Rectification | Aside


@dataclass(frozen=True)
class Line:
    """One line of a plan: what is done where, on how many rows; `note`: why it is left, or how."""

    kind: str
    where: str
    columns: tuple[str, ...]
    rows: int | None
    note: str = ""


def as_text(plan: Shown) -> bytes:
    """A plan as JSON, with its kind."""
    if isinstance(plan, Plan):
        return json.dumps(plan.model_dump(mode="json"), ensure_ascii=False).encode()
    kind = "rectification" if isinstance(plan, Rectification) else "restriction"
    return json.dumps({"kind": kind, **asdict(plan)}, ensure_ascii=False).encode()


def from_text(text: bytes) -> Shown:
    """What `as_text` has written."""
    found = json.loads(text)
    match found.pop("kind", None) if isinstance(found, dict) else None:
        case "rectification":
            return _RECTIFICATION.validate_python(found)
        case "restriction":
            return _ASIDE.validate_python(found)
    return Plan.model_validate_json(text)


def lines_of(plan: Shown) -> Iterator[Line]:
    """What a plan does, line by line, for whoever approves it."""
    match plan:
        case Plan():
            for step in plan.steps:
                rows = step.counts.rows if step.counts is not None else None
                columns = tuple(getattr(step, "columns", ()))
                yield Line(step.kind, f"{step.store}.{step.table}", columns, rows)
        case Rectification():
            for one in plan.changes:
                yield Line("correct", f"{one.store}.{one.table}", (one.column,), one.rows)
            for one in plan.left:
                why = WHY[one.why] if one.why is not None else ""
                note = " ".join(filter(None, (why, one.promise, one.statute)))
                yield Line("left", f"{one.store}.{one.table}", (one.column,), one.rows, note)
        case Aside():
            for each in plan.tables:
                kind = "set-aside" if each.mechanism != "none" else "by-hand"
                place = f"{each.store}.{each.table}"
                yield Line(kind, place, each.columns, each.rows, each.why)


_RECTIFICATION: TypeAdapter[Rectification] = TypeAdapter(Rectification)
_ASIDE: TypeAdapter[Aside] = TypeAdapter(Aside)
