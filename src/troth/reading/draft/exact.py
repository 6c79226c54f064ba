"""The draft of a text that says a policy in sentences of one meaning, such as a notice of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from troth.documents.document import Path
from troth.reading.draft.element import Draft, Element
from troth.reading.frames.frame import Confidence
from troth.reading.text import Evidence


def exact(
    data: Mapping[str, Any],
    found: Iterable[tuple[Path, Any, Evidence]],
    missed: Iterable[tuple[Path, Evidence]] = (),
) -> Draft:
    """The draft of a policy that was read back whole.

    `data`: the policy as its file would hold it. `found`: each fact with its place and characters;
    `missed`: passages that say something which could not be read, and are for a person to look at.
    """
    draft = Draft(dict(data))
    for path, value, evidence in found:
        place = written(data, path)
        draft.elements.append(Element(place, value, Confidence.SURE, ("own-notice",), (evidence,)))
    for path, evidence in missed:
        place = written(data, path)
        draft.elements.append(
            Element(place, None, Confidence.DOUBTFUL, ("not-understood",), (evidence,))
        )
    return draft


def written(data: Any, path: Path) -> str:
    """A path as people write it; parts of lists by their id where they have one."""
    text = ""
    value = data
    for step in path:
        value = _inside(value, step)
        name = value.get("id") if isinstance(step, int) and isinstance(value, Mapping) else None
        if isinstance(step, int) and name is None:
            text += f"[{step}]"
        else:
            text += f".{name or step}" if text else str(step)
    return text


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, (list, tuple)) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None
