"""May this be used? The decisions that the catalogues' stories turn on, on the real policies."""

from __future__ import annotations

from datetime import date

import pytest

from stories.asking import Teller, organisation

# --- SoftFil ----------------------------------------------------------------------------------


@pytest.mark.clause("SMA-2c-6", "SMA-2c-10", "SMA-4c-4")
def test_ads_run_only_between_the_yes_and_the_no() -> None:
    story = organisation("softfil").register(
        recipients={"ads-platforms": {"country": "FR", "terms": {"signed": "2026-01-05"}}}
    )
    story = story.said("ann", "ads-cookies", "2026-05-01 10:00")
    story = story.said("ann", "ads-cookies", "2026-05-03 10:00", "withdrawn")
    # The example counts the audience among browsing data of trackers.
    use = {"role": "marketing"}

    def ads(at: str, **more: str) -> set[str]:
        return story.missing(at, "targeted-advertising", "advertising-audience", **use, **more)

    assert ads("2026-05-01 09:59") == {"consent-missing"}
    assert ads("2026-05-01 10:00") == set()
    assert ads("2026-05-01 10:01", recipient="ads-platforms") == set()
    assert ads("2026-05-03 10:00") == {"consent-withdrawn"}
    assert ads("2026-05-03 10:01", recipient="ads-platforms") == {
        "consent-withdrawn",
        "recipient-not-agreed",
    }
    # The platform is still told to remove what it has.
    removal = story.ask(
        "2026-05-03 11:00",
        "targeted-advertising",
        "advertising-audience",
        recipient="ads-platforms",
        instruction="delete",
    )
    assert removal.allowed


@pytest.mark.clause("SMA-2a-12")
def test_a_distributor_sees_customers_of_its_region_alone() -> None:
    story = organisation("softfil").register(
        recipients={"distributors": {"country": "FR", "terms": {"signed": "2026-01-05"}}}
    )
    story = story.knowing(true=frozenset({"party-to-contract"}))

    def seen_by(region: str, home: str) -> set[str]:
        return story.knowing(region=home).missing(
            "2026-02-01",
            "customer-relationship",
            "order-data",
            recipient="distributors",
            region=region,
        )

    assert seen_by("north", "north") == set()
    assert seen_by("north", "south") == {"other-region", "reader-not-allowed"}


def _surveys(story: Teller, at: str, **more: str) -> set[str]:
    return story.missing(
        at, "satisfaction-surveys", "contact-details", recipient="survey-service", **more
    )


@pytest.mark.clause("SMA-4b-7")
def test_a_provider_that_moves_abroad_waits_for_clauses_and_assessment() -> None:
    terms = {"country": "FR", "terms": {"signed": "2026-01-05"}}
    story = organisation("softfil").register(recipients={"survey-service": terms})
    assert _surveys(story, "2026-05-10") == set()
    # A sub-processor outside the EEA is declared; clauses are named, but nothing was assessed.
    assert _surveys(story, "2026-05-12", country="IN") == {"transfer-not-assessed"}
    assessed = story.register(safeguards={"scc": {"assessment": "2026-05-18"}})
    assert _surveys(assessed, "2026-05-17", country="IN") == {"transfer-not-assessed"}
    assert _surveys(assessed, "2026-05-18", country="IN") == set()
    # An erasure is carried out there although the block stands.
    deletion = story.ask(
        "2026-05-14",
        "satisfaction-surveys",
        "contact-details",
        recipient="survey-service",
        country="IN",
        instruction="delete",
    )
    assert deletion.allowed
    assert deletion.ground is not None
    assert deletion.ground.article == "GDPR 19"


