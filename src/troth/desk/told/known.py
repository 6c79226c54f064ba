"""Names of persons as people write them: checked against the map, compared as it compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from troth.datamap.model import DataMap, Normaliser
from troth.datamap.namespaces import Namespace, namespaces
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.grounds.identity import normalise
from troth.ledger.suppression import Form


def known_persons(persons: Iterable[Identifier], datamap: DataMap) -> tuple[Identifier, ...]:
    """The names, each once; Refused (`unknown-namespace`) where the map identifies nobody so."""
    known = namespaces(datamap)
    found = tuple(dict.fromkeys(persons))
    for person in found:
        if person.namespace not in known:
            raise Refused(
                "unknown-namespace",
                f"the map identifies nobody by '{person.namespace}'",
                help=advice(person.namespace, list(known))
                or f"it knows {', '.join(known) or 'none'}",
            )
    return found


def forms_of(persons: Iterable[Identifier], datamap: DataMap) -> list[Form]:
    """Each name in every way in which the map compares its namespace; none for unknown ones."""
    known = namespaces(datamap)
    return [
        (person, how)
        for person in persons
        if person.namespace in known
        for how in known[person.namespace].compare
    ]


def known_names(names: Iterable[str], known: Mapping[str, object], what: str) -> None:
    """Refused (`unknown-recipient`, `unknown-category`, `unknown-place`) for a name unknown."""
    for name in names:
        if name in known:
            continue
        message = f"the policy has no {what} '{name}'"
        help = advice(name, list(known)) or f"it has {', '.join(known) or 'none'}"
        match what:
            case "recipient":
                raise Refused("unknown-recipient", message, help=help)
            case "place":
                raise Refused("unknown-place", message, help=help)
            case _:
                raise Refused("unknown-category", message, help=help)


Compared = tuple[str, Normaliser, str]
"""A name as it is compared: namespace, how, and the normalised text."""


def compared(persons: Iterable[Identifier], known: Mapping[str, Namespace]) -> frozenset[Compared]:
    """Names in every way in which the map compares them; exactly where it is mute.

    `known`: the map's namespaces. Two groups of names are of one person if they share one.
    """
    exact: tuple[Normaliser, ...] = ("exact",)
    return frozenset(
        (person.namespace, how, normalise(person.value, how))
        for person in persons
        for how in (known[person.namespace].compare if person.namespace in known else exact)
    )


def same_person(one: Iterable[Identifier], other: Iterable[Identifier], datamap: DataMap) -> bool:
    """Whether two groups of names share one, compared as the map does."""
    known = namespaces(datamap)
    return not compared(one, known).isdisjoint(compared(other, known))
