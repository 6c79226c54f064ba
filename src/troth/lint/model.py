"""What examining a policy yields: codes, rules, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from troth.lint.script import Script, Unit
from troth.reading.text import Evidence


class Severity(StrEnum):
    """How much a finding matters; `error` is first."""

    ERROR = "error"  # the law is not met, or a promise cannot be kept
    WARNING = "warning"  # people cannot rely on it, or it is likely unlawful
    INFO = "info"  # worth mending when the text is next touched

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Status(StrEnum):
    """A defect that the text shows, or how far something required is there."""

    FOUND = "found"
    ABSENT = "absent"
    DOUBTFUL = "doubtful"
    PRESENT = "present"


@dataclass(frozen=True)
class Flaw:
    """One finding: its code, what is wrong in one sentence, and the exact characters that show it.

    `rule` names the rule within the code, `article` the provisions (GDPR unless it says otherwise).
    `searched` is the trace of an absence: in words, what was looked for. `places` are paths in
    policy.yaml or map.yaml, where no prose is examined. A message that names something is made of
    a `template` and its `values`, so that it can be said in another language.
    """

    code: str
    rule: str
    severity: Severity
    article: str
    message: str
    status: Status = Status.FOUND
    evidence: tuple[Evidence, ...] = ()
    searched: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    template: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rule:
    """One way in which a text shows a defect.

    `find` yields for each occurrence the units to quote. A code may have several rules.
    """

    code: str
    name: str
    severity: Severity
    article: str
    message: str
    find: Callable[[Script], Iterable[tuple[Unit, ...]]]
    searched: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleLine:
    """A rule as its page shows it; `searched` tells what it looks for where something is absent."""

    code: str
    name: str
    severity: Severity
    article: str
    message: str
    searched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """What a code means, for its page: why it matters, and how to mend it."""

    code: str
    title: str
    why: str
    mend: str
