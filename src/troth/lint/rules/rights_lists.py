"""Defects of rights that take more than a cue to see: lists, tables, two passages compared."""

from __future__ import annotations

import re

from troth.lint.cues import cues
from troth.lint.kinds import Found, quotes
from troth.lint.script import Script, Unit
from troth.reading.text import Kind

said = cues("rights")

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

NOBODY = frozenset(("they", "user", "which", "nous", "vous", "elle"))
"""Words that no party is meant by."""


def blind_but_handling(script: Script) -> Found:
    """A party that has no access to personal data, and handles requests with them."""
    for unit in script.units:
        match = said["no-access"].of(script.text.language).search(unit.plain)
        name = next((one for one in match.groups() if one), "") if match else ""
        if not name or name in NOBODY:
            continue
        party = re.compile(rf"\b{re.escape(name)}\b")
        others = [
            u for u in script.saying(said["handles"]) if u is not unit and party.search(u.plain)
        ]
        if others:
            yield quotes([unit, *others[:2]])
            return


def same_mailbox(script: Script) -> Found:
    """The officer is reached at the mailbox of the controller, or sits inside the firm with one."""
    officers = [u for u in script.saying(said["dpo"]) if _EMAIL.search(u.plain)]
    others = [u for u in script.saying(said["controller"]) if not script.holds(said["dpo"], u)]
    for unit in officers:
        boxes = {
            box
            for box in _EMAIL.findall(unit.plain)
            if not re.match(r"(?:dpo|dpd|privacy|rgpd|gdpr|data)", box)
        }
        shared = [u for u in others if boxes & set(_EMAIL.findall(u.plain))]
        if shared:
            internal = list(script.saying(said["internal"], script.saying(said["dpo"])))
            yield quotes([unit, shared[0], *internal[:1]])
            return


def single_channel(script: Script) -> Found:
    """Rights go to one mailbox, the officer has another, and no other route is offered."""
    officer = {box for u in script.saying(said["dpo"]) for box in _EMAIL.findall(u.plain)}
    for unit in script.saying(said["exercise-at"]):
        boxes = set(_EMAIL.findall(unit.plain))
        if (
            officer
            and boxes
            and not boxes & officer
            and not script.says(said["other-route"], script.near(unit, 1, 1))
        ):
            yield (unit, *(u for u in script.saying(said["dpo"]) if _EMAIL.search(u.plain)))
            return


def marketing_only(script: Script) -> Found:
    """Objection is offered to marketing only, while legitimate interests are a basis."""
    found = [
        u
        for u in script.saying(said["marketing-only"])
        if not script.holds(said["wider-objection"], u)
    ]
    if not found or not script.says(said["legitimate"]) or script.says(said["wider-objection"]):
        return
    yield quotes([*found[:1], *list(script.saying(said["legitimate"]))[:2]])


def marketing_needs_reasons(script: Script) -> Found:
    """Objection needs reasons, marketing is done, and nothing exempts it."""
    found = [
        u
        for u in script.saying(said["reasons"])
        if script.holds(said["objects"], u)
        or script.says(said["objection-head"], script.sections[u.section][:1])
        or script.says(said["objects"], script.near(u, 1, 0))
    ]
    if not found or any(
        not script.holds(said["consent"], u) for u in script.saying(said["carved-out"])
    ):
        return
    marketing = [u for u in script.saying(said["marketing"]) if u not in found]
    if marketing:
        yield quotes([*found[:3], marketing[0]])


def copy_only(script: Script) -> Found:
    """The right of access promises a copy and nothing of what the law adds."""
    for unit in script.saying(said["copy-only"]):
        section = script.around(unit)
        head = section[0]
        if (
            head.kind is Kind.HEADING
            and script.holds(said["access-head"], head)
            and not script.says(said["full-access"], section[1:])
        ):
            yield (unit,)


def no_exceptions(script: Script) -> Found:
    """Access is said to know no exception."""
    for unit in script.saying(said["no-exception"]):
        near = script.near(unit, 4, 0)
        row = [u for u in near if script.holds(said["access-row"], u)]
        if row:
            yield quotes([row[0], unit])
            return


