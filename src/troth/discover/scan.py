"""Scanning live stores: open, reflect, sample, guess, and link what lies in different stores."""

from __future__ import annotations

from collections.abc import Mapping

from troth.discover.across import link_stores
from troth.discover.guess import StoreGuess
from troth.discover.needed import bind_needed_events
from troth.discover.sampling import StoreSampler
from troth.discover.survey import Settings, survey
from troth.errors import Refused
from troth.stores.opening import open_store
from troth.stores.reflect import reflect


def scan_stores(urls: Mapping[str, str], settings: Settings) -> tuple[StoreGuess, ...]:
    """What was found in each store (name to address), with proposed relations between them.

    Reads only. Raises what `open_store` raises, and `Refused` (`no-tables`) for an empty database.
    """
    found: list[StoreGuess] = []
    samplers: dict[str, StoreSampler] = {}
    for name, url in urls.items():
        store = open_store(name, url, purpose="read")
        schema = reflect(store)
        if not schema.tables:
            raise Refused(
                "no-tables",
                "the database has no table that this login can see",
                place=name,
                help="check the address, and that the login may read the application's tables",
            )
        samplers[name] = StoreSampler(store, settings.rng)
        found.append(survey(schema, samplers[name], settings))
    linked = link_stores(found, samplers)
    if settings.policy is None:
        return linked
    return bind_needed_events(linked, settings.policy, settings.lexicon, settings.today)