@pytest.mark.clause("SMA-2a-3", "SMA-2f-5")
def test_an_objection_suspends_at_once_and_silence_accepts_it() -> None:
    story = organisation("softfil")
    story = story.act("objection", "ann", "2026-02-16", answer_by=date(2026, 3, 16))

    def survey(at: str, **more: str) -> set[str]:
        return story.missing(at, "satisfaction-surveys", "survey-answer", role="quality", **more)

    assert survey("2026-02-16 11:59") == set()
    assert survey("2026-02-16 12:00") == {"objected-pending"}
    assert survey("2026-02-17", despite="legal-claims") == set()
    assert survey("2026-03-15") == {"objected-pending"}
    assert survey("2026-03-16") == {"objected"}
    refused = story.act("objection", "bob", "2026-02-16", answer_by=date(2026, 3, 16))
    assert refused.missing("2026-03-01", "satisfaction-surveys", "survey-answer", "bob") >= {
        "objected-pending"
    }


def test_a_restriction_stops_every_use_but_those_of_the_text_and_ends_on_its_day() -> None:
    story = organisation("softfil").act(
        "restriction", "ann", "2026-06-08", review_on=date(2026, 7, 8)
    )

    def survey(at: str, **more: str) -> set[str]:
        return story.missing(at, "satisfaction-surveys", "survey-answer", role="quality", **more)

    assert survey("2026-06-08 11:59") == set()
    assert survey("2026-06-09") == {"restricted"}
    assert survey("2026-06-09", despite="trade-secrets") == {"restricted"}
    assert survey("2026-06-09", despite="legal-obligation") == set()  # the text names it
    assert survey("2026-07-07") == {"restricted"}
    assert survey("2026-07-08") == set()


def test_health_needs_its_own_condition() -> None:
    """Vigilance has one that needs no consent; a purpose without any may not use it."""
    story = organisation("mast").said("ann", "health-questionnaire", "2026-02-02")
    bare = story.policy.activities["health-questionnaire"].model_copy(
        update={"special_conditions": ()}
    )
    activities = {**story.policy.activities, "health-questionnaire": bare}
    told = Teller(story.policy.model_copy(update={"activities": activities}), story.facts)
    use = ("2026-02-03", "health-questionnaire", "health")
    assert story.missing(*use, role="practitioner") == set()
    assert told.missing(*use, role="practitioner") == {"special-category"}


@pytest.mark.clause("SMA-2a-2", "SMA-2c-2")
def test_a_purpose_reads_its_own_data_by_its_own_roles() -> None:
    story = organisation("softfil")
    assert (
        story.missing("2026-02-01", "site-operation", "connection-data", role="operations") == set()
    )
    assert story.missing("2026-02-01", "site-operation", "connection-data", role="marketing") == {
        "role-not-allowed"
    }
    assert "category-not-covered" in story.missing(
        "2026-02-01", "newsletter", "order-data", role="communication"
    )


@pytest.mark.clause("SMA-3-2")
def test_an_archive_is_read_by_its_own_list_alone() -> None:
    story = organisation("softfil")

    def ask(place: str, **who: str) -> set[str]:
        return story.missing("2026-02-01", "accounting", "accounting-document", place=place, **who)

    assert ask("accounting-archive", role="accounting") == set()
    # Sales reads everyday invoices nowhere in the archive; nor does an unnamed reader.
    assert "role-not-allowed" in ask("accounting-archive", role="sales")
    assert "role-not-said" in ask("accounting-archive")
    # What a recipient gets out of the archive, somebody on the list hands out.
    assert "role-not-allowed" in ask("accounting-archive", recipient="auditors")
    assert "role-not-allowed" not in ask(
        "accounting-archive", recipient="auditors", role="accounting"
    )


# --- Spimed -----------------------------------------------------------------------------------


@pytest.mark.clause("SPI-AUD-1")
def test_a_child_needs_both_signatures_until_the_fifteenth_birthday() -> None:
    story = organisation("spimed").knowing(birth=date(2011, 5, 15))

    def position(told: Teller, at: str) -> set[str]:
        return told.missing(at, "geolocation", "geolocation", role="service routing")

    agreed = story.said("ann", "geolocation", "2026-05-14 09:00")
    assert position(agreed, "2026-05-14 10:00") == {"parent-consent-missing"}
    both = agreed.said("ann", "geolocation", "2026-05-14 16:00", by="parent")
    assert position(both, "2026-05-14 15:59") == {"parent-consent-missing"}
    assert position(both, "2026-05-14 16:00") == set()
    parent_alone = story.said("ann", "geolocation", "2026-05-14 16:00", by="parent")
    assert position(parent_alone, "2026-05-14 17:00") == {"consent-missing"}
    assert position(agreed, "2026-05-15 00:00") == set()


