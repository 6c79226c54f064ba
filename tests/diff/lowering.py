"""Changes of the bakery's policy that each lower one thing, with its place and its code."""

from __future__ import annotations

from diff.bakery import NEWS, ORDERS, RULE, C, Change_, Json, also, drop, put

FORM = ("collection_points", "form")
LOWERING: list[tuple[Change_, str, str]] = [
    (put(NEWS, "activities", "profiling"), "activities.profiling", "purpose-added"),
    (put("P5Y", *RULE, "period"), "activities.orders.retention.orders-3y", "kept-longer"),
    (put("P37M", *RULE, "period"), "activities.orders.retention.orders-3y", "kept-longer"),
    (put("anonymise", *RULE, "at_end"), "activities.orders.retention.orders-3y", "anonymised-set"),
    (
        put("legal-claims", *RULE, "withstands"),
        "activities.orders.retention.orders-3y",
        "withstands-set",
    ),
    (
        drop("activities", "news", "retention", 0, "warn"),
        "activities.news.retention.news-1y",
        "warned-unset",
    ),
    (
        put("P7D", "activities", "news", "retention", 0, "warn", "delay"),
        "activities.news.retention.news-1y",
        "warning-delay-shorter",
    ),
    (drop("activities", "news", "retention"), "activities.news.retention.news-1y", "limit-removed"),
    (drop("rights", "erasure"), "rights.erasure", "right-removed"),
    (put("P1M", "rights", "access", "deadline"), "rights.access.deadline", "deadline-longer"),
    (drop("rights", "access", "deadline"), "rights.access.deadline", "deadline-longer"),
    (put([], "rights", "access", "channels"), "rights.access.channels", "channel-removed"),
    (put(False, "rights", "access", "free"), "rights.access.free", "free-unset"),
    (
        also("trade-secrets", "rights", "access", "refused_on"),
        "rights.access.refused_on",
        "refusal-added",
    ),
    (drop("rights", "access", "refused_on"), "rights.access.refused_on", "refusal-added"),
    (
        put(["if we like"], "rights", "erasure", "exceptions"),
        "rights.erasure.exceptions",
        "right-exception-added",
    ),
    (put(13, "ages", 0, "threshold"), "ages.child.threshold", "age-lowered"),
    (put(["child"], "ages", 0, "consents"), "ages.child.consents", "age-consent-removed"),
    (drop("authorities", "cnil"), "authorities.cnil", "authority-removed"),
    (drop("data_protection_officer"), "data_protection_officer", "officer-removed"),
    (drop("representatives", "desk"), "representatives.desk", "representative-removed"),
    (also("box", *FORM, "mandatory"), "collection_points.form.mandatory", "mandatory-field-added"),
    (also("news", *FORM, "activities"), "collection_points.form.activities", "point-purpose-added"),
    (put(False, *FORM, "marked"), "collection_points.form.marked", "marked-unset"),
    (drop("commitments", 0), "commitments.locked", "promise-removed"),
    (put(["gdpr"], "laws"), "laws", "law-removed"),
    (
        put(True, *ORDERS, "automated_decision"),
        "activities.orders.automated_decision",
        "automated-decision-set",
    ),
    (
        put(True, *ORDERS, "direct_marketing"),
        "activities.orders.direct_marketing",
        "direct-marketing-set",
    ),
    (put([], *ORDERS, "conditions"), "activities.orders.conditions", "condition-removed"),
    (
        put([{"provenance": "given"}, {"provenance": "received"}], *ORDERS, "sources"),
        "activities.orders.sources",
        "source-added",
    ),
    (
        also("allergy", "activities", "news", "categories"),
        "activities.news.categories",
        "special-data-added",
    ),
    (
        also("courier", "activities", "news", "recipients_"),
        "activities.news.recipients",
        "recipient-added",
    ),
    (
        put(
            [{"kind": "legitimate-interests", "interest": "x", "clauses": C}],
            "activities",
            "news",
            "legal_bases",
        ),
        "activities.news.legal_bases",
        "basis-lowered",
    ),
    (put("US", "recipients", "courier", "country"), "recipients.courier.country", "abroad-added"),
    (drop("recipients", "courier", "country"), "recipients.courier.country", "abroad-added"),
    (
        put("controller", "recipients", "host", "role"),
        "recipients.host.role",
        "recipient-role-added",
    ),
    (drop("recipients", "host", "safeguard"), "recipients.host.safeguard", "guarantee-lowered"),
    (
        also("Deeper", "recipients", "host", "sub_processors"),
        "recipients.host.sub_processors",
        "sub-processor-added",
    ),
    (put(True, "transfers", "none-else", "allowed"), "transfers.none-else.allowed", "transfer-set"),
    (drop("transfers", "none-else"), "transfers.none-else", "no-transfer-removed"),
    (
        put("P2Y", "trackers", "stats", "lifetime"),
        "trackers.stats.lifetime",
        "tracker-lifetime-longer",
    ),
    (
        put(True, "trackers", "stats", "renewed_by_visits"),
        "trackers.stats.renewed_by_visits",
        "tracker-renewed-set",
    ),
    (
        put(None, "trackers", "stats", "consent"),
        "trackers.stats.consent",
        "tracker-consent-removed",
    ),
    (drop("caps", 0), "caps.shop-cap", "cap-removed"),
    (
        put(False, "categories", "card", "never_stored"),
        "categories.card.never_stored",
        "never-stored-unset",
    ),
    (
        put(5, "anonymisation", "smallest_group"),
        "anonymisation.smallest_group",
        "smallest-group-lowered",
    ),
    (put("P1Y", "holds", "review"), "holds.review", "hold-review-longer"),
]


def fixed(how: Change_) -> Change_:
    """`recipients_` stands for a list that is not there yet."""

    def change(data: Json) -> None:
        data["activities"]["news"]["recipients_"] = []
        how(data)
        found = data["activities"]["news"].pop("recipients_")
        if found:
            data["activities"]["news"]["recipients"] = found

    return change
