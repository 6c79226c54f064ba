"""What of a policy its notice carries: the policy under the names and numbers of the text.

What is left out or changed here is what a text cannot carry; docs/reference lists it.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from troth.language import Language
from troth.notice.forms import humanised
from troth.notice.names import Ids, has_id, present, slug
from troth.notice.phrases import plain
from troth.notice.say import pen_for
from troth.notice.sections import ABOUT
from troth.policy.base import Element
from troth.policy.model import Policy
from troth.policy.references import fields_of
from troth.policy.retention import ByChoice, Cap, RetentionRule

LOST: dict[str, str] = {
    "*.clauses": "The clauses of the text that the policy was made from; a notice has its own "
    "numbers, and these are the clauses of what is read back.",
    "*.note": "Remarks to whoever reads the file.",
    "organisation": "The name of the organisation in files and in the ledger; the first "
    "controller gives it.",
    "*.id": "Names in the file; titles give them.",
    "*.chosen_by": "The name of the column that chooses a period; it is said in words.",
    "readings.*.elements": "Which elements of the file carry a reading.",
    "not_modelled": "Clauses of the text that no element expresses.",
}
"""By path: what a text cannot carry, and why."""


def carried(policy: Policy, language: Language) -> Policy:
    """The policy that its notice in a language says to whoever reads it."""
    return Policy.model_validate(_Renaming(policy, language).policy())


class _Renaming:
    def __init__(self, policy: Policy, language: Language) -> None:
        self._policy = policy
        self._names: dict[str, dict[str, str]] = {}
        self._ids = Ids()
        pen = pen_for(policy, language)
        for _, section, cards in present(policy):
            for card in cards:
                if section.field != "caps":
                    label = "".join(p.text for p in pen.head(section.kind, card.element))
                    new = self._ids.take(section.field, plain(label))
                    self._names.setdefault(section.field, {})[str(card.key)] = new
        both = {**self._names["controllers"], **self._names.get("joint_controllers", {})}
        self._sections = {**self._names, "controllers": both}

    def policy(self) -> dict[str, Any]:
        """The whole, as plain data."""
        about = ("troth", *(line.field for line in ABOUT))
        data = {name: self._value(getattr(self._policy, name), None, "") for name in about}
        for _, section, cards in present(self._policy):
            made: list[tuple[str, Any]] = []
            for card in cards:
                value = self._model(card.element, card.number)
                name = self._names.get(section.field, {}).get(str(card.key), "")
                if section.holds == "listed" and has_id(section) and section.field != "caps":
                    value["id"] = name
                made.append((name, value))
            if section.holds == "named":
                data[section.field] = dict(made)
            elif section.holds == "listed":
                data[section.field] = [value for _, value in made]
            else:
                data[section.field] = made[0][1]
        data["organisation"] = next(iter(data["controllers"]))
        return data

    def _model(self, model: BaseModel, number: str) -> dict[str, Any]:
        refers = dict(fields_of(type(model)))
        data = {
            name: self._value(getattr(model, name), refers.get(name), number)
            for name in type(model).model_fields
        }
        if isinstance(model, Element):
            data |= {"clauses": [number], "note": None}
        if "elements" in data:
            data["elements"] = ()
        if isinstance(model, RetentionRule | Cap):
            data["id"] = self._ids.take("rules", plain(data["promise"]))
        if isinstance(model, ByChoice):
            data["chosen_by"] = slug(humanised(model.chosen_by))
        return data

    def _value(self, value: Any, refers: str | None, number: str) -> Any:
        if isinstance(value, BaseModel):
            return self._model(value, number)
        if isinstance(value, dict):
            if any(isinstance(item, BaseModel) for item in value.values()):
                return {}  # sections are filled in afterwards
            return {plain(key): self._value(item, None, number) for key, item in value.items()}
        if isinstance(value, tuple):
            return [self._value(item, refers, number) for item in value]
        if isinstance(value, str):
            return self._sections[refers][value] if refers else plain(value)
        return value
