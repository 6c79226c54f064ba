"""Stores of old programs, whose names are words cut short and glued: DATNAI, NOMCLI, CDELIG."""

from __future__ import annotations

from dataclasses import replace

from troth.discover.lexicon import Lexicon
from troth.plan.schema import StoreSchema

_SHARE = 0.3  # of the distinct column names, from which the whole store is read so
_FEWEST = 10  # such names


def lexicon_for(schema: StoreSchema, lexicon: Lexicon) -> Lexicon:
    """The word lists for this store: with short words where its names are of that making.

    One name alone proves nothing (`natent` may be anything), but a third of all names does.
    """
    names = {column.name for table in schema.tables for column in table.columns}
    reading = lexicon.speller.with_short_words(lexicon.short_words)
    cut = sum(reading.words(name) != lexicon.speller.words(name) for name in names)
    if cut < max(_FEWEST, _SHARE * len(names)):
        return lexicon
    return replace(lexicon, speller=reading)
