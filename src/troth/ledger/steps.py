"""The numbered steps of the ledger's schema, and the tables that each of them creates.

A published step never changes: what is in ledgers stays described by it. The statements use
`{int}`, `{bytes}`, `{strict}` and `{bytewise}` (text compared byte by byte) for the two
dialects' words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table to create: name, columns as SQL, and the columns after `organisation` in its key."""

    name: str
    columns: str
    key: str = ""
    indexes: tuple[str, ...] = ()
    clustered: bool = False  # rows lie in key order (SQLite)


@dataclass(frozen=True)
class Migration:
    """One step of the schema: a number, what it is for, and the tables that it creates.

    `binds_roles`: on PostgreSQL, from here on a database role can be bound to one organisation.
    """

    number: int
    purpose: str
    tables: tuple[Table, ...] = ()
    binds_roles: bool = False


_FIRST = (
    Table(
        "journal_heads",
        "seq {int} NOT NULL, digest {bytes} NOT NULL, last_at TEXT, facts_version {int} NOT NULL",
    ),
    Table(
        "journal",
        "seq {int} NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, digest {bytes} NOT NULL, "
        "salt TEXT, payload TEXT, commitment {bytes}, erased_by {int}",
        key="seq",
        clustered=True,
    ),
    Table(
        "holds",
        "id TEXT NOT NULL, entry {int} NOT NULL, case_number TEXT NOT NULL, reason TEXT NOT NULL, "
        "opened_at TEXT NOT NULL, opened_by TEXT NOT NULL, review_on TEXT",
        key="id",
    ),
    Table(
        "hold_scopes",
        "hold TEXT NOT NULL, position {int} NOT NULL, kind TEXT NOT NULL, namespace TEXT, "
        "value TEXT, store TEXT, table_name TEXT, row_key TEXT",
        key="hold, position",
    ),
    Table(
        "hold_lifts",
        "hold TEXT NOT NULL, entry {int} NOT NULL, lifted_at TEXT NOT NULL, "
        "lifted_by TEXT NOT NULL, reason TEXT NOT NULL",
        key="hold",
    ),
    Table(
        "consents",
        "entry {int} NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "consent TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("namespace, value",),
    ),
    Table(
        "day_facts",
        "entry {int} NOT NULL, event TEXT NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "day TEXT, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("event, namespace, value",),
    ),
    Table(
        "limitation_files",
        "entry {int} NOT NULL, case_number TEXT NOT NULL, matter TEXT NOT NULL, "
        "limitation_type TEXT, period TEXT, starts_on TEXT NOT NULL, settled_on TEXT, "
        "interruptions TEXT NOT NULL, suspensions TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("case_number",),
    ),
    Table(
        "outbox",
        "id TEXT NOT NULL, rule TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, "
        "row_key TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, "
        "queued_at TEXT NOT NULL, attempts {int} NOT NULL, last_error TEXT",
        key="id",
        indexes=("rule, store, table_name, row_key",),
    ),
    Table(
        "warnings",
        "entry {int} NOT NULL, id TEXT NOT NULL, rule TEXT NOT NULL, store TEXT NOT NULL, "
        "table_name TEXT NOT NULL, row_key TEXT NOT NULL, sent_at TEXT NOT NULL",
        key="entry",
        indexes=("id", "rule, store, table_name, row_key"),
    ),
    Table(
        "warning_bounces",
        "id TEXT NOT NULL, entry {int} NOT NULL, bounced_at TEXT NOT NULL",
        key="id",
    ),
    Table(
        "kept_days",
        "store TEXT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL, "
        "event TEXT NOT NULL, day TEXT NOT NULL, entry {int} NOT NULL",
        key="store, table_name, row_key, event, day",
    ),
    Table(
        "approvals",
        "entry {int} NOT NULL, plan TEXT NOT NULL, approved_by TEXT NOT NULL, "
        "approved_at TEXT NOT NULL, expires_at TEXT NOT NULL",
        key="entry",
        indexes=("plan",),
    ),
    Table("fences", "store TEXT NOT NULL, token {int} NOT NULL", key="store"),
    Table(
        "runs",
        "id TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL, "
        "started_by TEXT NOT NULL, updated_at TEXT NOT NULL",
        key="id",
        indexes=("plan",),
    ),
    Table(
        "run_steps",
        "run TEXT NOT NULL, step TEXT NOT NULL, state TEXT NOT NULL, batches {int} NOT NULL, "
        "progress TEXT NOT NULL, updated_at TEXT NOT NULL",
        key="run, step",
    ),
)

