"""The pages of the desk, one row each: method, path, handler, permission."""

from __future__ import annotations

from troth.web.console.pages import (
    day,
    holds,
    letters,
    people,
    proof,
    registers,
    request,
    requests,
    retention,
    steps,
)
from troth.web.console.visit import Page

_ONE = ("request", "number")

PAGES: tuple[Page, ...] = (
    Page("GET", "/", day.morning, "today", menu="today"),
    Page("GET", "/requests", requests.listed, "today", menu="requests"),
    Page("POST", "/requests/search", requests.searched, "today"),
    Page("GET", "/requests/export/{kind}", requests.exported, "export"),
    Page("GET", "/requests/new", requests.ask_for_request, "requests-ask"),
    Page("POST", "/requests", requests.request_taken, "requests-work"),
    Page("POST", "/views", requests.view_saved, "own"),
    Page("POST", "/views/drop", requests.view_dropped, "own"),
    Page("GET", "/requests/{number}", request.request_page, "requests", looks_at=_ONE),
    Page("GET", "/requests/{number}/grounds", request.grounds_page, "people", looks_at=_ONE),
    Page(
        "GET",
        "/requests/{number}/documents/{document}",
        request.document_page,
        "requests",
        looks_at=("request-document", "document"),
    ),
    Page("POST", "/requests/{number}/identity-document", steps.identity_document, "identity"),
    Page("POST", "/requests/{number}/steps/{step}", steps.step_taken, "requests-work"),
    Page("POST", "/requests/{number}/decide", steps.decision_taken, "requests-decide"),
    Page("POST", "/requests/{number}/approve", steps.approval_given, "requests-approve"),
    Page("GET", "/requests/{number}/letters", letters.letters_page, "requests", looks_at=_ONE),
    Page("POST", "/requests/{number}/letters", letters.letter_step, "requests-work"),
    Page(
        "GET",
        "/requests/{number}/evidence",
        letters.evidence_file,
        "export",
        looks_at=("request-evidence", "number"),
    ),
    Page("POST", "/requests/{number}/assigned", steps.assigned, "requests-work"),
    Page("GET", "/retention", retention.retention_page, "retention", menu="retention"),
    Page("GET", "/retention/plans/{digest}", retention.plan_page, "retention"),
    Page("POST", "/retention/plans/{digest}/approval", retention.plan_approved, "plans-approve"),
    Page("GET", "/holds", holds.holds_page, "holds", menu="holds"),
    Page("POST", "/holds", holds.hold_opened, "holds-change"),
    Page("POST", "/holds/{hold}/lift", holds.hold_lifted, "holds-change"),
    Page("GET", "/people", people.ask_for_person, "people-ask", menu="people"),
    Page("POST", "/people", people.person_found, "people"),
    Page("GET", "/register", registers.register_page, "register", menu="register"),
    Page("GET", "/breaches", registers.breaches_page, "breaches", menu="breaches"),
    Page("POST", "/breaches", registers.breach_opened, "breaches-work"),
    Page("GET", "/breaches/{breach}", registers.breach_page, "breaches"),
    Page("POST", "/breaches/{breach}", registers.breach_noted, "breaches-work"),
    Page("GET", "/journal", proof.journal_page, "journal", menu="journal"),
    Page("POST", "/journal/verification", proof.journal_verified, "journal"),
    Page("GET", "/policy", proof.policy_page, "policy", menu="policy"),
    Page("GET", "/map", proof.map_page, "policy", menu="map"),
)
