"""Two versions of a policy, field by field and part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from troth.diff import activities, recipients
from troth.diff.measures import Delta, Rule, measure, said, sets
from troth.diff.model import OPPOSITE, Change
from troth.diff.retention import cap_findings, source_findings
from troth.diff.rules import FIELDS, RULES, SECTIONS
from troth.law.countries import within_the_union
from troth.policy.model import DataCategory, Policy, Tracker
from troth.policy.people import Controller, Recipient, Safeguard, Transfer
from troth.policy.retention import Cap

Found = tuple[Rule, Delta]


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every change of `new` against `old`, without whom it concerns; in order of their paths."""
    found: dict[Change, None] = {}
    for name, rule in FIELDS[Policy].items():
        before, after = getattr(old, name), getattr(new, name)
        if rule.kind == "parts":
            for path, each in _section(old, new, name, _keyed(before), _keyed(after)):
                found[change(path, *each)] = None
        else:
            for finding in measure(rule, before, after):
                found[change(name, rule, finding)] = None
    return tuple(sorted(found))


def change(path: str, rule: Rule, finding: Delta) -> Change:
    """A finding as a change, with the direction that its rule gives to more or less."""
    direction = rule.more if finding.more else OPPOSITE[rule.more]
    return Change(
        path=path,
        code=f"{rule.code}-{finding.ending}",
        direction="neutral" if finding.more is None else direction,
        before=finding.before,
        after=finding.after,
        article=rule.article,
        reason=rule.reason,
        unclear=finding.unclear,
    )


def _keyed(section: Any) -> Mapping[str, Any]:
    """The elements of a section by name: of a dictionary, of a list with ids, or a single one."""
    if section is None:
        return {}
    if isinstance(section, BaseModel):
        return {"": section}
    if isinstance(section, Mapping):
        return section
    return {each.id: each for each in section}


def _section(
    old: Policy, new: Policy, name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Found]]:
    for key in dict.fromkeys([*before, *after]):
        path = f"{name}.{key}" if key else name
        here, there = before.get(key), after.get(key)
        if here is not None and there is not None:
            for inner, found in _element(old, new, key, here, there):
                yield f"{path}.{inner}" if inner else path, found
        else:
            for found in _presence(name, here, there):
                yield path, found


def _presence(name: str, here: Any, there: Any) -> Iterator[Found]:
    element, added = (there, True) if here is None else (here, False)
    rule = SECTIONS[name]
    if isinstance(element, Transfer):
        rule = RULES["transfer" if element.allowed else "no-transfer"]
    elif isinstance(element, Tracker):
        rule = RULES["tracker"] if element.allowed else SECTIONS["commitments"]
    if rule.kind == "ignored":
        return
    ending = "added" if added else "removed"
    text = _called(element)
    yield rule, Delta(ending, added, "" if added else text, text if added else "")


def _called(element: Any) -> str:
    """What an element is called when it comes or goes."""
    for name in ("purpose", "promise", "label", "name", "right"):
        text = getattr(element, name, None)
        if isinstance(text, str):
            return text.strip()
    return ""


def _element(
    old: Policy, new: Policy, key: str, here: BaseModel, there: BaseModel
) -> Iterator[tuple[str, Found]]:
    """The fields of one element, by their rules; then what needs a module of its own."""
    for field, rule in fields_of(type(here)).items():
        before, after = getattr(here, field), getattr(there, field)
        if rule.kind == "set" and field in ("special_conditions", "sources"):
            before, after = (tuple(_named(each) for each in part) for part in (before, after))
        for finding in measure(rule, before, after):
            yield field, (rule, finding)
    yield from _own(old, new, key, here, there)


def fields_of(kind: type[BaseModel]) -> dict[str, Rule]:
    """The rules of a model's fields, with those of what it builds on."""
    return {
        field: rule
        for base in reversed(kind.__mro__)
        for field, rule in FIELDS.get(base, {}).items()
    }


def _named(element: Any) -> str:
    article = getattr(element, "article", None)
    return str(article or element.origin or element.provenance)


def _own(old: Policy, new: Policy, key: str, here: Any, there: Any) -> Iterator[tuple[str, Found]]:
    match here:
        case Cap():
            yield from (("", found) for found in cap_findings(old, new, here, there))
        case Recipient():
            yield from recipients.compared(old, new, here, there)
        case Safeguard():
            yield from (("kind", found) for found in recipients.mechanisms(here.kind, there.kind))
        case Transfer():
            yield from (
                ("safeguard", found)
                for found in recipients.mechanisms(
                    recipients.mechanism(old, here.safeguard),
                    recipients.mechanism(new, there.safeguard),
                )
            )
        case Tracker():
            yield from (
                ("data_kept", (RULES["tracker-data"], finding))
                for finding in source_findings(old, new, here.data_kept, there.data_kept)
            )
        case DataCategory():
            yield from (("examples", found) for found in _examples(here, there))
        case Controller():
            yield from (("country", found) for found in _seat(here, there))
        case _ if key in old.activities and here is old.activities.get(key):
            yield from activities.compared(old, new, key)


def _examples(here: DataCategory, there: DataCategory) -> Iterable[Found]:
    """Examples are illustrations; where the category is closed they are all that it may hold."""
    closed = here.closed and there.closed
    for finding in sets(here.examples, there.examples, "nothing"):
        if closed:
            yield RULES["examples"], finding
        else:
            yield (
                RULES["examples"],
                Delta("changed", None, said(here.examples), said(there.examples)),
            )
            return


def _seat(here: Controller, there: Controller) -> Iterable[Found]:
    if here.country == there.country:
        return
    before, after = (
        each.country is None or within_the_union(each.country) for each in (here, there)
    )
    rule = FIELDS[Controller]["country"]
    more = None if before is after else before
    ending = "changed" if more is None else "added" if more else "removed"
    yield rule, Delta(ending, more, said(here.country), said(there.country))
