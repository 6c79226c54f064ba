"""How identifiers and names look: of what kind, alike in what, and masked for a screen."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, assert_never

from troth.grounds.identity import normalise

Kind = Literal["email", "phone", "name", "address", "number"]
"""What a namespace holds. `number`: whatever an organisation issued (customer number, login)."""
Likeness = Literal["case-or-spaces", "accents", "plus-tag", "dots", "phone-form", "number-form"]
"""In what two identifiers differ that are not the same by the map's normaliser."""
Names = Literal["same", "similar", "different", "unknown"]

DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Mail services for which dots in the local part mean nothing, and the name they go by."""
_MAILBOXES = (
    "info contact office admin mail hello sales service support team no-reply noreply accueil "
    "secretariat direction bonjour commercial ventes compta comptabilite facturation postmaster "
    "webmaster billing accounts orders commandes reception cabinet distributor distributeur"
)
MAILBOXES = frozenset(_MAILBOXES.split())
"""Local parts of mailboxes that several people read."""
_TITLE = "mr mrs ms miss mme mlle m dr prof pr madame monsieur docteur herr frau"
_TITLES = frozenset(_TITLE.split())
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,22}")
_PHONE_DIGITS = 8  # fewer are no telephone number that a person would type


def plain(text: str) -> str:
    """Case folded, without accents and without characters that nobody sees."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in "\u200b\ufeff")


def is_phone(text: str) -> bool:
    """Whether a typed text looks like a telephone number."""
    digits = sum(c.isdigit() for c in text)
    return bool(_PHONE.fullmatch(text.strip())) and digits >= _PHONE_DIGITS


def loose(kind: Kind, text: str) -> str:
    """A form in which identifiers that may be the same are equal; '' for what says nothing."""
    match kind:
        case "email":
            local, domain = _mail_parts(text)
            local = local.split("+")[0]
            if domain in DOTLESS:
                local, domain = local.replace(".", ""), DOTLESS[domain]
            return f"{local}@{domain}" if local and domain else ""
        case "phone":
            return normalise(text, "phone")
        case "number":
            return "".join(c for c in plain(text) if c.isalnum())
        case "name" | "address":
            return " ".join(sorted(words(text)))
        case _:
            assert_never(kind)


def likeness(kind: Kind, one: str, other: str) -> Likeness:
    """In what two identifiers differ whose loose forms are equal."""
    if kind == "phone":
        return "phone-form"
    if kind != "email":
        return "number-form"
    if normalise(one, "email") == normalise(other, "email"):
        return "case-or-spaces"
    (local, domain), (their_local, their_domain) = _mail_parts(one), _mail_parts(other)
    if (local, domain) == (their_local, their_domain):
        return "accents"
    return "plus-tag" if "+" in local + their_local else "dots"


def is_mailbox(text: str) -> bool:
    """Whether an e-mail address is one that several people read."""
    return _mail_parts(text)[0] in MAILBOXES


def words(text: str) -> frozenset[str]:
    """The words of a name or an address, plain and without titles."""
    return frozenset(re.findall(r"[^\W_]+", plain(text))) - _TITLES


def compare_names(one: str, other: str) -> Names:
    """Whether two written names are one person's: initials and left-out names are similar.

    One word that is in the other name says too little either way.
    """
    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return "unknown"
    if mine == theirs:
        return "same"
    few, many = sorted((mine, theirs), key=len)
    if all(_in(word, many) for word in few):
        return "similar" if len(few) > 1 else "unknown"
    return "different"


def transposed(one: str, other: str) -> bool:
    """Whether two names have the same words in another order."""
    first, second = plain(one).split(), plain(other).split()
    return first != second and words(one) == words(other)


def masked(kind: Kind, text: str) -> str:
    """The text as a screen may show it: enough to recognise what one knows already."""
    shown = text.strip()
    if kind == "email" and "@" in shown:
        local, _, domain = shown.rpartition("@")
        return f"{local[:1]}•••@{domain}"
    if kind == "phone":
        return f"•••{shown[-2:]}" if len(shown) > 4 else "•••"
    if kind in ("name", "address"):
        return " ".join(f"{word[:1]}•••" for word in shown.split()[:2])
    return f"{shown[:1]}•••{shown[-1:]}" if len(shown) > 3 else "•••"


def _in(word: str, many: frozenset[str]) -> bool:
    return word in many or (len(word) == 1 and any(other.startswith(word) for other in many))


def _mail_parts(text: str) -> tuple[str, str]:
    local, _, domain = "".join(plain(text).split()).rpartition("@")
    return local, domain
