"""How far a run is, on stderr: a bar for all of it and one for each table that is being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from troth.apply.outcome import Progress
from troth.plan.model import Plan


class _Rate(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "", style="dim")


@contextmanager
def shown_progress(plan: Plan, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """What a run tells its progress to; nothing is shown where nobody looks."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal or not plan.steps:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console) as bars:
        tasks: dict[tuple[str, str], TaskID] = {}
        done: dict[tuple[str, str], int] = {}
        whole = bars.add_task("all rows", total=plan.rows)

        def show(step: Progress) -> None:
            label = (step.store, step.table)
            if label not in tasks:
                tasks[label] = bars.add_task(f"{step.store}.{step.table}", total=step.total)
            # What is finished leaves: fifty bars are taller than a terminal.
            unfinished = step.done < step.total
            bars.update(tasks[label], completed=step.done, total=step.total, visible=unfinished)
            done[label] = step.done
            bars.update(whole, completed=sum(done.values()))

        yield show
