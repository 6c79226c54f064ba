"""From a policy to its notice: every fact that a text can carry, chapter by chapter."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from pydantic import BaseModel

from troth.documents.document import Path
from troth.language import Language
from troth.notice.brief import brief, overview
from troth.notice.forms import Pen
from troth.notice.kinds import Kind, Line, Section
from troth.notice.names import Named, Numbered, merged, present
from troth.notice.open import unsettled
from troth.notice.phrases import plain, shown
from troth.notice.sections import ABOUT
from troth.notice.tree import Block, Card, Chapter, Fact, PublicNotice, Stamp
from troth.policy.base import Element
from troth.policy.model import Policy, Version
from troth.policy.walk import written


def notice(policy: Policy, language: Language, day: date) -> PublicNotice:
    """The notice of a policy as it is in force on `day`, a day in the policy's zone."""
    pen = pen_for(policy, language)
    phrases = pen.phrases
    chapters = tuple(
        _chapter(pen, number, section, cards) for number, section, cards in present(policy)
    )
    return PublicNotice(
        language=language,
        title=plain(policy.title),
        stamp=stamp(policy, day),
        brief=brief(pen, chapters),
        overview=overview(pen),
        full=phrases["full"],
        chapters=chapters,
        end=phrases["end"],
        open=unsettled(pen),
    )


def pen_for(policy: Policy, language: Language) -> Pen:
    """What writes the elements of a policy in a language."""
    phrases = shown(language)
    nameless = Pen(phrases, policy, {})
    names: dict[str, dict[str, Named]] = {}
    for _, section, cards in present(policy):
        for card in cards:
            label = "".join(piece.text for piece in nameless.head(section.kind, card.element))
            names.setdefault(section.field, {})[str(card.key)] = Named(label, card.number)
    return Pen(phrases, policy, merged(names))


def stamp(policy: Policy, day: date) -> Stamp:
    """Which version is in force on a day, and the digest of the policy's content."""
    position, version = in_force(policy, day)
    return Stamp(
        version=version.id,
        position=position + 1,
        of=len(policy.versions),
        effective=version.effective,
        digest=digest(policy),
    )


def in_force(policy: Policy, day: date) -> tuple[int, Version]:
    """The version in force on a day: the newest that is dated no later; else the last."""
    dated = [
        (one.effective, at)
        for at, one in enumerate(policy.versions)
        if one.effective is not None and one.effective <= day
    ]
    at = max(dated)[1] if dated else len(policy.versions) - 1
    return at, policy.versions[at]


def digest(policy: Policy) -> str:
    """The SHA-256 of what the policy says, in hexadecimal.

    The layout of the file and the remarks in it make no difference.
    """
    content = _without_notes(policy.model_dump(mode="json", by_alias=True))
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _without_notes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_notes(one) for name, one in value.items() if name != "note"}
    return [_without_notes(one) for one in value] if isinstance(value, list) else value


def _chapter(pen: Pen, number: int, section: Section, cards: list[Numbered]) -> Chapter:
    words = pen.phrases["sections"][section.field]
    about = section.field == "versions"
    facts = [_fact(pen, "about", line, pen.policy) for line in ABOUT] if about else []
    return Chapter(
        field=section.field,
        number=number,
        heading=words["heading"],
        intro=words.get("intro", ""),
        facts=tuple(fact for fact in facts if fact is not None),
        cards=tuple(_card(pen, card) for card in cards),
    )


def _card(pen: Pen, card: Numbered) -> Card:
    block = _block(pen, card.section.kind, card.element, card.path, None)
    return Card(card.number, pen.head(card.section.kind, card.element), block)


def _block(pen: Pen, kind: Kind, element: Any, path: Path, head: Fact | None) -> Block:
    name = written(pen.policy, path)
    facts = [_fact(pen, kind.name, line, element, name) for line in kind.own]
    parts: list[Block] = []
    for part in kind.parts:
        held = getattr(element, part.field)
        for at, one in enumerate(held if part.many else [held] if held is not None else []):
            steps = (*path, part.field, at) if part.many else (*path, part.field)
            place = f"{written(pen.policy, steps)}.{part.kind.head.field}"
            opening = Fact(pen.phrases.part(part.kind), pen.head(part.kind, one), place)
            parts.append(_block(pen, part.kind, one, steps, opening))
    return Block(
        path=name,
        clauses=element.clauses if isinstance(element, Element) else (),
        head=head,
        facts=tuple(fact for fact in facts if fact is not None),
        parts=tuple(parts),
    )


def _fact(
    pen: Pen, kind: str, line: Line, element: BaseModel, element_path: str = ""
) -> Fact | None:
    """The line of a field; None where it says what a reader assumes."""
    value = getattr(element, line.field) if line.field else element
    if value == () or (not line.always and _silent(element, line, value)):
        return None
    path = ".".join(part for part in (element_path, line.field or "until") if part)
    return Fact(pen.phrases.lead(kind, line), pen.write(line, kind, value), path)


def _silent(element: BaseModel, line: Line, value: Any) -> bool:
    if not line.field:
        return False
    field = type(element).model_fields[line.field]
    return value is None or (not field.is_required() and value == field.default)
