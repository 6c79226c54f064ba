"""A text examined: every rule, in the order of severity and of place."""

from __future__ import annotations

from collections.abc import Iterable

from troth.lint.model import Flaw, Rule
from troth.lint.rules import (
    bases,
    consent,
    form,
    headings,
    particulars,
    retention,
    rights,
    sharing,
    transfers,
)
from troth.lint.script import Script
from troth.reading.text import Text

FAMILIES = (headings, form, particulars, bases, consent, sharing, transfers, retention, rights)
RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)


def examine(text: Text, rules: Iterable[Rule] = RULES) -> tuple[Flaw, ...]:
    """Every finding about a text, the most severe first, then in the order of the text."""
    script = Script(text)
    found = [
        Flaw(
            rule.code,
            rule.name,
            rule.severity,
            rule.article,
            rule.message,
            evidence=tuple(script.evidence(unit) for unit in units),
            searched=rule.searched,
        )
        for rule in rules
        for units in rule.find(script)
    ]
    return tuple(sorted(found, key=_order))


def _order(flaw: Flaw) -> tuple[int, int, str]:
    return flaw.severity.rank, flaw.evidence[0].start if flaw.evidence else -1, flaw.code
