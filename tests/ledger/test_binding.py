"""Facts are bound to the journal: an altered, removed or added row of any kind is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ledger.conftest import NOW, repeatable_bytes
from troth.grounds.facts import Act, ConsentFact, Decision, Identifier, KeptDay
from troth.law.limitation import Suspension
from troth.ledger import (
    accounts,
    acts,
    aliases,
    binding,
    breaches,
    consent_proofs,
    consents,
    days,
    directives,
    disclosures,
    extensions,
    holds,
    invitations,
    kept,
    limitations,
    looks,
    migrations,
    notices,
    plans,
    proofs,
    rectifications,
    requests,
    restrictions,
    suppression,
    unlocks,
)
from troth.ledger.entries import read_entries
from troth.ledger.erasure import erase_payloads
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.session import Writing
from troth.ledger.verify import Verification, verify

ORG = "acme"
ANN, BEN = Identifier("email", "ann@mail.example"), Identifier("email", "ben@mail.example")
KEPT = [KeptDay("shop", "customer", (n,), "last-order", date(2020, 1, n)) for n in (1, 2, 3)]

FACTS = {
    "holds": ("reason", "other"),
    "hold_scopes": ("value", "zoe@mail.example"),
    "hold_lifts": ("lifted_by", "mallory"),
    "consents": ("state", "given"),
    "day_facts": ("day", "2031-01-01"),
    "limitation_files": ("starts_on", "2010-01-01"),
    "warnings": ("sent_at", "2020-01-01T00:00:00.000000Z"),
    "warning_bounces": ("bounced_at", "2020-01-01T00:00:00.000000Z"),
    "kept_days": ("day", "2011-11-11"),
    "approvals": ("expires_at", "2099-01-01T00:00:00.000000Z"),
    "restrictions": ("ground", "objection"),
    "restriction_scopes": ("table_name", "orders"),
    "restriction_lifts": ("lifted_by", "mallory"),
    "restriction_unlocks": ("until", "2099-01-01T00:00:00.000000Z"),
    "acts": ("kind", "opt-out"),
    "aliases": ("value", "zoe@mail.example"),
    "rectifications": ("category", "other"),
    "corrections": ("value", "Zoe"),
    "act_persons": ("value", "zoe@mail.example"),
    "act_decisions": ("outcome", "refused"),
    "act_extensions": ("until", "2099-01-01"),
    "parental_consents": ("state", "given"),
    "disclosures": ("recipient", "somebody-else"),
    "recipient_notices": ("recipient", "somebody-else"),
    "notice_events": ("status", "acknowledged"),
    "suppressions": ("day", "2031-01-01"),
    "act_proofs": ("proof", "another"),
    "directives": ("form", "another"),
    "directive_persons": ("value", "zoe@mail.example"),
    "directive_registers": ("registered_with", "another"),
    "directive_ends": ("how", "executed"),
    "hand_overs": ("name", "Mallory"),
    "breaches": ("noticed_at", "2020-01-01T00:00:00.000000Z"),
    "breach_events": ("kind", "contained"),
    "requests": ("contact", "zoe@mail.example"),
    "request_events": ("kind", "act-recorded"),
    "consent_proofs": ("words", "Yes to everything"),
    "account_events": ("detail", '{"name":"ann","role":"dpo"}'),
    "account_looks": ("account", "mallory"),
}


def write_all(ledger: Ledger) -> None:
    """Two facts of each kind, so that one may go and another stays."""
    with ledger.writing(ORG) as writing:
        for person in (ANN, BEN):
            hold = holds.add_hold(
                writing,
                case="7",
                reason="claim",
                by="dpo",
                at=NOW,
                persons=[person],
                rows=[("shop", "orders", (1, "a"))],
            )
            holds.lift_hold(writing, hold.id, reason="settled", by="dpo", at=NOW)
            days.record_days(writing, [("death", person, date(2026, 1, 2))], by="dpo", at=NOW)
            file = limitations.LimitationFile(
                case=person.value,
                matter="claim",
                starts_on=date(2020, 1, 1),
                limitation_type="general",
                interruptions=(date(2021, 1, 1),),
                suspensions=(Suspension(date(2022, 1, 1), None),),
            )
            limitations.record_limitation(writing, file, by="dpo", at=NOW)
            letter = invitations.Invitation(
                "silent", "shop", "customer", (person.value,), person.value, "Your data", "Sign in."
            )
            (id,) = invitations.queue_invitations(writing, [letter], at=NOW)
            invitations.mark_sent(writing, id, at=NOW)
            invitations.mark_bounced(writing, id, at=NOW)
            until = NOW + timedelta(days=1)
            plans.approve_plan(writing, "d" * 64, by="dpo", at=NOW, expires_at=until)
        given = [ConsentFact(person, "news", "withdrawn", NOW) for person in (ANN, BEN)]
        consents.record_consents(writing, given, by="site", at=NOW)
        kept.keep_days(writing, KEPT[:2], at=NOW)
        kept.keep_days(writing, KEPT, at=NOW)  # the third alone is new


def write_everything(ledger: Ledger) -> None:
    """The same, with the kinds of facts that came with later versions."""
    write_all(ledger)
    with ledger.writing(ORG) as writing:
        new = [
            Act("", "erasure", (person,), NOW, answer_by=date(2026, 3, 1)) for person in (ANN, BEN)
        ]
        for act in acts.record_acts(writing, new, by="dpo", at=NOW):
            verdict = acts.Verdict(Decision("accepted", NOW), decided_by="dpo")
            acts.record_verdicts(writing, [(act.id, verdict)], at=NOW)
            longer = extensions.Extension(act.id, date(2026, 5, 1), NOW, "many", "dpo")
            extensions.record_extension(writing, longer, at=NOW)
        given = [ConsentFact(person, "news", "withdrawn", NOW, "parent") for person in (ANN, BEN)]
        consents.record_consents(writing, given, by="site", at=NOW)
        for person in (ANN, BEN):
            new = Identifier("email", f"new-{person.value}")
            aliases.add_aliases(writing, "email", person.__eq__, new, at=NOW)
        done = [
            rectifications.Rectification(
                "run-1", (person,), "contact", None, 2, 1, "a typing error"
            )
            for person in (ANN, BEN)
        ]
        rectifications.record_rectifications(writing, done, by="dpo", at=NOW)
        beside = [rectifications.Correction("shop", "invoice", (n,), "name", "Ann") for n in (1, 2)]
        rectifications.record_corrections(writing, "run-1", beside, by="dpo", at=NOW)
        for _ in (ANN, BEN):
            restrict_and_lift(writing, NOW + timedelta(days=1))
        for person in (ANN, BEN):
            write_told(writing, person)
            write_request(writing, person)
            write_account(writing, person)
            shown = consent_proofs.ConsentProof("v1", "sign-up", "box ticked")
            consent_proofs.record_consent_proofs(writing, [1], shown, by="site", at=NOW)
            breach = breaches.open_breach(writing, NOW, by="dpo", at=NOW)
            breaches.add_event(writing, breach.id, breaches.BreachEvent("noted", NOW, "dpo"))


def restrict_and_lift(writing: Writing, until: datetime) -> None:
    restriction = restrictions.record_restriction(
        writing,
        [restrictions.RestrictedRow("shop", "customer", (1,), ("phone",))],
        ground="accuracy",
        mark="Do not use",
        by="dpo",
        at=NOW,
    )
    unlocks.record_unlocks(
        writing,
        restriction.id,
        [0],
        code="consent",
        asked_by="ann",
        approved_by="dpo",
        at=NOW,
        until=until,
    )
    restrictions.record_lift(
        writing, restriction.id, reason="settled", by="dpo", at=NOW, told_on=NOW.date()
    )


def write_told(writing: Writing, person: Identifier) -> None:
    """One fact of each kind about who was told, whom not to mail, and wishes after death."""
    left = disclosures.Disclosure(person, "carrier", ("contact",), NOW, "order 1", None, person)
    disclosures.record_disclosures(writing, [left], by="dpo", at=NOW)
    due = date(2026, 2, 1)
    notice = notices.RecipientNotice(
        "", "erasure-1", "carrier", "erase", "recorded", ("contact",), person, due, NOW, "dpo"
    )
    (opened,) = notices.open_notices(writing, [notice], at=NOW)
    notices.move_notices(writing, [(opened.id, notices.NoticeEvent("sent", NOW, "mail"))], at=NOW)
    suppression.suppress(writing, [(person, "email")], day=NOW.date(), at=NOW)
    proofs.record_proof(writing, "death-1", "certificate", by="dpo", at=NOW)
    trusted = directives.Trusted("Zoe", "zoe@mail.example")
    wish = directives.Instruction("hand-over", to=trusted)
    version = directives.Directive("", (person,), NOW, "file 1", (wish,), (trusted,), "dpo")
    version = replace(version, registered_with="the certified register, 12")
    made = directives.record_directive(writing, version, at=NOW)
    end = directives.DirectiveEnd("revoked", NOW, "dpo")
    directives.end_directive(writing, made.id, end, at=NOW)
    order = directives.HandOver("", "death-1", made.id, "directive", trusted, (), (), NOW, "dpo")
    directives.order_hand_over(writing, order, at=NOW)


def write_request(writing: Writing, person: Identifier) -> None:
    """A request as it came in, and its end."""
    number, due = f"7KQ4M-{person.value[:3]}", date(2026, 2, 2)
    names = {"email": person.value}
    new = requests.Request(number, "access", "portal", NOW, due, "en", person.value, names)
    assert requests.record_request(writing, new, by="portal", at=NOW)
    requests.record_event(writing, number, requests.RequestEvent("closed", NOW, "dpo"))


def write_account(writing: Writing, person: Identifier) -> None:
    """A colleague let in, and a look of theirs."""
    name = person.value[:3]
    accounts.add_account(writing, name, "agent", by="dpo", at=NOW, email=person.value)
    look = looks.Look(name, "request", "7KQ4M-ann", "requests", NOW)
    looks.record_look(writing, look)


def verified(ledger: Ledger) -> Verification:
    with ledger.reading(ORG) as reading:
        return verify(reading)


def tamper(ledger: Ledger, *statements: str) -> int:
    with ledger.writing(ORG) as writing:
        return sum(writing.connection.execute(text(statement)).rowcount for statement in statements)


def test_what_was_written_verifies(ledger: Ledger) -> None:
    write_everything(ledger)
    found = verified(ledger)
    assert found.ok, found.findings
    assert found.unbound == 0
    assert set(FACTS) == {table.name for parts in binding.FACTS.values() for table in parts}


@pytest.mark.parametrize("table", FACTS)
def test_an_altered_fact_is_found(ledger: Ledger, table: str) -> None:
    write_everything(ledger)
    column, value = FACTS[table]
    key = "hold" if table in ("hold_scopes", "hold_lifts") else "entry"
    one = f"(SELECT min({key}) FROM {table})"
    only = " AND kind = 'person'" if table == "hold_scopes" else ""
    statement = f"UPDATE {table} SET {column} = '{value}' WHERE {key} = {one}{only}"
    if table == "kept_days":
        statement += " AND day = '2020-01-01'"
    assert tamper(ledger, statement) == 1

    (finding,) = verified(ledger).findings
    assert finding.what == "fact"
    assert "altered" in finding.message
    assert value not in finding.message


@pytest.mark.parametrize("table", FACTS)
def test_a_removed_fact_is_found(ledger: Ledger, table: str) -> None:
    write_everything(ledger)
    key = "hold" if table in ("hold_scopes", "hold_lifts") else "entry"
    gone = tamper(ledger, f"DELETE FROM {table} WHERE {key} = (SELECT min({key}) FROM {table})")
    assert gone >= 1
    findings = verified(ledger).findings
    assert findings
    assert {finding.what for finding in findings} == {"fact"}


@pytest.mark.parametrize("table", FACTS)
def test_an_added_fact_is_found(ledger: Ledger, table: str) -> None:
    """A copy of a row under another name, or under another entry."""
    write_everything(ledger)
    with ledger.reading(ORG) as reading:
        row = dict(
            reading.connection.execute(text(f"SELECT * FROM {table} LIMIT 1")).one()._mapping
        )
    changed: dict[str, Any] = {
        "holds": {"id": "hold-x"},
        "hold_scopes": {"position": 9},
        "hold_lifts": {"hold": "hold-x"},
        "restrictions": {"id": "restriction-x"},
        "restriction_scopes": {"position": 9},
        "restriction_lifts": {"restriction": "restriction-x"},
        "warning_bounces": {"id": "invitation-x"},
        "kept_days": {"day": "2011-11-11"},
        "acts": {"id": "erasure-x"},
        "act_persons": {"position": 9},
        "recipient_notices": {"id": "notice-x"},
        "directives": {"id": "directive-x"},
        "directive_persons": {"position": 9},
        "directive_registers": {"directive": "directive-x"},
        "directive_ends": {"directive": "directive-x"},
        "hand_overs": {"id": "hand-over-x"},
        "breaches": {"id": "breach-x"},
        "requests": {"number": "7KQ4M-X"},
    }.get(table, {"entry": 2})
    row |= changed
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    with ledger.writing(ORG) as writing:
        writing.connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)

    findings = verified(ledger).findings
    assert findings
    assert {finding.what for finding in findings} == {"fact"}


def test_days_are_forgotten_without_a_trace_of_tampering(ledger: Ledger) -> None:
    write_everything(ledger)
    with ledger.writing(ORG) as writing:
        assert kept.forget_days(writing, [KEPT[0], KEPT[2]], at=NOW) == 2
    assert verified(ledger).ok
    assert tamper(ledger, "DELETE FROM kept_days") == 1
    assert not verified(ledger).ok


def test_no_payload_shows_a_person_and_erasing_leaves_proofs_of_standing_facts(
    ledger: Ledger,
) -> None:
    write_everything(ledger)
    with ledger.writing(ORG) as writing:
        kept.forget_days(writing, KEPT, at=NOW)
        last = writing.head.seq
        erase_payloads(writing, 1, last, reason="asked", at=NOW)
    found = verified(ledger)
    assert found.ok, found.findings
    with ledger.reading(ORG) as reading:
        entries = list(read_entries(reading))
    assert "mail.example" not in str([entry.payload for entry in entries])
    erased = {entry.kind for entry in entries if entry.payload is None}
    assert erased == {"days-kept", "invitations-queued"}  # of whose facts nothing stands

    assert tamper(ledger, "DELETE FROM consents") == 2
    assert not verified(ledger).ok


LATER = [table.name for migration in migrations.MIGRATIONS[1:] for table in migration.tables]


def old_ledger(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger as the first version wrote it: no fact is bound, and nothing says so."""
    modules: Sequence[Any] = (consents, days, holds, invitations, kept, limitations, plans)
    with monkeypatch.context() as patched:
        for module in modules:
            patched.setattr(module, "bound", lambda payload, _fact: payload)
        with open_ledger(address, at=NOW, randomness=repeatable_bytes()) as ledger:
            write_all(ledger)
            with ledger.writing(ORG) as writing:
                for table in LATER:
                    writing.connection.execute(text(f"DROP TABLE {table}"))
                if writing.connection.dialect.name == "postgresql":  # with the policies that ask it
                    writing.connection.execute(text("DROP TABLE troth_roles CASCADE"))
                writing.connection.execute(text("DELETE FROM troth_migrations WHERE number > 1"))


