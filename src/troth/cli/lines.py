"""Indented text for a terminal: each line stands under the first, and ends without blanks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

_NARROWEST = 20  # columns of text that stay beside an indentation


@dataclass(frozen=True)
class Indented:
    """What is shown `by` columns to the right; `sign`, no wider than that, leads its first line.

    Rich's own padding fills each line with blanks, which a file or a copied text keeps.
    """

    shown: RenderableType
    by: int
    sign: Text | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(_NARROWEST, options.max_width - self.by)
        inner = options.update_width(width)
        for number, line in enumerate(console.render_lines(self.shown, inner, pad=False)):
            if number == 0 and self.sign is not None:
                yield from self.sign.render(console)
                yield Segment(" " * (self.by - len(self.sign)))
            else:
                yield Segment(" " * self.by)
            yield from trimmed(line)
            yield Segment.line()


def trimmed(line: Iterable[Segment]) -> list[Segment]:
    """A line without the blanks at its end."""
    kept = list(line)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        text, style, control = kept[-1]
        kept[-1] = Segment(text.rstrip(), style, control)
    return kept
