"""All that is examined at once: of a text, and of a project."""

from __future__ import annotations

from datetime import date

from troth.datamap.model import DataMap
from troth.lint.completeness import completeness
from troth.lint.mapped import examine_map
from troth.lint.model import Flaw, Status
from troth.lint.prose import RULES, examine
from troth.lint.typed import examine_policy
from troth.policy.model import Policy
from troth.reading.text import Text

# An absence that a rule of its own tells better, with what in the text asks for it.
_TOLD_BETTER = {
    "ART13_WITHDRAWAL": ("WITHDRAWAL_NOT_EXPLAINED",),
    "ART13_OBJECTION": ("RIGHT_MISSING",),
    "ART13_TRANSFERS": ("TRANSFER",),
    "ART13_RETENTION": ("RETENTION",),
    "ART13_MANDATORY": ("MANDATORY_FIELDS_UNSTATED",),
    "ART13_AUTOMATED": ("ART22_SILENT",),
    "ART13_SOURCE": ("SOURCE_NOT_STATED",),
}


_ABOUT_LINKS = frozenset(("LINK_TARGET_MISSING",))


def examine_text(
    text: Text, *, links_lost: bool = False
) -> tuple[tuple[Flaw, ...], tuple[Flaw, ...]]:
    """Findings about a text, the most severe first; and every item with its status.

    With `links_lost` nothing is said of links without a target.
    """
    left = _ABOUT_LINKS if links_lost else frozenset()
    flaws = examine(text, [rule for rule in RULES if rule.code not in left])
    codes = {flaw.code for flaw in flaws}
    checked = completeness(text)
    lacking = tuple(
        one
        for one in checked
        if one.status in (Status.ABSENT, Status.DOUBTFUL)
        and not codes & set(_TOLD_BETTER.get(one.code, ()))
    )
    return tuple(sorted((*flaws, *lacking), key=_order)), checked


def examine_project(policy: Policy, datamap: DataMap | None, today: date) -> tuple[Flaw, ...]:
    """Findings about a typed policy, and about its map where there is one."""
    flaws = (*examine_policy(policy, today), *(examine_map(policy, datamap) if datamap else ()))
    return tuple(sorted(flaws, key=_order))


def _order(flaw: Flaw) -> tuple[int, int, str, tuple[str, ...]]:
    start = flaw.evidence[0].start if flaw.evidence else -1
    return flaw.severity.rank, start, flaw.code, flaw.places
