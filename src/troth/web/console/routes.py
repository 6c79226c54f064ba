"""The pages of the console, one row each: method, path, handler, permission.

A row whose permission is a `look` either names in `looks_at` what it shows and the parameter of the
path that says which, or its handler calls `Visit.looked`.
"""

from __future__ import annotations

from troth.web.console.entry import ask_to_sign_in, choose_language, sign_out, signed_in
from troth.web.console.pages.routes import PAGES as DESK_PAGES
from troth.web.console.visit import Page

PAGES: tuple[Page, ...] = (
    Page("GET", "/login", ask_to_sign_in, "open"),
    Page("POST", "/login", signed_in, "open"),
    Page("POST", "/language", choose_language, "open"),
    Page("POST", "/logout", sign_out, "own"),
    *DESK_PAGES,
)
