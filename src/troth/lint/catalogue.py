"""Every code with its page and its rules, as `--explain` and the reference show them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources

from troth.lint import mapped, prose, typed
from troth.lint.model import Code, RuleLine
from troth.lint.required import REQUIREMENTS


def _codes() -> dict[str, Code]:
    file = resources.files("troth.lint") / "data" / "codes.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {code: Code(code, **table) for code, table in sorted(tables.items())}


CODES = _codes()


def rules_of(code: str) -> Iterator[RuleLine]:
    """The rules of a code: about texts, about completeness, about the policy, about the map."""
    return (line for line in every_rule() if line.code == code)


def every_rule() -> Iterator[RuleLine]:
    """All rules, family by family."""
    for rule in prose.RULES:
        yield RuleLine(
            rule.code, rule.name, rule.severity, rule.article, rule.message, rule.searched
        )
    for one in REQUIREMENTS:
        yield RuleLine(one.code, "told", one.severity, one.article, one.message, (one.sought,))
    for typed_rule in typed.POLICY_RULES:
        yield RuleLine(
            typed_rule.code,
            typed_rule.name,
            typed_rule.severity,
            typed_rule.article,
            typed_rule.message,
        )
    yield from mapped.MAP_RULES
