"""The corner shop with recipients, places, direct marketing, and periods of the ledger's own."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from apply import shop
from troth.datamap.load import parse_map
from troth.desk.told.notify import Promise
from troth.grounds.facts import Act, Identifier
from troth.policy.load import parse_policy

ORG = "corner-shop"
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
ANN = Identifier("email", "ann@mail.example")
BEN = Identifier("email", "ben@mail.example")

MARKETING = """
  newsletter:
    purpose: Sending offers
    controllers: [shop]
    subjects: [customer]
    categories: [contact]
    recipients: [mailer]
    direct_marketing: true
    legal_bases: [{kind: legitimate-interests, interest: offers, clauses: [F-1]}]
    retention:
      - id: offers-three-years
        promise: Offers stop three years after the last order.
        period: P3Y
        after: last-order
        clauses: [F-2]
    clauses: [F-1]
"""
OWN = """
  suppression-list:
    purpose: Remembering whom not to mail
    controllers: [shop]
    subjects: [customer]
    categories: [suppression-hash]
    legal_bases: [{kind: legal-obligation, statute: GDPR 21(3), clauses: [G-1]}]
    retention:
      - id: suppression-two-years
        promise: The hash goes two years after its birth or the last attempt that it blocked.
        period: P2Y
        after: suppression-renewed
        clauses: [G-1]
    clauses: [G-1]
  requests:
    purpose: Answering requests
    controllers: [shop]
    subjects: [customer]
    categories: [request-record]
    legal_bases: [{kind: legal-obligation, statute: GDPR 5(2), clauses: [G-2]}]
    retention:
      - id: request-four-years
        promise: The record of a request goes four years after it is closed.
        period: P4Y
        after: request-closed
        clauses: [G-2]
      - id: proof-at-once
        promise: A proof goes when the request is closed.
        categories: [request-record]
        period: P0D
        after: request-closed
        clauses: [G-2]
    clauses: [G-2]
"""
RECIPIENTS = """
places:
  shop: {label: The shop, operator: host, clauses: [H-1]}
  attic: {label: Paper in the attic, reached: human, clauses: [H-1]}
recipients:
  host: {name: Web host, role: processor, task: runs the shop, clauses: [H-1]}
  mailer: {name: Mailer, role: processor, task: sends offers, clauses: [H-2]}
  carrier:
    name: Carrier
    role: controller
    task: delivers
    country: FR
    data_categories: [contact, order]
    clauses: [H-3]
  accountant:
    name: Accountant
    role: processor
    task: keeps the books
    data_categories: [invoice]
    activities: [accounting]
    clauses: [H-4]
  tax-office: {name: Tax office, role: authority, task: audits, data_categories: [contact],
    clauses: [H-5]}
  staff: {name: Staff, role: internal, task: sells, data_categories: [contact], clauses: [H-6]}
  insurer: {name: Insurer, role: controller, task: insures, activities: [accounting],
    clauses: [H-7]}
rights:
  objection: {right: objection, promise: You may object., clauses: [I-1]}
"""
POLICY = (
    shop.POLICY.replace(
        "events:\n",
        "  suppression-hash: {label: Keyed hash, clauses: [A-3]}\n"
        "  request-record: {label: Requests, clauses: [A-3]}\n"
        "events:\n"
        "  suppression-renewed: {label: Birth of the hash, clauses: [G-1]}\n"
        "  request-closed: {label: The request is closed, clauses: [G-2]}\n"
        "  account-closed: {label: The account is closed, clauses: [G-3]}\n",
        1,
    )
    + MARKETING
    + OWN
    + RECIPIENTS
)
MAP = shop.MAP


@cache
def promise() -> Promise:
    policy = parse_policy(POLICY, "policy.yaml")
    return Promise(policy, parse_map(MAP, "map.yaml", policy)[0])


def act(kind: str, *persons: Identifier, **more: object) -> Act:
    return Act("", kind, persons or (ANN,), NOW, **more)  # type: ignore[arg-type] - made of words
