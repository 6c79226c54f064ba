"""The second opinion of `troth read`: asked for, judged, and told about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from troth.reading.draft.element import Draft
    from troth.reading.text import Text


def with_second_opinion(text: Text, draft: Draft, url: str, model: str) -> Draft:
    """The draft with the proposals that count; without any where the endpoint fails.

    What was taken and refused is told on stderr, and so is a failure: an opinion is a help, and
    a draft without it is whole.
    """
    from troth.errors import Transient
    from troth.opinion.ask import Endpoint, answer, cache_folder, question
    from troth.opinion.judge import counted, open_paths, proposals_in

    endpoint = Endpoint.of(url, model, os.environ)
    paths = open_paths(draft)
    if not paths:
        return draft
    try:
        content = answer(endpoint, question(text.characters, paths), cache_folder(os.environ))
    except Transient as failure:
        typer.echo(f"no second opinion: {failure}", err=True)
        return draft
    proposals, garbled = proposals_in(content)
    result, refused = counted(draft, text, proposals)
    taken = len(proposals) - len(refused)
    typer.echo(
        f"second opinion: {taken} proposals taken, {len(refused + garbled)} refused", err=True
    )
    for refusal in (*garbled, *refused):
        typer.echo(
            f"  refused{f' ({refusal.path})' if refusal.path else ''}: {refusal.why}", err=True
        )
    return result
