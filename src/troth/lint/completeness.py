"""What Art. 13 and 14 ask a text to say: present, doubtful or absent, with what was looked for."""

from __future__ import annotations

from importlib import resources

from troth.lint.model import Flaw, Severity, Status
from troth.lint.required import ALWAYS, HINTS, REQUIREMENTS, Requirement
from troth.lint.script import Script, Unit
from troth.reading.labels import presence
from troth.reading.labels.items import Item
from troth.reading.labels.presence import Presence, labelled
from troth.reading.text import Evidence, Kind, Text

MOST = 3  # quotes of one thing that is there
PERHAPS = "It is perhaps told: words point to it, and no passage clearly says it."


def completeness(text: Text) -> tuple[Flaw, ...]:
    """Each item: present with its quotes, doubtful, or absent with the trace of what was sought.

    An absent item is left out where the text does not show that it is owed, such as transfers
    where nothing leaves the Union.
    """
    script = Script(text)
    found = _presences(text)
    told = (_told(script, one, found.get(one.item)) for one in REQUIREMENTS)
    return tuple(flaw for flaw in told if flaw is not None)


def _presences(text: Text) -> dict[Item, Presence]:
    """What passages state; empty for a language whose passages cannot be labelled."""
    if not _has_lexicon(text.language):
        return {}
    return {one.item: one for one in labelled(text).presence}


def _has_lexicon(language: str) -> bool:
    return (resources.files("troth.reading.labels") / "data" / f"{language}.toml").is_file()


def _told(script: Script, one: Requirement, found: Presence | None) -> Flaw | None:
    if found is not None and found.status is not presence.Status.ABSENT:
        status = Status(found.status.value)
        return _flaw(one, status, found.evidence[:MOST], found.looked_for)
    hint = _hinted(script, one)
    if hint is not None:
        status = Status.PRESENT if found is None else Status.DOUBTFUL
        return _flaw(one, status, (script.evidence(hint),), (one.sought,))
    why = next(script.saying(one.when), None)
    if why is None:
        return None
    shown = () if one.when is ALWAYS else (script.evidence(why),)
    return _flaw(one, Status.ABSENT, shown, (one.sought,))


def _flaw(
    one: Requirement, status: Status, evidence: tuple[Evidence, ...], searched: tuple[str, ...]
) -> Flaw:
    severity = one.severity if status is Status.ABSENT else Severity.INFO
    template = PERHAPS if status is Status.DOUBTFUL else ""
    message = template or one.message
    return Flaw(
        one.code,
        "told",
        severity,
        one.article,
        message,
        status,
        evidence,
        searched,
        template=template,
    )


def _hinted(script: Script, one: Requirement) -> Unit | None:
    """A sentence that may tell it."""
    found = script.saying(HINTS[one.item])
    return next((unit for unit in found if unit.kind is not Kind.HEADING), None)
