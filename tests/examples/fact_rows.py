"""The assertion language of the tables of facts: rows, and whether a policy satisfies one.

A row names a clause, the class of element that must cite it, and what must be true of at least one
such element (of every one with `all: true`; of none with `never: true`; of a number of them with
`count`). `anywhere: true` looks at every element of the class, whatever it cites; `where` looks
only at those of which its expectations hold. `either` lists several rows of which one must hold,
where the text can be expressed in more than one way.

`expect` maps a path (see `fact_paths`) to an expectation; all must hold of the same element:

- a plain value: one of the values found equals it (periods as periods: P12M is P1Y); `null`: none
  is set;
- `{one_of: [...]}`: at least one of these expectations holds; `{all_of: [...]}`: each holds;
- `{only: [...]}`: the values found are exactly these;
- `{not: x}`: the expectation x does not hold;
- `{set: true}`: something is set; `{set: false}`: nothing is;
- `{contains: text}`: a text found contains it, whatever the case; `{matches: pattern}`: a regular
  expression is found in one;
- `{at_least: x}`, `{at_most: x}`: every value found (a number, a day or a period, at least one) is
  so; `{size: n}`: so many values are found;
- `{has: {path: expectation, ...}}`: one item found satisfies all of these together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from examples.fact_paths import citing, kind_of, read, walk
from troth.law.calendar import Period
from troth.policy.base import Element
from troth.policy.model import Policy

ROW_WORDS = {"clause", "element", "expect", "all", "never", "count", "anywhere", "where", "either"}
OPERATORS = {
    "one_of",
    "all_of",
    "only",
    "not",
    "set",
    "contains",
    "matches",
    "at_least",
    "at_most",
    "size",
    "has",
}
_ISO = re.compile(r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?")


class RowError(Exception):
    """A row that the language does not know: the table is wrong, not the policy."""


@dataclass(frozen=True)
class Row:
    """One fact: what the policy must say because of a clause."""

    clause: str
    elements: tuple[str, ...] = ()
    expect: dict[str, Any] = field(default_factory=dict)
    every: bool = False
    never: bool = False
    count: Any = None
    anywhere: bool = False
    where: dict[str, Any] = field(default_factory=dict)
    either: tuple[Row, ...] = ()

    @classmethod
    def parse(cls, data: dict[str, Any], clause: str = "") -> Row:
        """From the mapping of a table; `RowError` for a word or shape that the language lacks."""
        clause = data.get("clause", clause)
        if unknown := set(data) - ROW_WORDS:
            raise RowError(f"{clause}: unknown words {sorted(unknown)}")
        either = tuple(cls.parse(part, clause) for part in data.get("either", ()))
        if bool(either) == ("element" in data):
            raise RowError(f"{clause}: a row has either 'element' or 'either'")
        if not either and not data.get("expect") and "count" not in data:
            raise RowError(f"{clause}: a row without 'expect' or 'count' says nothing")
        named = data.get("element", ())
        row = cls(
            clause=clause,
            elements=(named,) if isinstance(named, str) else tuple(named),
            expect=data.get("expect", {}),
            every=data.get("all", False),
            never=data.get("never", False),
            count=data.get("count"),
            anywhere=data.get("anywhere", False),
            where=data.get("where", {}),
            either=either,
        )
        for expectation in (*row.expect.values(), *row.where.values()):
            _check_expectation(clause, expectation)
        return row

    def __str__(self) -> str:
        if self.either:
            return " OR ".join(str(part) for part in self.either)
        many = "no" if self.never else "every" if self.every else f"{self.count or 'a'}"
        wanted = " and ".join(f"{path} = {what}" for path, what in self.expect.items())
        where = "of the policy" if self.anywhere else f"citing {self.clause}"
        among = "".join(f" (where {path} = {what})" for path, what in self.where.items())
        return f"{many} {'|'.join(self.elements)} {where}{among} with {wanted or 'anything'}"


def failure(row: Row, policy: Policy) -> str | None:
    """None if the policy satisfies the row; else clause, expectation and what was found."""
    if row.either:
        failures = [failure(part, policy) for part in row.either]
        if not all(failures):
            return None
        return "\n".join(f"alternative {n}: {why}" for n, why in enumerate(failures, 1))
    cited = list(walk(policy)) if row.anywhere else citing(policy, row.clause)
    candidates = [
        (path, item)
        for path, item in cited
        if _fits(item, row.elements) and _satisfies(row.where, item, policy)
    ]
    if row.elements == ("policy",):
        return _report(row, [("policy", policy)], [], policy)
    return _report(row, candidates, cited, policy)


def _report(
    row: Row,
    candidates: list[tuple[str, Any]],
    cited: list[tuple[str, Element]],
    policy: Policy,
) -> str | None:
    good = [path for path, item in candidates if _satisfies(row.expect, item, policy)]
    if _enough(row, len(good), len(candidates)):
        return None
    lines = [f"{row.clause}: expected {row}"]
    for path, item in candidates:
        seen = "; ".join(f"{step} = {_show(step, item, policy)}" for step in row.expect)
        lines.append(f"  found {path}{' (fits)' if path in good else ''}: {seen}")
    if not candidates:
        others = ", ".join(f"{path} ({kind_of(item)})" for path, item in cited[:12])
        lines.append(f"  found no such element; the clause is cited by: {others or 'nothing'}")
    return "\n".join(lines)


def _enough(row: Row, good: int, candidates: int) -> bool:
    if row.never:
        return good == 0
    if row.every:
        return good == candidates > 0
    if row.count is not None:
        return holds(row.count, [good], None)
    return good > 0


def _fits(item: Element, elements: tuple[str, ...]) -> bool:
    return "any" in elements or kind_of(item) in elements


def _satisfies(expect: dict[str, Any], item: BaseModel, policy: Policy) -> bool:
    return all(holds(what, read(path, item, policy), policy) for path, what in expect.items())


def _show(path: str, item: BaseModel, policy: Policy) -> str:
    values = [_shorten(value) for value in read(path, item, policy)]
    return "[" + ", ".join(values) + "]"


def _shorten(value: Any) -> str:
    text = f"<{kind_of(value)}>" if isinstance(value, BaseModel) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def holds(what: Any, found: list[Any], policy: Policy | None) -> bool:
    """Whether the expectation holds of the values found."""
    if what is None:
        return not found
    if not isinstance(what, dict):
        return any(_equal(what, value) for value in found)
    ((operator, operand),) = what.items()
    match operator:
        case "one_of":
            return any(holds(part, found, policy) for part in operand)
        case "all_of":
            return all(holds(part, found, policy) for part in operand)
        case "only":
            return len(operand) == len(set(map(str, found))) and all(
                holds(part, found, policy) for part in operand
            )
        case "not":
            return not holds(operand, found, policy)
        case "set":
            return bool(operand) == any(value not in ("", False) for value in found)
        case "contains":
            return any(operand.casefold() in str(value).casefold() for value in found)
        case "matches":
            return any(re.search(operand, str(value), re.IGNORECASE) for value in found)
        case "at_least":
            return bool(found) and all(_size(value) >= _size(operand) for value in found)
        case "at_most":
            return bool(found) and all(_size(value) <= _size(operand) for value in found)
        case "size":
            return holds(operand, [len(found)], policy)
        case "has":
            assert policy is not None
            return any(
                isinstance(item, BaseModel) and _satisfies(operand, item, policy) for item in found
            )
    raise RowError(f"unknown operator '{operator}'")


def _check_expectation(clause: str, what: Any) -> None:
    if isinstance(what, list):
        raise RowError(f"{clause}: a bare list is ambiguous; write one_of, all_of or only")
    if not isinstance(what, dict):
        return
    if len(what) != 1 or set(what) - OPERATORS:
        raise RowError(f"{clause}: {what} is not one of the operators {sorted(OPERATORS)}")
    ((operator, operand),) = what.items()
    if operator in ("one_of", "all_of", "only") and not isinstance(operand, list):
        raise RowError(f"{clause}: {operator} needs a list")
    if operator in ("one_of", "all_of", "only"):
        inner = list(operand)
    elif operator == "has":
        inner = list(operand.values())
    else:
        inner = [operand] if operator in ("not", "size") else []
    for part in inner:
        _check_expectation(clause, part)


def _equal(wanted: Any, value: Any) -> bool:
    if isinstance(value, Period):
        return isinstance(wanted, str) and _months_and_days(wanted) == _months_and_days(str(value))
    if isinstance(value, date):
        return str(value) == str(wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float | str):
        return bool(value == wanted)
    return str(value) == str(wanted)


def _months_and_days(text: str) -> tuple[int, int] | None:
    try:
        period = Period.parse(text)
    except ValueError:
        return None
    return period.years * 12 + period.months, period.days


def _size(value: Any) -> Any:
    if isinstance(value, Period) or (isinstance(value, str) and _ISO.fullmatch(value)):
        months, days = _months_and_days(str(value)) or (0, 0)
        return months * 30.44 + days
    return str(value) if isinstance(value, date) else value
