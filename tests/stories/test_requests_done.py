"""Requests carried out: by hand, through crashes, of themselves, and within their own days."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from signal import SIGKILL

import pytest

from apply.sink import Sink
from stories.case import arrived, text_of
from stories.conftest import Tell
from stories.test_softfil import ANN, BEN, of_prospects, prospect, subscriber
from stories.test_softfil_rights import form_message
from troth.desk.workflow.answer import answer
from troth.desk.workflow.closing import close
from troth.desk.workflow.execution import execute
from troth.desk.workflow.identity import (
    accept_identity,
    ask_document,
)
from troth.desk.workflow.model import Item
from troth.desk.workflow.office import look
from troth.desk.workflow.post import send_letters
from troth.desk.workflow.tasks import finish_task
from troth.errors import Refused
from troth.ledger.acts import find_act
from troth.ledger.entries import read_entries
from troth.ledger.notices import read_notices
from troth.ledger.verify import verify

# --- human hands: PUB-RET-5, COL-ERA-5 ----------------------------------------------------------


@pytest.mark.clause("PUB-RET-5")
def test_a_place_that_is_a_person_becomes_a_task_with_a_proof(tell: Tell, mail: Sink) -> None:
    story = tell("publisher", "sites")
    case = arrived(story, mail, "erasure", "2026-03-10 09:00", "a@mail.example", language="fr")
    known = case.at("2026-03-11")
    accept_identity(case.office, case.number, "known", reason="call", by="desk", now=known)
    case.recorded("2026-03-11")
    case.decided("2026-03-12")
    (task,) = case.progress("2026-03-12").open_tasks
    case.carried_out("2026-03-13")
    told = case.progress("2026-03-13 13:00")
    assert (told.stage, told.owed) == ("execution", ("task", "answer"))
    with pytest.raises(Refused) as caught:
        close(case.office, case.number, by="desk", now=case.at("2026-03-13 13:00"))
    assert caught.value.code == "request-open"
    done = {"said": "dossier 17 détruit", "proof": b"%PDF-1.7 minutes", "media": "application/pdf"}
    finish_task(case.office, case.number, task.id, by="desk", now=case.at("2026-03-14"), **done)  # type: ignore[arg-type]  # as named
    case.answered("2026-03-15")
    letter = text_of(mail.letters[-1])
    assert "Le 10 mars 2026, vous nous avez demandé d’effacer vos données." in letter
    assert "fait le 14 mars 2026" in letter
    assert close(case.office, case.number, by="desk", now=case.at("2026-03-16")).stage == "closed"


# --- crashes and what is away: COL-ERA-5 --------------------------------------------------------


def killed_after(work: Callable[[], object], name: str) -> None:
    """Do some work in a process of its own that is killed (SIGKILL) when it calls `name`."""
    child = os.fork()
    if child == 0:
        try:
            module, _, function = name.rpartition(".")
            setattr(import_module(module), function, lambda *_, **__: os.kill(os.getpid(), SIGKILL))
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_killed_between_the_run_and_its_note_nothing_is_done_twice(
    tell: Tell, mail: Sink, request: pytest.FixtureRequest
) -> None:
    story = tell("softfil", "crm")
    if story.setting.stores["crm"].dialect.name != "sqlite":
        pytest.skip("a forked process would share the connections of a server")
    form_message(story, 1, ANN, "2025-12-02")
    form_message(story, 2, BEN, "2025-12-02")
    case = arrived(story, mail, "erasure", "2026-03-10 09:00", ANN)
    case.identified("2026-03-10 10:00")
    case.recorded("2026-03-10 11:00")
    case.decided("2026-03-11")
    killed_after(lambda: case.carried_out("2026-03-12"), "troth.desk.workflow.execution.note_run")
    half = case.progress("2026-03-12 13:00")
    assert (half.stage, story.traces(ANN)) == ("execution", [])
    form_message(story, 3, BEN, "2026-03-12")
    now = case.at("2026-03-12 14:00")
    office = case.office_of(now)
    outcome = execute(office, case.number, by="desk", clock=lambda: now)
    assert outcome.clean
    done = case.progress("2026-03-12 15:00")
    assert done.executed
    assert story.ids("crm.form_message") == [2, 3]
    with story.ledger.reading(story.organisation) as reading:
        runs = [one for one in read_entries(reading) if one.kind == "run-started"]
        notices = read_notices(reading, done.acts)
        assert len({(one.recipient, one.kind) for one in notices}) == len(notices)
        assert verify(reading).ok
    assert len(runs) <= 2
    (executed,) = [e for e in look(office, case.number, now)[0].events if e.kind == "executed"]
    assert executed.detail["rows"] == "2"  # the thread and its message, by the run that was killed

    answer(office, case.number, by="desk", now=case.at("2026-03-13"))
    with pytest.raises(Refused) as caught:  # what was written before it was killed is there
        answer(office, case.number, by="desk", now=case.at("2026-03-14"))
    assert caught.value.code == "letter-waits"
    case.sent("2026-03-14")
    told = case.progress("2026-03-14 13:00")
    assert len(told.letters) == 1
    assert told.letters[0].sent_at is not None


@pytest.mark.clause("SMA-5d-6")
def test_a_refusal_whose_letter_leaves_too_late_refuses_nothing(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    case = arrived(story, mail, "erasure", "2026-03-10 09:00", ANN)
    case.identified("2026-03-10 10:00")
    case.recorded("2026-03-10 11:00")
    claim = Item("refused", (), "legal-claims", "the case is before the court", case="7")
    case.decided("2026-04-08", claim, approved="ben")
    mail.refused.add(ANN)
    answer(case.office, case.number, by="desk", now=case.at("2026-04-08 13:00"))
    assert send_letters(case.office, lambda: case.at("2026-04-09")) == (0, 1)
    mail.refused.clear()
    case.sent("2026-04-11")  # silence has granted it the day before
    told = case.progress("2026-04-12")
    assert (told.stage, told.decision) == ("decision", None)
    case.decided("2026-04-12")
    case.carried_out("2026-04-12 13:00")
    assert story.traces(ANN) == []
    told = case.progress("2026-04-13")
    assert "answer" in told.owed  # what was sent said another thing
    assert told.clock.late
    case.answered("2026-04-13")
    assert "We erased your data" in text_of(mail.letters[-1])
    assert "answer" not in case.progress("2026-04-14").owed


# --- what takes effect by itself: "stop", story 5 of SoftFil ------------------------------------


@pytest.mark.clause("SMA-5c-5", "SMA-3-32")
def test_stop_is_one_word_and_nobody_is_asked_who_they_are(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2025-12-01")
    prospect(story, 2, BEN, "2025-12-01")
    case = arrived(story, mail, "opt-out", "2026-02-03 10:00", BEN, words="stop")
    assert "ask-code" not in case.progress("2026-02-03").next
    case.recorded("2026-02-03 10:05")
    told = case.progress("2026-02-03 11:00")
    assert told.decision is not None
    assert (told.decision.of_itself, told.owed[0]) == (True, "execution")
    assert "decide" not in told.next  # nothing is weighed, and nothing can be refused
    case.carried_out("2026-02-03 11:00")
    assert of_prospects(story) == [[1]] * 4
    case.answered("2026-02-03 12:00")
    assert "no more advertisements" in text_of(mail.letters[-1])


def test_a_consent_is_withdrawn_without_a_decision(tell: Tell, mail: Sink) -> None:
    story = tell("softfil", "news")
    subscriber(story, 1, ANN, confirmed_on="2025-01-10")
    name = next(iter(story.setting.policy.consents))
    case = arrived(story, mail, "withdrawal", "2026-02-03 10:00", ANN, language="fr")
    case.identified("2026-02-03 10:05")
    with pytest.raises(Refused) as caught:
        case.recorded("2026-02-03 10:20", consents=("no-such",))
    assert caught.value.code == "unknown-consent"
    case.recorded("2026-02-03 10:20", consents=(name,))
    assert case.progress("2026-02-03 11:00").owed == ("answer",)
    case.answered("2026-02-03 12:00")
    assert "Ce à quoi vous aviez consenti a pris fin." in text_of(mail.letters[-1])
    closed = close(case.office, case.number, by="desk", now=case.at("2026-02-04"))
    assert closed.stage == "closed"
    facts = story.facts(case.at("2026-02-05")).consents
    said = [one for one in facts if (one.person.value, one.consent) == (ANN, name)]
    assert said[-1].state == "withdrawn"


@pytest.mark.clause("MAS-RGT-2")
def test_a_medical_file_has_eight_days_whatever_is_asked(tell: Tell, mail: Sink) -> None:
    story = tell("mast", "site")
    policy = story.setting.policy
    file = next(terms for terms in policy.rights.values() if terms.medical_file)
    case = arrived(story, mail, "access", "2026-03-02 09:00", "a@mail.example")
    asked, known = case.at("2026-03-03"), case.at("2026-03-05")
    ask_document(case.office, case.number, doubt="another name", by="desk", now=asked)
    accept_identity(case.office, case.number, "known", reason="a call", by="desk", now=known)
    act = case.recorded("2026-03-05 13:00", categories=file.categories)
    assert act is not None
    # 2 March + 8 days = 10 March; neither the question nor the month moves it.
    assert str(case.progress("2026-03-06").clock.due) == "2026-03-10"
    with story.ledger.reading(story.organisation) as reading:
        assert str(find_act(reading, act, case.at("2026-03-06")).act.answer_by) == "2026-03-10"
