"""The first screen of a notice: who, what for, which rights, and a table of all purposes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troth.law.countries import within_the_union
from troth.notice.forms import Pen, Pieces
from troth.notice.kinds import BASIS
from troth.notice.phrases import plain
from troth.notice.sections import SECTIONS
from troth.notice.tree import Chapter, Fact, Overview, Piece
from troth.policy.model import Activity, Policy

_KINDS = {section.field: section.kind for section in SECTIONS}


def brief(pen: Pen, chapters: Sequence[Chapter]) -> tuple[Fact, ...]:
    """The facts of the first screen, each leading to the chapter that says more."""
    words, policy = pen.phrases["brief"], pen.policy
    numbers = {chapter.field: str(chapter.number) for chapter in chapters}

    def fact(key: str, *pieces: Piece) -> Fact:
        return Fact(words[key], pieces)

    def said(key: str, section: str, **slots: object) -> Piece:
        return Piece(words[key].format(*slots.values()), to=numbers.get(section, ""))

    def listed(section: str) -> Pieces:
        names = [pen.names[section][name] for name in getattr(policy, section)]
        return pen.listed([(Piece(one.label, to=one.number),) for one in names])

    found = [fact("who", *listed("controllers")), fact("reach", *reach(pen))]
    if policy.representatives:
        found.append(fact("representative", *listed("representatives")))
    if policy.data_protection_officer is not None:
        contacts = policy.data_protection_officer.contacts
        found.append(fact("officer", *reach(pen, contacts)))
    many = len(policy.activities) != 1
    what = words["purposes"][many].format(len(policy.activities))
    found.append(fact("what", Piece(what, to=numbers["activities"])))
    found.append(fact("long", said("limits", "activities")))
    special = pen.phrases["kinds"]["category"]["lines"]["special"]["says"]
    kinds = [special[kind] for kind in sensitive(policy)]
    some = words["sensitive_some"].format(pen.phrases["separator"].join(kinds))
    found.append(fact("sensitive", Piece(some if kinds else words["sensitive_none"])))
    found.append(fact("outside", said(f"outside_{outside(policy)}", "recipients")))
    automated = [one.purpose for one in policy.activities.values() if one.automated_decision]
    told = words["automated_some"].format(pen.phrases["separator"].join(automated))
    found.append(fact("automated", Piece(told if automated else words["automated_none"])))
    if policy.rights:
        found.append(fact("rights", *rights(pen)))
    complaint = listed("authorities") or (Piece(words["complaint_any"]),)
    found.append(fact("complaint", *complaint))
    return tuple(fact for fact in found if fact.pieces)


def overview(pen: Pen) -> tuple[Overview, ...]:
    """Each purpose with its bases and the promises of how long, for the table."""
    return tuple(
        Overview(
            number=pen.names["activities"][name].number,
            purpose=plain(activity.purpose),
            bases=bases(pen, activity),
            kept=tuple(dict.fromkeys(plain(rule.promise) for rule in activity.retention)),
        )
        for name, activity in pen.policy.activities.items()
    )


def bases(pen: Pen, activity: Activity) -> tuple[str, ...]:
    """The legal bases of an activity in words, each once."""
    said = ("".join(p.text for p in pen.head(BASIS, one)) for one in activity.legal_bases)
    return tuple(dict.fromkeys(said))


def rights(pen: Pen) -> Pieces:
    """The names of the rights, each leading to its place; their articles stand there."""
    found: dict[str, Piece] = {}
    for one in pen.names["rights"].values():
        label = one.label.split(" (")[0]
        found.setdefault(label, Piece(label, to=one.number))
    return pen.listed([(piece,) for piece in found.values()])


def reach(pen: Pen, contacts: Sequence[str] | None = None) -> Pieces:
    """Addresses at which one is reached: of these contacts, or those of all controllers."""
    policy = pen.policy
    if contacts is None:
        contacts = [name for one in policy.controllers.values() for name in one.contacts]
        contacts = contacts or list(policy.contacts)
    found: dict[str, Piece] = {}
    for name in contacts:
        for piece in addresses(pen, name):
            found.setdefault(piece.text, piece)
    return pen.listed([(piece,) for piece in found.values()])


def addresses(pen: Pen, name: str) -> Iterator[Piece]:
    """The addresses of one contact, spelt out."""
    contact = pen.policy.contacts[name]
    for line in _KINDS["contacts"].lines:
        value = getattr(contact, line.field)
        if value is not None:
            yield from pen.write(line, "contact", value)


def sensitive(policy: Policy) -> list[str]:
    """The kinds of special categories that some activity uses."""
    used = {name for activity in policy.activities.values() for name in activity.categories}
    kinds = {
        entry.special: None
        for name, entry in policy.categories.items()
        if entry.special is not None
        and used & set(policy.lineage(name))
        and not any(policy.categories[up].never_stored for up in policy.lineage(name))
    }
    return [kind for kind in kinds if kind is not None]


def outside(policy: Policy) -> str:
    """Whether data goes beyond the European Economic Area: `none`, `some` or `unsettled`."""
    receiving = [one for one in policy.recipients.values() if one.allowed != "no"]
    unsettled = any(one.country is None and one.role != "internal" for one in receiving)
    if unsettled:
        return "unsettled"
    abroad = any(one.country and not within_the_union(one.country) for one in receiving)
    return "some" if abroad or any(t.allowed for t in policy.transfers.values()) else "none"