_BINDINGS = (
    # Kind '' marks an organisation whose facts are all bound to the journal.
    Table(
        "fact_bindings",
        "kind TEXT NOT NULL, first {int} NOT NULL, last {int} NOT NULL",
        key="kind, first",
    ),
)

_LINKS = (
    Table("run_keys", "run TEXT NOT NULL, secret {bytes} NOT NULL", key="run"),
    Table(
        "run_links",
        "run TEXT NOT NULL, number {int} NOT NULL, sealed {bytes} NOT NULL",
        key="run, number",
    ),
)

_MATCHES = Table(
    "matches",
    "day TEXT NOT NULL, promise TEXT NOT NULL, target TEXT NOT NULL, rows {int} NOT NULL",
    key="day, promise, target",
)

_ACTS = (
    Table(
        "acts",
        "id TEXT NOT NULL, entry {int} NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
        "activities TEXT NOT NULL, categories TEXT NOT NULL, places TEXT NOT NULL, "
        "answer_by TEXT, review_on TEXT, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="id",
    ),
    Table(
        "act_persons",
        "act TEXT NOT NULL, position {int} NOT NULL, entry {int} NOT NULL, "
        "namespace TEXT NOT NULL, value TEXT NOT NULL",
        key="act, position",
        indexes=("namespace, value",),
    ),
    Table(
        "act_decisions",
        "entry {int} NOT NULL, act TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL, "
        "activities TEXT NOT NULL, ground TEXT, reason TEXT, case_number TEXT, "
        "decided_by TEXT NOT NULL, approved_by TEXT, recorded_at TEXT NOT NULL",
        key="entry",
        indexes=("act",),
    ),
    # Apart from `consents`, whose rows are bound to the journal column by column.
    Table(
        "parental_consents",
        "entry {int} NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "consent TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("namespace, value",),
    ),
)

_RESTRICTIONS = (
    Table(
        "restrictions",
        "id TEXT NOT NULL, entry {int} NOT NULL, act TEXT, ground TEXT NOT NULL, "
        "mark TEXT NOT NULL, started_at TEXT NOT NULL, started_by TEXT NOT NULL, review_on TEXT",
        key="id",
    ),
    Table(
        "restriction_scopes",
        "restriction TEXT NOT NULL, position {int} NOT NULL, entry {int} NOT NULL, "
        "store TEXT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL, "
        "columns TEXT NOT NULL",
        key="restriction, position",
    ),
    Table(
        "restriction_lifts",
        "restriction TEXT NOT NULL, entry {int} NOT NULL, lifted_at TEXT NOT NULL, "
        "lifted_by TEXT NOT NULL, reason TEXT NOT NULL, told_on TEXT",
        key="restriction",
    ),
    Table(
        "restriction_unlocks",
        "entry {int} NOT NULL, id TEXT NOT NULL, restriction TEXT NOT NULL, "
        "position {int} NOT NULL, code TEXT NOT NULL, asked_by TEXT NOT NULL, "
        "approved_by TEXT NOT NULL, unlocked_at TEXT NOT NULL, until TEXT NOT NULL",
        key="entry",
        indexes=("restriction",),
    ),
    Table(
        "restriction_states",
        "restriction TEXT NOT NULL, position {int} NOT NULL, mechanism TEXT NOT NULL, "
        "state TEXT NOT NULL, why TEXT NOT NULL, updated_at TEXT NOT NULL",
        key="restriction, position",
    ),
    Table(
        "restriction_keys", "restriction TEXT NOT NULL, secret {bytes} NOT NULL", key="restriction"
    ),
)

