"""Recipients are told once, reminded when late, and settled with a proof (Art. 19)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from apply.sink import sink
from desk.promise import ANN, NOW, ORG, act, promise
from troth.apply.invite import send_waiting
from troth.desk.told.disclosures import disclose
from troth.desk.told.notify import acknowledge, due_day, kind_of, open_for, queue_letters
from troth.errors import Refused
from troth.grounds.facts import Act, Decision, Identifier
from troth.ledger.acts import Verdict, find_act, record_acts, record_verdicts
from troth.ledger.disclosures import Disclosure
from troth.ledger.entries import read_entries
from troth.ledger.invitations import waiting_invitations
from troth.ledger.ledger import Ledger
from troth.ledger.notices import NoticeKind, RecipientNotice, read_notices

PARCEL = Identifier("parcel", "P-17")
CELLS = frozenset({("contact", "shop", "customer")})
ADDRESSES = {"carrier": "privacy@carrier.example", "mailer": "dpo@mailer.example"}
DAY = timedelta(days=1)


def recorded(ledger: Ledger, made: Act) -> Act:
    with ledger.writing(ORG) as writing:
        (one,) = record_acts(writing, [made], by="dpo", at=NOW)
        left = Disclosure(ANN, "carrier", ("contact",), NOW, "order 1", None, PARCEL)
        disclose(writing, [left], promise().policy, promise().map, by="dpo", at=NOW)
    return one


def opened(ledger: Ledger, one: Act, kind: str, at: datetime = NOW) -> list[str]:
    with ledger.writing(ORG) as writing:
        new = open_for(writing, one, kind, promise(), by="dpo", at=at, cells=CELLS)  # type: ignore[arg-type] - a word
    return [notice.recipient for notice in new]


def notices(ledger: Ledger, one: Act) -> dict[str, RecipientNotice]:
    with ledger.reading(ORG) as reading:
        return {notice.recipient: notice for notice in read_notices(reading, [one.id])}


def queued(ledger: Ledger, one: Act, at: datetime = NOW, language: str = "en") -> int:
    with ledger.writing(ORG) as writing:
        return queue_letters(writing, one, promise(), ADDRESSES, language, at=at)  # type: ignore[arg-type] - a word


@pytest.mark.clause("SMA-5b-1", "SMA-5d-1", "COL-ERA-5", "SMA-4b-5")
def test_a_letter_leaves_and_names_the_person_as_the_recipient_knows_them(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure", answer_by=date(2026, 4, 10)))
    assert opened(ledger, one, "erase") == ["host", "mailer", "carrier"]
    assert opened(ledger, one, "erase") == [], "nobody is told twice"
    assert queued(ledger, one) == 2, "the host has no address: a human tells them"
    assert queued(ledger, one) == 0
    with sink() as mail:
        assert send_waiting(ledger, ORG, lambda: NOW, mail.mailer()) == (0, 0), "no invitation"
        assert send_waiting(ledger, ORG, lambda: NOW, mail.mailer(), notices=True) == (2, 0)
        assert mail.reached == ["dpo@mailer.example", "privacy@carrier.example"]
        texts = {
            str(each["To"]): str(each.get_payload(decode=True), "utf-8") for each in mail.letters
        }
    assert "parcel P-17" in texts["privacy@carrier.example"]
    assert "ann@" not in texts["privacy@carrier.example"], "they know the person by the parcel"
    assert "email ann@mail.example" in texts["dpo@mailer.example"]
    assert "Art. 17 and 19 GDPR" in texts["dpo@mailer.example"]
    assert "24 March 2026" in texts["dpo@mailer.example"]
    found = notices(ledger, one)
    assert {name: notice.status for name, notice in found.items()} == {
        "host": "queued",
        "mailer": "sent",
        "carrier": "sent",
    }
    assert (found["carrier"].known, found["mailer"].known) == ("recorded", "declared")
    with ledger.reading(ORG) as reading:
        assert waiting_invitations(reading) == (), "address and text are forgotten"
        journal = str([entry.payload for entry in read_entries(reading)])
    assert "example" not in journal
    assert "P-17" not in journal


@pytest.mark.clause("SMA-4b-5")
def test_a_recipient_that_is_down_stays_open_until_it_takes_the_letter(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))
    opened(ledger, one, "erase")
    queued(ledger, one)
    with sink() as mail:
        mail.refused.add("dpo@mailer.example")
        assert send_waiting(ledger, ORG, lambda: NOW, mail.mailer(), notices=True) == (1, 1)
        assert notices(ledger, one)["mailer"].status == "queued"
        mail.refused.clear()
        assert send_waiting(ledger, ORG, lambda: NOW, mail.mailer(), notices=True) == (1, 0)
    assert notices(ledger, one)["mailer"].status == "sent"


def test_who_is_late_is_reminded_a_week_after_the_last_letter(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))
    opened(ledger, one, "erase")
    queued(ledger, one)
    with sink() as mail:
        send_waiting(ledger, ORG, lambda: NOW, mail.mailer(), notices=True)
        on_time, late = NOW + 14 * DAY, NOW + 15 * DAY
        assert not notices(ledger, one)["mailer"].late(on_time.date())
        assert queued(ledger, one, at=on_time) == 0
        assert notices(ledger, one)["mailer"].late(late.date())
        assert queued(ledger, one, at=late) == 2
        send_waiting(ledger, ORG, lambda: late, mail.mailer(), notices=True)
        assert queued(ledger, one, at=late + 6 * DAY) == 0
        assert queued(ledger, one, at=late + 7 * DAY) == 2
        assert str(mail.letters[-1]["Subject"]).startswith("Reminder: ")
    assert [step.status for step in notices(ledger, one)["mailer"].events] == ["sent", "reminded"]


@pytest.mark.clause("PUB-MER-2", "SPI-RGT-4")
def test_an_answer_settles_and_takes_a_waiting_letter_back(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))
    opened(ledger, one, "erase")
    queued(ledger, one)
    with ledger.writing(ORG) as writing:
        acknowledge(writing, one.id, "mailer", proof="call", impossible=None, by="dpo", at=NOW)
        acknowledge(writing, one.id, "host", proof=None, impossible="gone", by="dpo", at=NOW)
        assert [each.invitation.store for each in waiting_invitations(writing)] == ["carrier"]
    found = notices(ledger, one)
    assert (found["mailer"].status, found["mailer"].events[-1].proof) == ("acknowledged", "call")
    assert (found["host"].status, found["host"].late(date(2030, 1, 1))) == ("impossible", False)
    for recipient, proof, code in (
        ("mailer", "again", "unknown-notice"),
        ("carrier", " ", "proof-empty"),
        ("carrier", None, "acknowledgement-unclear"),
    ):
        with pytest.raises(Refused) as refused, ledger.writing(ORG) as writing:
            acknowledge(writing, one.id, recipient, proof=proof, impossible=None, by="dpo", at=NOW)
        assert refused.value.code == code


@pytest.mark.clause("SMA-5e-7", "COL-RES-4")
def test_a_restriction_suspends_and_its_end_resumes_with_the_same(ledger: Ledger) -> None:
    one = recorded(ledger, act("restriction", review_on=date(2027, 3, 10)))
    assert kind_of(one, promise().policy, NOW) == "suspend"
    assert opened(ledger, one, "resume") == [], "nobody was told to stop"
    assert opened(ledger, one, "suspend") == ["host", "mailer", "carrier"]
    assert notices(ledger, one)["mailer"].due_on == date(2026, 3, 13)
    with ledger.writing(ORG) as writing:
        verdict = Verdict(Decision("refused", NOW), decided_by="dpo")
        record_verdicts(writing, [(one.id, verdict)], at=NOW)
        lifted = find_act(writing, one.id, NOW).act
    assert kind_of(lifted, promise().policy, NOW) == "resume"
    assert opened(ledger, lifted, "resume") == ["host", "mailer", "carrier"]
    assert notices(ledger, one)["carrier"].person == PARCEL


def test_what_is_undecided_suspends_and_what_is_refused_resumes() -> None:
    policy = promise().policy
    weighed = act("objection", activities=("security",), answer_by=date(2026, 4, 10))
    assert kind_of(weighed, policy, NOW) == "suspend"
    assert kind_of(weighed, policy, NOW + 31 * DAY) == "erase", "silence favours the person"
    refused = act("objection", activities=("security",), decisions=(Decision("refused", NOW),))
    assert kind_of(refused, policy, NOW) == "resume"
    assert kind_of(act("opt-out"), policy, NOW) == "erase"
    assert kind_of(act("death"), policy, NOW) is None


def test_more_that_was_written_later_is_told_as_well(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))
    opened(ledger, one, "erase")
    with ledger.writing(ORG) as writing:
        more = open_for(
            writing,
            one,
            "erase",
            promise(),
            by="dpo",
            at=NOW,
            cells=CELLS | {("order", "shop", "customer")},
        )
    assert {notice.recipient: notice.categories for notice in more} == {
        "host": ("order",),
        "carrier": ("order",),
    }


@pytest.mark.clause("COL-RGT-3", "SMA-5b-1")
def test_a_correction_is_told_in_french_without_the_values(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))  # what is corrected is not said, so any act shows it
    opened(ledger, one, "correct")
    assert queued(ledger, one, language="fr") == 2
    with ledger.reading(ORG) as reading:
        letter = waiting_invitations(reading)[0].invitation
    assert letter.subject == "Merci de corriger les données d’une personne"
    assert "art. 16 et 19 du RGPD" in letter.body
    assert "avant le 24 mars 2026" in letter.body
    assert "Contact data" in letter.body


def test_an_answer_that_comes_while_the_letter_leaves_stays_an_answer(ledger: Ledger) -> None:
    one = recorded(ledger, act("erasure"))
    opened(ledger, one, "erase")
    queued(ledger, one)

    class Quick:
        """A recipient that answers before the mail server has said that it took the letter."""

        def send(self, address: str, subject: str, body: str) -> None:  # noqa: ARG002 - a Mailer
            name = {address: name for name, address in ADDRESSES.items()}[address]
            with ledger.writing(ORG) as writing:
                acknowledge(writing, one.id, name, proof="a", impossible=None, by="dpo", at=NOW)

    send_waiting(ledger, ORG, lambda: NOW, Quick(), notices=True)
    found = notices(ledger, one)
    assert [step.status for step in found["mailer"].events] == ["acknowledged"]
    assert found["carrier"].settled


@pytest.mark.parametrize(
    ("kind", "answer_by", "due"),
    [
        ("erase", None, date(2026, 3, 24)),
        ("erase", date(2026, 3, 20), date(2026, 3, 20)),
        ("erase", date(2026, 4, 10), date(2026, 3, 24)),
        ("erase", date(2026, 3, 1), date(2026, 3, 24)),
        ("suspend", date(2026, 4, 10), date(2026, 3, 13)),
    ],
)
def test_it_is_due_before_the_persons_own_answer(
    kind: NoticeKind, answer_by: date | None, due: date
) -> None:
    assert due_day(act("erasure", answer_by=answer_by), kind, NOW.date()) == due
