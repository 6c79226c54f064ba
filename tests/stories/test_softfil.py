"""SoftFil: papers, customers, prospects, the newsletter, courses, logs, surveys and disputes."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.world import Story

ANN = "ann@clinic.example"
BEN = "ben@clinic.example"


# --- accounting papers: story 2 ---------------------------------------------------------------


def periods(story: Story, *ends: str, closed: bool = True) -> None:
    """Accounting periods that follow each other, the first from 2014-07-01 on."""
    starts = "2014-07-01"
    for key, end in enumerate(ends, 1):
        story.insert(
            "books.accounting_period", id=key, starts_on=starts, ends_on=end, closed=closed
        )
        starts = f"{int(end[:4])}-07-01" if end.endswith("06-30") else f"{int(end[:4]) + 1}-01-01"


def party(story: Story, key: int, email: str) -> None:
    story.insert("erp.party", id=key, number=f"C-{key}", name=f"Party {key}", email=email)


def invoice(story: Story, key: int, issued: str, email: str = ANN) -> None:
    story.insert(
        "books.invoice",
        id=key,
        number=f"F-{key}",
        billed_name="Ann",
        email=email,
        issued_on=issued,
    )


@pytest.mark.clause("SMA-3-4")
def test_accounting_papers_hold_ten_years_and_go_the_day_after(tell: Tell) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, "2014-12-31", "2015-12-31", "2016-12-31")
    invoice(story, 1, "2015-02-03")
    story.insert("books.credit_note", id=1, invoice_id=1, billed_name="Ann", issued_on="2015-03-01")
    story.insert("books.ledger_entry", id=1, invoice_id=1, label="Ann", booked_on="2015-03-01")
    invoice(story, 2, "2016-01-01")

    def papers() -> list[list[int]]:
        tables = ("invoice", "credit_note", "ledger_entry")
        return [story.ids(f"books.{name}") + story.ids(f"accounting.{name}") for name in tables]

    story.sweep("2025-12-30")
    assert papers() == [[1, 2], [1], [1]]
    story.sweep("2025-12-31")
    assert papers() == [[1, 2], [1], [1]]
    story.sweep("2026-01-01")
    assert papers() == [[2], [], []]


@pytest.mark.clause("SMA-3-5")
@pytest.mark.parametrize(
    ("ends", "last_day", "gone"),
    [
        (("2014-12-31", "2015-12-31"), "2025-12-31", "2026-01-01"),
        (("2015-06-30", "2016-06-30"), "2026-06-30", "2026-07-01"),
    ],
)
def test_ten_years_run_from_the_end_of_the_period(
    tell: Tell, ends: tuple[str, ...], last_day: str, gone: str
) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, *ends)
    invoice(story, 1, "2015-07-03" if ends[1] == "2016-06-30" else "2015-02-03")

    story.sweep("2025-07-03")
    story.sweep(last_day)
    assert story.ids("accounting.invoice") == [1]
    story.sweep(gone)
    assert story.ids("accounting.invoice") == story.ids("books.invoice") == []


@pytest.mark.clause("SMA-3-5")
def test_a_paper_of_an_open_period_has_no_end(tell: Tell) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, "2014-12-31", "2015-12-31", closed=False)
    invoice(story, 1, "2015-02-03")

    story.sweep("2030-01-01")
    assert story.ids("books.invoice") == [1]


@pytest.mark.clause("SMA-3-2")
def test_what_only_the_law_needs_leaves_everyday_use(tell: Tell) -> None:
    story = tell("softfil", "erp", "books", "accounting", "legal")
    periods(story, "2014-12-31", "2015-12-31")
    party(story, 1, ANN)
    story.insert(
        "erp.contract", id=1, party_id=1, terms="t", signed_on="2014-09-01", ended_on="2015-10-31"
    )
    invoice(story, 1, "2015-02-03")

    story.sweep("2016-12-30")
    assert story.ids("books.invoice") == [1]
    assert story.ids("legal.contract") == [1]  # a year after the relation has ended
    story.sweep("2016-12-31")
    assert story.ids("books.invoice") == []
    assert story.value("accounting.invoice", 1, "billed_name") == "Ann"
    assert story.traces(ANN) == ["accounting.invoice.email", "legal.party.email"]

    story.sweep("2025-12-31")
    assert story.value("accounting.invoice", 1, "billed_name") == "Ann"


@pytest.mark.clause("SMA-3-18", "SMA-3-19")
def test_a_hold_keeps_one_invoice_until_the_night_of_its_release(tell: Tell) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, "2014-12-31", "2015-12-31")
    invoice(story, 1, "2015-02-03")
    invoice(story, 2, "2015-02-04")
    story.sweep("2025-11-30")
    hold = story.hold("2025-12-01", rows=[("accounting.invoice", 2)])

    story.sweep("2025-12-31")
    assert story.ids("accounting.invoice") == [1, 2]
    story.sweep("2026-01-01")
    assert story.ids("accounting.invoice") == [2]  # nothing else of the same person is held

    story.sweep("2026-09-14")
    assert story.ids("accounting.invoice") == [2]
    story.lift(hold, "2026-09-15 18:00")
    story.sweep("2026-09-16")
    assert story.ids("accounting.invoice") == []  # without a fresh period


@pytest.mark.clause("SMA-3-18", "SMA-3-19")
def test_a_hold_that_comes_after_the_plan_counts(tell: Tell) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, "2014-12-31", "2015-12-31")
    invoice(story, 1, "2015-02-03")
    invoice(story, 2, "2015-02-04")
    story.sweep("2025-11-30")

    def place() -> None:
        story.hold("2026-01-01 02:00", rows=[("accounting.invoice", 2)])

    story.sweep("2026-01-01", between=place)
    assert story.ids("accounting.invoice") == [2]


# --- customers --------------------------------------------------------------------------------


def customer(story: Story, key: int, email: str, ended: str | None) -> None:
    """A party with one contract and one order."""
    party(story, key, email)
    story.insert(
        "erp.contract",
        id=key,
        party_id=key,
        terms=f"terms of {email}",
        signed_on="2019-01-07",
        ended_on=ended,
    )
    story.insert(
        "erp.orders",
        id=key,
        party_id=key,
        delivery_name=f"Party {key}",
        delivery_address="1 rue du Test",
        email=email,
        ordered_on="2020-05-04",
    )


@pytest.mark.clause("SMA-3-6")
def test_contact_and_contract_go_five_years_after_the_relation(tell: Tell) -> None:
    story = tell("softfil", "erp", "legal", "books", "accounting")
    periods(story, "2019-12-31", "2020-12-31", "2021-12-31")
    customer(story, 1, ANN, "2021-03-31")
    invoice(story, 1, "2020-05-04")

    story.sweep("2026-03-30")
    assert story.ids("legal.contract") == story.ids("legal.party") == [1]
    story.sweep("2026-03-31")
    assert (
        story.ids("legal.contract") == story.ids("legal.party") == story.ids("legal.orders") == []
    )
    assert story.ids("erp.contract") == []
    assert story.traces(ANN) == ["accounting.invoice.email"]
    assert story.value("accounting.invoice", 1, "billed_name") == "Ann"


@pytest.mark.clause("SMA-3-7")
def test_a_new_order_reopens_the_clock(tell: Tell) -> None:
    story = tell("softfil", "erp", "legal")
    customer(story, 1, ANN, "2021-03-31")
    story.sweep("2021-12-31")
    story.insert("erp.contract", id=8, party_id=1, terms="more", signed_on="2022-01-15")
    story.sweep("2022-03-31")  # a year after the first end; the relation runs again
    assert story.value("erp.party", 1, "email") == ANN
    story.sweep("2022-06-29")
    assert story.value("erp.party", 1, "email") == ANN
    story.update("erp.contract", 8, ended_on="2022-06-30")

    story.sweep("2026-03-31")
    story.sweep("2027-06-29")
    assert story.value("legal.party", 1, "email") == ANN
    assert story.ids("legal.contract") == [1, 8]
    story.sweep("2027-06-30")
    assert story.traces(ANN) == []
    assert story.ids("legal.contract") == []


@pytest.mark.clause("SMA-3-1")
def test_data_stays_while_one_purpose_needs_it(tell: Tell) -> None:
    story = tell("softfil", "erp", "legal", "news")
    customer(story, 1, ANN, "2021-03-31")
    subscriber(story, 1, ANN, confirmed_on="2020-01-10")
    opened(story, 1, 1, "2025-09-01 08:00")

    story.sweep("2026-03-30")
    assert story.value("legal.orders", 1, "delivery_address") == "1 rue du Test"
    story.sweep("2026-03-31")
    assert story.traces("1 rue du Test") == []
    assert story.traces(ANN) == ["news.delivery.address", "news.subscriber.email"]
    story.update("news.subscriber", 1, unsubscribed_on="2026-04-01")
    story.sweep("2026-04-01")
    assert story.traces(ANN, "Party 1") == []


# --- prospects and the contact form: story 4 --------------------------------------------------


def prospect(story: Story, key: int, email: str, last_mail: str) -> None:
    """A prospect who wrote one mail with an attachment; SMA writes every month after it."""
    story.insert("crm.prospect", id=key, email=email, name=f"Prospect {key}")
    story.insert("crm.thread", id=key, prospect_id=key, subject=f"{email} asks")
    mail(story, key, key, last_mail, "inbound")
    story.insert("crm.attachment", id=key, message_id=key, file_name=f"{email}.pdf")


def mail(story: Story, key: int, thread: int, at: str, direction: str) -> None:
    story.insert(
        "crm.message",
        id=key,
        thread_id=thread,
        direction=direction,
        machine=False,
        body="text",
        sent_at=f"{at} 09:00",
    )


def of_prospects(story: Story) -> list[list[int]]:
    return [story.ids(f"crm.{name}") for name in ("prospect", "thread", "message", "attachment")]


@pytest.mark.clause("SMA-3-8")
def test_a_silent_prospect_goes_after_three_years(tell: Tell) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2023-05-20")
    prospect(story, 2, BEN, "2023-05-21")

    story.sweep("2026-05-19")
    assert of_prospects(story) == [[1, 2]] * 4
    story.sweep("2026-05-20")
    assert of_prospects(story) == [[2]] * 4


@pytest.mark.clause("SMA-3-9")
def test_only_what_the_prospect_sends_counts(tell: Tell) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2023-05-20")
    prospect(story, 2, BEN, "2023-05-20")
    for month in range(1, 13):
        mail(story, 100 + month, 1, f"2024-{month:02}-05", "outbound")
        mail(story, 200 + month, 2, f"2024-{month:02}-05", "outbound")
    mail(story, 3, 2, "2024-02-29", "inbound")

    story.sweep("2026-05-19")
    assert story.ids("crm.prospect") == [1, 2]
    story.sweep("2026-05-20")
    assert story.ids("crm.prospect") == story.ids("crm.thread") == [2]
    story.sweep("2027-02-27")
    assert story.ids("crm.prospect") == [2]
    story.sweep("2027-02-28")
    assert of_prospects(story) == [[]] * 4


@pytest.mark.clause("SMA-3-15")
def test_a_form_message_goes_with_its_thread(tell: Tell) -> None:
    story = tell("softfil", "crm")
    story.insert("crm.form_thread", id=1, email=ANN, name="Ann")
    sent = [("2022-09-01", "inbound"), ("2022-09-03", "outbound"), ("2022-09-05", "inbound")]
    for key, (at, direction) in enumerate([*sent, ("2023-01-01", "outbound")], 1):
        story.insert(
            "crm.form_message",
            id=key,
            form_thread_id=1,
            direction=direction,
            body="text",
            sent_at=f"{at} 09:00",
        )

    story.sweep("2025-09-04")
    assert story.ids("crm.form_message") == [1, 2, 3, 4]
    assert story.value("crm.form_thread", 1, "email") == ANN
    story.sweep("2025-09-05")
    assert story.ids("crm.form_message") == story.ids("crm.form_thread") == []


# --- the newsletter: story 1 ------------------------------------------------------------------


def subscriber(story: Story, key: int, email: str, **cells: str) -> None:
    """A subscriber of a related profession, with consent to the pixel."""
    story.insert(
        "news.subscriber",
        id=key,
        email=email,
        profession="nurse",
        entry_path="site",
        subscribed_on="2020-01-09",
        **cells,
    )
    if not story.ids("news.campaign"):
        story.insert("news.campaign", id=1, title="Issue 1", sent_on="2020-02-01", opened_total=41)
    story.insert(
        "news.delivery", id=key, campaign_id=1, subscriber_id=key, address=email, bounced=False
    )
    story.consent(email, "newsletter-pixel", "2020-01-10")


def opened(story: Story, key: int, delivery: int, at: str, *, machine: bool = False) -> None:
    story.insert(
        "news.open_event",
        id=key,
        delivery_id=delivery,
        opened_at=at,
        machine=machine,
        user_agent="reader",
    )


@pytest.mark.clause("SMA-3-10", "SMA-3-11")
def test_a_silent_subscriber_goes_three_years_after_the_last_opening(tell: Tell) -> None:
    story = tell("softfil", "news")
    subscriber(story, 1, ANN, confirmed_on="2020-01-10")
    opened(story, 1, 1, "2022-05-05 09:00")
    opened(story, 2, 1, "2023-01-10 09:00")
    opened(story, 3, 1, "2025-06-01 09:00", machine=True)  # a gateway's prefetch
    subscriber(story, 2, BEN, confirmed_on="2023-04-02")  # never opened anything

    story.sweep("2026-01-09")
    assert story.ids("news.subscriber") == story.ids("news.delivery") == [1, 2]
    assert story.ids("news.open_event") == [1, 2, 3]
    story.sweep("2026-01-10")
    assert story.ids("news.subscriber") == story.ids("news.delivery") == [2]
    assert story.ids("news.open_event") == []
    story.sweep("2026-04-01")
    assert story.ids("news.subscriber") == [2]
    story.sweep("2026-04-02")
    assert story.ids("news.subscriber") == story.ids("news.delivery") == []
    assert story.value("news.campaign", 1, "opened_total") == 41


@pytest.mark.clause("SMA-3-10")
def test_unsubscribing_ends_it_at_the_next_run(tell: Tell) -> None:
    story = tell("softfil", "news")
    subscriber(story, 1, ANN, confirmed_on="2020-01-10")
    opened(story, 1, 1, "2024-01-15 09:00")

    story.sweep("2024-02-29")
    assert story.ids("news.subscriber") == [1]
    story.update("news.subscriber", 1, unsubscribed_on="2024-03-01")
    story.sweep("2024-03-01")
    assert story.traces(ANN) == []
    assert story.ids("news.open_event") == []
    assert story.value("news.campaign", 1, "opened_total") == 41


# --- courses: story 9 -------------------------------------------------------------------------


def course(story: Story, *, closed: str | None) -> None:
    """The online session of 2026-03-12 with two seats and a feedback."""
    story.insert(
        "training.session",
        id=1,
        title="Peels",
        held_on="2026-03-12",
        organisation_closed_on=closed,
        online=True,
    )
    for key, email in ((1, ANN), (2, BEN)):
        story.insert(
            "training.registration",
            id=key,
            session_id=1,
            full_name=email,
            email=email,
            attendance="present",
            registered_on="2026-02-01",
        )
    story.insert(
        "training.feedback", id=1, session_id=1, author="Ann", author_email=ANN, remarks="clear"
    )


@pytest.mark.clause("SMA-3-12")
def test_registrations_go_when_the_course_is_closed(tell: Tell) -> None:
    story = tell("softfil", "training", "books", "accounting")
    periods(story, "2025-12-31", "2026-12-31")
    course(story, closed="2026-03-20")
    invoice(story, 1, "2026-03-12")  # of a paid seat

    story.sweep("2026-03-19")
    assert story.ids("training.registration") == [1, 2]
    assert story.value("training.feedback", 1, "author") == "Ann"
    story.sweep("2026-03-20")
    assert story.ids("training.registration") == []
    assert story.value("training.feedback", 1, "remarks") == "clear"
    assert story.traces(ANN, BEN) == ["books.invoice.email"]
    assert story.value("training.feedback", 1, "author") is None
    assert story.ids("training.recording") == []


@pytest.mark.clause("SMA-3-13")
def test_a_course_that_nobody_closes_ends_after_thirty_days(tell: Tell) -> None:
    story = tell("softfil", "training")
    course(story, closed=None)

    story.sweep("2026-04-10")
    assert story.ids("training.registration") == [1, 2]
    story.sweep("2026-04-11")
    assert story.ids("training.registration") == []
    assert story.traces(ANN, BEN) == []


# --- the site's traces ------------------------------------------------------------------------


def log_line(story: Story, key: int, at: str) -> None:
    """A line at an instant in UTC, in the log and in the statistics."""
    story.insert("web.access_log", id=key, at=at, ip="192.0.2.1", path="/", status=200, agent="a")
    story.insert(
        "web.analytics_event",
        id=key,
        visitor_id=f"v{key}",
        seen_at=f"{at}:00",
        page="/",
        exempt=True,
    )


@pytest.mark.clause("SMA-3-14")
def test_log_lines_go_after_twelve_months(tell: Tell) -> None:
    story = tell("softfil", "web")
    log_line(story, 1, "2025-02-15 09:00")  # 10:00 in Paris
    log_line(story, 2, "2025-02-15 23:10")  # in Paris it is the next day

    story.sweep("2026-02-14")
    assert story.ids("web.access_log") == story.ids("web.analytics_event") == [1, 2]
    story.sweep("2026-02-15")
    assert story.ids("web.access_log") == story.ids("web.analytics_event") == [2]
    story.sweep("2026-02-16")
    assert story.ids("web.access_log") == story.ids("web.analytics_event") == []


@pytest.mark.clause("SMA-3-3")
def test_ceilings_end_on_their_day_in_paris_and_floors_the_day_after(tell: Tell) -> None:
    story = tell("softfil", "web", "books", "accounting")
    log_line(story, 1, "2025-02-14 23:30")  # 15 February in Paris
    periods(story, "2014-12-31", "2015-12-31")
    invoice(story, 1, "2015-02-03")

    story.sweep("2025-12-31")
    assert story.ids("accounting.invoice") == [1]
    story.sweep("2026-01-01")
    assert story.ids("accounting.invoice") == []
    story.sweep("2026-02-14")
    assert story.ids("web.access_log") == [1]
    story.sweep("2026-02-15")
    assert story.ids("web.access_log") == story.ids("web.analytics_event") == []
    assert story.sweep("2026-02-15") is None  # no survivor that is past due


# --- surveys ----------------------------------------------------------------------------------


def answered(story: Story, *, customer: bool) -> None:
    """Two answers, of 18 and 19 April 2021."""
    for key, day, score in ((1, "2021-04-18", 3), (2, "2021-04-19", 5)):
        story.insert(
            "opinion.response",
            id=key,
            email=ANN,
            answers="happy",
            score=score,
            answered_on=day,
            customer=customer,
        )


@pytest.mark.clause("SMA-3-16")
@pytest.mark.parametrize("customer", [False, True])
def test_survey_answers_last_five_years(tell: Tell, customer: bool) -> None:
    story = tell("softfil", "opinion")
    answered(story, customer=customer)

    story.sweep("2026-04-17")
    assert story.value("opinion.response", 1, "answers") == "happy"
    story.sweep("2026-04-18")
    assert [row["email"] for row in story.rows("opinion.response")] == [None, ANN]
    assert [row["answers"] for row in story.rows("opinion.response")] == [None, "happy"]
    assert [row["score"] for row in story.rows("opinion.response")] == [3, 5]


# --- disputes ---------------------------------------------------------------------------------


def dispute(story: Story, number: str, settled: str | None) -> None:
    story.insert(
        "disputes.dispute",
        id=int(number),
        number=number,
        limitation_type="general",
        settled_on=settled,
        email=f"{number}@party.example",
        papers="file",
    )


def files(story: Story) -> list[int]:
    return sorted([*story.ids("disputes.dispute"), *story.ids("legal.dispute")])


@pytest.mark.clause("SMA-3-17")
def test_dispute_data_lasts_for_its_limitation(tell: Tell) -> None:
    story = tell("softfil", "disputes", "legal")
    dispute(story, "1", "2021-02-10")
    dispute(story, "2", None)

    story.sweep("2026-02-09")
    assert files(story) == [1, 2]
    story.sweep("2026-02-10")
    assert files(story) == [2]
    story.sweep("2046-02-10")
    assert story.value("disputes.dispute", 2, "papers") == "file"  # nobody recorded an end


@pytest.mark.clause("SMA-3-20")
def test_an_interruption_restarts_the_limitation(tell: Tell) -> None:
    story = tell("softfil", "disputes", "legal")
    dispute(story, "1", None)
    story.fact("limitation-restart", "case", "1", "2020-01-10", at="2020-01-11")
    story.sweep("2020-01-12")
    assert story.ids("legal.dispute") == [1]
    story.fact("limitation-restart", "case", "1", "2022-01-10", at="2022-01-11")

    story.sweep("2025-01-10")
    assert files(story) == [1]
    story.sweep("2027-01-09")
    assert files(story) == [1]
    story.sweep("2027-01-10")
    assert files(story) == []