_TOLD = (
    Table(
        "disclosures",
        "entry {int} NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "recipient TEXT NOT NULL, categories TEXT NOT NULL, at TEXT NOT NULL, "
        "basis TEXT NOT NULL, country TEXT, known_namespace TEXT NOT NULL, "
        "known_value TEXT NOT NULL, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("namespace, value",),
    ),
    Table(
        "recipient_notices",
        "id TEXT NOT NULL, entry {int} NOT NULL, act TEXT NOT NULL, recipient TEXT NOT NULL, "
        "kind TEXT NOT NULL, known TEXT NOT NULL, categories TEXT NOT NULL, namespace TEXT, "
        "value TEXT, due_on TEXT NOT NULL, opened_at TEXT NOT NULL, opened_by TEXT NOT NULL",
        key="id",
        indexes=("act",),
    ),
    Table(
        "notice_events",
        "entry {int} NOT NULL, notice TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL, proof TEXT",
        key="entry",
        indexes=("notice",),
    ),
    # The key lies apart from the rows that it keys: rows alone name nobody.
    Table("suppression_keys", "secret {bytes} NOT NULL"),
    Table(
        "suppressions",
        "entry {int} NOT NULL, digest TEXT NOT NULL, why TEXT NOT NULL, day TEXT NOT NULL",
        key="entry, digest",
        indexes=("digest",),
    ),
    Table(
        "act_proofs",
        "entry {int} NOT NULL, act TEXT NOT NULL, proof TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL",
        key="entry",
        indexes=("act",),
    ),
    Table(
        "directives",
        "id TEXT NOT NULL, entry {int} NOT NULL, given_at TEXT NOT NULL, form TEXT NOT NULL, "
        "instructions TEXT NOT NULL, trusted TEXT NOT NULL, recorded_at TEXT NOT NULL, "
        "recorded_by TEXT NOT NULL",
        key="id",
    ),
    Table(
        "directive_persons",
        "directive TEXT NOT NULL, position {int} NOT NULL, entry {int} NOT NULL, "
        "namespace TEXT NOT NULL, value TEXT NOT NULL",
        key="directive, position",
        indexes=("namespace, value",),
    ),
    Table(
        "directive_ends",
        "directive TEXT NOT NULL, entry {int} NOT NULL, how TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL, asked_by TEXT, proof TEXT",
        key="directive",
    ),
    Table(
        "hand_overs",
        "id TEXT NOT NULL, entry {int} NOT NULL, death TEXT NOT NULL, directive TEXT, "
        "purpose TEXT NOT NULL, name TEXT NOT NULL, contact TEXT, categories TEXT NOT NULL, "
        "places TEXT NOT NULL, ordered_at TEXT NOT NULL, ordered_by TEXT NOT NULL",
        key="id",
        indexes=("death",),
    ),
)

_RECTIFICATIONS = (
    Table(
        "aliases",
        "entry {int} NOT NULL, of_kind TEXT NOT NULL, of_entry {int} NOT NULL, "
        "namespace TEXT NOT NULL, value TEXT NOT NULL, recorded_at TEXT NOT NULL",
        key="entry",
        indexes=("of_kind, of_entry",),
    ),
    Table(
        "rectifications",
        "entry {int} NOT NULL, run TEXT NOT NULL, persons TEXT NOT NULL, category TEXT NOT NULL, "
        "target TEXT, rows {int} NOT NULL, left_rows {int} NOT NULL, reason TEXT, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
    ),
    Table(
        "corrections",
        "entry {int} NOT NULL, run TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, "
        "row_key TEXT NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("store, table_name",),
    ),
    Table(
        "rectify_seals",
        "run TEXT NOT NULL, secret {bytes} NOT NULL, sealed {bytes} NOT NULL",
        key="run",
    ),
    Table(
        "replay_epochs",
        "epoch TEXT NOT NULL, secret {bytes} NOT NULL",
        key="epoch",
    ),
    Table(
        "replay_marks",
        "epoch TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, what TEXT NOT NULL, "
        "mac {bytes} NOT NULL, run TEXT NOT NULL, batch {int} NOT NULL, at TEXT NOT NULL, "
        "sealed {bytes}",
        key="epoch, store, table_name, what, mac",
        indexes=("run, store, batch",),
        clustered=True,
    ),
    Table(
        "replay_blind",
        "epoch TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, at TEXT NOT NULL, "
        "rows {int} NOT NULL",
        key="epoch, store, table_name, at",
    ),
)

