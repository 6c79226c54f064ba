"""`troth diff`, and what the other commands do for people who accepted a version or did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from apply.shop import POLICY, customer, orders
from apply.sink import Sink, sink
from cli.project import Folder, make_folder
from troth.cli.main import main

BEFORE = POLICY.replace(
    'versions: [{id: "1", effective: 2020-01-01, clauses: [A-1]}]',
    "contacts: {desk: {purpose: all, email: desk@corner.example, clauses: [A-1]}}\n"
    "versions: [{id: v1, effective: 2020-01-01, clauses: [A-1]}]",
)
LATER = """versions:
  - {id: v1, effective: 2020-01-01, clauses: [A-1]}
  - id: v2
    effective: 2024-01-01
    announced: 2023-11-01
    change: lower
    needs_acceptance: true
    clauses: [A-1]"""
AFTER = BEFORE.replace(
    "versions: [{id: v1, effective: 2020-01-01, clauses: [A-1]}]", LATER
).replace("period: P5Y", "period: P10Y")
NOT_SAID = AFTER.replace("    change: lower\n    needs_acceptance: true\n", "")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Folder]:
    """The shop under version 2, which keeps customers for ten years instead of five.

    Customers 1 and 3 ordered eight years ago, customer 2 a month ago; 3 has accepted version 2.
    """
    folder = make_folder(tmp_path, f"sqlite:///{tmp_path / 'shop.sqlite'}", capsys)
    (tmp_path / "before.yaml").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(AFTER, encoding="utf-8")
    settings = tmp_path / "troth.yaml"
    settings.write_text(settings.read_text("utf-8") + "earlier: {v1: before.yaml}\n", "utf-8")
    old = date.today() - timedelta(days=3000)  # noqa: DTZ011 - a day long ago, in any zone
    with folder.engine.begin() as connection:
        third = {"id": 3, "email": "third@mail.example", "name": "Third"}
        connection.execute(sa.insert(customer), [third])
        order = {"id": 3, "customer_id": 3, "ordered_on": old, "address": "c"}
        connection.execute(sa.insert(orders), [order])
    accepted = ("--consent", "version:v2", "--state", "given", "--at", "2024-01-05T10:00:00+01:00")
    folder.run("consent", "add", "--person", "email=Third@mail.example", *accepted)
    yield folder
    folder.engine.dispose()


@pytest.mark.clause("PUB-CHG-1", "PUB-CHG-2", "SMA-0-5")
def test_who_did_not_accept_a_lowering_stays_under_the_version_before(shop: Folder) -> None:
    found = shop.json("check", status=1)
    states = {state["rule"]: state["status"] for state in found["promises"]}
    assert (states["sales-five-years"], states["sales-five-years@v1"]) == ("kept", "broken")
    shop.json("plan", "--out", str(shop.plan))
    shop.run("apply", str(shop.plan), "--approve")
    assert shop.ids(customer) == [2, 3]  # 1 accepted nothing: five years; 3 accepted: ten
    assert shop.ids(orders) == [2, 3]


@pytest.mark.clause("PUB-CHG-2")
def test_without_a_version_that_needs_acceptance_the_new_text_is_everybodys(shop: Folder) -> None:
    (shop.path / "policy.yaml").write_text(NOT_SAID, encoding="utf-8")
    shop.json("plan", "--out", str(shop.plan))
    shop.run("apply", str(shop.plan), "--approve")
    assert shop.ids(customer) == [1, 2, 3]


def test_a_version_that_has_not_begun_is_nobodys(shop: Folder) -> None:
    later = AFTER.replace("effective: 2024-01-01", "effective: 2190-01-01")
    (shop.path / "policy.yaml").write_text(later, encoding="utf-8")
    shop.json("plan", "--out", str(shop.plan))
    shop.run("apply", str(shop.plan), "--approve")
    assert shop.ids(customer) == [2]


@pytest.mark.clause("SMA-0-6", "SPI-SRC-2")
def test_a_new_purpose_may_be_used_only_for_those_who_accepted_it(shop: Folder) -> None:
    further = """  profiling:
    purpose: Guessing what people like
    controllers: [shop]
    subjects: [customer]
    categories: [contact]
    legal_bases: [{kind: legitimate-interests, interest: sales, clauses: [E-1]}]
    clauses: [E-1]
