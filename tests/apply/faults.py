"""Planted faults of applying a plan, each with the story that must notice it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apply import scenarios
from troth.apply import batch, batches, before, forget, recall, tree_batch, trees
from troth.plan import steps

Plant = Callable[[pytest.MonkeyPatch], None]


def _skip_recheck(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch, "_decide_again", lambda *_: 0)
    patch.setattr(tree_batch, "_decide_again", lambda *_: 0)


def _what_hangs_below_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trees.Tree, "blockers", lambda *_, **__: iter(()))


def _cascade_unseen(patch: pytest.MonkeyPatch) -> None:
    real = steps.dependents

    def known(*arguments: Any) -> Any:
        return tuple(found for found in real(*arguments) if found.known)

    patch.setattr(steps, "dependents", known)


def _fence_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batches, "check_fence", lambda *_: None)


def _hold_after_plan_ignored(patch: pytest.MonkeyPatch) -> None:
    seen: dict[str, int] = {}
    real = recall.read_facts

    def remembered(*arguments: Any) -> Any:
        facts = real(*arguments)
        seen["version"] = facts.version
        return facts

    patch.setattr(recall, "read_facts", remembered)
    patch.setattr(batches, "facts_version", lambda *_: seen["version"])


def _evidence_eaten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(before, "days_to_keep", lambda *_: ())


def _kept_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(forget, "days_of_gone_rows", lambda *_: [])


FAULTS: dict[str, tuple[Plant, scenarios.Story]] = {
    "skip-recheck": (_skip_recheck, scenarios.new_order_after_picking),
    "below-ignored": (_what_hangs_below_ignored, scenarios.new_invoice_after_picking),
    "cascade-unseen": (_cascade_unseen, scenarios.cascade_to_what_must_stay),
    "fence-ignored": (_fence_ignored, scenarios.newer_run_takes_over),
    "hold-after-plan-ignored": (_hold_after_plan_ignored, scenarios.hold_after_picking),
    "evidence-eaten": (_evidence_eaten, scenarios.evidence_outlives_its_rows),
    "kept-days-for-ever": (_kept_for_ever, scenarios.evidence_outlives_its_rows),
}
