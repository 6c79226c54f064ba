"""Consent, its withdrawal, trackers, marketing, children, and what data are called."""

from __future__ import annotations

from troth.lint.cues import cues
from troth.lint.kinds import Found, clash, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.script import Script

said = cues("consent")


def _withdrawal(script: Script) -> Found:
    """A purpose rests on consent; how to take it back is said for another purpose or nowhere."""
    general = [
        unit
        for unit in script.saying(said["withdraws"])
        if not script.holds(said["newsletter"] | said["unsubscribes"], unit)
        and script.holds(said["consent"], unit)
    ]
    if general:
        return
    for unit in script.saying(said["on-consent"]):
        if script.holds(said["not-on-consent"], unit) or script.says(
            said["withdraws"] | said["unsubscribes"], script.around(unit)
        ):
            continue
        yield (unit,)


def _parent_alone(script: Script) -> Found:
    """A parent's consent is asked below an age, and the minor's own is not."""
    if script.says(said["jointly"]):
        return
    found = [u for u in script.saying(said["parent"]) if not script.holds(said["excluded"], u)]
    ages = [u for u in script.saying(said["age"]) if not script.holds(said["excluded"], u)]
    if found and ages:
        yield quotes([*found[:3], ages[0]])


def _narrow_opt_out(script: Script) -> Found:
    """Unsubscribing is offered to those who consented, while others are written to as well."""
    offers = list(script.saying(said["unsubscribes"]))
    narrow = [unit for unit in offers if script.holds(said["this-consent"], unit)]
    if not narrow or any(unit not in narrow for unit in offers):
        return
    for unit in narrow:
        section = script.around(unit)
        others = list(script.saying(said["legitimate"], section))
        if others and script.says(said["marketing"], section):
            yield quotes([unit, others[0]])


def _silent_trackers(script: Script) -> Found:
    """Beacons or fingerprints beside cookies, and no word on consent or refusal."""
    if script.says(said["refused"]):
        return
    found = [unit for unit in script.saying(said["tracks"]) if script.holds(said["beacons"], unit)]
    if not found:
        found = [
            unit
            for unit in script.saying(said["tracks"])
            if script.says(said["beacons"], script.around(unit))
        ]
    if found:
        yield quotes(found[:3])


RULES = (
    Rule(
        "CONSENT",
        "no-choice",
        Severity.ERROR,
        "7; Loi 78-17 art. 82",
        "Trackers are used; neither consent nor refusal is mentioned.",
        _silent_trackers,
        ("consent to trackers", "how to refuse them"),
    ),
    Rule(
        "CONSENT",
        "acknowledged-is-not-consent",
        Severity.ERROR,
        "4(11), 7; Loi 78-17 art. 82",
        "Being informed, or going on to use the service, is taken for consent.",
        shows(
            said["acknowledged"], unless=said["choice"] | said["of-changes"], without=said["choice"]
        ),
    ),
    Rule(
        "CONSENT",
        "browser-settings",
        Severity.ERROR,
        "7; Loi 78-17 art. 82",
        "Refusing cookies is left to the settings of the browser.",
        shows(
            said["browser"],
            unless=said["not-about-cookies"],
            beside=said["rules-1"],
            lacks=said["choice"],
        ),
        ("a choice that is asked before trackers are placed",),
    ),
    Rule(
        "WITHDRAWAL_NOT_EXPLAINED",
        "how-to-take-back",
        Severity.ERROR,
        "7(3), 13(2)(c)",
        "A purpose rests on consent; how to take it back is not said.",
        _withdrawal,
        ("how this consent is withdrawn",),
    ),
    Rule(
        "OPT_OUT_SCOPE_NARROW",
        "consenting-only",
        Severity.ERROR,
        "21(2), 21(3); CPCE art. L34-5",
        "Unsubscribing is offered to those who consented only, though others are written to.",
        _narrow_opt_out,
    ),
    Rule(
        "CHILD",
        "parent-alone",
        Severity.ERROR,
        "8(1); Loi 78-17 art. 45",
        "A parent's consent alone is asked below one age; French law asks the minor's as well.",
        _parent_alone,
        ("joint consent of the minor and a parent",),
    ),
    Rule(
        "CHILD_AGE_NARROW",
        "age-at-collection",
        Severity.WARNING,
        "17(1)(f); Loi 78-17 art. 51(II)",
        "Erasure is offered for data collected below an age that is not majority.",
        shows(said["at-collection"]),
    ),
    Rule(
        "MISQUALIFIED_DATA",
        "anonymous-but-located",
        Severity.ERROR,
        "4(1), 4(5), recital 26",
        "Data with a location, a device or actions are called anonymous.",
        shows(said["anonymous"], unless=said["not-anonymous"]),
    ),
    Rule(
        "MISQUALIFIED_DATA",
        "anonymous-and-confidential",
        Severity.ERROR,
        "4(1), recital 26",
        "Data are called anonymous and confidential: what needs secrecy concerns somebody.",
        shows(said["anonymous-secret"]),
    ),
    Rule(
        "MISQUALIFIED_DATA",
        "technical-not-personal",
        Severity.ERROR,
        "4(1), recital 30",
        "Technical data such as IP addresses are said not to be personal.",
        shows(said["not-personal"]),
    ),
    Rule(
        "CONTRADICTION",
        "nothing-recorded-but-captured",
        Severity.ERROR,
        "4(1), 5(1)(a); Loi 78-17 art. 82",
        "It says that browsing leaves no trace, and that data are recorded or sold.",
        clash(said["nothing"], said["anyway"] | said["sold"], unless_second=said["not-sold"]),
    ),
    Rule(
        "CONTRADICTION",
        "nothing-collected-but-collects",
        Severity.ERROR,
        "5(1)(a), 13(1)(c)",
        "It says that no data are collected, and which ones are.",
        clash(
            said["collects-nothing"],
            said["collects-something"],
            unless_first=said["only-in-part"],
            unless_second=said["not-sold"],
        ),
    ),
    Rule(
        "CONTRADICTION",
        "voluntary-but-required",
        Severity.WARNING,
        "13(2)(e), 7(4)",
        "Nobody has to give data, and some are required; which ones is not marked.",
        clash(said["free"], said["required"], lacks=said["marked"]),
    ),
)
