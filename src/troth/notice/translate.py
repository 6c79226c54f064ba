"""The policy's own words in another language, from a file that a person has filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from troth.documents.document import Document, Finding, Path
from troth.notice.kinds import Kind
from troth.notice.sections import SECTIONS
from troth.policy.model import Policy

_KEPT = ("article", "id", "registration")  # the same in every language

Change = Callable[[str], str]


def own_words(policy: Policy) -> tuple[str, ...]:
    """Every text of the policy that is written by people, each once, in the order of the notice."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    _changed(policy, note)
    return tuple(found)


def translated(policy: Policy, words: Mapping[str, str]) -> Policy:
    """The policy with its texts as `words` says them; those that it lacks stay as they are."""
    return _changed(policy, lambda text: words.get(text, text))


def read_words(document: Document) -> dict[str, str]:
    """Translations from a list of `text` and `says`; an empty `says` is not translated yet."""
    rows = document.data
    if not isinstance(rows, list):
        raise document.refusal(_wrong(()))
    words: dict[str, str] = {}
    for at, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise document.refusal(_wrong((at,)))
        if isinstance(row.get("says"), str) and row["says"].strip():
            words[row["text"]] = row["says"]
    return words


def _wrong(path: Path) -> Finding:
    return Finding(path, "not-translations", "expected a list of 'text' and 'says'")


def _changed(policy: Policy, change: Change) -> Policy:
    update: dict[str, Any] = {"title": change(policy.title)}
    for section in SECTIONS:
        held = getattr(policy, section.field)
        if isinstance(held, dict):
            update[section.field] = {
                name: _element(section.kind, one, change) for name, one in held.items()
            }
        elif isinstance(held, tuple):
            update[section.field] = tuple(_element(section.kind, one, change) for one in held)
        elif held is not None:
            update[section.field] = _element(section.kind, held, change)
    return policy.model_copy(update=update)


def _element(kind: Kind, element: BaseModel, change: Change) -> BaseModel:
    update = {field: _text(getattr(element, field), change) for field in _fields(kind)}
    for part in kind.parts:
        held = getattr(element, part.field)
        if isinstance(held, tuple):
            update[part.field] = tuple(_element(part.kind, one, change) for one in held)
        elif held is not None:
            update[part.field] = _element(part.kind, held, change)
    return element.model_copy(update=update)


def _fields(kind: Kind) -> Iterator[str]:
    for line in (kind.head, *kind.own):
        if line.form in ("text", "texts") and line.field not in _KEPT:
            yield line.field


def _text(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(change(text) for text in value)
    return value
