"""The 21 things that a person has to be told under Art. 13 and 14."""

from __future__ import annotations

from enum import StrEnum


class Item(StrEnum):
    """One thing to be told; the value is its name in published annotations of policies."""

    CONTROLLER_NAME = "Controller Name"
    CONTROLLER_CONTACT = "Controller Contact"
    DPO_CONTACT = "DPO Contact"
    PROCESSING_PURPOSE = "Processing Purpose"
    LEGAL_BASIS = "Legal Basis for Processing"
    LEGITIMATE_INTERESTS = "Legitimate Interests for Processing"
    DATA_CATEGORIES = "Data Categories"
    DATA_RECIPIENTS = "Data Recipients"
    THIRD_COUNTRY_TRANSFERS = "Third-country Transfers"
    RETENTION_PERIOD = "Data Retention Period"
    RIGHT_TO_ACCESS = "Right to Access"
    RIGHT_TO_RECTIFICATION = "Right to Rectification"
    RIGHT_TO_ERASURE = "Right to Erasure"
    RIGHT_TO_RESTRICT = "Right to Restrict"
    RIGHT_TO_OBJECT = "Right to Object"
    RIGHT_TO_PORTABILITY = "Right to Portability"
    RIGHT_TO_WITHDRAW_CONSENT = "Right to Withdraw Consent"
    RIGHT_TO_LODGE_COMPLAINT = "Right to Lodge Complaint"
    MANDATORY_DISCLOSURE = "Mandatory Data Disclosure"
    AUTOMATED_DECISIONS = "Automated Decision-Making"
    SOURCE_OF_DATA = "Source of Data"


ARTICLES: dict[Item, tuple[str, ...]] = {
    Item.CONTROLLER_NAME: ("13(1)(a)", "14(1)(a)"),
    Item.CONTROLLER_CONTACT: ("13(1)(a)", "14(1)(a)"),
    Item.DPO_CONTACT: ("13(1)(b)", "14(1)(b)"),
    Item.PROCESSING_PURPOSE: ("13(1)(c)", "14(1)(c)"),
    Item.LEGAL_BASIS: ("13(1)(c)", "14(1)(c)"),
    Item.LEGITIMATE_INTERESTS: ("13(1)(d)", "14(2)(b)"),
    Item.DATA_CATEGORIES: ("14(1)(d)",),
    Item.DATA_RECIPIENTS: ("13(1)(e)", "14(1)(e)"),
    Item.THIRD_COUNTRY_TRANSFERS: ("13(1)(f)", "14(1)(f)"),
    Item.RETENTION_PERIOD: ("13(2)(a)", "14(2)(a)"),
    Item.RIGHT_TO_ACCESS: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_RECTIFICATION: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_ERASURE: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_RESTRICT: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_OBJECT: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_PORTABILITY: ("13(2)(b)", "14(2)(c)"),
    Item.RIGHT_TO_WITHDRAW_CONSENT: ("13(2)(c)", "14(2)(d)"),
    Item.RIGHT_TO_LODGE_COMPLAINT: ("13(2)(d)", "14(2)(e)"),
    Item.MANDATORY_DISCLOSURE: ("13(2)(e)",),
    Item.AUTOMATED_DECISIONS: ("13(2)(f)", "14(2)(g)"),
    Item.SOURCE_OF_DATA: ("14(2)(f)",),
}
"""Where the law asks for each, the paragraphs of the GDPR."""
