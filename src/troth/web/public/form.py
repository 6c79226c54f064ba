"""The form: what somebody sent, as the content of a letter, or what to look at again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import category

from pydantic import ValidationError

from troth.postbox.content import WISHES, Behalf, Content, Right
from troth.web.public.words import Words

SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")
_KEPT = "\n\u200c\u200d"
DIRECTIVES = "directives-after-death"
_FIELDS = ("email", "name", "reference", "words", "about", "wish", "trusted", "trusted_contact")
_WISHED = ("wish", "trusted", "trusted_contact")


@dataclass(frozen=True)
class Given:
    """What somebody has filled in, shown again where something is missing."""

    email: str = ""
    name: str = ""
    reference: str = ""
    words: str = ""
    about: str = ""
    wish: str = ""
    trusted: str = ""
    trusted_contact: str = ""


def given_of(form: Mapping[str, object]) -> Given:
    """The fields of a form; files and unknown fields are not looked at."""
    return Given(**{name: printable(str(form.get(name) or "")).strip() for name in _FIELDS})


def needed(right: Right, behalf: Behalf) -> tuple[str, ...]:
    """The fields without which a request under a right cannot be answered."""
    fields = ["email"]
    if behalf != "self":
        fields += ["name", "about"]
    if right == "rectification":
        fields.append("words")
    if right == DIRECTIVES:
        fields += ["name", *_WISHED]
    return tuple(dict.fromkeys(fields))


REVOKES = "revoke"


def content_of(
    given: Given, right: Right, behalf: Behalf, secret: str, w: Words
) -> Content | dict[str, str]:
    """The content of the letter, or the problems by field, in words."""
    lacking = [name for name in needed(right, behalf) if not getattr(given, name)]
    if given.wish == REVOKES:  # nobody is put in charge of a wish that is taken back
        lacking = [name for name in lacking if name not in ("trusted", "trusted_contact")]
    if right == DIRECTIVES and given.wish not in WISHES and "wish" not in lacking:
        lacking.append("wish")
    problems = {name: w(f"problem.{name}") for name in lacking}
    plain = {name: value for name, value in vars(given).items() if name not in _WISHED}
    wish = {name: getattr(given, name) for name in _WISHED}
    try:
        content = Content.model_validate(
            {
                **plain,
                "right": right,
                "behalf": behalf,
                "language": w.language,
                "secret": secret,
                "directive": wish if right == DIRECTIVES and not problems else None,
            }
        )
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][-1])
            if one["type"] == "string_too_long":
                problems[name] = w("problem.long", most=one["ctx"]["max_length"])
            else:
                problems.setdefault(name, w("problem.email" if name == "email" else "problem.form"))
        return problems
    return problems or content


def printable(text: str) -> str:
    """Without characters that control, but with lines, every space, and what joins letters.

    French keyboards put narrow spaces that do not break; Persian names and many emoji are joined.
    """
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(c for c in lines if c in _KEPT or c.isprintable() or category(c) == "Zs")
