"""What `read` and `review` share: a document read, with its overlay and second opinion."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troth.reading.draft.element import Draft
    from troth.reading.review.apply import Outcome
    from troth.reading.review.overlay import Overlay
    from troth.reading.text import Text


def read_draft(
    file: Path, opinion: str | None = None, model: str = "default"
) -> tuple[Text, Draft]:
    """The text of a file and its draft, with the proposals of a second opinion if one is asked.

    A notice of ours is read back word by word; any other text by its frames.
    """
    from troth.documents.files import read_file
    from troth.notice.back import read_back
    from troth.reading.documents.load import read_text
    from troth.reading.draft.build import draft_of
    from troth.reading.draft.exact import exact

    text = read_text(read_file(file, file.name), file.name)
    own = read_back(text)
    if own is None:
        draft = draft_of(text)
    else:
        found = ((one.path, one.value, one.evidence) for one in own.found)
        draft = exact(own.data, found, ((one.path, one.evidence) for one in own.missed))
    if opinion is not None:
        from troth.cli.opinions import with_second_opinion

        draft = with_second_opinion(text, draft, opinion, model)
    return text, draft


def load_overlay(file: Path) -> Overlay:
    """The overlay in a file; empty where there is none yet."""
    from troth.reading.review.overlay import EMPTY, parse_overlay

    if not file.exists():
        return EMPTY
    from troth.documents.files import read_file

    return parse_overlay(read_file(file, file.name), file.name)


def read_with_overlay(
    file: Path, overlay: Path, opinion: str | None = None, model: str = "default"
) -> tuple[Text, Draft, tuple[Outcome, ...]]:
    """The text, its draft with the decisions of the overlay, and what became of each decision."""
    from troth.reading.review.apply import apply

    with _uncollected():
        text, draft = read_draft(file, opinion, model)
    decided, outcomes = apply(draft, load_overlay(overlay), text)
    return text, decided, outcomes


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles: a twentieth of the time, since nearly all that is made stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def write_file(target: Path, text: str) -> None:
    """Write a file at once or not at all; `Refused` where it cannot be written."""
    from troth.errors import Refused

    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(target)
    except OSError as error:
        why = (error.strerror or "the file cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(target)) from None