def test_an_older_ledger_is_bound_as_it_stands(
    ledger_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_ledger(ledger_address, monkeypatch)
    monkeypatch.setattr("troth.ledger.older.SPAN_FACTS", 2)
    later = datetime(2026, 2, 1, tzinfo=UTC)
    with open_ledger(ledger_address, at=later) as ledger:
        before = verified(ledger)
        assert before.ok
        assert before.unbound == 18
        assert "18 facts" in before.caveat
        with ledger.writing(ORG) as writing:
            days.record_days(writing, [("death", ANN, None)], by="dpo", at=later)
        after = verified(ledger)
        assert after.ok, after.findings
        assert after.unbound == 0
        with ledger.writing(ORG) as writing:
            kept.forget_days(writing, [KEPT[1]], at=later)
        assert verified(ledger).ok
        head = after.end.seq
    with open_ledger(ledger_address, at=later) as ledger:
        with ledger.writing(ORG):
            pass  # nothing is bound a second time
        assert verified(ledger).end.seq == head + 1
        for statement in (
            "UPDATE holds SET reason = 'x'",
            "DELETE FROM kept_days WHERE day = '2020-01-01'",
            "UPDATE day_facts SET day = '2031-01-01'",
            "DELETE FROM warnings",
        ):
            known = verified(ledger).found
            tamper(ledger, statement)
            assert verified(ledger).found > known
