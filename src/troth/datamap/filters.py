"""Filters: small predicates over the columns of one row, and over related rows.

Every filter is two-valued: a comparison with NULL is false, so `not` of it is true.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)

from troth.policy.base import Model

Scalar = bool | int | str | None
_COMPARISONS = {
    "is_": "is",
    "is_not": "is_not",
    "in_": "in",
    "at_least": "at_least",
    "at_most": "at_most",
}


class Test(Model):
    """One column compared with constants; exactly one of the comparisons is given.

    `is`: equal (null: is NULL); `is_not`: the negation of it; `in`: one of; `at_least`, `at_most`:
    ordered comparison. `json` looks inside a JSON column, at a path of keys such as `/a/b`.
    """

    __test__ = False  # not a test class, whatever its name tells a test runner

    column: str = Field(description="The column.")
    json_path: str | None = Field(
        default=None,
        alias="json",
        pattern=r"^(/[^/]+)+$",
        description="A path inside a JSON column.",
    )
    is_: Scalar = Field(default=None, alias="is", description="Equal; `null`: is NULL.")
    is_not: Scalar = Field(default=None, description="Not equal; `null`: is not NULL.")
    in_: tuple[Scalar, ...] | None = Field(
        default=None, alias="in", min_length=1, description="One of these."
    )
    at_least: int | str | None = Field(default=None, description="This or more.")
    at_most: int | str | None = Field(default=None, description="This or less.")

    @model_validator(mode="after")
    def _one_comparison(self) -> Test:
        given = self.model_fields_set & _COMPARISONS.keys()
        if len(given) != 1:
            raise ValueError(
                "compare a column in exactly one way: is, is_not, in, at_least, at_most"
            )
        return self

    @model_serializer(mode="wrap")
    def _as_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without the comparisons that were not given, so that what is written can be read."""
        absent = _COMPARISONS.keys() - self.model_fields_set
        dropped = absent | {_COMPARISONS[name] for name in absent}
        return {name: value for name, value in handler(self).items() if name not in dropped}

    @property
    def _given(self) -> frozenset[str]:
        return frozenset(self.model_fields_set & set(_COMPARISONS))

    # `is: null` and `is_not: null` have the same values in the same fields: only what was given
    # tells a test from its opposite.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Test) and self._given == other._given and super().__eq__(other)

    def __hash__(self) -> int:
        return hash(
            (self._given, self.column, self.json_path, self.is_, self.is_not, self.in_)
        ) ^ hash((self.at_least, self.at_most))


class AllOf(Model):
    """Every part holds."""

    all: tuple[Filter, ...] = Field(min_length=1, description="The parts.")


class AnyOf(Model):
    """At least one part holds."""

    any: tuple[Filter, ...] = Field(min_length=1, description="The parts.")


class NotOf(Model):
    """The part does not hold."""

    not_: Filter = Field(alias="not", description="The part.")


class RelatedRow(Model):
    """At least one related row exists for which `where` holds."""

    related: tuple[str, ...] = Field(min_length=1, description="A path; see Relation.")
    where: Filter | None = Field(
        default=None, description="Which of the related rows count; absent: all."
    )


def _filter_kind(value: Any) -> str:
    if isinstance(value, Test | AllOf | AnyOf | NotOf | RelatedRow):
        return type(value).__name__
    if isinstance(value, dict):
        for key, kind in (
            ("all", "AllOf"),
            ("any", "AnyOf"),
            ("not", "NotOf"),
            ("not_", "NotOf"),
            ("related", "RelatedRow"),
        ):
            if key in value:
                return kind
    return "Test"


Filter = Annotated[
    Annotated[Test, Tag("Test")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[NotOf, Tag("NotOf")]
    | Annotated[RelatedRow, Tag("RelatedRow")],
    Discriminator(_filter_kind),
]

for _model in (AllOf, AnyOf, NotOf, RelatedRow):
    _model.model_rebuild()