@pytest.mark.clause("SPI-TRF-1")
def test_a_host_abroad_needs_a_mechanism_of_that_day() -> None:
    terms = {"signed": "2026-01-05"}
    bare = organisation("spimed").register(recipients={"hosting-provider": {"terms": terms}})

    def store(told: Teller, at: str) -> set[str]:
        return told.missing(at, "geolocation", "geolocation", recipient="hosting-provider") - {
            "consent-missing",
            "parent-consent-missing",
        }

    assert store(bare, "2026-08-01") == {"country-not-recorded"}
    adequate = bare.register(
        recipients={"hosting-provider": {"country": "CH"}},
        safeguards={"host": {"kind": "adequacy", "valid_until": "2026-08-31"}},
    )
    assert store(adequate, "2026-08-31") == set()
    assert store(adequate, "2026-09-01") == {"mechanism-ended"}
    clauses = adequate.register(
        safeguards={
            "host": {
                "kind": "standard-contractual-clauses",
                "valid_until": None,
                "assessment": "2026-09-08",
            }
        }
    )
    assert store(clauses, "2026-09-07") == {"transfer-not-assessed"}
    assert store(clauses, "2026-09-08") == set()


def test_a_contact_of_a_fair_is_used_only_once_it_was_told() -> None:
    story = organisation("spimed").knowing(collected=date(2026, 3, 10))

    def use(told: Teller, at: str) -> set[str]:
        return told.missing(at, "indirect-contacts", "contact-details", role="support")

    assert use(story, "2026-03-20") == {"condition-not-met"}
    assert use(story, "2026-04-10") == {"condition-not-met", "notice-due"}
    told = story.knowing(true=frozenset({"informed"}), informed=True)
    assert use(told, "2026-04-10") == set()


def test_a_hold_opens_what_it_holds_for_its_case_and_its_readers_alone() -> None:
    story = organisation("spimed").hold("2025/9", "ann", "2025-06-29 23:00")
    readers = story.policy.holds.readers if story.policy.holds else ()
    assert readers
    role = readers[0]
    assert story.missing("2025-07-01", None, "ticket", case="2025/9", role=role) == set()
    assert story.missing("2025-07-01", None, "ticket", case="2025/9", role="support") == {
        "role-not-allowed"
    }
    assert story.missing("2025-07-01", None, "ticket", case="2025/8", role=role) == {
        "no-hold-for-case"
    }
    assert story.missing("2025-06-29", None, "ticket", case="2025/9", role=role) == {
        "no-hold-for-case"
    }


# --- the publisher ----------------------------------------------------------------------------


@pytest.mark.clause("PUB-COO-3", "PUB-COL-5")
def test_a_consent_to_trackers_ends_use_after_thirteen_months() -> None:
    story = organisation("publisher").said("ann", "statistics", "2026-01-15 09:00")

    def collect(at: str) -> set[str]:
        return story.missing(at, "statistics", "browsing-history")

    assert collect("2026-01-15 08:59") == {"consent-missing"}
    assert collect("2027-02-14 23:59") == set()
    assert collect("2027-02-15 00:00") == {"consent-expired"}


@pytest.mark.clause("PUB-PUR-6")
def test_offers_go_to_who_agreed_or_buys_alike_and_never_after_an_opt_out() -> None:
    story = organisation("publisher")

    def offer(told: Teller) -> set[str]:
        return told.missing("2026-03-01", "prospecting", "prospect-contact")

    assert offer(story) == {"consent-missing"}
    assert offer(story.said("ann", "prospecting", "2026-02-01")) == set()
    customer = story.knowing(true=frozenset({"own-customer-similar-products"}))
    assert offer(customer) == set()
    answer = customer.ask("2026-03-01", "prospecting", "prospect-contact")
    assert answer.ground is not None
    assert answer.ground.basis == "legitimate-interests"
    assert offer(customer.act("opt-out", "ann", "2026-02-03")) == {"opted-out"}