"""
    (shop.path / "policy.yaml").write_text(AFTER + further, encoding="utf-8")
    asked = ("may", "--purpose", "profiling", "--category", "contact", "--person")
    no = shop.json(*asked, "email=old@mail.example", status=1)
    assert "purpose-not-declared" in {part["code"] for part in no["missing"]}
    assert shop.json(*asked, "email=third@mail.example")["allowed"]
    assert shop.json(*asked, "email=old@mail.example", "--accepted", "v2")["allowed"]


@pytest.mark.clause("PUB-CHG-2")
def test_a_new_recipient_gets_data_only_of_those_who_accepted_it(shop: Folder) -> None:
    recipient = """recipients:
  partner:
    name: Partner
    role: controller
    task: Sells beside us
    country: FR
    activities: [sales]
    clauses: [C-1]
"""
    (shop.path / "policy.yaml").write_text(AFTER + recipient, encoding="utf-8")
    asked = ("may", "--purpose", "sales", "--category", "contact", "--recipient", "partner")
    silent = shop.json(*asked, "--person", "email=old@mail.example", status=1)
    assert {part["code"] for part in silent["missing"]} == {"recipient-not-named"}
    assert shop.json(*asked, "--person", "email=third@mail.example")["allowed"]


def test_acceptance_taken_back_counts_no_more(shop: Folder) -> None:
    taken = ("--consent", "version:v2", "--state", "withdrawn")
    shop.run("consent", "add", "--person", "email=third@mail.example", *taken)
    shop.json("plan", "--out", str(shop.plan))
    shop.run("apply", str(shop.plan), "--approve")
    assert shop.ids(customer) == [2]


def test_a_plan_made_under_another_earlier_text_is_stale(shop: Folder) -> None:
    shop.json("plan", "--out", str(shop.plan))
    text = BEFORE.replace("period: P5Y", "period: P20Y")
    (shop.path / "before.yaml").write_text(text, encoding="utf-8")
    assert shop.code("apply", str(shop.plan), "--approve") == "plan-stale"


def test_the_text_before_has_to_be_at_hand(shop: Folder) -> None:
    settings = shop.path / "troth.yaml"
    whole = settings.read_text("utf-8")
    settings.write_text(whole.replace("earlier: {v1: before.yaml}\n", ""), "utf-8")
    assert shop.code("check") == "earlier-version-missing"
    settings.write_text(whole.replace("{v1:", "{v9:"), "utf-8")
    assert shop.code("check") == "unknown-version"


def test_consent_knows_the_versions_of_the_policy(shop: Folder) -> None:
    person = ("consent", "add", "--person", "email=a@mail.example", "--state", "given")
    assert shop.code(*person, "--consent", "version:v9") == "unknown-consent"


def _files(folder: Path, new: str = AFTER) -> list[str]:
    (folder / "before.yaml").write_text(BEFORE, encoding="utf-8")
    (folder / "after.yaml").write_text(new, encoding="utf-8")
    return [str(folder / "before.yaml"), str(folder / "after.yaml")]


def test_the_terminal_says_what_changes_for_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *_files(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "lower protection: 1" in said
    assert "P5Y after Last order → P10Y after Last order" in said
    assert "to be told (GDPR 12(1)): Customer" in said
    assert "whoever does not accept v2 stays under v1" in said
    assert "!" not in said
    better = [str(tmp_path / "after.yaml"), str(tmp_path / "before.yaml")]
    assert main(["diff", *better[::-1], "--json"]) == 1
    assert main(["diff", better[1], better[1]]) == 0
    assert "nothing changes for people" in capsys.readouterr().out


def test_a_version_that_hides_what_it_does_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = AFTER.replace("change: lower", "change: better")
    assert main(["diff", *_files(tmp_path, hidden)]) == 1
    assert "change-understated" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_says_it_in_plain_words(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letter"
    assert main(["diff", *_files(tmp_path), "--letter", str(out), "--language", language]) == 1
    text = (out / "letter.txt").read_text(encoding="utf-8")
    page = (out / "letter.html").read_text(encoding="utf-8")
    first, five, kept = {
        "en": (
            "Our privacy policy changes",
            "5 years after Last order",
            "version v1 stays in force",
        ),
        "fr": (
            "Notre politique de confidentialité change",
            "5 ans après : Last order",
            "la version v1 reste en vigueur",
        ),
    }[language]
    assert text.startswith(first)
    assert five in text
    assert kept in text
    assert "desk@corner.example" in text
    assert f'<html lang="{language}">' in page
    assert five in page
    assert "http" not in page
    assert main(["diff", *_files(tmp_path), "--language", "de"]) == 2


@pytest.fixture
def post(shop: Folder) -> Iterator[Sink]:
    """A mail server that the shop's project names."""
    with sink() as found:
        settings = shop.path / "troth.yaml"
        mail = (
            f"mail: {{host: 127.0.0.1, port: {found.port}, security: none, from: a@corner.example}}"
        )
        settings.write_text(settings.read_text("utf-8") + mail + "\n", "utf-8")
        yield found