_REQUESTS = (
    Table(
        "requests",
        "number TEXT NOT NULL, entry {int} NOT NULL, right_asked TEXT NOT NULL, "
        "channel TEXT NOT NULL, received_at TEXT NOT NULL, answer_by TEXT NOT NULL, "
        "language TEXT NOT NULL, contact TEXT NOT NULL, names TEXT NOT NULL, "
        "words TEXT NOT NULL, behalf TEXT NOT NULL, link TEXT, recorded_at TEXT NOT NULL, "
        "recorded_by TEXT NOT NULL",
        key="number",
        indexes=("answer_by",),
    ),
    Table(
        "request_events",
        "entry {int} NOT NULL, number TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL, detail TEXT NOT NULL",
        key="entry",
        indexes=("number",),
    ),
)

_EDGES = (
    Table(
        "act_extensions",
        "entry {int} NOT NULL, act TEXT NOT NULL, until TEXT NOT NULL, told_at TEXT NOT NULL, "
        "reason TEXT NOT NULL, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("act",),
    ),
    # Keyed hashes of names that were moved out of rows, so that acts go on finding the rows.
    Table(
        "moved_names",
        "store TEXT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL, "
        "column_name TEXT NOT NULL, namespace TEXT NOT NULL, compare TEXT NOT NULL, "
        "digest TEXT NOT NULL, moved_by TEXT NOT NULL, at TEXT NOT NULL",
        key="store, table_name, row_key, column_name, digest",
        indexes=("digest",),
    ),
)

_PACKS = (
    Table(
        "replay_packs",
        "epoch TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, what TEXT NOT NULL, "
        "run TEXT NOT NULL, batch {int} NOT NULL, at TEXT NOT NULL, macs {bytes} NOT NULL",
        key="epoch, store, table_name, what, run, batch",
        indexes=("run, store, batch",),
    ),
)

_ACCOUNTS = (
    Table(
        "account_events",
        "entry {int} NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL, detail TEXT NOT NULL",
        key="entry",
        indexes=("account",),
    ),
    Table(
        "account_looks",
        "entry {int} NOT NULL, account TEXT NOT NULL, what TEXT NOT NULL, "
        "reference TEXT NOT NULL, purpose TEXT NOT NULL, at TEXT NOT NULL",
        key="entry",
        indexes=("reference",),
    ),
    Table(
        "account_credentials",
        "id TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, "
        "finder TEXT NOT NULL, secret {bytes} NOT NULL, uses {int} NOT NULL, "
        "added_at TEXT NOT NULL, expires_at TEXT, used_at TEXT",
        key="id",
        indexes=("account", "finder"),
    ),
    Table(
        "account_sessions",
        "digest TEXT NOT NULL, account TEXT NOT NULL, stands_on {int} NOT NULL, how TEXT NOT NULL, "
        "started_at TEXT NOT NULL, proved_at TEXT NOT NULL, seen_at TEXT NOT NULL",
        key="digest",
        indexes=("account",),
    ),
    Table("account_spent", "digest TEXT NOT NULL, until TEXT NOT NULL", key="digest"),
    Table(
        "account_tries",
        "digest TEXT NOT NULL, failures {int} NOT NULL, last_at TEXT NOT NULL",
        key="digest",
    ),
    Table(
        "api_tokens",
        "id TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL, "
        "made_at TEXT NOT NULL, made_by TEXT NOT NULL, expires_at TEXT NOT NULL, "
        "revoked_at TEXT, used_at TEXT",
        key="id",
        indexes=("digest",),
    ),
)

