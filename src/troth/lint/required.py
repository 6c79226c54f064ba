"""The 21 items of Art. 13 and 14: when they are owed, and how their absence is told."""

from __future__ import annotations

from dataclasses import dataclass

from troth.lint.cues import cues
from troth.lint.model import Severity
from troth.lint.script import Cue
from troth.reading.labels.items import ARTICLES, Item

said = cues("completeness")

ALWAYS = Cue(r"", r"")


@dataclass(frozen=True)
class Requirement:
    """One item that people have to be told, and when: `when` is sought in the text."""

    item: Item
    code: str
    severity: Severity
    message: str
    sought: str
    when: Cue = ALWAYS

    @property
    def article(self) -> str:
        """Where the law asks for it."""
        return ", ".join(ARTICLES[self.item])


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO
REQUIREMENTS = (
    Requirement(
        Item.CONTROLLER_NAME,
        "ART13_CONTROLLER",
        _E,
        "Who decides on the data is not told.",
        "a name, with 'we are', 'controller', 'operated by'",
    ),
    Requirement(
        Item.CONTROLLER_CONTACT,
        "ART13_CONTACT",
        _E,
        "How the controller is reached is not told.",
        "an address, e-mail or telephone number",
    ),
    Requirement(
        Item.DPO_CONTACT,
        "ART13_OFFICER",
        _I,
        "No data protection officer is named, which Art. 37 may require.",
        "'data protection officer' with a contact",
    ),
    Requirement(
        Item.PROCESSING_PURPOSE,
        "ART13_PURPOSES",
        _E,
        "What the data are for is not told.",
        "'in order to', 'for the purpose of', lists of uses",
    ),
    Requirement(
        Item.LEGAL_BASIS,
        "ART13_BASIS",
        _E,
        "No legal basis is told.",
        "'legal basis', 'consent', 'contract', 'legal obligation', 'legitimate interest'",
    ),
    Requirement(
        Item.LEGITIMATE_INTERESTS,
        "ART13_INTERESTS",
        _E,
        "Legitimate interests are a basis; which ones is not told.",
        "the interest beside 'legitimate interest'",
        said["legitimate"],
    ),
    Requirement(
        Item.DATA_CATEGORIES,
        "ART13_CATEGORIES",
        _W,
        "Which data are processed is not told.",
        "names of data: name, address, e-mail, payment…",
    ),
    Requirement(
        Item.DATA_RECIPIENTS,
        "ART13_RECIPIENTS",
        _E,
        "Who receives the data is not told.",
        "'share', 'recipients', 'service providers'",
    ),
    Requirement(
        Item.THIRD_COUNTRY_TRANSFERS,
        "ART13_TRANSFERS",
        _E,
        "Data leave the Union; how they are protected is not told.",
        "'transfer', 'outside the EU', 'standard contractual clauses'",
        said["outside"],
    ),
    Requirement(
        Item.RETENTION_PERIOD,
        "ART13_RETENTION",
        _E,
        "How long data are kept is not told.",
        "periods, 'retain', 'kept for', 'as long as'",
    ),
    Requirement(
        Item.RIGHT_TO_ACCESS,
        "ART13_ACCESS",
        _E,
        "The right of access is not told.",
        "'access', 'copy of your data'",
    ),
    Requirement(
        Item.RIGHT_TO_RECTIFICATION,
        "ART13_RECTIFICATION",
        _E,
        "The right to rectification is not told.",
        "'correct', 'rectify', 'update'",
    ),
    Requirement(
        Item.RIGHT_TO_ERASURE,
        "ART13_ERASURE",
        _E,
        "The right to erasure is not told.",
        "'erase', 'delete', 'be forgotten'",
    ),
    Requirement(
        Item.RIGHT_TO_RESTRICT,
        "ART13_RESTRICTION",
        _E,
        "The right to restriction is not told.",
        "'restrict', 'limit the processing'",
    ),
    Requirement(
        Item.RIGHT_TO_OBJECT,
        "ART13_OBJECTION",
        _E,
        "The right to object is not told.",
        "'object', 'opposition', 'opt out'",
        said["legitimate"] | said["unsubscribes"],
    ),
    Requirement(
        Item.RIGHT_TO_PORTABILITY,
        "ART13_PORTABILITY",
        _E,
        "The right to portability is not told, though consent or contract is a basis.",
        "'portability', 'machine-readable'",
        said["based"],
    ),
    Requirement(
        Item.RIGHT_TO_WITHDRAW_CONSENT,
        "ART13_WITHDRAWAL",
        _E,
        "Consent is a basis; that it can be taken back is not told.",
        "'withdraw', 'revoke', 'unsubscribe'",
        said["consent"],
    ),
    Requirement(
        Item.RIGHT_TO_LODGE_COMPLAINT,
        "ART13_COMPLAINT",
        _E,
        "The right to complain to an authority is not told.",
        "'complaint', 'supervisory authority', names of authorities",
    ),
    Requirement(
        Item.MANDATORY_DISCLOSURE,
        "ART13_MANDATORY",
        _W,
        "Whether data must be given, and what follows if not, is not told.",
        "'mandatory', 'required', 'if you do not provide'",
        said["forms"] | said["contract"],
    ),
    Requirement(
        Item.AUTOMATED_DECISIONS,
        "ART13_AUTOMATED",
        _W,
        "Whether a machine decides about people is not told.",
        "'automated decision', 'profiling'",
        said["machines"],
    ),
    Requirement(
        Item.SOURCE_OF_DATA,
        "ART13_SOURCE",
        _W,
        "Where data come from that people did not give is not told.",
        "'from third parties', 'publicly available', 'automatically'",
        said["indirectly"],
    ),
)

HINTS: dict[Item, Cue] = {
    Item.CONTROLLER_NAME: said["hints-controller-name"],
    Item.CONTROLLER_CONTACT: said["hints-controller-contact"],
    Item.DPO_CONTACT: said["hints-dpo-contact"],
    Item.PROCESSING_PURPOSE: said["hints-processing-purpose"],
    Item.LEGAL_BASIS: said["hints-legal-basis"],
    Item.LEGITIMATE_INTERESTS: said["legitimate"],
    Item.DATA_CATEGORIES: said["hints-data-categories"],
    Item.DATA_RECIPIENTS: said["hints-data-recipients"],
    Item.THIRD_COUNTRY_TRANSFERS: said["outside"] | said["hints-third-country-transfers"],
    Item.RETENTION_PERIOD: said["retains"],
    Item.RIGHT_TO_ACCESS: said["hints-right-to-access"],
    Item.RIGHT_TO_RECTIFICATION: said["hints-right-to-rectification"],
    Item.RIGHT_TO_ERASURE: said["hints-right-to-erasure"],
    Item.RIGHT_TO_RESTRICT: said["hints-right-to-restrict"],
    Item.RIGHT_TO_OBJECT: said["objects"] | said["unsubscribes"],
    Item.RIGHT_TO_PORTABILITY: said["hints-right-to-portability"],
    Item.RIGHT_TO_WITHDRAW_CONSENT: said["withdraws"] | said["unsubscribes"],
    Item.RIGHT_TO_LODGE_COMPLAINT: said["complaint"] | said["hints-right-to-lodge-complaint"],
    Item.MANDATORY_DISCLOSURE: said["hints-mandatory-disclosure"],
    Item.AUTOMATED_DECISIONS: said["hints-automated-decisions"],
    Item.SOURCE_OF_DATA: said["hints-source-of-data"],
}
"""Words from which an item may be told where no passage clearly tells it."""
