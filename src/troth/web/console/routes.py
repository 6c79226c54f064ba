"""The pages of the console, one row each: method, path, handler, permission.

A row whose permission is a `look` either names in `looks_at` what it shows and the parameter of the
path that says which, or its handler calls `Visit.looked`.
"""

from __future__ import annotations

from troth.web.console import calendar, colleagues, entry, federated, fleet, keys, tokens
from troth.web.console.numbers import numbers
from troth.web.console.pages.routes import PAGES as DESK_PAGES
from troth.web.console.visit import Page

PAGES: tuple[Page, ...] = (
    Page("GET", "/fleet", fleet.fleet, "today"),
    Page("GET", "/calendar", calendar.address, "today"),
    Page("GET", "/calendar/{token}.ics", calendar.feed, "open"),
    Page("GET", "/login", entry.ask_to_sign_in, "open", script="passkey.js"),
    Page("POST", "/login", entry.signed_in, "open", script="passkey.js"),
    Page("POST", "/login/passkey", entry.signed_in_by_passkey, "open", script="passkey.js"),
    Page("GET", "/login/oidc", federated.sent_out, "open"),
    Page("GET", federated.RETURN, federated.came_back, "open"),
    Page("GET", "/enrol", keys.ask_for_code, "open"),
    Page("POST", "/enrol", keys.enrolled, "open"),
    Page("POST", "/language", entry.choose_language, "open"),
    Page("GET", "/prove", entry.ask_to_prove, "own", script="passkey.js"),
    Page("POST", "/prove", entry.proved, "leave", script="passkey.js"),
    Page("POST", "/prove/passkey", entry.proved_by_passkey, "leave", script="passkey.js"),
    Page("POST", "/logout", entry.sign_out, "leave"),
    *DESK_PAGES,
    Page("GET", "/accounts", colleagues.colleagues, "accounts", menu="accounts"),
    Page("POST", "/accounts", colleagues.colleague_let_in, "accounts-change"),
    Page("POST", "/accounts/{account}/role", colleagues.role_given, "accounts-change"),
    Page("POST", "/accounts/{account}/disable", colleagues.colleague_shut_out, "accounts-change"),
    Page("POST", "/accounts/{account}/recover", colleagues.keys_lost, "accounts-change"),
    Page("GET", "/tokens", tokens.tokens_page, "tokens", menu="tokens"),
    Page("POST", "/tokens", tokens.token_made, "tokens-change"),
    Page("POST", "/tokens/{token}/revoke", tokens.token_revoked, "tokens-change"),
    Page("GET", "/numbers", numbers, "numbers", menu="numbers"),
    Page("GET", "/keys", keys.own_keys, "own", menu="keys", script="passkey.js"),
    Page("POST", "/keys/passkey", keys.passkey_added, "own-keys", script="passkey.js"),
    Page("GET", "/keys/password", keys.ask_for_password, "own"),
    Page("POST", "/keys/password", keys.password_set, "own-keys"),
    Page("POST", "/keys/recovery", keys.recovery_renewed, "own-keys"),
    Page("POST", "/keys/drop", keys.key_dropped, "own-keys", script="passkey.js"),
    Page("POST", "/keys/sessions", keys.sessions_ended, "own-keys"),
)
