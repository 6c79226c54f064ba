"""Legal bases: which purpose rests on which, and what needs consent or a special condition."""

from __future__ import annotations

from troth.lint.cues import cues
from troth.lint.kinds import Found, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.retained import retained
from troth.lint.script import Script

said = cues("bases")


def _trace_bases(script: Script) -> Found:
    """Traceability is a legal duty for one group and not for another."""
    purposes = list(script.saying(said["trace"]))
    duties = [
        unit
        for unit in script.saying(said["legal-duty"])
        if script.holds(said["basis"], unit) and not script.holds(said["consent"], unit)
    ]
    with_trace = [unit for unit in duties if script.holds(said["trace"], unit)]
    without = [
        unit
        for unit in duties
        if unit not in with_trace
        and any(p.section == unit.section and p.position < unit.position for p in purposes)
    ]
    if with_trace and without:
        before = [
            p
            for p in purposes
            if p.section == without[0].section and p.position < without[0].position
        ]
        yield quotes([*before[:1], without[0], with_trace[0]])


def _trace_undated(script: Script) -> Found:
    rows = [unit for units in retained(script) for unit in units]
    found = list(script.saying(said["trace"]))
    if rows and found and not script.says(said["trace"], rows):
        yield quotes(found[:3])


def _recordings_undated(script: Script) -> Found:
    rows = [unit for units in retained(script) for unit in units]
    found = list(script.saying(said["recorded"]))
    if rows and found and not script.says(said["recorded-row"], rows):
        yield quotes(found[:3])


def _tracker_interest(script: Script) -> Found:
    """Audience measurement or personalisation on legitimate interest."""
    for unit in script.saying(said["legitimate"]):
        if script.holds(said["exempt"], unit):
            continue
        if script.holds(said["web"], unit):
            inside = [u for u in script.saying(said["web"], script.around(unit)) if u is not unit]
            yield quotes([unit, *inside[:2]])
            return


RULES = (
    Rule(
        "LEGAL_BASIS",
        "unmapped",
        Severity.ERROR,
        "6(1), 13(1)(c)",
        "Legal bases are named in general: which purpose rests on which is not said.",
        shows(said["unmapped"]),
    ),
    Rule(
        "LEGAL_BASIS",
        "terms-of-use",
        Severity.WARNING,
        "6(1), 13(1)(c)",
        "Terms of use are named as a legal basis; Art. 6 knows the contract, with who accepted it.",
        shows(said["terms"], unless=said["accepted"]),
    ),
    Rule(
        "LEGAL_BASIS",
        "open-purposes",
        Severity.WARNING,
        "5(1)(b), 13(1)(c)",
        "'Mainly' or 'in particular' leaves the list of purposes open.",
        shows(said["primarily"]),
    ),
    Rule(
        "BASIS_NOT_MAPPED_TO_PURPOSE",
        "either-or",
        Severity.WARNING,
        "13(1)(c), 5(1)(a)",
        "Several purposes share a choice of bases: people cannot tell which holds for them.",
        shows(said["either"]),
    ),
    Rule(
        "BASIS_CONFLICT_TRACEABILITY",
        "two-bases",
        Severity.ERROR,
        "6(1)(c), 5(1)(e)",
        "Traceability is a legal duty for some people and not for others.",
        _trace_bases,
    ),
    Rule(
        "RETENTION_MISSING_TRACEABILITY",
        "no-period",
        Severity.ERROR,
        "5(1)(e), 13(2)(a)",
        "Traceability is a purpose and no stated period covers it.",
        _trace_undated,
    ),
    Rule(
        "RETENTION_MISSING_TRAINING_AV_FEEDBACK",
        "no-period",
        Severity.ERROR,
        "13(2)(a), 5(1)(e)",
        "Recordings, streams or feedback are collected and no stated period covers them.",
        _recordings_undated,
    ),
    Rule(
        "BASIS_INCONSISTENT_TRAINING",
        "interest-for-a-contract",
        Severity.WARNING,
        "6(1)(b), 20(1), 13(1)(c)",
        "Training rests on legitimate interest; elsewhere the customer's contract is the basis.",
        shows(said["training-interest"], unless=said["contract"], needs=said["customer-contract"]),
    ),
    Rule(
        "TRACKER_BASIS_LEGITIMATE_INTEREST",
        "audience-on-interest",
        Severity.ERROR,
        "Loi 78-17 art. 82; 6(1)(f)",
        "Audience measurement or personalisation rests on interest; trackers need consent.",
        _tracker_interest,
    ),
    Rule(
        "EMAIL_PIXEL_BASIS",
        "openings-on-interest",
        Severity.ERROR,
        "Loi 78-17 art. 82; 6(1)(f)",
        "Who opens a mail is recorded on legitimate interest; reading a device needs consent.",
        shows(said["openings"], beside=said["legitimate"], lacks=said["pixel-consent"]),
    ),
    Rule(
        "B2B_EMAIL_CONDITIONS_MISSING",
        "prospecting-on-interest",
        Severity.ERROR,
        "6(1)(f), 21(2); CPCE art. L34-5",
        "Prospecting by e-mail on legitimate interest, without the conditions that allow it.",
        shows(said["prospecting"], beside=said["legitimate"], lacks=said["b2b"]),
        ("a professional address", "a link with the person's profession", "an easy opt-out"),
    ),
    Rule(
        "UNDEFINED_CRITERION_PROFESSION",
        "unrelated-profession",
        Severity.WARNING,
        "6(1)(a), 5(1)(a)",
        "Who needs to consent depends on a criterion that the text does not define.",
        shows(said["unrelated"]),
    ),
    Rule(
        "SPECIAL_CATEGORY",
        "health-without-condition",
        Severity.ERROR,
        "9(2), 35",
        "Data that can reveal health are processed; no condition of Art. 9 is stated.",
        shows(said["healthish"], unless=said["not-health"], lacks=said["article-9"]),
        ("a condition of Art. 9(2), such as explicit consent",),
    ),
    Rule(
        "SPECIAL_CATEGORY_UNADDRESSED",
        "free-text-in-care",
        Severity.WARNING,
        "9(1), 5(1)(c)",
        "Free text in a medical setting may hold health data; nothing is said of Art. 9.",
        shows(said["free-text"], needs=said["care"], lacks=said["article-9"]),
        ("a condition of Art. 9(2)", "a word on special categories"),
    ),
    Rule(
        "HCP_TRANSPARENCY_UNSTATED",
        "care-partners",
        Severity.WARNING,
        "13(1)(c), 13(1)(e); Code de la santé publique art. L1453-1",
        "Health professionals are partners; the duty to publish links and benefits is not told.",
        shows(said["partner-care"], lacks=said["transparency"]),
        ("publication of links and benefits",),
    ),
)
