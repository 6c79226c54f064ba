"""How two values of one field are compared; which way of it protects people more is data.

A measure yields pairs of a code's ending and texts; `rules` says for each field which measure, and
what more of it means for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from troth.diff.model import Direction
from troth.diff.periods import compare_periods
from troth.law.calendar import Period

Kind = Literal[
    "set", "flag", "period", "number", "rank", "presence", "text", "parts", "own", "ignored"
]


@dataclass(frozen=True)
class Rule:
    """One field of the policy: how it is compared, and what more of it does to people.

    - `set`: a list of names or sentences; `empty` says whether an empty one means nothing or all.
    - `flag`, `number`, `period`: true, higher, longer is more; `absent` stands for a missing one.
    - `rank`: one of an order, from the least to the most protective.
    - `presence`: that something is there at all; another text in its place is neutral.
    - `text`: wording, which a program cannot weigh: neutral, and unclear where `weigh`.
    - `parts`: compared part by part. `own`: by a module of its own. `ignored`: not for people.
    """

    kind: Kind
    code: str = ""
    more: Direction = "neutral"
    article: str = ""
    reason: str = ""
    empty: Literal["nothing", "all"] = "nothing"
    absent: Any = None
    order: tuple[Any, ...] = ()
    weigh: bool = False


@dataclass(frozen=True)
class Delta:
    """What a measure found: `more` of it (True), less (False), or another one (None)."""

    ending: str
    more: bool | None
    before: str = ""
    after: str = ""
    unclear: bool = False


def measure(rule: Rule, old: Any, new: Any) -> Iterator[Delta]:
    """The differences of one field; nothing where both are the same."""
    if old == new:
        return
    match rule.kind:
        case "set":
            yield from sets(old, new, rule.empty)
        case "flag":
            yield Delta("set" if new else "unset", bool(new), said(old), said(new))
        case "number":
            yield from _numbers(rule, old, new)
        case "period":
            yield from periods(old, new, rule.absent)
        case "rank":
            here, there = rule.order.index(old), rule.order.index(new)
            yield Delta("raised" if there > here else "lowered", there > here, said(old), said(new))
        case "presence":
            if bool(old) is bool(new):
                yield Delta("changed", None, said(old), said(new))
            else:
                yield Delta("added" if new else "removed", bool(new), said(old), said(new))
        case "text":
            yield Delta("changed", None, said(old), said(new), rule.weigh)
        case "parts" | "own" | "ignored":
            return


def sets(
    old: Collection[Any], new: Collection[Any], empty: Literal["nothing", "all"]
) -> Iterator[Delta]:
    """What joined a list and what left it; the order says nothing."""
    before, after = {said(each) for each in old}, {said(each) for each in new}
    if empty == "all" and bool(old) is not bool(new):
        yield Delta("added" if not new else "removed", not new, listed(old), listed(new))
        return
    for each in sorted(after - before):
        yield Delta("added", True, "", each)
    for each in sorted(before - after):
        yield Delta("removed", False, each, "")


def _numbers(rule: Rule, old: Any, new: Any) -> Iterator[Delta]:
    here, there = (rule.absent if each is None else each for each in (old, new))
    if here == there:
        yield Delta("changed", None, said(old), said(new))
    else:
        more = there > here
        yield Delta("raised" if more else "lowered", more, said(old), said(new))


def periods(old: Period | None, new: Period | None, absent: Any) -> Iterator[Delta]:
    """Two periods as calendar amounts; `absent` is a period, or `endless` or `none`."""
    here, there = (absent if each is None else each for each in (old, new))
    if here == there:
        yield Delta("changed", None, said(old), said(new))
        return
    for mark, is_more in (("endless", True), ("none", False)):
        if mark in (here, there):
            longer = (there == mark) is is_more
            yield Delta("longer" if longer else "shorter", longer, said(old), said(new))
            return
    order = compare_periods(here, there)
    if order is None:
        yield Delta("otherwise", None, said(old), said(new), unclear=True)
    elif order == 0:
        yield Delta("changed", None, said(old), said(new))
    else:
        longer = order < 0
        yield Delta("longer" if longer else "shorter", longer, said(old), said(new))


def said(value: Any) -> str:
    """A value as a change shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return listed(value)
    name = getattr(value, "purpose", None) or getattr(value, "kind", None)
    return str(name) if name is not None and not isinstance(value, str) else str(value)


def listed(values: Collection[Any] | Sequence[Any]) -> str:
    return ", ".join(said(each) for each in values)
