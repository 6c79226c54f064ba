"""What each field of a policy means to people, as data: how it is compared, the article, and why.

A field that is not listed here is a defect: a test holds the table to the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from troth.diff.measures import Rule
from troth.law.calendar import Period
from troth.policy import model as m
from troth.policy import people as p
from troth.policy import retention as r
from troth.policy.base import Element
from troth.policy.collected import CollectionPoint

IGNORED = Rule("ignored")
OWN = Rule("own")
PARTS = Rule("parts")
WORDING = Rule("text", "wording", "neutral", "12(1)", "another wording of the same element")
_MONTH = Period(months=1)
_TWO_MONTHS = Period(months=2)


def _weighed(code: str, article: str, reason: str) -> Rule:
    """Wording that may change what is promised: a person has to read it."""
    return Rule("text", code, "neutral", article, reason, weigh=True)


FIELDS: Mapping[type[BaseModel], Mapping[str, Rule]] = {
    Element: dict.fromkeys(("clauses", "origin", "stated", "executed", "reason", "note"), IGNORED),
    m.Policy: {
        **dict.fromkeys(("troth", "organisation", "title", "since", "versions"), IGNORED),
        **dict.fromkeys(("readings", "not_modelled"), IGNORED),
        "languages": Rule(
            "set", "language", "better", "12(1)", "languages in which people read it"
        ),
        "zone": _weighed("zone", "12(1)", "days begin at another instant"),
        "financial_year_ends": _weighed(
            "financial-year", "5(1)(e)", "periods that run from the year's end move"
        ),
        "laws": Rule("set", "law", "better", "12(1)", "laws whose rules are kept"),
        **dict.fromkeys(("controllers", "joint_controllers", "representatives"), PARTS),
        **dict.fromkeys(("contacts", "collection_points"), PARTS),
        "data_protection_officer": PARTS,
        "authorities": PARTS,
        **dict.fromkeys(("subjects", "categories", "events", "conditions", "consents"), PARTS),
        "parameters": IGNORED,  # their values count where a period uses them
        "places": PARTS,
        "activities": PARTS,
        "caps": PARTS,
        **dict.fromkeys(("recipients", "safeguards", "transfers", "trackers", "rights"), PARTS),
        **dict.fromkeys(("ages", "anonymisation", "holds", "commitments"), PARTS),
    },
    p.Controller: {
        "name": _weighed("controller", "13(1)(a)", "another controller, or another name of it"),
        **dict.fromkeys(("legal_form", "address", "registration"), WORDING),
        "country": Rule(
            "own", "controller-abroad", "lower", "27, 44", "the controller leaves the Union"
        ),
        "contacts": Rule("set", "contact", "better", "13(1)(a)", "ways to reach the controller"),
        "mandatory": IGNORED,
    },
    p.JointController: {
        "name": _weighed("controller", "13(1)(a), 26", "another joint controller"),
        "activities": Rule(
            "set", "joint-activity", "lower", "26(1)", "activities on which others decide too"
        ),
        "regions": _weighed("regions", "26", "where the joint responsibility reaches"),
        "arrangement": _weighed("arrangement", "26(2)", "the essence of the arrangement"),
        "contact_point": Rule(
            "presence", "contact-point", "better", "26(1)", "a point of contact for people"
        ),
    },
    p.Representative: {
        "name": _weighed("representative-name", "27", "another representative in the Union"),
        "address": WORDING,
        "country": Rule(
            "text", "representative-country", "neutral", "27(3)", "where in the Union it is"
        ),
        "contacts": Rule("set", "contact", "better", "27(4)", "ways to reach the representative"),
        "controllers": Rule(
            "set", "represented", "better", "27(1)", "for whom it stands", empty="all"
        ),
    },
    CollectionPoint: {
        **dict.fromkeys(("label", "kind", "url", "consequence"), WORDING),
        "activities": Rule(
            "set", "point-purpose", "lower", "5(1)(b), 13(3)", "what is given serves more purposes"
        ),
        "categories": Rule(
            "set", "point-data", "lower", "5(1)(c), 13", "more data is asked for", empty="all"
        ),
        "mandatory": Rule(
            "set", "mandatory-field", "lower", "13(2)(e)", "fields that have to be filled in"
        ),
        "optional": Rule(
            "set", "optional-field", "neutral", "13(2)(e)", "fields that may be left empty"
        ),
        "required_by": _weighed("required-by", "13(2)(e)", "why fields are mandatory"),
        "marked": Rule("flag", "marked", "better", "13(2)(e)", "mandatory fields are marked"),
    },
    p.Contact: dict.fromkeys(("purpose", "email", "phone", "post", "url"), WORDING),
    p.DataProtectionOfficer: {
        "name": WORDING,
        "contacts": Rule("set", "contact", "better", "37(7)", "ways to reach the officer"),
        "independent": Rule(
            "flag", "officer-independent", "better", "38(3)", "the officer takes no instructions"
        ),
        "registered_with": WORDING,
    },
    p.Authority: dict.fromkeys(("name", "country", "url", "address"), WORDING),
    p.DataSubject: {
        "label": WORDING,
        "parent": OWN,
        "minimum_age": Rule(
            "number", "minimum-age", "better", "8(1)", "younger people are left alone", absent=0
        ),
        "scope": _weighed("scope", "13", "people whom this text no longer reaches, or now does"),
    },
    m.DataCategory: {
        "label": WORDING,
        "parent": OWN,
        "special": _weighed("special-kind", "9(1)", "what the category is taken for"),
        "never_stored": Rule(
            "flag", "never-stored", "better", "5(1)(c)", "data that is promised not to exist"
        ),
        "examples": OWN,
        "excludes": Rule("set", "excluded", "better", "5(1)(c)", "data that is left out"),
        "closed": Rule("flag", "closed", "better", "5(1)(c)", "nothing else may be collected"),
        "values": Rule(
            "set", "value", "lower", "5(1)(c)", "values that may be stored", empty="all"
        ),
        "coarseness": Rule(
            "presence", "coarseness", "better", "5(1)(c)", "data is stored less finely"
        ),
    },
    r.Event: {
        "label": WORDING,
        "counts": _weighed("event", "5(1)(e)", "what starts or ends a period"),
        "never_counts": _weighed("event", "5(1)(e)", "what never starts a period"),
    },
    m.Condition: {
        "label": _weighed("condition", "5(1)(a)", "what must be true of a person"),
        "on_failure": Rule(
            "rank",
            "condition-failure",
            "better",
            "5(1)(a)",
            "a failed condition ends the ground, or only suspends use",
            order=("suspend", "end"),
        ),
        "unknown_means": Rule(
            "rank",
            "condition-unknown",
            "better",
            "5(1)(a)",
            "what counts where nothing shows the condition",
            order=("unknown", "fails"),
        ),
    },
    m.Consent: {
        "label": WORDING,
        "wording": _weighed("consent-wording", "7(1)", "another sentence is agreed to"),
        "channel": WORDING,
        "expires": Rule(
            "period",
            "consent-expiry",
            "lower",
            "7",
            "a consent counts for longer",
            absent="endless",
        ),
        "ask_again": Rule(
            "period",
            "consent-asked-again",
            "better",
            "7(4)",
            "a refusal is respected for longer",
            absent="none",
        ),
        "explicit": Rule("flag", "consent-explicit", "better", "9(2)(a)", "an express statement"),
        "confirmed": Rule("flag", "consent-confirmed", "better", "7(1)", "a second step confirms"),
        "by_person_only": Rule(
            "flag", "consent-by-person", "better", "7(1)", "nobody records it for the person"
        ),
        "minimum_age": Rule(
            "number", "consent-age", "better", "8(1)", "below it parents consent", absent=0
        ),
        "born": IGNORED,
        "unknown_age": Rule(
            "rank",
            "consent-unknown-age",
            "better",
            "8(2)",
            "what a person of unknown age is taken for",
            order=("adult", "unknown", "child"),
        ),
        "withdrawal": _weighed("consent-withdrawal", "7(3)", "how a consent is taken back"),
    },
    m.Place: {
        "label": WORDING,
        "kind": _weighed("place", "32", "what kind of place the data lies in"),
        "operator": _weighed("operator", "28", "who runs the place"),
        "readers": Rule(
            "set", "reader", "lower", "5(1)(f), 25(2)", "roles that may read there", empty="all"
        ),
        "rotation": Rule(
            "period", "backup", "lower", "5(1)(e)", "backups are kept longer", absent="endless"
        ),
        "reached": IGNORED,
    },
    m.Activity: {
        "purpose": _weighed("purpose", "5(1)(b), 13(3)", "the purpose is said otherwise"),
        "controllers": Rule(
            "set", "deciding", "lower", "13(1)(a)", "more organisations decide on the data"
        ),
        "subjects": OWN,
        "categories": OWN,
        "legal_bases": OWN,
        "special_conditions": Rule(
            "set", "special-condition", "lower", "9(2)", "special categories may be used on it"
        ),
        "conditions": Rule(
            "set", "condition", "better", "5(1)(a)", "what must be true before data is used"
        ),
        "retention": OWN,
        "recipients": OWN,
        "sources": Rule("set", "source", "lower", "14(2)(f)", "data comes from further sources"),
        "direct_marketing": Rule(
            "flag", "direct-marketing", "lower", "21(2)", "data serves direct marketing"
        ),
        "automated_decision": Rule(
            "flag", "automated-decision", "lower", "22(1)", "a machine alone decides on people"
        ),
        "impact_assessment": _weighed("assessment", "35", "whether the impact was assessed"),
        "readers": Rule(
            "set", "reader", "lower", "5(1)(f), 25(2)", "roles that may read the data", empty="all"
        ),
        "regions": Rule("set", "region", "lower", "13(1)(e)", "where it may happen", empty="all"),
        "places": Rule("set", "place", "lower", "5(1)(b)", "where data may lie", empty="all"),
    },
    p.Recipient: {
        "name": _weighed("recipient-name", "13(1)(e)", "another recipient, or another name of it"),
        "role": OWN,
        "task": _weighed("recipient-task", "13(1)(e)", "what the recipient does with the data"),
        "data_categories": Rule(
            "set", "recipient-data", "lower", "5(1)(c)", "data that goes to it", empty="all"
        ),
        "activities": IGNORED,  # each activity tells its own recipients
        "country": OWN,
        "safeguard": OWN,
        "terms": Rule("presence", "terms", "better", "28(3)", "signed terms bind the recipient"),
        "instructions": WORDING,
        "sub_processors": Rule(
            "set", "sub-processor", "lower", "28(2)", "further processors receive the data"
        ),
        "readers": Rule(
            "set", "reader", "lower", "5(1)(f)", "who may read at the recipient", empty="all"
        ),
        "allowed": Rule(
            "rank",
            "recipient-allowed",
            "better",
            "13(1)(e)",
            "on what data may go to the recipient",
            order=("yes", "consent", "legal-order", "undetermined", "no"),
        ),
        "condition": _weighed("recipient-condition", "13(1)(e)", "when data may go there"),
        "certification": Rule(
            "presence", "certification", "better", "32, 42", "the recipient is certified"
        ),
        "review_by": IGNORED,
    },
    p.Safeguard: {
        "kind": OWN,
        "text": WORDING,
        "measures": Rule(
            "set", "supplementary-measure", "better", "46(1)", "measures beside the mechanism"
        ),
        **dict.fromkeys(("assessment", "valid_until"), IGNORED),
    },
    p.Transfer: {
        "recipients": Rule("set", "transfer-recipient", "neutral", "13(1)(f)", "who is meant"),
        "countries": Rule(
            "set", "transfer-country", "neutral", "13(1)(f)", "which countries are named"
        ),
        "safeguard": OWN,
        "allowed": Rule("flag", "transfer", "lower", "44, 13(1)(f)", "data leaves the Union"),
        "condition": _weighed("transfer-condition", "44", "when the transfer takes place"),
    },
    m.Tracker: {
        **dict.fromkeys(("label", "kind"), WORDING),
        "purpose": _weighed("tracker-purpose", "13(3); Loi 78-17 art. 82", "what it is for"),
        "consent": Rule(
            "presence",
            "tracker-consent",
            "better",
            "Loi 78-17 art. 82",
            "it is set only with consent",
        ),
        "exempt_because": WORDING,
        "lifetime": Rule(
            "period", "tracker-lifetime", "lower", "5(1)(e)", "it lives longer", absent="endless"
        ),
        "renewed_by_visits": Rule(
            "flag", "tracker-renewed", "lower", "5(1)(e)", "each visit begins its life anew"
        ),
        "data_kept": OWN,
        "third_party": Rule(
            "presence", "tracker-third-party", "lower", "13(1)(e)", "another company sees it"
        ),
        "allowed": Rule("flag", "tracker-used", "lower", "5(1)(a)", "it is used after all"),
    },
    m.RightTerms: {
        "right": _weighed("right-kind", "12(2)", "the terms belong to another right"),
        "promise": WORDING,
        "channels": Rule("set", "channel", "better", "12(2)", "ways to use the right"),
        "categories": Rule(
            "set", "right-data", "better", "12(2)", "data that the terms are about", empty="all"
        ),
        "medical_file": Rule(
            "flag", "medical-file", "better", "12(3)", "the shorter terms of a medical file bind"
        ),
        "deadline": Rule(
            "period", "deadline", "lower", "12(3)", "people wait longer", absent=_MONTH
        ),
        "extension": Rule(
            "period",
            "extension",
            "lower",
            "12(3)",
            "an answer may be put off for longer",
            absent=_TWO_MONTHS,
        ),
        "warning": Rule(
            "period",
            "lifting-warning",
            "better",
            "18(3)",
            "people hear sooner before a restriction is lifted",
            absent="none",
        ),
        "free": Rule("flag", "free", "better", "12(5)", "the right costs nothing"),
        "identity_proof": Rule(
            "presence", "identity-proof", "lower", "12(6)", "a proof of identity is asked for"
        ),
        "conditions": Rule(
            "set", "right-condition", "lower", "12(2)", "conditions under which the right is had"
        ),
        "exceptions": Rule(
            "set", "right-exception", "lower", "12(4), 23", "cases in which the right is refused"
        ),
        "refused_on": Rule("set", "refusal", "lower", "12(4)", "grounds of a refusal", empty="all"),
        "covers": Rule("set", "covered", "better", "15, 20", "what is handed over or done"),
        "automated": Rule(
            "flag", "self-service", "better", "12(2)", "people do it themselves, at once"
        ),
    },
    m.AgeRule: {
        "threshold": Rule("number", "age", "better", "8(1)", "more people are children here"),
        "consents": Rule("set", "age-consent", "better", "8(1)", "whose consent a child needs"),
        "unknown_age": Rule(
            "rank",
            "unknown-age",
            "better",
            "8(2)",
            "how a person of unknown age is treated",
            order=("adult", "child", "refuse"),
        ),
        "applies_to": WORDING,
        "residence": Rule(
            "rank",
            "age-by-residence",
            "better",
            "8(1)",
            "the higher age of a person's country counts",
            order=("ignored", "higher"),
        ),
    },
    m.Commitment: {
        "kind": WORDING,
        "promise": _weighed("promise", "5(2)", "the promise is worded otherwise"),
        "deadline": WORDING,
        "within": Rule(
            "period", "promise-within", "lower", "12(3), 33", "it is done later", absent="endless"
        ),
        "within_hours": Rule(
            "number", "promise-hours", "lower", "33(1)", "it is done later", absent=10**6
        ),
        "told": _weighed("promise-told", "33", "the hours are about telling somebody else"),
    },
    m.Anonymisation: {
        "promise": _weighed("promise", "5(2)", "what anonymous means is worded otherwise"),
        "smallest_group": Rule(
            "number", "smallest-group", "better", "rec. 26", "nobody stands out", absent=0
        ),
        "ours": IGNORED,
        "uses": Rule("set", "anonymous-use", "lower", "5(1)(b)", "uses of what is left"),
    },
    m.HoldTerms: {
        "promise": _weighed("promise", "5(2)", "how holds are placed is worded otherwise"),
        "scope": _weighed("hold-scope", "5(1)(c)", "what a hold may cover"),
        "review": Rule(
            "period",
            "hold-review",
            "lower",
            "5(1)(e)",
            "holds are looked at later",
            absent="endless",
        ),
        "place": WORDING,
        "readers": Rule(
            "set",
            "hold-reader",
            "lower",
            "5(1)(f)",
            "roles that may read what is held",
            empty="all",
        ),
    },
    r.Cap: {
        "id": IGNORED,
        "promise": WORDING,
        **dict.fromkeys(("period", "after", "earliest", "latest", "during"), OWN),
        "places": Rule("set", "cap-place", "better", "5(1)(e)", "places that are limited"),
        "categories": Rule(
            "set", "cap-data", "better", "5(1)(e)", "data that is limited", empty="all"
        ),
        "subjects": Rule(
            "set", "cap-people", "better", "5(1)(e)", "people whose data is limited", empty="all"
        ),
    },
}
"""By model and field; the ids of listed elements pair them, and are compared nowhere."""

SECTIONS: Mapping[str, Rule] = {
    "controllers": Rule("presence", "controller", "lower", "13(1)(a)", "another one decides"),
    "joint_controllers": Rule("presence", "joint-controller", "lower", "26", "another one decides"),
    "representatives": Rule(
        "presence", "representative", "better", "27", "somebody in the Union answers for them"
    ),
    "collection_points": Rule(
        "presence", "collection-point", "neutral", "13", "data is given at a further place"
    ),
    "contacts": Rule("presence", "contact", "better", "12(2)", "a way to reach the organisation"),
    "data_protection_officer": Rule(
        "presence", "officer", "better", "37", "there is a data protection officer"
    ),
    "authorities": Rule("presence", "authority", "better", "77", "an authority is named"),
    "subjects": IGNORED,
    "categories": IGNORED,
    "events": IGNORED,
    "conditions": IGNORED,
    "consents": IGNORED,
    "places": IGNORED,
    "activities": Rule(
        "presence", "purpose", "lower", "5(1)(b), 13(3), 14(4)", "data serves a further purpose"
    ),
    "caps": Rule("presence", "cap", "better", "5(1)(e)", "a place keeps nothing for longer"),
    "recipients": IGNORED,
    "safeguards": IGNORED,
    "transfers": OWN,
    "trackers": OWN,
    "rights": Rule("presence", "right", "better", "12(2), 15-22", "people have this right"),
    "ages": Rule("presence", "age-rule", "better", "8", "children are protected"),
    "anonymisation": Rule(
        "presence", "anonymisation", "better", "rec. 26", "what anonymous means is promised"
    ),
    "holds": Rule("presence", "hold-terms", "neutral", "17(3)(e)", "how legal holds are placed"),
    "commitments": Rule("presence", "promise", "better", "5(2), 24", "this is promised"),
}
"""What it means that an element of a section is there. Definitions count where they are used."""

RULES: Mapping[str, Rule] = {
    "subjects": Rule("own", "people", "lower", "5(1)(b), 13(3)", "data of further people is used"),
    "data": Rule("own", "data", "lower", "5(1)(c), 13(3)", "further data is used"),
    "special-data": Rule("own", "special-data", "lower", "9(1)", "special categories are used"),
    "recipient": Rule("own", "recipient", "lower", "13(1)(e), 13(3)", "further recipients"),
    "basis": Rule("own", "basis", "better", "6(1), 13(1)(c)", "the basis gives people more rights"),
    "kept": Rule("own", "kept", "lower", "5(1)(e), 13(2)(a)", "data stays longer"),
    "limit": Rule("own", "limit", "better", "5(1)(e)", "the time that data stays is limited"),
    "duty": Rule(
        "own", "duty-to-keep", "lower", "5(1)(e), 17(3)(b)", "data must be kept for a time"
    ),
    "warned": Rule("own", "warned", "better", "5(1)(a)", "people are told before their data goes"),
    "warning-delay": Rule("own", "warning-delay", "better", "5(1)(a)", "people have longer to act"),
    "archived": Rule("own", "archived", "better", "5(1)(f)", "data leaves everyday use"),
    "archived-after": Rule(
        "own", "archived-after", "lower", "5(1)(f)", "data is in use for longer"
    ),
    "anonymised": Rule("own", "anonymised", "lower", "17(1)(a)", "data is anonymised, not erased"),
    "exclusive": Rule("own", "exclusive", "better", "5(1)(e)", "no other purpose keeps the data"),
    "withstands": Rule("own", "withstands", "lower", "17(3)", "erasure does not end the period"),
    "abroad": Rule("own", "abroad", "lower", "44, 13(1)(f)", "data leaves the Union"),
    "country": Rule("own", "country", "neutral", "13(1)(f)", "data goes to another country"),
    "guarantee": Rule("own", "guarantee", "better", "46", "a stronger guarantee of a transfer"),
    "role": Rule("own", "recipient-role", "lower", "28, 13(1)(e)", "the recipient decides itself"),
    "tracker": Rule("own", "tracker", "lower", "Loi 78-17 art. 82", "a further tracker"),
    "tracker-data": Rule(
        "own", "tracker-data", "lower", "5(1)(e)", "what it collected stays longer"
    ),
    "no-transfer": Rule("own", "no-transfer", "better", "44", "it is promised that nothing leaves"),
    "transfer": Rule("own", "transfer", "lower", "44, 13(1)(f)", "a further transfer"),
    "examples": Rule("own", "content", "lower", "5(1)(c)", "what a closed category contains"),
}
"""What is compared by a module of its own."""

RIGHTS_OF_BASIS: Mapping[str, frozenset[str]] = {
    "consent": frozenset({"withdrawal", "objection", "erasure", "portability"}),
    "contract": frozenset({"portability"}),
    "legitimate-interests": frozenset({"objection", "erasure"}),
    "public-task": frozenset({"objection"}),
    "legal-obligation": frozenset(),
    "vital-interests": frozenset(),
}
"""What people can do against an activity by its basis (Art. 7(3), 17, 20, 21)."""

GUARANTEE_ORDER = (
    (None, "undetermined"),
    ("derogation",),
    (
        "standard-contractual-clauses",
        "binding-corporate-rules",
        "certification",
        "code-of-conduct",
    ),
    ("adequacy",),
)
"""Mechanisms of a transfer, from none to the strongest (Art. 45-49)."""
