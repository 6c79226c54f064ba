"""From what a human typed to whom to look for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from troth.desk.find.facets import Facets
from troth.desk.find.looks import Kind, is_phone
from troth.desk.find.model import Asked
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.grounds.facts import Identifier

SHORTEST = 2  # characters of a text that is looked for
_POSTCODE = re.compile(r"\b[0-9]{4,5}\b")


def asked_of(
    facets: Facets,
    texts: Iterable[str] = (),
    *,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    ids: Iterable[str] = (),
    names: Iterable[str] = (),
) -> Asked:
    """Whom these texts mean; the kind of each of `texts` is guessed from its shape.

    `ids` are NAMESPACE=VALUE. Raises `Refused`: `nobody-asked` where all is blank,
    `unknown-namespace` where the map has no column for what was asked.
    """
    found: list[Identifier] = []
    named = [name.strip() for name in names]
    addresses: list[str] = []
    for text in emails:
        found += _all(facets, "email", text.strip())
    for text in phones:
        found += _all(facets, "phone", text.strip())
    for text in ids:
        found.append(_identifier(facets, text))
    for text in (text.strip() for text in texts):
        match _guess(text):
            case "email":
                found += _all(facets, "email", text)
            case "phone":
                spaces = (*facets.spaces("phone"), *facets.spaces("number"))
                found += [Identifier(space, text) for space in spaces]
            case "number":
                found += [Identifier(space, text) for space in facets.spaces("number")]
            case "address":
                addresses.append(text)
            case "name":
                named.append(text)
                if " " not in text:  # perhaps a login
                    found += [Identifier(space, text) for space in facets.spaces("number")]
    asked = Asked(
        tuple(dict.fromkeys(one for one in found if one.value)),
        tuple(dict.fromkeys(name for name in named if len(name) >= SHORTEST)),
        tuple(dict.fromkeys(addresses)),
    )
    if not (asked.identifiers or asked.names or asked.addresses):
        raise Refused(
            "nobody-asked",
            "nothing to look for was given",
            help="give an e-mail address, a telephone or customer number, or a name",
        )
    return asked


def _guess(text: str) -> Kind | None:
    if len(text) < SHORTEST:
        return None
    if "@" in text:
        return "email"
    if is_phone(text):
        return "phone"
    if not any(character.isdigit() for character in text):
        return "name"
    if _POSTCODE.search(text) and len(text.split()) > 1:
        return "address"
    return "number" if len(text.split()) == 1 else "address"


def _all(facets: Facets, kind: Kind, text: str) -> list[Identifier]:
    spaces = facets.spaces(kind)
    if text and not spaces:
        raise _unknown(kind, facets)
    return [Identifier(space, text) for space in spaces]


def _identifier(facets: Facets, text: str) -> Identifier:
    namespace, found, value = text.partition("=")
    if not found or not value.strip():
        raise Refused(
            "not-a-person",
            "a person is written namespace=value",
            help="for example --id customer-number=C-1042",
        )
    if namespace.strip() not in facets.kinds:
        raise _unknown(namespace.strip(), facets)
    return Identifier(namespace.strip(), value.strip())


def _unknown(namespace: str, facets: Facets) -> Refused:
    known = sorted(facets.kinds)
    return Refused(
        "unknown-namespace",
        f"no column of the map holds identifiers of '{namespace}'",
        help=advice(namespace, known) or f"it has {', '.join(known) or 'none'}",
    )
