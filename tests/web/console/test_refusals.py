"""What the desk refuses is said in the colleague's language, and without the words of commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from troth.web.console.pages.refusals_english import HELP
from troth.web.console.pages.refusals_french import FRENCH
from web.console.test_pages import Practice, filled, practice, send

__all__ = ["filled", "practice"]

TROTH = Path(__file__).parents[3] / "src" / "troth"
REACHED = (
    "desk/workflow",
    "desk/rights",
    "desk/rectify",
    "desk/directives",
    "desk/overview",
    "desk/intake/entered.py",
    "desk/accounts/letting_in.py",
    "desk/accounts/tokens.py",
    "ledger/holds.py",
    "ledger/scope.py",
    "ledger/works.py",
    "ledger/directives.py",
    "ledger/breaches.py",
    "ledger/accounts.py",
    "ledger/saved_views.py",
    "ledger/documents.py",
    "web/console/pages",
    "web/console/colleagues.py",
)
"""Where what a page of the desk calls can be refused."""
BY_COMMANDS_ALONE = {
    "not-evidence",  # an evidence file that is checked
    "unknown-store",
    "token-refused",  # of the API
    "token-scope",
}


def refused() -> Iterator[tuple[str, str]]:
    """The code and the help of every error that is raised there, as the source has them."""
    for place in REACHED:
        path = TROTH / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in ("Refused", "Transient", "Broken")
                    and call.args
                    and isinstance(call.args[0], ast.Constant)
                ):
                    helps = [ast.unparse(one.value) for one in call.keywords if one.arg == "help"]
                    yield call.args[0].value, "".join(helps)


def test_every_refusal_has_its_french() -> None:
    known = {code for code, _ in refused()} - BY_COMMANDS_ALONE
    assert len(known) > 100
    assert sorted(known - FRENCH.keys()) == []


def test_no_help_speaks_of_commands_where_there_are_pages() -> None:
    assert (
        sorted(
            {
                code
                for code, text in refused()
                if ("--" in text or "troth " in text) and code not in HELP
            }
            - BY_COMMANDS_ALONE
        )
        == []
    )
    for code, text in [*HELP.items(), *((code, " ".join(two)) for code, two in FRENCH.items())]:
        assert "--" not in text, code
        assert "`" not in text, code
    assert HELP.keys() <= FRENCH.keys()


@pytest.mark.parametrize(
    ("language", "sentence", "helps"),
    [
        ("en", "a refusal says its facts and how they were weighed", "Write them out."),
        ("fr", "Un refus dit ses faits et comment ils ont été pesés.", "Écrivez-les sous"),
    ],
)
def test_a_refused_step_is_told_in_the_colleagues_language(
    practice: Practice, language: str, sentence: str, helps: str
) -> None:
    number = practice.numbers["known"]
    officer = practice.signed_in("dpo", "camille")
    officer.headers["Accept-Language"] = language
    page = f"/requests/{number}/grounds"
    typed = {"outcome": "refused", "ground": "legal-claims", "case": "2026/17"}
    told = send(officer, f"/requests/{number}/decide", page, **typed).text
    assert sentence in told
    assert helps in told
    assert "--reason" not in told
    assert 'name="case" type="text" value="2026/17"' in told
    assert 'value="refused" required checked' in told
    assert 'value="legal-claims" selected' in told


def test_nothing_that_was_typed_for_a_step_is_typed_twice(practice: Practice) -> None:
    number = practice.numbers["late"]
    officer = practice.signed_in("dpo", "camille")
    said = "folder 17 shredded"
    told = send(
        officer, f"/requests/{number}/steps/extend", f"/requests/{number}", reason=said, told="x"
    )
    assert told.status_code == 409
    assert told.text.count(said) == 1  # in the form of that step alone
    assert re.search(r"<details class=.step. open><summary>Take more time<", told.text)
