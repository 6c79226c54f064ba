"""Carrying out acts: a plan about their persons alone, by the same engine as retention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.apply.planning import Setting, make_plan
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.model import Plan


def plan_of_acts(setting: Setting, facts: Facts, acts: Sequence[str], now: datetime) -> Plan:
    """What has to go of the persons of these acts, measured; nothing is changed.

    What stays has a ground that the standing of its values names. Refused: `unknown-act`.
    """
    known = {act.id for act in facts.acts}
    for act in acts:
        if act not in known:
            raise Refused(
                "unknown-act", f"there is no act '{act}'", help="`troth request list` shows them"
            )
    return make_plan(setting, facts, now, scope=tuple(dict.fromkeys(acts)))
