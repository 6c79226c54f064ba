"""What a person may carry away (Art. 20): which values, and why the others stay behind.

Given by the person or observed, and held under consent or contract; a policy may promise more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from troth.datamap.documents import alone, joined, without
from troth.datamap.inside import column_of, path_of
from troth.desk.package.model import Masked
from troth.desk.package.sheet import PolicyVersion, Value
from troth.desk.package.spool import Line, Spool
from troth.policy.base import Model
from troth.policy.model import Policy

PORTABLE = frozenset({"GDPR 6(1)(a)", "GDPR 6(1)(b)"})
"""Consent and contract, as grounds cite them."""
THEIRS = frozenset({"given", "observed"})
EVERYTHING = "everything"
"""How an entry of `covers` of the right to portability begins that promises all data."""

Why = Literal["basis", "inferred-or-received", "masked"]


class PortableColumn(Model):
    """A column of the export."""

    name: str
    categories: tuple[str, ...]


class PortableRow(Model):
    """One row: its key and the person's values."""

    key: dict[str, Value]
    values: dict[str, Value]


class PortableTable(Model):
    """A table of the export."""

    table: str
    place: str
    columns: tuple[PortableColumn, ...]
    rows: tuple[PortableRow, ...]


class Excluded(Model):
    """Values that are not in the export, and why; an answer to a request for access has them."""

    table: str
    column: str
    categories: tuple[str, ...]
    why: Why
    articles: tuple[str, ...] = ()
    masked: Masked | None = None
    rows: int


class Portable(Model):
    """Everything of an export but the rows; `to`: the recipient whom the person has named."""

    format: Literal["troth-portability/1"] = "troth-portability/1"
    organisation: str
    made_at: str
    policy: PolicyVersion
    to: str | None
    excluded: tuple[Excluded, ...]


class PortableCopy(Portable):
    """`data.json` of an export."""

    tables: tuple[PortableTable, ...]


@dataclass
class Choice:
    """What of one table is carried away by one person; `out` counts rows by column and reason."""

    policy: Policy
    spool: Spool
    person: int
    columns: dict[str, None] = field(default_factory=dict)
    rows: int = 0
    out: Counter[tuple[str, Why, str, tuple[str, ...]]] = field(default_factory=Counter)

    def look(self) -> None:
        """Reads the rows once, to know columns and what is left out."""
        for line in self.spool.lines(self.person):
            row = self._row(line, count=True)
            self.columns.update(dict.fromkeys(row["values"]))
            self.rows += bool(row["values"])

    def lines(self) -> Iterator[Line]:
        """The rows that are carried away, in order."""
        for line in self.spool.lines(self.person):
            row = self._row(line, count=False)
            if row["values"]:
                yield row

    def _row(self, line: Line, *, count: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        everything = promises_everything(self.policy)
        for standing in line["standing"]:
            articles = _articles(standing)
            for name in standing["columns"]:
                column = column_of(name)
                if column not in line["values"]:
                    continue
                why = None if everything else self._why(name, standing)
                if why is None:
                    part = self._part(name, line["values"][column])
                    values[column] = joined(values.get(column), part)
                elif count:
                    self.out[name, why, "", articles] += 1
        if count:
            for name, masked in line["masked"].items():
                self.out[name, "masked", masked, ()] += 1
        order = [name for name in line["values"] if name in values]
        return {"key": line["key"], "values": {name: values[name] for name in order}}

    def _part(self, name: str, value: Any) -> Any:
        """What of a column's value bears the name; the whole where that cannot be told."""
        places = self.spool.table.frame.entry.personal[column_of(name)].inside
        path = path_of(name)
        if not places or not isinstance(value, dict):
            return value
        return without(value, places) if path is None else alone(value, [path])

    def _why(self, name: str, standing: Line) -> Why | None:
        column = self.spool.table.frame.entry.values[name]
        if column.provenance is not None and column.provenance not in THEIRS:
            return "inferred-or-received"
        grounds = [g for g in _grounds(standing) if g["article"] in PORTABLE]
        if not grounds:
            return "basis"
        if column.provenance is None and not any(
            source.provenance in THEIRS
            for ground in grounds
            for source in self.policy.activities[ground["activity"]].sources
        ):
            return "inferred-or-received"
        return None


def promises_everything(policy: Policy) -> bool:
    """Whether the policy hands over all data, whatever its basis and provenance."""
    return any(
        text.lower().startswith(EVERYTHING)
        for terms in policy.rights.values()
        if terms.right == "portability"
        for text in terms.covers
    )


def _grounds(standing: Line) -> Sequence[Line]:
    """The activities' grounds that support a value, or may: an end that is unknown is none."""
    return [g for g in standing["grounds"] if g["activity"] is not None and g["state"] != "due"]


def _articles(standing: Line) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ground["article"] for ground in _grounds(standing)))
