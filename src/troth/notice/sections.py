"""The sections of a notice, in the order of the text, and the kind of the elements in each."""

from __future__ import annotations

from collections.abc import Iterator

from troth.notice.kinds import (
    ACTIVITY,
    CATEGORIES,
    CONTACTS,
    INSTRUCTION,
    PLACES,
    READERS,
    SUBJECTS,
    TERMS,
    UNTIL,
    Kind,
    Line,
    Part,
    Section,
    texts,
)

SECTIONS = (
    Section(
        "controllers",
        Kind(
            "controller",
            Line("name"),
            (
                *texts("legal_form", "address"),
                Line("country", "country"),
                Line("registration"),
                CONTACTS,
                Line("mandatory", "fields"),
            ),
        ),
    ),
    Section(
        "joint_controllers",
        Kind(
            "joint-controller",
            Line("name"),
            (
                Line("activities", "refs", "activities"),
                *texts("regions", "arrangement"),
                Line("contact_point", "ref", "contacts"),
            ),
        ),
    ),
    Section(
        "representatives",
        Kind(
            "representative",
            Line("name"),
            (
                Line("controllers", "refs", "controllers"),
                Line("address"),
                Line("country", "country"),
                CONTACTS,
            ),
        ),
    ),
    Section(
        "contacts",
        Kind(
            "contact",
            Line("purpose"),
            (Line("email", "email"), Line("phone", "phone"), Line("post"), Line("url", "url")),
        ),
    ),
    Section(
        "data_protection_officer",
        Kind(
            "officer",
            Line("name"),
            (CONTACTS, Line("independent", "word"), Line("registered_with")),
        ),
        "single",
    ),
    Section(
        "authorities",
        Kind(
            "authority",
            Line("name"),
            (Line("country", "country"), Line("url", "url"), Line("address")),
        ),
    ),
    Section("activities", ACTIVITY),
    Section(
        "collection_points",
        Kind(
            "collection-point",
            Line("label"),
            (
                Line("kind", "word"),
                Line("url", "url"),
                Line("activities", "refs", "activities"),
                CATEGORIES,
                Line("mandatory", "texts"),
                Line("optional", "texts"),
                Line("required_by", "word"),
                Line("consequence"),
                Line("marked", "word"),
            ),
        ),
    ),
    Section(
        "consents",
        Kind(
            "consent",
            Line("label"),
            (
                Line("wording"),
                Line("channel", "texts"),
                Line("withdrawal"),
                Line("expires", "period"),
                Line("ask_again", "period"),
                Line("explicit", "word"),
                Line("confirmed", "word"),
                Line("by_person_only", "word"),
                Line("minimum_age", "count"),
                Line("born", "ref", "events"),
                Line("unknown_age", "word"),
            ),
        ),
    ),
    Section(
        "trackers",
        Kind(
            "tracker",
            Line("label"),
            (
                Line("kind", "word"),
                Line("purpose"),
                Line("allowed", "word"),
                Line("consent", "ref", "consents"),
                Line("exempt_because"),
                Line("lifetime", "period"),
                Line("renewed_by_visits", "word"),
                Line("data_kept", "source"),
                Line("third_party", "ref", "recipients"),
            ),
        ),
    ),
    Section(
        "recipients",
        Kind(
            "recipient",
            Line("name"),
            (
                Line("role", "word"),
                Line("task"),
                Line("data_categories", "refs", "categories"),
                Line("activities", "refs", "activities"),
                Line("country", "country"),
                Line("safeguard", "number", "safeguards"),
                Line("allowed", "word"),
                *texts("condition", "certification"),
                Line("sub_processors", "texts"),
                READERS,
                Line("review_by", "day"),
            ),
            (Part("terms", TERMS, many=False), Part("instructions", INSTRUCTION)),
        ),
    ),
    Section(
        "safeguards",
        Kind(
            "safeguard",
            Line("kind", "word"),
            (
                Line("text"),
                Line("measures", "texts"),
                Line("assessment", "day"),
                Line("valid_until", "day"),
            ),
        ),
    ),
    Section(
        "transfers",
        Kind(
            "transfer",
            Line("allowed", "word"),
            (
                Line("recipients", "refs", "recipients"),
                Line("countries", "countries"),
                Line("safeguard", "number", "safeguards"),
                Line("condition"),
            ),
        ),
    ),
    Section(
        "rights",
        Kind(
            "right",
            Line("right", "word"),
            (
                Line("promise"),
                Line("channels", "refs", "contacts"),
                Line("categories", "refs", "categories"),
                Line("medical_file", "word"),
                Line("deadline", "period"),
                Line("extension", "period"),
                Line("warning", "period"),
                Line("free", "word", always=True),
                Line("automated", "word"),
                Line("identity_proof"),
                Line("covers", "texts"),
                Line("conditions", "texts"),
                Line("exceptions", "texts"),
                Line("refused_on", "words"),
            ),
        ),
    ),
    Section(
        "ages",
        Kind(
            "age",
            Line("threshold", "count"),
            (
                Line("consents", "words"),
                Line("unknown_age", "word"),
                Line("applies_to"),
                Line("residence", "word"),
            ),
        ),
        "listed",
    ),
    Section(
        "caps",
        Kind("cap", Line("promise"), (PLACES, CATEGORIES, SUBJECTS, UNTIL)),
        "listed",
    ),
    Section(
        "parameters",
        Kind(
            "parameter",
            Line("value", "period"),
            (
                Line("text"),
                Line("ours", "word", always=True),
                Line("at_least", "period"),
                Line("at_most", "period"),
            ),
        ),
    ),
    Section(
        "anonymisation",
        Kind(
            "anonymisation",
            Line("promise"),
            (
                Line("smallest_group", "count"),
                Line("ours", "word"),
                Line("uses", "texts"),
            ),
        ),
        "single",
    ),
    Section(
        "holds",
        Kind(
            "holds",
            Line("promise"),
            (Line("scope"), Line("review", "period"), Line("place", "ref", "places"), READERS),
        ),
        "single",
    ),
    Section(
        "commitments",
        Kind(
            "commitment",
            Line("promise"),
            (
                Line("kind", "word"),
                Line("deadline"),
                Line("within", "period"),
                Line("within_hours", "count"),
                Line("told", "word"),
            ),
        ),
        "listed",
    ),
    Section("readings", Kind("reading", Line("subject")), "listed"),
    Section(
        "subjects",
        Kind(
            "subject",
            Line("label"),
            (
                Line("parent", "ref", "subjects"),
                Line("minimum_age", "count"),
                Line("scope", "word"),
            ),
        ),
    ),
    Section(
        "categories",
        Kind(
            "category",
            Line("label"),
            (
                Line("parent", "ref", "categories"),
                Line("special", "word"),
                Line("never_stored", "word"),
                Line("examples", "texts"),
                Line("closed", "word"),
                Line("excludes", "texts"),
                Line("values", "texts"),
                Line("coarseness"),
            ),
        ),
    ),
    Section(
        "events",
        Kind("event", Line("label"), (Line("counts", "texts"), Line("never_counts", "texts"))),
    ),
    Section(
        "conditions",
        Kind(
            "condition",
            Line("label"),
            (Line("on_failure", "word"), Line("unknown_means", "word")),
        ),
    ),
    Section(
        "places",
        Kind(
            "place",
            Line("label"),
            (
                Line("kind", "word"),
                Line("operator", "ref", "recipients"),
                READERS,
                Line("rotation", "period"),
                Line("reached", "word"),
            ),
        ),
    ),
    Section(
        "versions",
        Kind(
            "version",
            Line("id"),
            (
                Line("effective", "day"),
                Line("assumed", "word"),
                Line("announced", "day"),
                Line("change", "word"),
                Line("needs_acceptance", "word"),
            ),
        ),
        "listed",
    ),
)
"""In the order of the text; a section without elements is left out."""

ABOUT = (
    Line("title"),
    Line("languages", "words", always=True),
    Line("laws", "words", always=True),
    Line("zone", "zone"),
    Line("since", "day"),
    Line("financial_year_ends", "year-end"),
)
"""What the last section says of the text and its organisation as a whole."""


def kinds() -> Iterator[Kind]:
    """Every kind, parts after what they belong to."""

    def below(kind: Kind) -> Iterator[Kind]:
        yield kind
        for part in kind.parts:
            yield from below(part.kind)

    for section in SECTIONS:
        yield from below(section.kind)
