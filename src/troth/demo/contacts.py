"""The tables of the site's traces, newsletter, surveys, courses, social pages, mail and phone."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, MetaData, Table, UniqueConstraint

from troth.demo.columns import day, flag, instant, key, number, ref, text


def web() -> MetaData:
    """Traces of the site: native instants, texts and Unix seconds, as three services keep them."""
    meta = MetaData()
    Table(
        "access_log",
        meta,
        key(),
        instant("at"),
        text("ip", 45),
        text("path", 120),
        number("status"),
        text("agent", 120),
    )
    Table(
        "analytics_event",
        meta,
        key(),
        text("visitor_id", 40),
        text("seen_at", 30),  # a text, as the tool exports it
        text("page", 120),
        text("referrer_host", 80),
        flag("exempt"),
    )
    Table(
        "cookie_consent",
        meta,
        key(),
        text("visitor_id", 40),
        text("purpose", 30, needed=True),
        text("state", 10, needed=True),
        text("panel_version", 10),
        instant("chosen_at", needed=True),
        day("ended_on"),
        CheckConstraint("state IN ('yes', 'no')", name="cookie_consent_state"),
    )
    Table(
        "ad_audience_push",
        meta,
        key(),
        ref("choice_id", "cookie_consent"),
        text("visitor_id", 40),
        text("audience", 40),
        number("pushed_at"),  # Unix seconds
    )
    return meta


def news() -> MetaData:
    """The newsletter: what was sent, opened by people, and fetched by machines."""
    meta = MetaData()
    Table(
        "subscriber",
        meta,
        key(),
        text("email", needed=True, unique=True),
        text("full_name"),
        text("profession", 60),
        text("entry_path", 30),
        day("subscribed_on"),
        day("confirmed_on"),
        day("unsubscribed_on"),
    )
    Table(
        "subscription_event",
        meta,
        key(),
        ref("subscriber_id", "subscriber"),
        text("kind", 20, needed=True),
        text("ip", 45),
        instant("at", needed=True),
        CheckConstraint("kind IN ('subscribed', 'confirmed', 'clicked', 'bounced')", name="kind"),
    )
    Table(
        "campaign",
        meta,
        key(),
        text("title", needed=True),
        day("sent_on", needed=True),
        number("opened_total", needed=True),
    )
    Table(
        "delivery",
        meta,
        key(),
        ref("campaign_id", "campaign"),
        ref("subscriber_id", "subscriber"),
        text("address"),
        flag("bounced"),
        UniqueConstraint("campaign_id", "subscriber_id", name="delivery_once"),
    )
    Table(
        "open_event",
        meta,
        key(),
        ref("delivery_id", "delivery"),
        instant("opened_at", needed=True),
        flag("machine"),
        text("user_agent", 120),
    )
    Table(
        "suppression",
        meta,
        key(),
        text("address_hash", 64, needed=True, unique=True),
        day("born_on"),
        day("last_blocked_on"),
    )
    return meta


def survey() -> MetaData:
    """Surveys, who was invited, and what they answered."""
    meta = MetaData()
    Table("survey", meta, key(), text("title", needed=True), day("opened_on"), day("closed_on"))
    Table(
        "invitation",
        meta,
        key(),
        ref("survey_id", "survey"),
        text("email"),
        text("full_name"),
        day("sent_on", needed=True),
    )
    Table(
        "response",
        meta,
        key(),
        ref("invitation_id", "invitation"),
        text("email"),
        text("answers", 500),
        number("score"),
        day("answered_on"),
    )
    return meta


def training() -> MetaData:
    """Courses: sessions, seats, unsigned feedback, video rooms; no recording is ever kept."""
    meta = MetaData()
    Table(
        "session",
        meta,
        key(),
        text("title", needed=True),
        day("held_on", needed=True),
        day("organisation_closed_on"),
        flag("online"),
    )
    Table(
        "registration",
        meta,
        key(),
        ref("session_id", "session"),
        text("full_name"),
        text("email"),
        text("phone", 30),
        text("attendance", 20),
        day("registered_on", needed=True),
        day("cancelled_on"),
    )
    Table(
        "feedback",
        meta,
        key(),
        ref("session_id", "session"),
        text("author"),
        text("author_email"),
        text("remarks", 500),
        number("rating"),
    )
    Table(
        "video_room",
        meta,
        key(),
        ref("registration_id", "registration"),
        text("display_name"),
        text("join_token", 60),
    )
    Table(
        "recording",
        meta,
        key(),
        ref("session_id", "session"),
        text("file_name"),
        day("ends_on"),
    )
    return meta


def social() -> MetaData:
    """Totals of the social pages and nothing else."""
    meta = MetaData()
    Table(
        "page_stat",
        meta,
        key(),
        text("network", 20, needed=True),
        text("page", 40, needed=True),
        day("day", needed=True),
        text("metric", 20, needed=True),
        number("count", needed=True),
        UniqueConstraint("network", "page", "day", "metric", name="page_stat_once"),
    )
    return meta


def mail() -> MetaData:
    """Mail threads with their messages and attachments."""
    meta = MetaData()
    Table(
        "thread",
        meta,
        key(),
        text("owner_role", 20, needed=True),
        text("email"),
        text("customer_number", 20),
        text("subject"),
        CheckConstraint(
            "owner_role IN ('customer', 'supplier', 'prospect', 'institutional')",
            name="thread_owner",
        ),
    )
    Table(
        "message",
        meta,
        key(),
        ref("thread_id", "thread"),
        text("direction", 10, needed=True),
        flag("machine"),
        text("body", 500),
        instant("sent_at", needed=True),
        CheckConstraint("direction IN ('inbound', 'outbound')", name="message_direction"),
    )
    Table(
        "attachment",
        meta,
        key(),
        ref("message_id", "message"),
        text("file_name"),
    )
    return meta


def phone() -> MetaData:
    """The log of calls."""
    meta = MetaData()
    Table(
        "call_log",
        meta,
        key(),
        text("number", 30),
        text("direction", 10, needed=True),
        text("note", 120),
        instant("called_at"),
    )
    return meta