_BREACHES = (
    Table(
        "breaches",
        "id TEXT NOT NULL, entry {int} NOT NULL, noticed_at TEXT NOT NULL, processor TEXT, "
        "processor_told_at TEXT, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="id",
    ),
    Table(
        "breach_events",
        "entry {int} NOT NULL, breach TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
        "done_by TEXT NOT NULL, detail TEXT NOT NULL",
        key="entry",
        indexes=("breach",),
    ),
)

_JOBS = (
    Table(
        "jobs",
        "name TEXT NOT NULL, token {int} NOT NULL, holder TEXT, leased_until TEXT, "
        "started_at TEXT, ended_at TEXT, state TEXT NOT NULL, code TEXT, counts TEXT NOT NULL, "
        "failures {int} NOT NULL, night TEXT",
        key="name",
    ),
    Table(
        "reminders",
        "what TEXT NOT NULL, number TEXT NOT NULL, due_on TEXT NOT NULL, "
        "occasion TEXT NOT NULL, sent_at TEXT NOT NULL",
        key="what, number, due_on, occasion",
    ),
)

# What proves who asks, and what belongs to a request: sealed, each with a key that can be deleted.
_PAPERS = (
    Table(
        "request_codes",
        "number TEXT NOT NULL, mac {bytes} NOT NULL, until TEXT NOT NULL, tries {int} NOT NULL",
        key="number",
    ),
    Table(
        "request_keys",
        "number TEXT NOT NULL, purpose TEXT NOT NULL, secret {bytes} NOT NULL",
        key="number, purpose",
    ),
    Table(
        "request_documents",
        "id TEXT NOT NULL, number TEXT NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL, "
        "media TEXT NOT NULL, bytes {int} NOT NULL, sealed {bytes} NOT NULL, "
        "stored_at TEXT NOT NULL, stored_by TEXT NOT NULL",
        key="id",
        indexes=("number",),
    ),
)

_CONSOLE = (
    Table(
        "request_standing",
        "number TEXT NOT NULL, right_asked TEXT NOT NULL, channel TEXT NOT NULL, "
        "received_at TEXT NOT NULL, due_on TEXT NOT NULL, stage TEXT NOT NULL, "
        "open {int} NOT NULL, turn TEXT NOT NULL, assigned TEXT NOT NULL, tasks {int} NOT NULL",
        key="number",
        indexes=(
            "open, due_on, number",
            "open, received_at, number",
            "stage, due_on, number",
            "due_on, number",
            "received_at, number",
            "right_asked, due_on, number",
            "channel, due_on, number",
            "open, right_asked, due_on, number",
            "open, turn, due_on, number",
            "open, assigned, due_on, number",
            "open, tasks, due_on, number",
        ),
    ),
    Table(
        "request_words",
        "word TEXT {bytewise} NOT NULL, number TEXT NOT NULL, personal {int} NOT NULL",
        key="word, number",
        indexes=("number",),
        clustered=True,
    ),
    Table(
        "kept_checks",
        "day TEXT NOT NULL, at TEXT NOT NULL, kept {int} NOT NULL, broken {int} NOT NULL, "
        "unknown {int} NOT NULL, due {int} NOT NULL, report TEXT, forecast TEXT",
        key="day",
    ),
    Table(
        "kept_plans",
        "digest TEXT NOT NULL, day TEXT NOT NULL, made_at TEXT NOT NULL, made_by TEXT NOT NULL, "
        "plan TEXT NOT NULL",
        key="digest",
    ),
    Table(
        "saved_views",
        "account TEXT NOT NULL, name TEXT NOT NULL, filters TEXT NOT NULL, saved_at TEXT NOT NULL",
        key="account, name",
    ),
)