@pytest.mark.clause("PUB-CHG-2", "PUB-DIS-3")
def test_a_version_that_lowers_protection_reaches_who_accepted_it_alone() -> None:
    """The second version names the marketing partner; the first knows no such recipient."""
    second = organisation("publisher").register(
        recipients={"strategic-partners": {"terms": {"signed": "2026-09-15"}}},
        versions=[
            {"id": "1", "effective": "2024-01-01", "clauses": ["PUB-CHG-1"]},
            {
                "id": "2",
                "effective": "2026-10-01",
                "announced": "2026-09-01",
                "change": "lower",
                "needs_acceptance": True,
                "clauses": ["PUB-CHG-2"],
            },
        ],
    )
    first = organisation("publisher").register().policy
    kept = {name: each for name, each in first.recipients.items() if name != "strategic-partners"}
    first = first.model_copy(update={"recipients": kept})
    story = Teller(second.policy, earlier=(("1", first),))
    story = story.said("ann", "named-partner", "2026-09-20")

    def share(told: Teller, at: str = "2026-10-02") -> set[str]:
        return told.missing(
            at, "partner-marketing", "partner-share", recipient="strategic-partners"
        )

    assert share(story.knowing(accepted="2")) == set()
    assert share(story.knowing(accepted="1")) == {"recipient-not-named"}
    assert share(story) == {"recipient-not-named"}
    without_the_text = Teller(second.policy, story.facts)
    assert share(without_the_text) == {"version-not-accepted"}
    silent = Teller(second.policy, earlier=story.earlier).knowing(accepted="2")
    assert share(silent) == {"consent-missing", "recipient-not-agreed"}
    unsigned = story.knowing(accepted="2").register(
        recipients={"strategic-partners": {"terms": {"signed": None}}}
    )
    assert share(unsigned) == {"terms-not-signed"}


@pytest.mark.clause("PUB-TRF-1")
def test_nothing_leaves_the_union_where_the_text_promises_so() -> None:
    story = organisation("publisher").register(
        recipients={"hosting": {"terms": {"signed": "2026-01-05"}}}
    )

    def host(**where: str) -> set[str]:
        return story.missing("2026-03-01", "accounts", "identity", recipient="hosting", **where)

    assert host() == set()
    assert host(country="US") == {"transfer-refused", "transfer-without-mechanism"}


# --- Collectif M ------------------------------------------------------------------------------


@pytest.mark.clause("COL-TRA-1")
def test_a_transfer_is_blocked_until_it_is_assessed_and_after_its_certificate() -> None:
    given = {"country": "MA", "terms": {"signed": "2026-01-05"}}
    story = organisation("collectif-m").register(recipients={"service-providers": given})

    def send(told: Teller, at: str) -> set[str]:
        return told.missing(at, "orders", "order", recipient="service-providers")

    both = {"transfer-not-assessed"}
    assert send(story, "2026-03-01") == both
    assessed = story.register(safeguards={"model-clauses": {"assessment": "2026-03-02"}})
    assert send(assessed, "2026-03-01") == both
    assert send(assessed, "2026-03-02") == set()
    certified = story.register(
        safeguards={"certification": {"assessment": "2026-01-05", "valid_until": "2026-08-31"}}
    )
    assert send(certified, "2026-08-31") == set()
    assert send(certified, "2026-09-01") == {"mechanism-ended", "transfer-not-assessed"}


