"""Who sees the data: promises of secrecy, recipients, their roles, and who the controller is."""

from __future__ import annotations

from troth.lint.cues import cues
from troth.lint.kinds import Found, clash, quotes, shows
from troth.lint.model import Rule, Severity
from troth.lint.script import Script
from troth.reading.text import Kind

said = cues("sharing")

"""No third party gets the data, without exception."""
_ACTORS = (
    said["actors-1"],
    said["actors-2"],
    said["actors-3"],
    said["actors-4"],
    said["actors-5"],
    said["actors-6"],
    said["actors-7"],
)


def _subcontractors(script: Script) -> Found:
    """Subcontractors in a list of independent recipients, or named with them in one sentence."""
    for unit in script.saying(said["subcontractors"]):
        if script.holds(said["subcontractors-role"], unit):
            continue
        if script.holds(said["independent"], unit):
            yield (unit,)
            continue
        lead = list(script.saying(said["other-recipients"], script.around(unit)))
        if unit.kind in (Kind.ITEM, Kind.ROW) and lead:
            yield quotes([unit, lead[0]])


def _role_conflict(script: Script) -> Found:
    """The same actor among the processors and among recipients of their own."""
    language = script.text.language
    parts = {
        number: units[0]
        for number, units in script.sections.items()
        if number >= 0 and len(units) > 1
    }
    providers = [n for n, head in parts.items() if script.holds(said["provider-part"], head)]
    others = [n for n, head in parts.items() if script.holds(said["recipient-part"], head)]
    for actor in _ACTORS:
        pattern = actor.of(language)
        ones = [u for n in providers for u in script.sections[n][1:] if pattern.search(u.plain)]
        twos = [
            u
            for n in others
            if n not in providers
            for u in script.sections[n][1:]
            if pattern.search(u.plain)
        ]
        if ones and twos:
            yield quotes([ones[0], twos[0]])


RULES = (
    Rule(
        "CONTRADICTION",
        "secrecy-but-authorities",
        Severity.ERROR,
        "5(1)(a), 6(1)(c)",
        "It promises that no third party gets the data whatever happens, and that authorities may.",
        clash(said["secret"], said["compelled"], unless_first=said["except"]),
    ),
    Rule(
        "CONTRADICTION",
        "secrecy-but-providers",
        Severity.ERROR,
        "5(1)(a), 13(1)(e), 28",
        "It promises that nothing is ever passed to third parties, and that providers have access.",
        clash(
            said["secret"],
            said["providers-see"],
            unless_first=said["except"],
            unless_second=said["not-seen"],
        ),
    ),
    Rule(
        "CONTRADICTION",
        "exclusive-access-but-others",
        Severity.WARNING,
        "9, 13(1)(e)",
        "It says that one party alone has access, and that others receive the data.",
        clash(said["alone"], said["others-too"]),
    ),
    Rule(
        "CONTRADICTION",
        "confidential-but-marketing-partners",
        Severity.WARNING,
        "5(1)(a), 13(1)(e)",
        "Data are called strictly confidential, and given to partners for their marketing.",
        clash(said["marketing-partners"], said["strict"]),
    ),
    Rule(
        "CONTROLLER",
        "open-we",
        Severity.ERROR,
        "4(7), 13(1)(a)",
        "'We' is an open set of companies or providers: people cannot tell who decides.",
        shows(said["we"]),
    ),
    Rule(
        "SCOPE",
        "law-and-authorities",
        Severity.WARNING,
        "6(3), 48",
        "'Required by law and authorities': whether both are needed or one is enough is not said.",
        shows(said["law-and-authorities"]),
    ),
    Rule(
        "JOINT_ARRANGEMENT_ESSENCE_MISSING",
        "no-essence",
        Severity.ERROR,
        "26(2)",
        "Joint responsibility is declared; the essence of the arrangement is not offered.",
        shows(said["joint"], lacks=said["essence"]),
        ("the essence of the arrangement, or how to obtain it",),
    ),
    Rule(
        "JOINT_CONTROL_SOCIAL_MISSING",
        "page-statistics",
        Severity.WARNING,
        "26; CJEU C-210/16",
        "Statistics of social pages are used; that the network decides jointly is not said.",
        shows(said["page"], lacks=said["joint-network"]),
        ("joint control with the social network",),
    ),
    Rule(
        "RECIPIENT_ROLE_CONFLICT",
        "two-roles",
        Severity.WARNING,
        "4(7), 4(8), 26, 28",
        "The same actor is listed among providers and among independent recipients.",
        _role_conflict,
    ),
    Rule(
        "SUBCONTRACTOR_ROLE_UNCLEAR",
        "among-recipients",
        Severity.WARNING,
        "4(8), 28(3)",
        "Subcontractors stand among independent recipients: processors, or parties of their own?",
        _subcontractors,
    ),
    Rule(
        "NAMED_THIRD_PARTY_BY_REFERENCE",
        "own-policy",
        Severity.WARNING,
        "13(1)(e), 13(1)(f)",
        "A named company's role is left to its own policy.",
        shows(said["named-elsewhere"]),
    ),
    Rule(
        "RECIPIENT_AUTHORITIES_MISSING",
        "legal-duty-without-authority",
        Severity.INFO,
        "4(9), 13(1)(e)",
        "Legal duties are a basis, and no authority is among the recipients.",
        shows(said["recipients-lead"], needs=said["legal-duty"], lacks=said["authorities"]),
        ("authorities, courts or legal requests among the recipients",),
    ),
    Rule(
        "LIABILITY",
        "user-alone",
        Severity.WARNING,
        "24, 26",
        "People are made solely responsible for data on pages that the controller runs too.",
        shows(said["solely"]),
    ),
)
