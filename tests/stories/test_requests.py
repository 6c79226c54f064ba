"""Requests from their receipt to their end, at the desks of the five organisations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from apply.sink import Sink
from stories.case import ACCEPT, arrived, text_of
from stories.conftest import Tell
from stories.test_softfil import ANN, dispute
from stories.test_softfil_rights import EVERYTHING, form_message, practitioner
from troth.desk.told.notify import acknowledge
from troth.desk.workflow.closing import close
from troth.desk.workflow.decision import approve
from troth.desk.workflow.identity import (
    accept_address,
    accept_identity,
    ask_code,
    ask_document,
    look_at_document,
    show_code,
    take_document,
)
from troth.desk.workflow.model import Item
from troth.desk.workflow.office import look
from troth.desk.workflow.post import write_letter
from troth.desk.workflow.scope import clarified, clarify
from troth.desk.workflow.time import extend_by_mail
from troth.errors import Refused
from troth.ledger.acts import find_act
from troth.ledger.documents import open_document
from troth.ledger.notices import read_notices
from troth.ledger.request_tables import request_codes, request_keys
from troth.ledger.verify import verify


@pytest.mark.clause("SMA-5d-1", "SMA-5-3", "SMA-5-5", "SMA-5C-1", "SMA-5C-3")
def test_an_erasure_against_the_books_goes_to_its_end(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", *EVERYTHING)
    practitioner(story)
    case = arrived(story, mail, "erasure", "2026-03-10 09:00", ANN)
    assert case.progress("2026-03-10").stage == "received"
    case.identified("2026-03-10 10:00")
    case.recorded("2026-03-10 11:00", confirm=case.doubtful())
    case.decided("2026-03-20")
    assert case.progress("2026-03-20").stage == "execution"
    case.carried_out("2026-03-21")
    case.answered("2026-03-21 15:00")

    assert [str(letter["To"]) for letter in mail.letters] == [ANN, ANN]  # the code, the answer
    letter = text_of(mail.letters[-1])
    for words in (
        "On 10 March 2026 you asked us to erase your data.",
        "Code de commerce, art. L123-12 and L123-22",
        "SMA-3-4",
        "It goes on 1 January 2036.",  # the first day after the tenth year from the period's end
        "Contract papers stay five years after the relationship",
        "It goes on 1 February 2034.",  # lots
        "Commission nationale de l'informatique et des libertés (CNIL), 3 place de Fontenoy",
        "the authority of the country where you live or work",
        "You may also go to court",
    ):
        assert words in letter
    (pdf,) = [part for part in mail.letters[-1].walk() if part.get_filename()]
    assert pdf.get_content_type() == "application/pdf"

    told = case.progress("2026-03-22")
    assert (told.stage, told.turn, told.owed) == ("answer", "recipient", ("recipient",))
    with pytest.raises(Refused, match="request-open"):
        close(case.office, case.number, by="desk", now=case.at("2026-03-22"))
    (act,) = told.acts
    now = case.at("2026-03-25")
    with story.ledger.writing(story.organisation) as writing:
        for notice in {one.recipient for one in read_notices(writing, [act])}:
            proof = "their mail, file 7"
            acknowledge(writing, act, notice, proof=proof, impossible=None, by="desk", at=now)
    closed = close(case.office, case.number, by="desk", now=case.at("2026-03-26"))
    assert (closed.stage, closed.owed, closed.clock.late) == ("closed", (), False)
    with story.ledger.reading(story.organisation) as reading:
        assert verify(reading).ok


# --- who asks: SMA-5-3, SPI-REQ-2, MAS-REQ-3 ----------------------------------------------------


def test_nothing_is_asked_of_who_writes_from_the_address_on_file(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    case = arrived(story, mail, "access", "2026-03-10 09:00", ANN, channel="mail")
    other = arrived(
        story, mail, "access", "2026-03-10 09:00", "x@mail.example", channel="mail", number="A-1"
    )
    accept_address(case.office, case.number, by="desk", now=case.at("2026-03-10 10:00"))
    told = case.progress("2026-03-10 11:00")
    assert (told.identity.way, told.identity.on_file) == ("address", True)
    assert "ask-document" not in told.next
    with pytest.raises(Refused) as caught:  # nor may a document be asked for any more
        ask_document(case.office, case.number, doubt="x", by="desk", now=case.at("2026-03-11"))
    assert caught.value.code == "step-not-now"
    with pytest.raises(Refused) as caught:
        accept_address(other.office, other.number, by="desk", now=case.at("2026-03-10 10:00"))
    assert caught.value.code == "address-not-on-file"


@pytest.mark.clause("SMA-5-3")
def test_a_code_goes_to_the_address_on_file_and_known_and_unknown_look_alike(
    tell: Tell, mail: Sink
) -> None:
    story = tell("softfil", "crm", "web")
    form_message(story, 1, ANN, "2025-12-02")
    known = arrived(story, mail, "access", "2026-03-10 09:00", ANN)
    nobody = arrived(story, mail, "access", "2026-03-10 09:00", "x@mail.example", number="A-1")
    for case in (known, nobody):
        at = case.at("2026-03-10 10:00")
        ask_code(case.office, case.number, by="desk", now=at, make=lambda: "271828")
    letters = {str(one["To"]): text_of(one) for one in mail.letters}
    assert set(letters) == {ANN, "x@mail.example"}
    assert letters[ANN].replace(known.number, "") == letters["x@mail.example"].replace("A-1", "")
    with story.ledger.reading(story.organisation) as reading:
        (row,) = reading.connection.execute(
            select(request_codes).where(request_codes.c.number == "A-1")
        )
    assert b"271828" not in bytes(row.mac)

    late, soon = known.at("2026-03-10 10:31"), known.at("2026-03-10 10:05")
    for wrong in ("1", "", "314159", "000000"):
        assert not show_code(known.office, known.number, wrong, by="portal", now=soon)
    assert show_code(known.office, known.number, " 271 828 ", by="portal", now=soon)
    assert not show_code(nobody.office, nobody.number, "271828", by="portal", now=late)
    assert known.progress("2026-03-11").identity.on_file
    assert not nobody.progress("2026-03-11").identity.accepted

    # Whoever proves an address that no store has is nobody's: no data is theirs.
    at = nobody.at("2026-03-12")
    ask_code(nobody.office, nobody.number, by="desk", now=at, make=lambda: "161803")
    for wrong in ("1", "2", "3", "4", "5"):
        assert not show_code(nobody.office, nobody.number, wrong, by="portal", now=at)
    assert not show_code(nobody.office, nobody.number, "161803", by="portal", now=at)  # spent
    ask_code(nobody.office, nobody.number, by="desk", now=at, make=lambda: "141421")
    assert show_code(nobody.office, nobody.number, "141421", by="portal", now=at)
    act = nobody.recorded("2026-03-13")
    assert act is not None
    with story.ledger.reading(story.organisation) as reading:
        persons = find_act(reading, act, nobody.at("2026-03-14")).act.persons
    assert {one.value for one in persons} == {"x@mail.example"}


@pytest.mark.clause("SPI-REQ-2", "MAS-REQ-3")
def test_a_document_on_a_doubt_alone_seen_and_gone(tell: Tell, mail: Sink) -> None:
    story = tell("spimed", "site")
    case = arrived(story, mail, "access", "2026-03-10 09:00", "x@mail.example")
    office, number = case.office, case.number
    asked, came, decided = (case.at(f"2026-03-{day} 10:00") for day in (12, 22, 24))
    with pytest.raises(Refused) as caught:
        ask_document(office, number, doubt=" ", by="desk", now=asked)
    assert caught.value.code == "doubt-without-reason"
    ask_document(office, number, doubt="the name is not that of the account", by="desk", now=asked)
    waits = case.progress("2026-03-20")
    assert (waits.turn, waits.clock.due) == ("person", None)
    assert waits.clock.stopped_since is not None
    with pytest.raises(Refused) as caught:
        take_document(office, number, b"MZ not a picture", by="portal", now=came)
    assert caught.value.code == "document-kind"
    card = b"%PDF-1.7 the card of a person with a secret number 99-1234"
    stored = take_document(office, number, card, by="portal", now=came)
    # 10 April + the ten days of the question = 20 April 2026, a Monday.
    assert str(case.progress("2026-03-23").clock.due) == "2026-04-20"
    _, shown = look_at_document(office, number, stored.id, by="dpo", now=decided)
    assert shown == card
    with story.ledger.reading(story.organisation) as reading:
        with pytest.raises(Refused) as caught:  # whoever has the ledger alone has nothing
            open_document(reading, stored.id, desk_key=b"q" * 32)
        assert caught.value.code == "document-altered"
    accept_identity(office, number, "document", reason="a card", by="dpo", now=decided)
    looks = [(one.kind, one.done_by) for one in look(office, number, decided)[0].events]
    assert ("document-looked-at", "dpo") in looks
    with story.ledger.reading(story.organisation) as reading:
        with pytest.raises(Refused) as caught:
            open_document(reading, stored.id, desk_key=office.key)
        assert caught.value.code == "unknown-document"
        keys = reading.connection.execute(select(request_keys.c.purpose)).scalars().all()
        assert (keys, verify(reading).ok) == ([], True)


# --- deadlines and more time: SPI-REQ-3, MAS-REQ-4 ----------------------------------------------


@pytest.mark.clause("SPI-REQ-3")
def test_a_slow_access_is_put_off_only_when_told_in_time(tell: Tell, mail: Sink) -> None:
    story = tell("spimed", "site")
    case = arrived(story, mail, "access", "2026-01-31 09:00", "a@mail.example")
    silent = arrived(story, mail, "access", "2026-01-31 09:00", "b@mail.example", number="A-1")
    # 28 February 2026 is a Saturday: due Monday 2 March.
    assert str(case.progress("2026-02-01").clock.due) == "2026-03-02"
    assert not silent.progress("2026-03-02 23:00").clock.late
    assert silent.progress("2026-03-03 00:30").clock.late
    now = case.at("2026-02-20")
    why = "nine systems, two abroad"
    extend_by_mail(case.office, case.number, why, by="dpo", clock=lambda: now)
    letter = text_of(mail.letters[-1])
    assert "by 2 March 2026" in letter
    assert "until 30 April 2026" in letter
    assert why in letter
    assert str(case.progress("2026-02-21").clock.due) == "2026-04-30"
    late = silent.at("2026-03-03")
    with pytest.raises(Refused) as caught:
        extend_by_mail(silent.office, "A-1", "nine systems", by="dpo", clock=lambda: late)
    assert caught.value.code == "extension-too-late"


@pytest.mark.clause("MAS-REQ-4", "MAS-INT-4")
def test_swiss_days_run_on_while_the_person_is_asked(tell: Tell, mail: Sink) -> None:
    story = tell("mast", "site")
    case = arrived(story, mail, "erasure", "2026-03-02 09:00", "a@mail.example")
    asked = case.at("2026-03-04")
    ask_document(case.office, case.number, doubt="another name", by="desk", now=asked)
    waits = case.progress("2026-03-20")
    # 2 March + 30 days = 1 April; the month of the GDPR (2 April) stands still.
    assert (str(waits.clock.due), waits.clock.term) == ("2026-04-01", "OPDo 18")


# --- refusals: SPI-REQ-4, SMA-5-5, the lawsuit of SoftFil ---------------------------------------


@pytest.mark.clause("SPI-REQ-4", "SMA-5-5", "SPI-CNI-1")
def test_excess_is_proven_by_earlier_requests_and_approved(tell: Tell, mail: Sink) -> None:
    story = tell("spimed", "site")
    cases = [
        arrived(story, mail, "access", f"2026-03-{day} 09:00", "a@mail.example", number=number)
        for day, number in (("01", "A-1"), ("05", "A-2"), ("10", "A-3"))
    ]
    for case in cases:
        known = {"reason": "called back", "by": "desk", "now": case.at("2026-03-11")}
        accept_identity(case.office, case.number, "known", **known)  # type: ignore[arg-type]  # as named
        case.recorded("2026-03-11")
    first, third = cases[0], cases[2]
    reason = "the same was asked twice in ten days, and nothing has changed since"
    for before in ((), ("A-3",), ("Z-9",)):
        item = Item("refused", (), "manifestly-excessive", reason, before=before)
        with pytest.raises(Refused) as caught:
            first.decided("2026-03-12", item)
        assert caught.value.code == "excessive-without-proof"
    item = Item("refused", (), "manifestly-excessive", reason, before=("A-1", "A-2"))
    third.decided("2026-03-12", item)
    with pytest.raises(Refused) as caught:
        approve(third.office, "A-3", "decision", by="desk", now=third.at("2026-03-12"))
    assert caught.value.code == "same-person"
    approve(third.office, "A-3", "decision", by="ben", now=third.at("2026-03-12"))
    third.answered("2026-03-13")
    letter = text_of(mail.letters[-1])
    for words in (reason, "A-1, A-2", "Art. 12(5) GDPR", "go to court", "free of charge"):
        assert words in letter
    assert close(third.office, "A-3", by="desk", now=third.at("2026-03-14")).stage == "closed"
    with story.ledger.reading(story.organisation) as reading:
        (act,) = third.progress("2026-03-15").acts
        (verdict,) = find_act(reading, act, third.at("2026-03-15")).verdicts
    assert (verdict.decision.outcome, verdict.approved_by) == ("refused", "ben")


@pytest.mark.clause("SMA-5c-1", "SMA-5c-3", "SMA-5-5")
def test_an_objection_in_a_lawsuit_is_refused_in_part(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "crm", "disputes", "legal")
    email = "7@party.example"
    form_message(story, 1, email, "2025-12-02")
    dispute(story, "7", None)
    case = arrived(story, mail, "erasure", "2026-02-16 09:00", email)
    case.identified("2026-02-16 10:00")
    case.recorded("2026-02-16 11:00", confirm=case.doubtful())
    kept = Item("refused", ("disputes",), "legal-claims", "the case is before the court", case="7")
    sales = replace(kept, ground="sales-interest")
    for wrong in ((kept,), (kept, ACCEPT, ACCEPT), (sales, ACCEPT)):
        with pytest.raises(Refused):
            case.decided("2026-02-20", *wrong)
    case.decided("2026-02-20", kept, ACCEPT, approved="ben")
    told = case.progress("2026-02-20 13:00")
    assert (told.stage, told.owed[0]) == ("execution", "refusal")  # the person hears first
    assert "plan" not in told.next
    write_letter(case.office, case.number, "decision", by="desk", now=case.at("2026-02-21"))
    case.sent("2026-02-21")
    case.carried_out("2026-02-22")
    assert story.traces(email) == ["disputes.dispute.email"]
    case.answered("2026-02-23")
    letter = text_of(mail.letters[-1])
    assert "File 7." in letter
    assert "the case is before the court" in letter


# --- what is meant: story 7 of SoftFil ----------------------------------------------------------


@pytest.mark.clause("SMA-5d-8", "SMA-5e-5")
def test_an_unclear_wish_is_set_aside_and_asked(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    case = arrived(story, mail, "restriction", "2026-06-08 09:00", ANN, words="my right under 5.d")
    case.identified("2026-06-08 10:00")
    asked = case.at("2026-06-08 11:00")
    question = "Shall we delete your data, or keep it aside?"
    clarify(case.office, case.number, question, about="wish", set_aside=True, by="desk", now=asked)
    assert story.sweep("2026-06-10") is None
    told = case.progress("2026-06-10")
    # A question about the wish stops nothing: one month from 8 June is 8 July 2026, a Wednesday.
    assert (told.turn, str(told.clock.due)) == ("person", "2026-07-08")
    answered = case.at("2026-06-12")
    clarified(case.office, case.number, "delete", right="erasure", by="desk", now=answered)
    case.recorded("2026-06-12 13:00")
    case.decided("2026-06-13")
    case.carried_out("2026-06-14")
    assert story.traces(ANN) == []
    assert str(case.progress("2026-06-15").clock.due) == "2026-07-08"
