"""Whether rows that share an identifier are one person's: by its kind, and by the names there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from troth.desk.find.looks import Kind, compare_names, is_mailbox, words
from troth.desk.find.model import Face, Reason

MOST_NAMES = 20  # ways to write the name of one person
_SHORTEST_STREET = 4  # letters of a word that tells one street from another
_POSTCODE = re.compile(r"[0-9]{4,5}")


@dataclass(frozen=True)
class Verdict:
    """The faces that are the person's, and those that may be, with the reason for the doubt."""

    sure: tuple[Face, ...]
    doubtful: tuple[tuple[Face, Reason], ...]


def judge(
    kind: Kind, value: str, faces: Sequence[Face], known: Sequence[str], *, typed: bool
) -> Verdict:
    """Which of the faces that show an identifier are one person's.

    `known` are names that the person is known by. `typed`: a human named the person by this
    identifier; else it was found on a row of theirs. An issued number and an e-mail address carry
    unless the names contradict each other; a telephone number, and a mailbox that several people
    read, only where a name agrees.
    """
    if kind in ("name", "address"):
        return Verdict((), tuple((face, "same-name") for face in faces))
    mailbox = kind == "email" and is_mailbox(value)
    weak = kind == "phone" or mailbox
    reason: Reason = "shared-mailbox" if mailbox else "shared"
    apart = _contradict(faces)
    if not any(known):
        if typed and not apart and (not weak or _one_person(faces)):
            return Verdict(tuple(faces), ())
        return Verdict((), tuple((face, reason) for face in faces))
    sure: list[Face] = []
    doubtful: list[tuple[Face, Reason]] = []
    for face in faces:
        match _agrees(face.name, known):
            case "different":
                doubtful.append((face, reason if weak or apart else "other-name"))
            case "unknown" if apart or mailbox:
                doubtful.append((face, reason))
            case "unknown" if weak and not typed:
                doubtful.append((face, "no-name"))
            case _ if weak and apart and not typed:
                doubtful.append((face, reason))
            case _ if mailbox and not typed:
                doubtful.append((face, reason))
            case _:
                sure.append(face)
    return Verdict(tuple(sure), tuple(doubtful))


def same_place(one: str, other: str) -> bool:
    """Whether two written addresses are one place, as far as they say."""
    mine, theirs = words(one), words(other)
    codes, their_codes = _codes(mine), _codes(theirs)
    if codes and their_codes and not codes & their_codes:
        return False
    streets, their_streets = _streets(mine), _streets(theirs)
    if codes & their_codes:
        return not (streets and their_streets) or bool(streets & their_streets)
    numbers = {word for word in mine & theirs if word.isdigit()}
    return bool(streets & their_streets) and bool(numbers)


def _contradict(faces: Iterable[Face]) -> bool:
    names = {" ".join(sorted(words(face.name))): face.name for face in faces if face.name}
    if len(names) > MOST_NAMES:
        return True
    return any(
        compare_names(a, b) == "different" for a, b in combinations(sorted(names.values()), 2)
    )


def _one_person(faces: Sequence[Face]) -> bool:
    """One row alone, or names that all agree."""
    names = [face.name for face in faces]
    return len(faces) == 1 or all(
        compare_names(names[0], name) in ("same", "similar") for name in names
    )


def _agrees(name: str, known: Iterable[str]) -> str:
    said = {compare_names(name, one) for one in known if one}
    for verdict in ("same", "similar", "unknown"):
        if verdict in said:
            return verdict
    return "different"


def _codes(said: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in said if _POSTCODE.fullmatch(word))


def _streets(said: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in said if len(word) >= _SHORTEST_STREET and not word.isdigit())
