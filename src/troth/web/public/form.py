"""The form: what somebody sent, as the content of a letter, or what to look at again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from troth.postbox.content import BEHALVES, Content, Right
from troth.web.public.words import Words

SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")
_FIELDS = ("email", "name", "reference", "words", "behalf")


@dataclass(frozen=True)
class Given:
    """What somebody has filled in, shown again where something is missing."""

    email: str = ""
    name: str = ""
    reference: str = ""
    words: str = ""
    behalf: str = "self"


def given_of(form: Mapping[str, object]) -> Given:
    """The fields of a form; files and unknown fields are not looked at."""
    found = {name: str(form.get(name) or "").strip() for name in _FIELDS}
    if found["behalf"] not in BEHALVES:
        found["behalf"] = "self"
    return Given(**{name: _printable(value) for name, value in found.items()})


def content_of(given: Given, right: Right, secret: str, w: Words) -> Content | dict[str, str]:
    """The content of the letter, or the problems by field, in words."""
    problems: dict[str, str] = {}
    if right == "rectification" and not given.words:
        problems["words"] = w("problem.words")
    try:
        content = Content(right=right, language=w.language, secret=secret, **vars(given))
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0])
            if one["type"] == "string_too_long":
                problems[name] = w("problem.long", most=one["ctx"]["max_length"])
            else:
                problems.setdefault(name, w("problem.email" if name == "email" else "problem.form"))
        return problems
    return problems or content


def _printable(text: str) -> str:
    """Without control characters, but with lines."""
    return "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n")
