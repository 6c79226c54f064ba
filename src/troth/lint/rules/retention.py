"""How long: periods without number, start or row, ends that differ, and what ends first."""

from __future__ import annotations

import re

from troth.lint.cues import cues
from troth.lint.groups import (
    catch_all,
    labels_differ,
    undated_kinds,
    undated_trackers,
)
from troth.lint.kinds import Found, clash, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.retained import retained
from troth.lint.script import Script

said = cues("retention")


def _indefinite(script: Script) -> Found:
    """A period that is a range, or hedged."""
    found = [
        unit
        for unit in script.saying(said["range"] | said["hedged"])
        if script.holds(said["keeping"], unit) and not script.holds(said["not-keeping"], unit)
    ]
    if found:
        yield quotes(found[:4])


def _time_needed(script: Script) -> Found:
    """A period in words that has no end: of data kept, and not of a restriction or a purge."""
    found = [
        unit
        for unit in script.saying(said["time-needed"])
        if (script.holds(said["retains"], unit) or script.holds(said["opens"], unit))
        and not script.holds(said["period"], unit)
        and not script.holds(said["reached"], unit)
    ]
    if found:
        yield quotes(found[:4])


def _none_at_all(script: Script) -> Found:
    """Data go when unneeded, and no period is stated anywhere."""
    if any(True for _ in retained(script)):
        return
    found = [
        unit
        for unit in script.saying(said["unneeded"])
        if script.holds(said["deletes"] | said["keeping"], unit)
        and not script.holds(said["none-at-all-1"], unit)
    ]
    if found:
        yield quotes(found[:4])


def _no_start(script: Script) -> Found:
    """A bare period, where what is kept does not bear its own start."""
    for unit in script.saying(said["bare"] | said["for-period"]):
        if script.holds(said["range"], unit):
            continue
        bare = script.holds(said["bare"], unit)
        context = script.near(unit, 2, 0) if bare else (unit,)
        if bare and not script.says(said["in-table"], script.near(unit, 40, 5)):
            continue
        if not script.says(said["natural"], context[-2:]):
            yield (unit, *(context[-2:-1] if bare else ()))


def _payment(script: Script) -> Found:
    """Payment data in a unit, or beside one, that keeps them for years."""
    for unit in script.saying(said["payment"]):
        if script.holds(said["long"], unit) and script.holds(said["keeping"], unit):
            yield (unit,)
            continue
        after = script.near(unit, 0, 1)[1:]
        if (
            after
            and re.match(r"^\W*(?:\d|up to|maximum|jusqu)", after[0].plain)
            and script.says(said["long"], after)
        ):
            yield (unit, after[0])


