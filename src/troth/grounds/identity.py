"""How two identifiers are compared, as text. The compiler's resolver shares it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, assert_never

import phonenumbers

from troth.datamap.model import Normaliser


def normalise(text: str, how: Normaliser, *, country: str = "FR") -> str:
    """The form of an identifier in which equal identifiers are equal texts; idempotent.

    `exact`: as it is. `email`, `text`: trimmed and case folded, accents kept. `phone`: digits with
    the country's prefix; a number without one is read in `country` (ISO 3166-1 alpha-2), and what
    is no possible number keeps its digits.
    """
    match how:
        case "exact":
            return text
        case "email" | "text":
            folded = unicodedata.normalize("NFD", text).casefold()
            return unicodedata.normalize("NFC", folded).strip()
        case "phone":
            return _phone(text, country)
        case _:
            assert_never(how)


def identifier_text(cell: Any) -> str | None:
    """A database value as the text that facts name it by; None for NULL and the empty text."""
    if cell is None:
        return None
    return str(cell) or None


def _phone(text: str, country: str) -> str:
    digits = re.sub(r"[^0-9]", "", text)
    compact = ("+" if text.lstrip().startswith("+") else "") + digits
    if not digits:
        return ""
    try:
        number = phonenumbers.parse(compact, country)
    except phonenumbers.NumberParseException:
        return compact
    if not phonenumbers.is_possible_number(number):
        return compact
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