@pytest.mark.clause("PUB-CHG-1", "SMA-0-6", "SPI-CHG-1")
def test_everybody_concerned_gets_one_letter_as_text_and_page(shop: Folder, post: Sink) -> None:
    with shop.engine.begin() as connection:
        twice = {"id": 4, "email": "NEW@mail.example", "name": "New again"}
        silent = {"id": 5, "email": None, "name": "Silent"}
        connection.execute(sa.insert(customer), [twice, silent])
    files = [str(shop.path / "before.yaml"), str(shop.path / "policy.yaml")]
    found = shop.json("diff", *files, "--mail", "--language", "en", status=1)
    assert post.reached == ["new@mail.example", "old@mail.example", "third@mail.example"]
    mail = found["mail"]
    assert (mail["letters"], mail["rows"], mail["sent"], mail["waiting"]) == (3, 4, 3, 0)
    assert {"table": "shop.customer", "rows": 1} in mail["without_address"]
    (plain, page) = post.letters[0].get_payload()
    assert plain.get_content_type() == "text/plain"
    assert page.get_content_type() == "text/html"
    assert "five" not in plain.get_payload(decode=True).decode()
    assert "10 years after Last order" in plain.get_payload(decode=True).decode()
    again = shop.json("diff", *files, "--mail", status=1)["mail"]
    assert (again["rows"], again["told_before"], again["sent"]) == (0, 4, 0)
    assert len(post.letters) == 3


def test_nobody_writes_to_the_dead(shop: Folder, post: Sink) -> None:
    shop.run("request", "new", "death", "--person", "email=old@mail.example")
    files = [str(shop.path / "before.yaml"), str(shop.path / "policy.yaml")]
    shop.json("diff", *files, "--mail", status=1)
    assert post.reached == ["new@mail.example", "third@mail.example"]


def test_the_letter_is_about_the_projects_policy(shop: Folder) -> None:
    files = [str(shop.path / "policy.yaml"), str(shop.path / "before.yaml")]
    text = AFTER.replace("period: P10Y", "period: P11Y")
    (shop.path / "other.yaml").write_text(text, encoding="utf-8")
    found = shop.code("diff", files[1], str(shop.path / "other.yaml"), "--mail")
    assert found == "diff-of-another-policy"


def test_without_a_mail_server_letters_wait(shop: Folder) -> None:
    files = [str(shop.path / "before.yaml"), str(shop.path / "policy.yaml")]
    found = shop.json("diff", *files, "--mail", status=1)
    assert (found["mail"]["sent"], found["mail"]["waiting"]) == (0, 3)
