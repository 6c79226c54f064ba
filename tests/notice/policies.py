"""Random policies over the whole vocabulary of the model, built from its own annotations.

Every field of every element is drawn, so a field that is added to the model is drawn as well.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from troth.law.calendar import Period, YearEnd, add
from troth.policy.model import Policy
from troth.policy.references import fields_of
from troth.policy.retention import ByChoice, Limit, Parameter, Until, Warn

_WORDS = (
    *("orders,", "accounts;", "access", "(day", "3)", '"quoted"', "d'accès", "l’été", "—", "café"),
    *("12", "%", "&", "more:", "a/b", "e-mail", "naïve", "œuvre", "*", "_x_", "<b>", "[c]", "{d}"),
    *("#", "1.", "-", "+", "|", "~", "\\", "`", "$", "@", "!", "?", "Σ", "Ж", "ß", "É", "«ô»"),
    *("“t”", "§", "50€", "N°", "x=y", "two"),
)
_SECTIONS = (
    *("controllers", "joint_controllers", "contacts", "authorities", "subjects", "categories"),
    *("events", "conditions", "consents", "parameters", "places", "activities", "recipients"),
    *("safeguards", "transfers", "trackers", "rights"),
)
_FIRST = date(2001, 1, 1)
_COUNTRIES = ("FR", "EU", "US", "CH", "JP", "CI", "TR", "ZZ")


def random_policy(rng: Random) -> Policy:
    """A policy of right form; it need not make sense to a lawyer."""
    return _Maker(rng).policy()


class _Maker:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = {s: [f"{s[:4]}-{n}" for n in range(rng.randint(1, 3))] for s in _SECTIONS}
        self._count = 0

    def policy(self) -> Policy:
        data: dict[str, Any] = {}
        for name, field in Policy.model_fields.items():
            if name in self._names:
                kind = get_args(field.annotation)[1]
                data[name] = {key: self._model(kind) for key in self._names[name]}
            elif name == "not_modelled":
                data[name] = {}
            elif name == "organisation":
                data[name] = "org"
            elif name == "zone":
                data[name] = self._rng.choice(("Europe/Paris", "UTC"))
            else:
                data[name] = self._field(name, field, {})
        return Policy.model_validate(data)

    def _model(self, kind: type[BaseModel]) -> Any:
        if kind is Period:
            return self._period()
        if issubclass(kind, Until) and kind is not Limit:
            drawn = {
                name: self._field(name, field, dict(fields_of(kind)))
                for name, field in kind.model_fields.items()
                if name not in Until.model_fields
            }
            return drawn | self._until()
        refers = dict(fields_of(kind))
        drawn = {
            name: self._field(name, field, refers) for name, field in kind.model_fields.items()
        }
        if kind is Parameter:
            drawn |= self._bounds(Period.parse(str(drawn["value"])))
        if kind is ByChoice:
            drawn["periods"] = {
                self._rng.choice(("yes", "no", "b 2")): self._period() for _ in range(2)
            }
        if kind is Warn:
            drawn["delay"] = "P30D"
        return drawn

    def _until(self) -> dict[str, Any]:
        form = self._rng.choice(("period", "earliest", "latest", "during"))
        if form == "period":
            return self._model(Limit)
        if form == "during":
            return {"during": self._rng.choice(self._names["events"])}
        return {form: [self._model(Limit) for _ in range(self._rng.randint(1, 3))]}

    def _bounds(self, value: Period) -> dict[str, Any]:
        least, most = self._period(), self._period()
        end = add(_FIRST, value)
        return {
            "at_least": least if add(_FIRST, Period.parse(least)) <= end else None,
            "at_most": most if add(_FIRST, Period.parse(most)) >= end else None,
        }

    def _field(self, name: str, field: FieldInfo, refers: Mapping[str, str]) -> Any:
        if name == "id":
            self._count += 1
            return f"id-{self._count}"
        if name == "clauses":
            return ["X-1"]
        if name == "elements":
            return []
        return self._value(name, field.annotation, field, refers.get(name))

    def _value(self, name: str, kind: Any, field: FieldInfo | None, refers: str | None) -> Any:
        rng = self._rng
        origin = get_origin(kind)
        if origin is Annotated:
            return self._value(name, get_args(kind)[0], field, refers)
        if origin in (Union, types.UnionType):
            options = [one for one in get_args(kind) if one is not types.NoneType]
            if len(options) < len(get_args(kind)) and rng.random() < 0.4:
                return None
            return self._value(name, rng.choice(options), field, refers)
        if origin is Literal:
            return rng.choice(get_args(kind))
        if origin is tuple:
            least = 1 if field is not None and _least(field) else 0
            items = [
                self._value(name, get_args(kind)[0], None, refers)
                for _ in range(rng.randint(least, 3))
            ]
            return list(dict.fromkeys(items)) if refers or _closed(kind) else items
        if origin is dict:
            return {}
        return self._plain(name, kind, refers)

    def _plain(self, name: str, kind: Any, refers: str | None) -> Any:
        rng = self._rng
        if refers:
            return rng.choice(self._names[refers])
        if kind is Period:
            return self._period()
        if kind is YearEnd:
            return rng.choice(("12-31", "06-30", "02-29", "01-01"))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self._model(kind)
        if kind is date:
            return _FIRST + timedelta(days=rng.randrange(20000))
        if kind is bool:
            return rng.random() < 0.5
        if kind is int:
            return rng.randint(2, 25)
        if name in ("country", "countries"):
            return rng.choice(_COUNTRIES)
        if name == "chosen_by":
            return rng.choice(("choice", "tracker-choice", "a.b"))
        return self._text()

    def _period(self) -> str:
        return self._rng.choice(
            ("P0D", "P1D", "P30D", "P1M", "P13M", "P1Y", "P3Y", "P1Y6M", "P1Y1M1D", "P2M10D")
        )

    def _text(self) -> str:
        many = self._rng.randint(1, 6)
        return " ".join(self._rng.choice(_WORDS) for _ in range(many))


def _least(field: FieldInfo) -> bool:
    return any(getattr(one, "min_length", 0) for one in field.metadata)


def _closed(kind: Any) -> bool:
    inner = get_args(kind)[0]
    return get_origin(inner) is Literal