_MAILS = (
    Table(
        "mails_read",
        "mailbox TEXT NOT NULL, validity {int} NOT NULL, uid {int} NOT NULL, "
        "message TEXT NOT NULL, outcome TEXT NOT NULL, number TEXT, read_at TEXT NOT NULL",
        key="mailbox, validity, uid",
        indexes=("message",),
    ),
    Table(
        "mails_waiting",
        "number TEXT NOT NULL, received_at TEXT NOT NULL, why TEXT NOT NULL, "
        "right_read TEXT NOT NULL, language TEXT NOT NULL, mail TEXT NOT NULL",
        key="number",
    ),
    # Keyed hashes: an address that fails is not kept for it.
    Table(
        "failing_addresses",
        "digest TEXT NOT NULL, bounces {int} NOT NULL, last_at TEXT NOT NULL",
        key="digest",
    ),
    Table("outbox_threads", "id TEXT NOT NULL, headers TEXT NOT NULL", key="id"),
)

_API = (
    Table(
        "api_answers",
        "token TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL, "
        "given_at TEXT NOT NULL",
        key="token, key",
        indexes=("given_at",),
    ),
    Table(
        "consent_proofs",
        "entry {int} NOT NULL, of_entry {int} NOT NULL, words TEXT NOT NULL, "
        "shown_in TEXT NOT NULL, act TEXT NOT NULL, recorded_at TEXT NOT NULL, "
        "recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("of_entry",),
    ),
)

_HANDED = (
    # The public half of links that were handed to people whose requests came without a page.
    Table(
        "request_links",
        "link TEXT NOT NULL, number TEXT NOT NULL",
        key="link",
        indexes=("number",),
    ),
    # A general directive, and where it is registered; one without a row is particular.
    Table(
        "directive_registers",
        "entry {int} NOT NULL, directive TEXT NOT NULL, registered_with TEXT NOT NULL",
        key="directive",
        indexes=("entry",),
    ),
)

_QUEUE = (
    Table(
        "works",
        "number {int} NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, "
        "asked_by TEXT NOT NULL, asked_at TEXT NOT NULL, state TEXT NOT NULL, "
        "begun {int} NOT NULL, started_at TEXT, ended_at TEXT, place TEXT NOT NULL, "
        "done {int} NOT NULL, total {int} NOT NULL, code TEXT NOT NULL, said TEXT NOT NULL, "
        "help TEXT NOT NULL",
        key="number",
        indexes=("state, number", "kind, subject, number"),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "facts, journal, plans and runs", _FIRST),
    Migration(2, "facts bound to the journal", _BINDINGS),
    Migration(3, "links kept for a run that may have to be resumed", _LINKS),
    Migration(4, "what promises govern, day by day", (_MATCHES,)),
    Migration(5, "acts of persons, and consents by parents", _ACTS),
    Migration(6, "restrictions of rows", _RESTRICTIONS),
    Migration(7, "recipients told, suppression, wishes after death", _TOLD),
    Migration(8, "rectifications, and what a restored backup would bring back", _RECTIFICATIONS),
    Migration(9, "data subject requests as they come in", _REQUESTS),
    Migration(10, "longer deadlines, and names that were moved out of rows", _EDGES),
    Migration(11, "marks of erased rows, many together", _PACKS),
    Migration(12, "accounts of the desk, their sessions and looks", _ACCOUNTS),
    Migration(13, "personal data breaches", _BREACHES),
    Migration(14, "codes, keys and sealed documents of requests", _PAPERS),
    Migration(15, "what the console shows: requests at a glance, checks, plans, views", _CONSOLE),
    Migration(16, "mails that were read, and letters in their threads", _MAILS),
    Migration(17, "answers of the API, and how consents were given", _API),
    Migration(18, "jobs with their leases, and reminders", _JOBS),
    Migration(19, "database roles bound to organisations", binds_roles=True),
    Migration(20, "links handed to people, and general directives", _HANDED),
    Migration(21, "work that is done one after the other", _QUEUE),
)
