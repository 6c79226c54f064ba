"""The terms of the W3C Data Privacy Vocabulary (DPV 2) that the record uses, each with its IRI.

Nothing else of the vocabulary is written; a test holds the output to this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DPV = "https://w3id.org/dpv#"
GDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
DCT = "http://purl.org/dc/terms/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_CLASSES = (
    "DataController",
    "DataProcessor",
    "DataProtectionOfficer",
    "DataSubject",
    "DataSubProcessor",
    "PersonalData",
    "PersonalDataProcess",
    "Purpose",
    "Recipient",
    "RecordsOfActivities",
    "SpecialCategoryPersonalData",
    "StorageDuration",
    "TechnicalOrganisationalMeasure",
    "ThirdCountry",
)
_PROPERTIES = (
    "hasAddress",
    "hasContact",
    "hasCountry",
    "hasDataController",
    "hasDataProcessor",
    "hasDataProtectionOfficer",
    "hasDataSubject",
    "hasDuration",
    "hasJointDataControllers",
    "hasLegalBasis",
    "hasName",
    "hasPersonalData",
    "hasPersonalDataProcess",
    "hasPurpose",
    "hasRecipient",
    "hasStorageCondition",
    "hasTechnicalOrganisationalMeasure",
    "hasThirdCountry",
)
BASES: Mapping[str, str] = MappingProxyType(
    {
        "consent": "A6-1-a",
        "contract": "A6-1-b",
        "legal-obligation": "A6-1-c",
        "vital-interests": "A6-1-d",
        "public-task": "A6-1-e",
        "legitimate-interests": "A6-1-f",
    }
)
"""Legal bases of the policy as terms of the GDPR extension (Art. 6(1))."""

GUARANTEES: Mapping[str, str] = MappingProxyType(
    {
        "adequacy": "A45-3",
        "standard-contractual-clauses": "A46-2-c",
        "binding-corporate-rules": "A46-2-b",
        "certification": "A46-2-f",
        "code-of-conduct": "A46-2-e",
    }
)
"""Guarantees of a transfer (Art. 45, 46); a derogation of Art. 49 is told apart by its text."""

SPECIAL: Mapping[str, str] = MappingProxyType({f"9(2)({x})": f"A9-2-{x}" for x in "abcdefghij"})
"""Conditions of Art. 9(2)."""

TERMS: Mapping[str, str] = MappingProxyType(
    {f"dpv:{name}": DPV + name for name in (*_CLASSES, *_PROPERTIES)}
    | {
        f"eu-gdpr:{name}": GDPR + name
        for name in (*BASES.values(), *GUARANTEES.values(), *SPECIAL.values())
    }
)
"""Every term in use, by its short form."""
