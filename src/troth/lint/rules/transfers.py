"""Transfers outside the European Union, and which country's law and authority apply."""

from __future__ import annotations

from itertools import pairwise

from troth.lint.cues import cues
from troth.lint.kinds import Found, clash, shows
from troth.lint.model import Rule, Severity
from troth.lint.script import Script

said = cues("transfers")

"""No data leave the Union."""


def _all_inside(script: Script) -> Found:
    """All are inside, and what happens with those that are not: in one sentence or the next."""
    yield from shows(said["all-inside"])(script)
    for one, two in pairwise(script.units):
        apart = not script.holds(said["all-inside"], one)
        claimed = apart and script.holds(said["every-one-inside"], one)
        if claimed and script.holds(said["begins-with-exception"], two):
            yield one, two


RULES = (
    Rule(
        "CONTRADICTION",
        "no-transfer-but-us-service",
        Severity.ERROR,
        "13(1)(f), 44",
        "It says that no data leave the European Union, beside a service run from a third country.",
        clash(said["stays"], said["us-service"], unless_second=said["denies"]),
    ),
    Rule(
        "CONTRADICTION",
        "no-transfer-but-foreign-host",
        Severity.ERROR,
        "13(1)(f), 44",
        "It says that no data leave the European Union, and that they are hosted outside it.",
        clash(said["stays"], said["foreign-host"], unless_second=said["denies"]),
    ),
    Rule(
        "CONTRADICTION",
        "no-transfer-but-foreign-party",
        Severity.WARNING,
        "13(1)(f), 44",
        "It says that no data leave the European Union, while who takes part sits outside it.",
        clash(said["stays"], said["elsewhere"]),
    ),
    Rule(
        "SELF_CONTRADICTION_LOCATION",
        "all-inside-if-not",
        Severity.ERROR,
        "13(1)(f), 5(1)(a)",
        "One sentence says that all are in the Union, and what happens with those that are not.",
        _all_inside,
    ),
    Rule(
        "TRANSFER",
        "no-country-no-tool",
        Severity.ERROR,
        "13(1)(f), 44, 46",
        "Data leave the Union; neither the country nor the tool that protects them is named.",
        shows(
            said["may-leave"], unless=said["not-leaving"], lacks=said["safeguard"] | said["country"]
        ),
    ),
    Rule(
        "TRANSFER_DETAILS_MISSING",
        "tool-without-country",
        Severity.ERROR,
        "13(1)(f), 15(2)",
        "Data leave the Union under a tool; no country is named and no way to a copy of it.",
        shows(
            said["may-leave"],
            unless=said["not-leaving"],
            needs=said["safeguard"],
            lacks=said["copy"] | said["country"],
        ),
        ("the name of a third country", "how to obtain a copy of the safeguards"),
    ),
    Rule(
        "STALE_REFERENCE",
        "transfer-tool",
        Severity.WARNING,
        "46",
        "A transfer tool or act is cited that is no longer in force.",
        shows(said["stale"], unless=said["gone"]),
    ),
    Rule(
        "JURISDICTION",
        "swiss-controller",
        Severity.ERROR,
        "3(2), 27; nLPD art. 19",
        "A Swiss controller under European law alone: Swiss law and its authority are not there.",
        shows(
            said["swiss"],
            unless=said["residents"],
            needs=said["french-law"],
            lacks=said["swiss-law"],
        ),
        ("the Swiss data protection act", "the Swiss authority (PFPDT)"),
    ),
    Rule(
        "REPRESENTATIVE_MISSING",
        "seat-abroad",
        Severity.WARNING,
        "27, 13(1)(a)",
        "Whoever decides is outside the Union, and no representative in the Union is told.",
        shows(
            said["seat-abroad"],
            unless=said["seat-of-others"],
            needs=said["union-law"],
            lacks=said["representative"],
        ),
        ("'representative in the Union'", "Art. 27"),
    ),
)
