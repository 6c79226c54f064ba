"""The form of a text: lists, tables, links, date, words, and what it leaves unsaid."""

from __future__ import annotations

import re
from itertools import pairwise

from troth.lint.cues import cues
from troth.lint.groups import addressees
from troth.lint.kinds import Found, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.script import Script, Unit
from troth.reading.text import Kind

said = cues("form")

SHORT = 20  # characters under which two equal lines may be chance


def _duplicate(script: Script) -> Found:
    """The same item twice in one list."""
    seen: dict[str, Unit] = {}
    for unit in script.units:
        if unit.kind is not Kind.ITEM:
            seen = {}
            continue
        words = re.sub(r"\W+", " ", re.sub(r"^\W*(?:\d+|[a-z])[.)]", "", unit.plain)).strip()
        if len(words) >= SHORT and words in seen:
            yield (seen[words], unit)
        seen.setdefault(words, unit)


def _pasted(script: Script) -> Found:
    """Two neighbouring cells of a row say the same."""
    for one, two in pairwise(script.units):
        if (
            not one.plain.strip()
            or one.plain.strip() != two.plain.strip()
            or script.holds(said["placeholder"], one)
        ):
            continue
        if one.kind is Kind.ROW and one.block == two.block:
            before = [u for u in script.near(one, 2, 0) if u.block == one.block]
            yield quotes([*before, one, two])
        elif (
            one.kind is not Kind.ROW
            and _cell(one)
            and one.position > 3
            and all(_cell(u) for u in script.near(two, 2, 1))
        ):
            yield quotes([*script.near(one, 1, 0), one, two])


def _cell(unit: Unit) -> bool:
    """A line that may have been a cell: short, and no sentence."""
    return unit.kind is not Kind.ITEM and len(unit.plain) < 100 and unit.plain[-1] not in ".:;,"


_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|fr|org|eu|net|example)\b/|@")


def _no_target(script: Script) -> Found:
    """'Click here', and no address in sight."""
    found = [
        unit
        for unit in script.saying(said["click"])
        if not script.holds(said["link-elsewhere"], unit)
        and not any(_ADDRESS.search(u.plain) for u in script.near(unit, 0, 1))
    ]
    if found:
        yield quotes(found[:6])


def undated(script: Script) -> Found:
    """No date and no version anywhere: quoted is the title."""
    if script.units and not script.says(said["dated"]):
        yield (script.units[0],)


_NOTIONS = (
    (
        ("gdpr", said["notions-gdpr"]),
        ("rgpd", said["notions-rgpd"]),
    ),
    (
        ("objection", said["notions-objection"]),
        ("opposition", said["notions-opposition"]),
    ),
    (
        ("erasure", said["notions-erasure"]),
        ("cancellation", said["notions-cancellation"]),
    ),
    (
        ("restriction", said["notions-restriction"]),
        (
            "limitation",
            said["notions-limitation"],
        ),
    ),
    (
        ("processor", said["notions-processor"]),
        ("subcontractor", said["notions-subcontractor"]),
    ),
)
MIXED = 2  # notions with two names from which words are called mixed


def _mixed_words(script: Script) -> Found:
    """Several names for one notion, for two notions or more."""
    found: list[Unit] = []
    for (_, one), (_, two) in _NOTIONS:
        first, second = next(script.saying(one), None), next(script.saying(two), None)
        if first is not None and second is not None:
            found += [second, first]
    if len(found) >= 2 * MIXED:
        yield quotes(found[:8])


def _mandatory_unstated(script: Script) -> Found:
    """Forms or accounts collect data; nothing says what is mandatory."""
    if script.says(said["mandatory"]):
        return
    found = [u for u in script.saying(said["collects"]) if u.kind is not Kind.HEADING]
    if found and script.says(said["forms"]):
        yield quotes(found[:2])


RULES = (
    Rule(
        "DUPLICATE_BULLET",
        "same-item",
        Severity.ERROR,
        "12(1)",
        "A list says the same twice; something else is likely missing.",
        _duplicate,
    ),
    Rule(
        "TABLE_CELL_PASTE",
        "same-cells",
        Severity.ERROR,
        "12(1)",
        "Two neighbouring cells say the same; what belongs in one of them is lost.",
        _pasted,
    ),
    Rule(
        "LINK_TARGET_MISSING",
        "click-here",
        Severity.ERROR,
        "12(1), 13(1)(e)",
        "'Click here' without an address.",
        _no_target,
    ),
    Rule(
        "NO_VERSION_OR_DATE",
        "undated",
        Severity.ERROR,
        "5(2), 7(1), 12(1)",
        "The text bears neither a date nor a version.",
        undated,
        ("a date of effect or update", "a version number"),
    ),
    Rule(
        "ADDRESSEE_SCOPE_GAP",
        "left-out",
        Severity.WARNING,
        "12(1), 13, 14",
        "The opening names whom the text is for, and leaves out groups that it covers later.",
        addressees,
    ),
    Rule(
        "TERMINOLOGY_INCONSISTENT",
        "two-names",
        Severity.INFO,
        "12(1)",
        "Several names are used for one notion.",
        _mixed_words,
    ),
    Rule(
        "DISPUTE_DATA_UNBOUNDED",
        "circumstances",
        Severity.INFO,
        "9(2)(f), 10; Loi 78-17 art. 46",
        "Which data are processed is left to the circumstances.",
        shows(said["unbounded"]),
    ),
    Rule(
        "SOURCE_NOT_STATED",
        "indirect",
        Severity.ERROR,
        "14(2)(f), 15(1)(g)",
        "Data of people who did not give them themselves, and no word on where they come from.",
        shows(said["indirect"], lacks=said["source"]),
        ("where data come from", "public sources"),
    ),
    Rule(
        "ART22_SILENT",
        "profiling",
        Severity.WARNING,
        "22, 13(2)(f); Loi 78-17 art. 47",
        "Profiles or targeting are used; automated decisions are neither stated nor excluded.",
        shows(said["profiles"], unless=said["as-a-whole"], lacks=said["automated"]),
        ("automated decisions", "profiling with legal or similar effect"),
    ),
    Rule(
        "MANDATORY_FIELDS_UNSTATED",
        "forms",
        Severity.WARNING,
        "13(2)(e), 25(2)",
        "Nothing says which data are mandatory, and what follows if they are withheld.",
        _mandatory_unstated,
        ("mandatory or optional data", "what follows if they are not given"),
    ),
)
