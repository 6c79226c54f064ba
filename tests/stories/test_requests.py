"""Requests from their receipt to their end, at the desks of the five organisations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apply.sink import Sink, sink
from stories.case import arrived, text_of
from stories.conftest import Tell
from stories.test_softfil import ANN
from stories.test_softfil_rights import EVERYTHING, practitioner
from troth.desk.told.notify import acknowledge
from troth.desk.workflow.closing import close
from troth.errors import Refused
from troth.ledger.notices import read_notices
from troth.ledger.verify import verify


@pytest.fixture(scope="module")
def mail() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture(autouse=True)
def _empty(mail: Sink) -> None:
    mail.letters.clear()


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
