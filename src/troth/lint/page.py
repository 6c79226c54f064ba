"""Findings as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources

from jinja2 import Environment, StrictUndefined

from troth.lint.accepted import Sorted
from troth.lint.gathered import counts, together
from troth.lint.model import Flaw, Severity, Status
from troth.lint.words import Words


def as_html(
    found: Sorted,
    checked: Sequence[Flaw],
    name: str,
    lines: Mapping[str, str],
    words: Words,
    *,
    text_language: str,
    day: date,
) -> str:
    """The page about `name`; findings are in the language of `words` already.

    `lines`: file and line of each place. `text_language`: of the quotes. `day`: of examination.
    """
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = resources.files("troth.lint").joinpath("page.html.j2").read_text("utf-8")
    return made.from_string(template).render(
        w=words,
        title=words("title", name=name),
        head=counts(found, words),
        day=day.isoformat(),
        groups=list(_groups(found, words)),
        items=list(_items(checked, words)),
        found=found,
        lines=lines,
        text_language=text_language,
    )


def _groups(found: Sorted, words: Words) -> Iterator[tuple[str, str, list[Flaw]]]:
    for severity in Severity:
        flaws = [flaw for flaw in found.standing if flaw.severity is severity]
        if flaws:
            yield severity.value, words.counted(severity.value, len(flaws)), together(flaws)


def _items(checked: Sequence[Flaw], words: Words) -> Iterator[tuple[str, list[str]]]:
    """The items of Art. 13 and 14 by their status."""
    for status in (Status.PRESENT, Status.DOUBTFUL, Status.ABSENT):
        names = [words.item(flaw.code) for flaw in checked if flaw.status is status]
        if names:
            yield words(status.value), names
