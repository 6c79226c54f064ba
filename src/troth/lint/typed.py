"""A typed policy examined: what a notice owes people, and what a policy owes itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from troth.lint import lacking
from troth.lint.lacking import Places
from troth.lint.model import Flaw, Severity, Status
from troth.policy.model import Policy


@dataclass(frozen=True)
class PolicyRule:
    """One thing that a typed policy lacks or contradicts; `find` yields the paths that show it."""

    code: str
    name: str
    severity: Severity
    article: str
    message: str
    find: Callable[[Policy, date], Places]
    status: Status = Status.ABSENT


def examine_policy(policy: Policy, today: date) -> tuple[Flaw, ...]:
    """Every finding about a policy by itself; `today` decides which safeguards are in force."""
    return tuple(
        Flaw(
            rule.code,
            rule.name,
            rule.severity,
            rule.article,
            rule.message,
            rule.status,
            places=places,
        )
        for rule in POLICY_RULES
        for places in rule.find(policy, today)
    )


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO
POLICY_RULES = (
    PolicyRule(
        "NOTICE_GAP",
        "policy-identity",
        _E,
        "13(1)(a)",
        "A controller lacks its name, its address or a contact.",
        lacking.identity,
    ),
    PolicyRule(
        "NOTICE_GAP",
        "policy-officer",
        _E,
        "13(1)(b)",
        "The data protection officer cannot be reached.",
        lacking.officer,
    ),
    PolicyRule(
        "NOTICE_GAP",
        "policy-authority",
        _E,
        "13(2)(d)",
        "No authority is named with which people may complain.",
        lacking.authority,
    ),
    PolicyRule(
        "NO_VERSION_OR_DATE",
        "policy-undated",
        _E,
        "5(2), 7(1)",
        "A version has no day from which it counts.",
        lacking.undated,
    ),
    PolicyRule(
        "RETENTION_MISSING",
        "policy-no-period",
        _E,
        "5(1)(e), 13(2)(a)",
        "An activity has no retention period.",
        lacking.no_period,
    ),
    PolicyRule(
        "BALANCE_NOT_RECORDED",
        "policy-balance",
        _W,
        "6(1)(f), 5(2)",
        "An interest was never weighed against people's, or nobody recorded it.",
        lacking.no_interest,
    ),
    PolicyRule(
        "WITHDRAWAL_NOT_EXPLAINED",
        "policy-withdrawal",
        _E,
        "7(3), 13(2)(c)",
        "How a consent is taken back is not said.",
        lacking.no_withdrawal,
    ),
    PolicyRule(
        "SOURCE_NOT_STATED",
        "policy-source",
        _E,
        "14(2)(f)",
        "Data are received from others, and from whom is not said.",
        lacking.no_source,
    ),
    PolicyRule(
        "TRANSFER",
        "policy-safeguard",
        _E,
        "44, 46",
        "A recipient outside the Union has no safeguard.",
        lacking.open_transfer,
    ),
    PolicyRule(
        "TRANSFER_DETAILS_MISSING",
        "policy-country",
        _W,
        "13(1)(f)",
        "Where a recipient is has not been recorded.",
        lacking.no_country,
    ),
    PolicyRule(
        "PROCESSOR_WITHOUT_CONTRACT",
        "policy-terms",
        _E,
        "28(3)",
        "A processor has no signed contract in force.",
        lacking.unsigned,
    ),
    PolicyRule(
        "CONTRADICTION",
        "policy-transfer",
        _E,
        "13(1)(f), 44",
        "A transfer is promised not to happen, and a recipient outside the Union is allowed.",
        lacking.no_transfer_but,
        Status.FOUND,
    ),
    PolicyRule(
        "JOINT_ARRANGEMENT_ESSENCE_MISSING",
        "policy-arrangement",
        _E,
        "26(2)",
        "A joint controller without the essence of the arrangement.",
        lacking.essence,
    ),
    PolicyRule(
        "RIGHT_MISSING",
        "policy-right",
        _E,
        "13(2)(b), 15-22; Loi 78-17 art. 85",
        "A right that applies is not granted.",
        lacking.rights,
    ),
    PolicyRule(
        "ART22_SILENT",
        "policy-machine",
        _E,
        "22(3)",
        "An activity decides by machine, and no right to a human decision is granted.",
        lacking.machine,
    ),
    PolicyRule(
        "DEADLINE",
        "policy-month",
        _E,
        "12(3)",
        "A right is answered after more than a month; longer is an extension, with its notice.",
        lacking.too_slow,
        Status.FOUND,
    ),
    PolicyRule(
        "OBJECTION_MARKETING_NOT_ABSOLUTE",
        "policy-marketing",
        _E,
        "21(2), 21(3)",
        "Direct marketing without an objection that needs no reason.",
        lacking.marketing,
    ),
    PolicyRule(
        "CHILD",
        "policy-joint-consent",
        _E,
        "8(1); Loi 78-17 art. 45",
        "A parent's consent alone counts below the age; French law asks the minor's as well.",
        lacking.parent_alone,
        Status.FOUND,
    ),
    PolicyRule(
        "RETENTION_MISSING_ADS_COOKIES",
        "policy-trackers",
        _W,
        "13(2)(a); Loi 78-17 art. 82",
        "A tracker has no lifetime.",
        lacking.trackers,
    ),
    PolicyRule(
        "MANDATORY_FIELDS_UNSTATED",
        "policy-consequence",
        _W,
        "13(2)(e)",
        "Fields are mandatory; what follows if they are withheld is not said.",
        lacking.withheld,
    ),
    PolicyRule(
        "MANDATORY_FIELDS_UNSTATED",
        "policy-fields",
        _W,
        "13(2)(e)",
        "Data is collected; which of it is mandatory is not said.",
        lacking.undecided_fields,
    ),
    PolicyRule(
        "MANDATORY_FIELDS_UNMARKED",
        "policy-marked",
        _W,
        "13(2)(e), 12(1)",
        "A form has mandatory fields, and nobody has recorded that they are marked.",
        lacking.unmarked,
    ),
    PolicyRule(
        "UNCOVERED_DATA",
        "policy-collected",
        _E,
        "5(1)(b), 5(1)(c), 6(1)",
        "Data is collected that no activity of the form needs.",
        lacking.collected,
        Status.FOUND,
    ),
    PolicyRule(
        "REPRESENTATIVE_MISSING",
        "policy-representative",
        _E,
        "27, 13(1)(a)",
        "A controller is outside the Union, and no representative in the Union is named.",
        lacking.representative,
    ),
    PolicyRule(
        "REPRESENTATIVE_MISSING",
        "policy-representative-reached",
        _E,
        "27(3), 13(1)(a)",
        "A representative lacks its name or address, or is not in the Union itself.",
        lacking.unreachable,
        Status.FOUND,
    ),
    PolicyRule(
        "RIGHTS_CHANNEL_SINGLE",
        "policy-channel",
        _W,
        "12(2)",
        "A right without any contact by which it is exercised.",
        lacking.channels,
    ),
    PolicyRule(
        "PERIOD_ASSUMED",
        "policy-assumed",
        _I,
        "5(2)",
        "A period is an assumption of the policy's author, not a decision.",
        lacking.assumed,
        Status.DOUBTFUL,
    ),
)