@pytest.mark.clause("COL-PUR-1", "COL-PUR-6")
def test_objections_end_profiling_at_once_and_suspend_the_rest() -> None:
    story = organisation("collectif-m").said("ann", "profiling", "2026-01-05")

    def profile(told: Teller, at: str) -> set[str]:
        return told.missing(at, "relevance", "recommendation-profile")

    def log(told: Teller, at: str) -> set[str]:
        return told.missing(at, "security", "security-log", role="security")

    objected = story.act("objection", "ann", "2026-06-10", answer_by=date(2026, 7, 10))
    assert profile(objected, "2026-06-09") == set()
    assert profile(objected, "2026-06-10 12:00") == {"objected"}
    assert log(objected, "2026-07-09") == {"objected-pending"}
    assert log(objected, "2026-07-10") == {"objected"}
    rejected = story.act(
        "objection",
        "ann",
        "2026-06-10",
        story.decision("refused", "2026-07-01", "security"),
        answer_by=date(2026, 7, 10),
    )
    assert log(rejected, "2026-06-30") == {"objected-pending"}
    assert log(rejected, "2026-07-02") == set()
    assert profile(rejected, "2026-07-02") == {"objected"}  # there nothing can be refused
    withdrawn = story.said("ann", "profiling", "2026-04-20 10:00", "withdrawn")
    assert profile(withdrawn, "2026-04-20 10:05") == {"consent-withdrawn"}


@pytest.mark.clause("COL-SHA-3")
def test_an_authority_is_answered_on_a_named_order_alone() -> None:
    story = organisation("collectif-m")

    def answered(category: str, **order: str) -> set[str]:
        return story.missing(
            "2026-05-04", "authority-disclosure", category, recipient="authorities", **order
        )

    assert "order-not-named" in answered("identity")
    assert "order-not-named" not in answered("identity", order="art. 60-1 CPP, no. 12")
    assert "recipient-not-for-category" in answered("skin-type", order="art. 60-1 CPP, no. 12")


# --- MAST -------------------------------------------------------------------------------------


@pytest.mark.clause("MAS-DAT-10", "MAS-LEG-2")
def test_answers_about_health_are_read_by_the_practitioner_of_who_agreed() -> None:
    story = organisation("mast").said("ann", "health-questionnaire", "2026-02-02 09:00")

    def read(at: str, **reader: str) -> set[str]:
        return story.missing(at, "health-questionnaire", "health", **reader)

    assert read("2026-02-02 10:00", role="practitioner") == set()
    for role in ("assistant", "data protection", "practice"):
        assert read("2026-02-02 10:00", role=role) == {"role-not-allowed"}
    assert read("2026-02-02 10:00") == {"role-not-said"}
    assert read("2026-02-02 08:00", role="practitioner") == {"consent-missing"}


@pytest.mark.clause("MAS-USE-1")
def test_the_site_service_does_not_read_identities() -> None:
    story = organisation("mast")
    assert story.missing("2026-02-02", "site-service", "identity", role="site operation") == {
        "category-not-covered"
    }


@pytest.mark.clause("MAS-NEW-1", "MAS-USE-8", "MAS-USE-11")
def test_news_goes_by_the_channel_agreed_to_and_to_nobody_else() -> None:
    story = organisation("mast").said("ann", "news-by-email", "2026-01-10")
    story = story.said("ann", "news-by-email", "2026-03-05", "withdrawn")
    assert (
        story.missing("2026-02-01", "newsletter", "news-email-subscription", role="practice")
        == set()
    )
    assert story.missing(
        "2026-02-01", "newsletter-by-sms", "news-sms-subscription", role="practice"
    ) == {"consent-missing"}
    assert story.missing(
        "2026-03-06", "newsletter", "news-email-subscription", role="practice"
    ) == {"consent-withdrawn"}
    assert story.missing("2026-03-06", "appointments", "service-message", role="practice") == set()
    refused = {"recipient-refused", "recipient-not-for-purpose"}
    assert refused <= story.missing(
        "2026-02-01", "newsletter", "news-email-subscription", recipient="other-third-parties"
    )
    assert refused | {"transfer-refused"} <= story.missing(
        "2026-02-01", "newsletter", "news-email-subscription", recipient="social-networks"
    )
