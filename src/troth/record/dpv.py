"""The record as JSON-LD in the Data Privacy Vocabulary, for programs that read no spreadsheet.

Whatever the policy does not say is absent: the shapes (`schemas/record.shacl.ttl`) then tell it.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from troth.record.model import (
    DataLine,
    Entry,
    Party,
    ProcessorEntry,
    RecipientLine,
    Record,
    TransferLine,
)
from troth.record.terms import BASES, DCT, DPV, GDPR, GUARANTEES, RDFS, SPECIAL, XSD
from troth.record.words import Words

Node = dict[str, Any]
_CONTEXT: Node = {"dpv": DPV, "eu-gdpr": GDPR, "dct": DCT, "rdfs": RDFS, "xsd": XSD}
_ARTICLE = re.compile(r"9\(2\)\([a-j]\)")


def as_jsonld(record: Record, words: Words, *, processors: bool = False) -> Node:
    """The record of the controller (Art. 30(1)), or of its processors (Art. 30(2))."""
    make = _Maker(record, words)
    entries = (
        [make.processor(each) for each in record.processors]
        if processors
        else [make.entry(each) for each in record.entries]
    )
    key = "record.processor" if processors else "record"
    root: Node = {
        "@context": _CONTEXT,
        "@id": make.id("record", "processors" if processors else "controller"),
        "@type": "dpv:RecordsOfActivities",
        "dct:title": f"{words(key)} – {record.title}",
        "dct:created": _day(record.created),
        "dct:modified": _day(record.updated),
        "dpv:hasDataController": [make.controller(each) for each in record.controllers],
        "dpv:hasDataProtectionOfficer": make.officer(),
        "dpv:hasPersonalDataProcess": entries,
    }
    found: Node = _full(root)
    return found


def _day(day: Any) -> Node | None:
    return {"@type": "xsd:date", "@value": day.isoformat()} if day is not None else None


def _full(value: Any) -> Any:
    """The same without what is empty."""
    if isinstance(value, dict):
        return {k: _full(v) for k, v in value.items() if v not in (None, [], "", {})}
    if isinstance(value, list):
        return [_full(each) for each in value]
    return value


class _Maker:
    """Nodes of one record: their identifiers, and its language."""

    def __init__(self, record: Record, words: Words) -> None:
        self._record, self._words = record, words

    def id(self, *parts: str) -> str:
        return "urn:troth:" + ":".join(
            quote(part, safe="-._~") for part in (self._record.organisation, *parts)
        )

    def officer(self) -> Node | None:
        found = self._record.officer
        return self.party(found, "DataProtectionOfficer") if found is not None else None

    def party(self, party: Party, *kinds: str) -> Node:
        return {
            "@id": self.id("party", party.id),
            "@type": [f"dpv:{kind}" for kind in kinds],
            "dpv:hasName": party.name,
            "dpv:hasAddress": party.address,
            "dpv:hasContact": [*party.emails, *party.phones, *party.urls],
            "dpv:hasCountry": party.country,
        }

    def controller(self, party: Party) -> Node:
        """A controller, with those who stand in the Union for it (Art. 27)."""
        standing = [
            self.party(each.party, "Representative")
            for each in self._record.representatives
            if party.id in each.controllers
        ]
        return {**self.party(party, "DataController"), "dpv:hasRepresentative": standing}

    def entry(self, entry: Entry) -> Node:
        own = ("entry", entry.id)
        bases: list[Node] = [{"@id": f"eu-gdpr:{BASES[each.kind]}"} for each in entry.bases]
        return {
            "@id": self.id(*own),
            "@type": "dpv:PersonalDataProcess",
            "dct:identifier": entry.id,
            "dct:source": list(entry.clauses),
            "dct:description": [each.detail for each in entry.bases if each.detail],
            "dpv:hasPurpose": {
                "@id": self.id(*own, "purpose"),
                "@type": "dpv:Purpose",
                "rdfs:label": entry.purpose.strip(),
            },
            "dpv:hasDataController": [self.controller(each) for each in entry.controllers],
            "dpv:hasJointDataControllers": [
                self.party(each, "DataController") for each in entry.joint_controllers
            ],
            "dpv:hasLegalBasis": [*bases, *self._special(entry)],
            "dpv:hasDataSubject": [
                {"@id": self.id("subject", label), "@type": "dpv:DataSubject", "rdfs:label": label}
                for label in entry.subjects
            ],
            "dpv:hasPersonalData": [self._data(each, own) for each in entry.data],
            "dpv:hasRecipient": [self._recipient(each) for each in entry.recipients],
            "dpv:hasThirdCountry": [self._transfer(each, own) for each in entry.transfers],
            "dpv:hasTechnicalOrganisationalMeasure": self._measures(),
        }

    def processor(self, entry: ProcessorEntry) -> Node:
        own = ("processor", entry.processor.id)
        return {
            "@id": self.id(*own),
            "@type": "dpv:PersonalDataProcess",
            "dct:identifier": entry.processor.id,
            "dpv:hasDataProcessor": self.party(entry.processor, "DataProcessor"),
            "dpv:hasDataController": [
                self.party(each.controller, "DataController") for each in entry.behalf
            ],
            "dpv:hasPurpose": [
                {
                    "@id": self.id(*own, "task", str(number)),
                    "@type": "dpv:Purpose",
                    "rdfs:label": each.task,
                    "dct:description": [*each.activities, *each.instructions],
                }
                for number, each in enumerate(entry.behalf, start=1)
            ],
            "dpv:hasRecipient": [
                {
                    "@id": self.id(*own, "sub-processor", name),
                    "@type": "dpv:DataSubProcessor",
                    "dpv:hasName": name,
                }
                for name in entry.sub_processors
            ],
            "dpv:hasThirdCountry": [self._transfer(each, own) for each in entry.transfers],
            "dpv:hasTechnicalOrganisationalMeasure": self._measures(),
        }

    def _special(self, entry: Entry) -> list[Node]:
        named = [
            match.group()
            for article, _ in entry.special_conditions
            if (match := _ARTICLE.search(article))
        ]
        return [{"@id": f"eu-gdpr:{SPECIAL[each]}"} for each in dict.fromkeys(named)]

    def _data(self, line: DataLine, own: tuple[str, ...]) -> Node:
        kind = "SpecialCategoryPersonalData" if line.special else "PersonalData"
        return {
            "@id": self.id(*own, "data", line.category),
            "@type": f"dpv:{kind}",
            "rdfs:label": line.label,
            "dct:description": list(line.examples),
            "dpv:hasStorageCondition": [
                {
                    "@id": self.id(*own, "data", line.category, "kept", limit.rule),
                    "@type": "dpv:StorageDuration",
                    "rdfs:label": self._words.limit(limit),
                    "dpv:hasDuration": [
                        {"@type": "xsd:duration", "@value": str(period)}
                        for ending in limit.endings
                        for period in (ending.period, *(each for _, each in ending.choices))
                        if period is not None
                    ],
                }
                for limit in line.limits
            ]
            or self._unlimited(line, own),
        }

    def _unlimited(self, line: DataLine, own: tuple[str, ...]) -> list[Node]:
        """What is never kept has no duration but nought."""
        if line.stored:
            return []
        return [
            {
                "@id": self.id(*own, "data", line.category, "kept"),
                "@type": "dpv:StorageDuration",
                "rdfs:label": self._words("not-stored"),
                "dpv:hasDuration": [{"@type": "xsd:duration", "@value": "P0D"}],
            }
        ]

    def _recipient(self, line: RecipientLine) -> Node:
        kind = "DataProcessor" if line.kind == "processor" else "Recipient"
        return {**self.party(line.party, kind), "dct:description": line.task}

    def _transfer(self, line: TransferLine, own: tuple[str, ...]) -> Node:
        known = GUARANTEES.get(line.safeguard or "")
        guarantee = self._words(f"guarantee.{line.safeguard}") if line.safeguard else None
        return {
            "@id": self.id(*own, "transfer", line.recipient.id, line.country or "unknown"),
            "@type": "dpv:ThirdCountry",
            "dct:identifier": line.country,
            "dpv:hasRecipient": {"@id": self.id("party", line.recipient.id)},
            "dpv:hasLegalBasis": {"@id": f"eu-gdpr:{known}"} if known else None,
            "rdfs:label": guarantee,
            "dct:description": line.document,
        }

    def _measures(self) -> list[Node]:
        return [
            {
                "@id": self.id("measure", str(number)),
                "@type": "dpv:TechnicalOrganisationalMeasure",
                "rdfs:label": measure,
            }
            for number, measure in enumerate(self._record.security, start=1)
        ]