def portability(script: Script) -> Found:
    """Two passages on portability differ in the contracts or the recipient."""
    ones = [
        u
        for u in script.saying(said["party"])
        if script.holds(said["portability"], u) or _in_portability(script, u)
    ]
    twos = [
        u
        for u in script.saying(said["any-contract"])
        if u not in ones and _in_portability(script, u)
    ]
    if ones and twos:
        yield quotes([ones[0], twos[0]])


def _in_portability(script: Script, unit: Unit) -> bool:
    return script.says(said["in-portability-1"], script.near(unit, 3, 1)) or script.says(
        said["in-portability-2"], script.sections[unit.section][:1]
    )


LISTED = (
    ("access", said["listed-access"]),
    (
        "rectification",
        said["listed-rectification"],
    ),
    ("erasure", said["deletes"] | said["listed-erasure"]),
    ("restriction", said["listed-restriction"]),
    ("objection", said["objects"]),
    ("portability", said["listed-portability"]),
    ("complaint", said["complaint"]),
)


def _intros(script: Script) -> list[Unit]:
    """Where a text begins to speak of rights, sentences before headings."""
    found = [
        u for u in script.saying(said["rights-intro"]) if not script.holds(said["kept-rights"], u)
    ]
    return sorted(found, key=lambda unit: unit.kind is Kind.HEADING)


def rights_left_out(script: Script) -> Found:
    """A list of rights that leaves some of them out."""
    offered = [u for u in script.saying(said["offered"]) if u.kind is not Kind.HEADING] + [
        u for u in script.units if u.kind is Kind.HEADING
    ]
    given = [name for name, cue in LISTED if script.says(cue, offered)]
    if len(given) < 4:
        return
    missing = [name for name, _ in LISTED if name not in given]
    if script.says(said["french"]) and not script.says(said["post-mortem"]):
        missing.append("instructions after death")
    if script.says(said["on-consent"]) and not script.says(said["withdraws"]):
        missing.append("withdrawal")
    if missing and (intros := _intros(script)):
        yield (intros[0],)


_GROUNDS = (
    said["grounds-1"],
    said["grounds-2"],
    said["grounds-3"],
    said["grounds-4"],
    said["grounds-5"],
    said["grounds-6"],
)
ENOUGH_GROUNDS = 3


def erasure_grounds(script: Script) -> Found:
    """A list of grounds of erasure that lacks some of Art. 17(1)."""
    for lead in script.saying(said["erasure-lead"]):
        items = _items_after(script, lead)
        given = [cue for cue in _GROUNDS if script.says(cue, items)]
        if len(items) >= ENOUGH_GROUNDS and ENOUGH_GROUNDS <= len(given) < len(_GROUNDS):
            yield (lead, *items)


def _items_after(script: Script, lead: Unit) -> list[Unit]:
    found: list[Unit] = []
    for unit in script.units[lead.position + 1 :]:
        if unit.kind is not Kind.ITEM:
            if found or unit.block != lead.block:
                break
            continue
        found.append(unit)
    return found


def no_modalities(script: Script) -> Found:
    """Rights are described; deadline and cost, or deadline and identity, are not."""
    if script.says(said["deadline"]) or (
        script.says(said["costs"], _about_rights(script)) and script.says(said["identity"])
    ):
        return
    if intros := [*_intros(script), *script.saying(said["exercise-at"])]:
        yield quotes(intros[:2])


def _about_rights(script: Script) -> tuple[Unit, ...]:
    return tuple(
        u
        for u in script.units
        if script.holds(said["rights"], u) and not script.holds(said["complaint"], u)
    )


def in_detail(script: Script) -> Found:
    """Instructions after death in a section of their own, without heirs or revocation."""
    if script.says(said["heirs"]):
        return
    heads = [
        u
        for u in script.saying(said["post-mortem"])
        if u.kind is Kind.HEADING or len(u.plain) < 120
    ]
    for head in heads:
        body = [u for u in script.near(head, 0, 4)[1:] if u.kind is not Kind.HEADING]
        if len(body) >= 2 and script.says(said["post-mortem"], body):
            yield quotes([head, *body[:3]])
            return
