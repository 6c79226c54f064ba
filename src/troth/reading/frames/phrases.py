"""Where a phrase that names an event ends."""

from __future__ import annotations

import re

from troth.reading.frames.units import Page, Unit

_LONGEST = 90  # characters of a phrase that names an event
_CUT = re.compile(
    r"[.;:()\t]|, |\b(?:so (?:that|we|you|as)|in order|afin|pour que|unless|except|if\b|provided"
    r"|si (?=vous|l|aucun|on|nous)|s'(?=ils?\b)|sauf|then"
    r"|puis|plus|whichever|(?:is|are) (?=mandatory|required|compulsory|the)"
    r"|(?:est|sont) (?=obligatoires?|requise?s?|impérati\w+)|"
    r"sous réserve|and (?:for|then|a|an|another|up)|et (?:pour|pendant|"
    r"un|une|encore)|augment\w*)\b"
)
_REST = re.compile(r"[a-zà-ÿ]{1,2}(?![\w'])")


def phrase_end(page: Page, start: int, end: int) -> int:
    """Where a phrase that names an event ends, `end` at the latest."""
    limit = min(end, start + _LONGEST)
    stop = _CUT.search(page.found.folded, start, limit)
    return stop.start() if stop else limit


def clause_end(page: Page, start: int, limit: int) -> int:
    """Where a clause that begins with "when" ends, `limit` at the latest."""
    stop = re.search(r"[,;:]| and | et |(?= (?:we|nous|on) )", page.low(start, limit))
    return start + stop.start() if stop else limit


def cell_end(unit: Unit, position: int) -> int:
    """The end of the cell that a place is in; of the unit where it has none."""
    for start, end in unit.cells:
        if start <= position <= end:
            return end
    return unit.end


def cell_start(unit: Unit, position: int) -> int:
    """The start of the cell that a place is in; of the unit where it has none."""
    return next((start for start, end in unit.cells if start <= position < end), unit.start)


def word_end(page: Page, position: int) -> int:
    """The end of the word that a place is in ("de" where a cue ends in its "d")."""
    folded = page.found.folded
    if not folded[position - 1 : position].isalpha():
        return position
    rest = _REST.match(folded, position)
    return rest.end() if rest else position