RULES = (
    Rule(
        "RETENTION",
        "range-or-hedge",
        Severity.WARNING,
        "5(1)(e), 13(2)(a)",
        "A period is a range or 'generally' so long: what holds for whom is not said.",
        _indefinite,
    ),
    Rule(
        "RETENTION",
        "no-period",
        Severity.ERROR,
        "13(2)(a), 5(1)(e)",
        "Data are kept while needed; no period and no criterion that gives one is stated.",
        _none_at_all,
        ("a number of days, months or years for which anything is kept",),
    ),
    Rule(
        "RETENTION_NOT_A_DURATION",
        "time-needed",
        Severity.ERROR,
        "5(1)(e), 13(2)(a)",
        "'The time needed' is no period: it has neither a number nor an event that can be dated.",
        _time_needed,
    ),
    Rule(
        "RETENTION_NO_ANCHOR",
        "no-start",
        Severity.ERROR,
        "5(1)(e), 13(2)(a)",
        "A period without the event from which it runs.",
        _no_start,
    ),
    Rule(
        "RETENTION_OVERLAP",
        "catch-all-and-special",
        Severity.WARNING,
        "5(1)(e)",
        "Two rows give different periods to the same data of the same person.",
        catch_all,
    ),
    Rule(
        "ANCHOR_DIRECTION_UNCLEAR",
        "last-contact",
        Severity.WARNING,
        "5(1)(e)",
        "'Last contact' does not say whose: each mail that the organisation sends would renew it.",
        shows(said["last-contact"]),
    ),
    Rule(
        "ANCHOR_MAY_NEVER_OCCUR",
        "last-sign",
        Severity.ERROR,
        "5(1)(e)",
        "The period runs from an act that may never happen; then it never ends.",
        shows(said["last-sign"], unless=said["fallback"]),
    ),
    Rule(
        "ANCHOR_UNDEFINED",
        "end-of-relation",
        Severity.WARNING,
        "5(1)(e)",
        "The end of the relationship starts the period, and nothing says when it ends.",
        shows(said["relation-end"], lacks=said["relation-defined"]),
        ("when the relationship counts as ended",),
    ),
    Rule(
        "RETENTION_MISSING",
        "kind-without-period",
        Severity.ERROR,
        "5(1)(e), 13(2)(a)",
        "Data that the text declares have no period, while others have theirs.",
        undated_kinds,
    ),
    Rule(
        "RETENTION_MISSING_ADS_COOKIES",
        "trackers-without-period",
        Severity.ERROR,
        "13(2)(a); Loi 78-17 art. 82",
        "Advertising data and cookies have no period in this text.",
        undated_trackers,
    ),
    Rule(
        "RETENTION_OPEN_ENDED",
        "perhaps-litigation",
        Severity.WARNING,
        "5(1)(e), 5(2)",
        "Data are kept because a dispute might come: that has no end.",
        shows(said["perhaps-litigation"]),
    ),
    Rule(
        "RETENTION_EXCESSIVE_PAYMENT",
        "years-of-cards",
        Severity.WARNING,
        "5(1)(c), 5(1)(e)",
        "Payment data are kept for years under a general rule.",
        lambda script: () if script.says(said["shorter"]) else _payment(script),
    ),
    Rule(
        "GROUP_LABEL_MISMATCH",
        "groups-differ",
        Severity.INFO,
        "12(1), 13(2)(a)",
        "The periods are stated for other groups of people than the purposes.",
        labels_differ,
    ),
    Rule(
        "SUPPRESSION_NOT_PROVIDED",
        "unsubscribe-forgets",
        Severity.INFO,
        "5(2), 7(1), 21(3)",
        "All goes with the subscription: neither the objection nor the consent could be proved.",
        shows(said["subscribed"], lacks=said["remembered"]),
        ("a suppression list", "how long proof of consent is kept"),
    ),
    Rule(
        "DATE_ARITHMETIC_UNSTATED",
        "no-counting-rule",
        Severity.INFO,
        "5(1)(e); Regulation 1182/71 art. 3",
        "Several periods run from events; how they are counted is not said.",
        lambda script: (
            [found[:4]]
            if len(found := tuple(script.saying(said["anchored"]))) >= 4
            and not script.says(said["counted"])
            else []
        ),
        ("how years and months are counted",),
    ),
    Rule(
        "CONTRADICTION",
        "destroyed-or-anonymised",
        Severity.WARNING,
        "5(1)(e)",
        "At the end of the same period data are destroyed here, deleted or anonymised there.",
        clash(said["destroyed"], said["or-anonymised"]),
    ),
    Rule(
        "CONTRADICTION",
        "applies-periods-but-sets-none",
        Severity.WARNING,
        "28(3)(a), 28(10)",
        "A party applies periods of its own, and is said to determine none.",
        clash(said["applies"], said["does-not-set"]),
    ),
    Rule(
        "CONTRADICTION",
        "statistics-only-but-promotion",
        Severity.WARNING,
        "5(1)(b)",
        "Anonymised data serve statistics alone, and aggregates serve promotion.",
        clash(said["only-statistics"], said["aggregates-sell"]),
    ),
    Rule(
        "CONTRADICTION",
        "contract-only-but-longer",
        Severity.WARNING,
        "5(1)(b), 5(1)(e)",
        "Data serve during the contract only, and still do long after it.",
        clash(said["only-in-contract"], said["after-contract"]),
    ),
    Rule(
        "PRIORITY",
        "deletion-or-litigation",
        Severity.WARNING,
        "5(1)(e), 17(3)(e)",
        "Data go for good when their period ends, and stay for litigation: which comes first?",
        clash(said["gone-for-good"], said["litigation-keeps"]),
    ),
    Rule(
        "DEADLINE",
        "soon-or-gone",
        Severity.WARNING,
        "5(1)(e), 12(1)",
        "Data go if a person does not act 'as soon as possible': the wait is not stated.",
        shows(said["soon-or-gone"], unless=said["in-days"]),
    ),
)
