"""No more rows than were approved, beyond the tolerance that the plan prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from troth.apply.picked import Component
from troth.errors import Refused
from troth.plan.model import Plan


@dataclass
class Approved:
    """How many rows each step may write, and what it has written, over all processes of a run."""

    plan: Plan
    done: dict[str, int] = field(default_factory=dict)

    def add(self, rows: Mapping[str, int]) -> None:
        for step, count in rows.items():
            self.done[step] = self.done.get(step, 0) + count

    def beyond(self, components: Iterable[Component]) -> dict[str, Refused]:
        """Steps of which more rows were found than may be written, each with its error."""
        found: dict[str, int] = {}
        for component in components:
            for step, rows in component.counts:
                found[step.id] = found.get(step.id, 0) + rows
        return {step: error for step, error in self._errors(found).items() if error is not None}

    def check(self, written: Mapping[str, int]) -> None:
        """Raises `Refused` where a batch would go beyond; its transaction is still open."""
        for error in self._errors(written).values():
            if error is not None:
                raise error

    def _errors(self, rows: Mapping[str, int]) -> dict[str, Refused | None]:
        return {
            step.id: self._error(step.id, f"{step.store}.{step.table}", rows[step.id])
            for step in self.plan.steps
            if step.id in rows
        }

    def _error(self, step: str, label: str, rows: int) -> Refused | None:
        approved = next(
            (each.counts.rows for each in self.plan.steps if each.id == step and each.counts), 0
        )
        limits = self.plan.limits
        spare = max(approved * limits.tolerance_percent // 100, limits.tolerance_rows)
        if not approved:
            spare = 0  # what nobody saw was approved by nobody
        rows += self.done.get(step, 0)
        if rows <= approved + spare:
            return None
        return Refused(
            "more-rows-than-approved",
            f"{label}: {rows} rows are due, {approved} were approved",
            help="make a new plan and look at it",
        )
