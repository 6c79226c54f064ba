"""The register of wishes for after death, and of the deaths that set them in motion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from troth.datamap.model import DataMap
from troth.desk.directives.wishes import valid_at, versions_of
from troth.grounds.facts import Act
from troth.ledger.acts import list_acts
from troth.ledger.directives import Directive, HandOver, read_directives, read_hand_overs
from troth.ledger.proofs import Proof, read_proofs
from troth.ledger.session import Reading
from troth.ledger.tables import acts


@dataclass(frozen=True)
class KnownDeath:
    """A death: what proves it, the wish in force then, and what was ordered to be handed over."""

    act: Act
    proofs: tuple[Proof, ...]
    valid: Directive | None
    hand_overs: tuple[HandOver, ...]


@dataclass(frozen=True)
class Register:
    """Versions of wishes, the newest first, and deaths, the newest first."""

    directives: tuple[Directive, ...]
    deaths: tuple[KnownDeath, ...]


def register_of(reading: Reading, datamap: DataMap, now: datetime) -> Register:
    """What stands in the register now."""
    every = read_directives(reading)
    own = (acts.c.organisation == reading.organisation) & (acts.c.kind == "death")
    ids = list(reading.connection.execute(select(acts.c.id).where(own)).scalars())
    deaths = [record.act for record in list_acts(reading, now, ids)] if ids else []
    known = [
        KnownDeath(
            act,
            read_proofs(reading, act.id),
            valid_at(versions_of(every, act.persons, datamap), act.at),
            read_hand_overs(reading, act.id),
        )
        for act in deaths
    ]
    return Register(every[::-1], tuple(known[::-1]))
