"""What a run did, for a person: done, skipped, and what remains due with the reason."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from troth.apply.outcome import Outcome
from troth.cli.lines import Indented
from troth.cli.show_plan import console_of, describe, whole
from troth.plan.model import Counts, Plan, SendInvitations, Step
from troth.report.words import Words

_WORDS = Words("en")


def show_outcome(plan: Plan, outcome: Outcome, console: Console | None = None) -> None:
    """Prints an outcome, step by step in the order of the plan."""
    console = console or console_of()
    for step in plan.steps:
        if isinstance(step, SendInvitations):
            continue
        rows = outcome.written.get(step.id, 0) or outcome.archived.get(step.id, 0)
        if rows:
            console.print(Indented(Text(_did(step, rows)), 2, Text("✓", "bold green")))
        for name, inside in outcome.dropped.get(step.id, {}).items():
            console.print(Indented(whole(name, inside), 4))
        skipped = outcome.skipped.get(step.id, 0)
        if skipped:
            why = "no longer due when their turn came, or kept by what depends on them"
            console.print(Indented(f"{_WORDS.count('rows', skipped)} skipped: {why}", 2))
        if step.id in outcome.between:
            low, high = outcome.between[step.id]
            console.print(
                Indented(f"a crash left it open whether {low} to {high} more rows went", 2)
            )
    for left in outcome.left:
        said = f"partition {left.store}.{left.partition} was not dropped ({left.why})"
        console.print(Indented(f"{said}: what was due in it went in batches", 2))
    _invitations(console, outcome)
    _stopped(console, outcome)
    _remaining(console, plan, outcome)


def _did(step: Step, rows: int) -> str:
    return f"{step.store}: {describe(step.model_copy(update={'counts': Counts(rows=rows)}))}"


def _invitations(console: Console, outcome: Outcome) -> None:
    if outcome.invited:
        sent = "1 invitation" if outcome.invited == 1 else f"{outcome.invited} invitations"
        console.print(Text.assemble(("✓ ", "bold green"), f"{sent} sent"))
    if outcome.waiting:
        waits = (
            "1 invitation waits" if outcome.waiting == 1 else f"{outcome.waiting} invitations wait"
        )
        console.print(
            f"{waits} in the outbox: see that troth.yaml names a mail server, and that it answers"
        )


def _stopped(console: Console, outcome: Outcome) -> None:
    for one in outcome.stopped:
        console.print()
        console.print(Text(f"✗ stopped: {', '.join(one.steps)}", style="bold red"))
        console.print(Indented(Text(str(one.error)), 2))


def _remaining(console: Console, plan: Plan, outcome: Outcome) -> None:
    console.print()
    if outcome.clean:
        console.print(Text("Nothing of this plan is still due.", style="bold green"))
        return
    steps = {step.id: step for step in plan.steps}
    stopped = {step for one in outcome.stopped for step in one.steps}
    for step_id, rows in outcome.remaining.items():
        step = steps.get(step_id)
        where = f"{step.store}.{step.table}" if step is not None else step_id
        why = (
            "its step was stopped"
            if step_id in stopped
            else "they became due, or free to go, since"
        )
        console.print(
            Text.assemble(
                ("! ", "bold yellow"), f"{where}: {_WORDS.count('rows', rows)} still due: {why}"
            )
        )
    console.print("Make a new plan for what remains: troth plan")
