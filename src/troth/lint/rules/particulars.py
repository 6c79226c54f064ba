"""Particulars that a notice owes everybody, and smaller gaps of the whole document."""

from __future__ import annotations

import re

from troth.lint.cues import cues
from troth.lint.kinds import Found, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.script import Script
from troth.reading.text import Kind

said = cues("particulars")

_CNIL_TSA = re.compile(r"\btsa (\d{5})\b")
CNIL_TSA = "80715"  # the postal code word that the CNIL publishes with its address


def _no_identity(script: Script) -> Found:
    """The controller is named by its role, or without any postal address."""
    units = [u for u in script.units if not script.holds(said["authority-unit"] | said["third"], u)]
    if script.says(said["postal-address"], units):
        return
    found = [
        u for u in script.saying(said["role-only"]) if not script.holds(said["general-term"], u)
    ]
    if found:
        yield quotes(found[:2])


def _authority_address(script: Script) -> Found:
    """An address of the CNIL that is not the one it publishes."""
    for unit in script.units:
        match = _CNIL_TSA.search(unit.plain)
        if (
            match
            and match.group(1) != CNIL_TSA
            and script.says(said["authority-unit"], script.near(unit, 4, 3))
        ):
            yield (unit,)


def _other_language(script: Script) -> Found:
    """A heading in another language than the text."""
    for unit in script.units:
        words = len(unit.plain.split())
        if (
            unit.kind is Kind.HEADING
            and words > 4
            and script.holds(said["other-tongue"], unit)
            and not script.holds(said["authority-unit"], unit)
        ):
            yield (unit,)


RULES = (
    Rule(
        "NOTICE_GAP",
        "no-identity",
        Severity.ERROR,
        "13(1)(a), 14(1)(a)",
        "Who the controller is, or where, is not told: a role or a site name stands for it.",
        _no_identity,
        ("a postal address", "a registered office"),
    ),
    Rule(
        "NOTICE_GAP",
        "unresolved-reference",
        Severity.ERROR,
        "12(1)",
        "It refers to terms or articles that are not in this text.",
        shows(said["terms-here"]),
    ),
    Rule(
        "NOTICE_GAP",
        "old-citation",
        Severity.WARNING,
        "12(1)",
        "It cites a provision under a number that is no longer in force, or in another language.",
        shows(said["old-law"]),
    ),
    Rule(
        "NOTICE_GAP",
        "authority-address",
        Severity.WARNING,
        "13(2)(d)",
        "The address of the authority differs from the one it publishes.",
        _authority_address,
    ),
    Rule(
        "NOTICE_GAP",
        "other-language",
        Severity.WARNING,
        "12(1)",
        "A heading is in another language than the text.",
        _other_language,
    ),
    Rule(
        "NOTICE_GAP",
        "certified",
        Severity.WARNING,
        "42",
        "'Certified compliant' without a certification under Art. 42.",
        shows(said["certified"], lacks=said["certificate"]),
    ),
)
