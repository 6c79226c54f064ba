"""Names of persons as people write them: checked against the map, compared as it compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from troth.datamap.model import DataMap, Normaliser
from troth.datamap.namespaces import namespaces
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


def same_person(one: Iterable[Identifier], other: Iterable[Identifier], datamap: DataMap) -> bool:
    """Whether two groups of names share one, compared as the map does; exactly where it is mute."""
    return not _texts(one, datamap).isdisjoint(_texts(other, datamap))


def _texts(persons: Iterable[Identifier], datamap: DataMap) -> set[tuple[str, Normaliser, str]]:
    known = namespaces(datamap)
    exact: tuple[Normaliser, ...] = ("exact",)
    return {
        (person.namespace, how, normalise(person.value, how))
        for person in persons
        for how in (known[person.namespace].compare if person.namespace in known else exact)
    }
