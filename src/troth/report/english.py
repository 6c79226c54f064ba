"""The report's texts in English."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "short.1": "Jan",
    "short.2": "Feb",
    "short.3": "Mar",
    "short.4": "Apr",
    "short.5": "May",
    "short.6": "Jun",
    "short.7": "Jul",
    "short.8": "Aug",
    "short.9": "Sep",
    "short.10": "Oct",
    "short.11": "Nov",
    "short.12": "Dec",
    "reason.rows": "{rows}: {why}",
    "reason.same": "for the same reasons as: {promise}",
    "rows.one": "{number} row",
    "rows.many": "{number} rows",
    "promise.never-stored": "No {label} is stored.",
    "undeclared.table": "{table} is in the database, and the map does not know it",
    "undeclared.column": "{table}: columns that the map does not know: {columns}",
    "undeclared.category": "{table} ({columns}): no activity of the policy covers {category}",
    "why.no-table": "no table of the map holds data under this promise",
    "how.no-table": "map the table that holds it, or let the policy no longer promise it",
    "why.missing-table": "the database has no table {table}",
    "how.missing-table": "correct the map; troth check --schema shows every difference",
    "why.missing-column": "{table} has no column {column} in the database",
    "how.missing-column": "correct the map; troth check --schema shows every difference",
    "why.depends-on-missing": "{table} is decided by a table that the database does not have",
    "how.depends-on-missing": "correct the map; troth check --schema shows every difference",
    "why.refused": "it could not be looked at: {error}",
    "how.refused": "correct the map, or what the database allows",
    "why.event-unbound": "the map does not say where {table} shows the event {event}",
    "how.event-unbound": "bind it in map.yaml, under events of {table}",
    "why.event-null": "column {column} is empty, so the day of {event} is not known",
    "how.event-null": "fill the column, or say in the map what empty means (absent: not-yet…)",
    "why.event-unreadable": (
        "column {column} holds no real day for {event}: another format, or a day before the "
        "organisation existed or after today"
    ),
    "how.event-unreadable": "correct the values, or the column's form and zone in the map",
    "why.json-unreadable": (
        "column {column} holds no JSON, or another shape than the map says: what lies inside "
        "cannot be told apart"
    ),
    "how.json-unreadable": "correct the values, or the paths under inside in the map",
    "why.event-without-row": "nothing is found at {path}, so there is no day for {event}",
    "how.event-without-row": "say in the map what no such row means (none: not-yet, never…)",
    "why.event-undecided": "the day of {event} cannot be read from what {table} refers to",
    "how.event-undecided": "correct the values that it is read from, or the binding in the map",
    "why.parent-missing": "the row at {path} is missing, so there is no day for {event}",
    "how.parent-missing": "say in the map what a missing row means (none: …), or repair it",
    "why.event-of-parent": "its row in {table} does not show the day of {event}",
    "how.event-of-parent": "make it known there first",
    "why.fact-missing": "the ledger holds no day of {fact} for it, and the map calls that unknown",
    "how.fact-missing": "record it: troth fact set",
    "why.never-ends": "nothing can end {rule} here: each of its events counts as never",
    "how.never-ends": "say in the map what the missing events mean in {table} (not-yet, unknown)",
    "why.no-period": "the activity {activity} covers it and declares no retention period",
    "how.no-period": "add a retention rule for it to the policy",
    "why.condition-unbound": "the map does not say where {table} shows the condition {condition}",
    "how.condition-unbound": "bind it in map.yaml, under conditions of {table}",
    "why.consent-unknown": "no consent {consent} of the person is recorded, given or withdrawn",
    "how.consent-unknown": "record what the person said: troth consent add",
    "why.choice-unbound": "the map names no column of {table} for {choice}, which sets the period",
    "how.choice-unbound": "name it in map.yaml, under choices of {table}",
    "why.hold-unresolved": "a legal hold names a person or a row that no store knows",
    "how.hold-unresolved": (
        "find out who or what is meant; correct or lift the hold (troth hold list)"
    ),
    "why.no-role": "the map does not say whose data {table} holds, or of which category",
    "how.no-role": "add the role and the category in map.yaml",
    "why.no-activity": "no activity of the policy covers {category} in {table}",
    "how.no-activity": "declare the processing in the policy, or delete the data",
    "why.nobody": "none of the roles of {table} fits the row",
    "how.nobody": "complete the roles in map.yaml, or protect these rows",
    "why.archive-unmapped": "it belongs in the archive, and the map names none for {table}",
    "how.archive-unmapped": "name it in map.yaml, under archives",
    "why.undecided": "its standing cannot be decided",
    "how.undecided": "look at the bindings of {table} in map.yaml",
    "page.title": "Promise and reality",
    "page.stand": (
        "What the privacy policy promises about keeping data, and what the databases hold on {day}."
    ),
    "score.title": "The score",
    "score.kept": "promises kept",
    "score.rows": "of the values may be where they are",
    "score.due": "rows that should be gone",
    "sign.kept": "✓",
    "sign.broken": "✗",
    "sign.unknown": "?",
    "status.kept.one": "{number} kept",
    "status.kept.many": "{number} kept",
    "status.broken.one": "{number} broken",
    "status.broken.many": "{number} broken",
    "status.unknown.one": "{number} unknown",
    "status.unknown.many": "{number} unknown",
    "summary.clean": "Every promise about how long data is kept is kept today.",
    "summary.broken": (
        "Some data is still there after the day on which the policy promises that it goes. "
        "Each case is below, with the passage of the policy, the place and the number of rows. "
        "One command repairs them, after somebody has read and approved what it will do."
    ),
    "summary.unknown": (
        "Nothing was found that should be gone. For some data it cannot be decided, and what "
        "cannot be shown is not counted as kept."
    ),
    "broken.title": "Broken promises",
    "broken.caption": "Where it is broken",
    "rows.due.one": "{number} row overdue",
    "rows.due.many": "{number} rows overdue",
    "rows.unknown.one": "{number} row unknown",
    "rows.unknown.many": "{number} rows unknown",
    "since": "since {day}",
    "clauses": "Policy: {clauses}",
    "rests": "rests on an assumption of ours: {names}",
    "head.table": "Table and columns",
    "head.due": "Overdue",
    "head.since": "Since",
    "head.unknown": "Unknown",
    "head.month": "Month",
    "head.sum": "All",
    "head.parameter": "Parameter",
    "head.value": "We take",
    "head.says": "The policy says",
    "head.clauses": "Policy",
    "repair.title": "To repair:",
    "repair.text": "make a plan, read it, approve it, carry it out.",
    "unknown.title": "What is unknown, and how to make it known",
    "unknown.text": (
        "Where a day, a consent or a decision is missing, nothing is deleted, and the promise "
        "does not count as kept."
    ),
    "unseen.one": "{number} promise that no database shows",
    "unseen.many": "{number} promises that no database shows",
    "chart.title": "What falls due in the next two years",
    "chart.text": (
        "{rows} more will reach the end of their time, if nothing new happens meanwhile: no "
        "order, no login, no new data."
    ),
    "chart.rest": "All other promises",
    "chart.figures": "The figures of the chart",
    "chart.caption": "Rows that fall due, by month and promise, in the order of the legend",
    "chart.spread": "Counted by half-year and spread evenly over its months: {tables}.",
    "undeclared.title": "Data that nobody declared",
    "undeclared.text": (
        "It is in the databases, and the policy or the map does not mention it. Declare it, or "
        "delete it."
    ),
    "waiting.title": "Waiting for an invitation",
    "waiting.text": "{table}: {rows} wait for an invitation under the rule {rule}",
    "waiting.unreachable": "{rows} of them for ever: no address of the person is known",
    "waiting.no-column": (
        "let the person of the role {role} lead to a row with an e-mail column, which may be in "
        "another store, and map that column with identity and compare: email"
    ),
    "waiting.no-value": "fill in {columns} of the person’s row, or mend what links it",
    "archives.title": "Who reads the archives",
    "archives.list": "{place} ({store}) is for {readers} alone",
    "remarks.title": "Remarks on the map",
    "remarks.text": (
        "The map works as it stands. These places leave something unknown, or keep it from being "
        "changed; somebody should look at them."
    ),
    "silent.title": "Rules that fell silent",
    "silent.text": (
        "{rule} matches no row of {table} any more; at the last check that saw any, on {last}, "
        "there were {rows}, and there had been some since {since}"
    ),
    "silent.how": (
        "look whether a word or a column in the database has changed that the map's filters "
        "stand on; an empty table is not reported for longer than 90 days"
    ),
    "kept.title": "Promises kept",
    "ours.title": "What we assume",
    "ours.text": (
        "The policy leaves these periods open or vague. Until the organisation decides, a "
        "cautious value is in force; it is ours, and not the policy’s."
    ),
    "ours.caption": "Periods that the policy leaves open",
    "effects.title": "What a repair touches beside the data",
    "effects.text": "Side effects of the databases themselves, found in their schemas.",
    "footer.how": (
        "Rows were counted in the databases themselves and nothing was changed. No name, "
        "address or other personal data is in this report."
    ),
    "year.one": "{number} year",
    "year.many": "{number} years",
    "months.one": "{number} month",
    "months.many": "{number} months",
    "days.one": "{number} day",
    "days.many": "{number} days",
    "period.zero": "at once",
}
