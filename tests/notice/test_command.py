"""`troth notice` as its user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from notice.conftest import EXAMPLES
from notice.media import text_of_html, text_of_pdf
from troth.cli.main import main
from troth.notice.back import read_back

MINIMAL = Path(__file__).parents[1] / "policy" / "minimal.yaml"
Run = Callable[..., str]
POINT = """collection_points:
  order-form:
    label: Order form
    activities: [selling]
    mandatory: [name, street]
    optional: [phone]
    required_by: contract
    consequence: Nothing is sent.
    clauses: [S-6]
"""
REPRESENTATIVE = """representatives:
  desk: {name: Quay Desk SAS, address: 3 rue du Quai, country: FR, clauses: [S-1]}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy in which everything is decided."""
    text = MINIMAL.read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("text: a reasonable time", "text: a while, ours: false"))
    return file


@pytest.fixture
def run(policy: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, status: int = 0, err: bool = False) -> str:
        capsys.readouterr()
        assert main(["notice", "--policy", str(policy), *arguments]) == status
        printed = capsys.readouterr()
        return printed.err if err else printed.out

    return call


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_folder_gets_every_format_in_every_language(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    run("--lang", "en,fr", "--out", str(folder))
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        *("notice.en.html", "notice.en.md", "notice.en.pdf", "notice.en.txt"),
        *("notice.fr.html", "notice.fr.md", "notice.fr.pdf", "notice.fr.txt"),
    ]
    for language in ("en", "fr"):
        html = read_back(text_of_html((folder / f"notice.{language}.html").read_text("utf-8")))
        pdf = read_back(text_of_pdf((folder / f"notice.{language}.pdf").read_bytes()))
        assert html is not None
        assert pdf is not None
        assert html.policy() == pdf.policy()
        assert html.language == language


def test_the_terminal_gets_plain_text_in_the_policy_s_language(run: Run) -> None:
    assert "La politique en entier" in run()
    assert "The policy in full" in run("--lang", "en")
    assert run("--lang", "en", "--format", "html").startswith("<!doctype html>")


def test_open_parameters_stop_a_publication_but_no_draft(run: Run, policy: Path) -> None:
    _replace(policy, "ours: false", "ours: true")
    told = run(status=2, err=True)
    assert "[notice-unsettled]" in told
    assert "policy.yaml:31: the period 'silence'" in told
    assert "Draft, not to be published" in run("--draft", "--lang", "en")


def test_every_parameter_of_an_example_must_be_decided(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(EXAMPLES / "softfil" / "policy.yaml")
    assert main(["notice", "--policy", file, "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in found["problems"]} == {"notice-unsettled"}
    assert len(found["problems"]) == 21


@pytest.mark.clause("SMA-0-4")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("email: privacy@small-shop.example", "url: '#'"),
        ("email: privacy@small-shop.example", "url: /cookies"),
        ("email: privacy@small-shop.example", "url: https://"),
        ("email: privacy@small-shop.example", "email: privacy"),
        (", email: privacy@small-shop.example", ""),
        ("text: a while", "text: 'for how long, click here'"),
        ("text: a while", "text: 'pour la durée, cliquez ici'"),
    ],
)
def test_an_anchor_that_leads_nowhere_is_refused(
    run: Run, policy: Path, old: str, new: str
) -> None:
    _replace(policy, old, new)
    assert "[notice-dead-link]" in run(status=2, err=True)


@pytest.mark.clause("SMA-0-4")
def test_live_addresses_are_printed_in_full(run: Run, policy: Path, tmp_path: Path) -> None:
    _replace(
        policy, "email: privacy@small-shop.example", "url: 'https://small-shop.example/cookies'"
    )
    file = tmp_path / "notice.pdf"
    run("--lang", "en", "--out", str(file))
    assert "https://small-shop.example/cookies" in text_of_pdf(file.read_bytes())
    assert "https://small-shop.example/cookies" in run("--lang", "en")


@pytest.mark.clause("SMA-0-4")
def test_an_unreachable_page_is_refused_where_links_are_checked(
    run: Run, policy: Path, page: str
) -> None:
    _replace(policy, "email: privacy@small-shop.example", f"url: '{page}/there'")
    run("--check-links")
    _replace(policy, "/there", "/nowhere")
    told = run("--check-links", status=2, err=True)
    assert "[notice-dead-link]" in told
    assert "status 404" in told


def test_a_text_that_looks_like_a_line_of_the_notice_is_refused(run: Run, policy: Path) -> None:
    _replace(policy, "purpose: Selling", "purpose: 'Selling Legal basis: none'")
    told = run("--lang", "en", status=2, err=True)
    assert "[notice-ambiguous]" in told
    assert f"policy.yaml:{_line(policy, 'activities:')}: read back" in told


def test_a_text_that_ends_a_chapter_is_found_at_its_line(run: Run, policy: Path) -> None:
    _replace(policy, "subject: What a", "subject: 'What The reason: it means'\n    note: What a")
    told = run("--lang", "en", "--draft", status=2, err=True)
    assert f"policy.yaml:{_line(policy, '- id: silence')}: read back" in told


def _line(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_what_the_law_asks_for_is_told_and_stops_nothing(run: Run) -> None:
    told = run(err=True)
    assert "the right 'access' (Art. 13(2)(b)) [notice-incomplete]" in told
    assert "policy.yaml" in told


def test_words_in_another_language_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(EXAMPLES / "mast" / "policy.yaml")
    assert main(["notice", "--policy", file, "--draft", "--lang", "fr", "--json"]) == 0
    assert "[notice-language]" in capsys.readouterr().err
    assert main(["notice", "--policy", file, "--draft", "--lang", "en", "--json"]) == 0
    assert "[notice-language]" not in capsys.readouterr().err


def test_json_names_version_digest_and_chapters(run: Run) -> None:
    found = json.loads(run("--lang", "en", "--json"))
    one = found["notices"][0]
    assert (one["version"], one["effective"], one["position"]) == ("2023-02-22", "2023-02-22", 1)
    assert len(one["digest"]) == 64
    entry = one["chapters"][0]["entries"][0]
    assert entry == {
        "number": "1.1", "title": "Small Shop", "path": "controllers.shop", "clauses": ["S-1"],
    }  # fmt: skip


def test_a_short_notice_stars_what_must_be_given(run: Run, policy: Path) -> None:
    _replace(policy, "recipients:\n", f"{POINT}recipients:\n")
    text = run("--at", "order-form", "--lang", "en", "--full", "https://small-shop.example/privacy")
    assert "What you give: name *; street *; phone (may be left out)" in text
    assert "* must be filled in" in text
    assert "Without it: Nothing is sent." in text
    assert "Legal basis: a contract with you" in text
    assert "Who decides: Small Shop" in text
    assert "Orders go three years after the last one." in text
    assert "https://small-shop.example/privacy" in text
    assert text.startswith("Order form – how we use what you give here\n")
    assert "Why it is needed: a contract, or making one, needs it" in text
    french = run("--at", "order-form", "--lang", "fr").replace("\u00a0", " ")
    assert "* champ obligatoire" in french
    assert "name * ; street * ; phone (facultatif)" in french


def test_the_notice_of_a_purpose_has_the_fields_of_its_own_forms(run: Run, policy: Path) -> None:
    other = POINT.replace("order-form", "fair").replace("collection_points:\n", "")
    both = other.replace("[selling]", "[selling, news]").replace("[name, street]", "[badge]")
    _replace(policy, "recipients:\n", f"{POINT}{both}recipients:\n")
    alone = run("--at", "selling", "--lang", "en")
    assert "What you give: name *; street *; phone (may be left out)" in alone
    assert "badge *; phone" in run("--at", "selling,news", "--lang", "en")


def test_one_purpose_is_not_numbered_whatever_stands_in_it(run: Run, policy: Path) -> None:
    _replace(policy, "purpose: Selling\n", "purpose: Selling; delivering\n")
    assert "What for: Selling; delivering\n" in run("--at", "selling", "--lang", "en")


def test_the_short_notice_of_a_controller_abroad_names_its_representative(
    run: Run, policy: Path
) -> None:
    _replace(policy, "recipients:\n", f"{REPRESENTATIVE}recipients:\n")
    text = run("--at", "selling", "--lang", "en")
    assert "Represented in the Union by: Quay Desk SAS" in text


def test_a_short_notice_is_html_to_stand_beside_a_form(run: Run) -> None:
    html = run("--at", "selling", "--lang", "en", "--format", "html")
    assert html.startswith('<section class="privacy-notice" lang="en"')
    assert "<dt>What for:</dt> <dd>Selling</dd>" in html


def test_a_short_notice_of_two_purposes_names_both_bases(run: Run) -> None:
    text = run("--at", "selling,news", "--lang", "en")
    assert "Selling (a contract with you" in text
    assert "Newsletter (your consent (Art. 6(1)(a) GDPR))" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--at", "seling"), "unknown-name"),
        (("--lang", "de"), "unknown-language"),
        (("--format", "docx"), "unknown-word"),
        (("--format", "pdf"), "usage"),
        (("--on", "tomorrow"), "not-a-day"),
        (("--lang", "en,fr", "--out", "a.html"), "usage"),
    ],
)
def test_wrong_options_are_refused(run: Run, arguments: tuple[str, ...], code: str) -> None:
    assert f"[{code}]" in run(*arguments, status=2, err=True)


def test_own_words_are_translated_by_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "texts.yaml"
    run("--write-texts", str(file))
    text = file.read_text(encoding="utf-8")
    assert "- text: Privacy notice\n  says: ''" in text
    told = run("--lang", "fr", "--texts", str(file), status=2, err=True)
    assert "[notice-untranslated]" in told
    title = "- text: Privacy notice\n  says: "
    file.write_text(text.replace(f"{title}''", f"{title}Notice de confidentialité"), "utf-8")
    made = run("--lang", "fr", "--texts", str(file), "--draft")
    assert made.startswith("Notice de confidentialité\n")
    assert (
        json.loads(run("--write-texts", str(file), "--texts", str(file), "--json"))["untranslated"]
        > 5
    )


def test_translated_words_are_read_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "texts.yaml"
    run("--write-texts", str(file))
    rows = [line for line in file.read_text("utf-8").splitlines() if line.startswith("- text: ")]
    made = [f"{row}\n  says: Mot {number}" for number, row in enumerate(rows)]
    file.write_text("\n".join(made), encoding="utf-8")
    found = read_back(run("--lang", "fr", "--texts", str(file)))
    assert found is not None
    policy = found.policy()
    assert policy.title == "Mot 0"
    assert all(one.purpose.startswith("Mot ") for one in policy.activities.values())


@pytest.mark.parametrize("text", ["a: 1", "- 1", "- says: x"])
def test_a_file_that_is_no_translation_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "texts.yaml"
    file.write_text(text)
    assert "[not-translations]" in run("--texts", str(file), status=2, err=True)


def test_a_file_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file, no folder")
    told = run("--lang", "en", "--out", str(tmp_path / "blocked" / "x.html"), status=2, err=True)
    assert "[file-unwritable]" in told


@pytest.mark.clause("MAS-INT-1")
@pytest.mark.parametrize("form", ["html", "md", "txt", "pdf"])
def test_a_changed_text_needs_a_version_of_its_own(
    run: Run, policy: Path, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"notice.{form}"
    options = ("--lang", "fr", "--out", str(file))
    run(*options)
    before = file.read_bytes()
    run(*options)
    _replace(policy, "purpose: Selling", "purpose: Sellinh")
    assert "[notice-same-version]" in run(*options, status=2, err=True)
    assert file.read_bytes() == before or form == "pdf"
    first = "{id: 2023-02-22, effective: 2023-02-22, clauses: [S-1]}"
    second = "{id: 2024-01-01, effective: 2024-01-01, change: neutral, clauses: [S-1]}"
    _replace(policy, first, f"{first}\n  - {second}")
    run(*options)
    assert file.read_bytes() != before


def test_a_draft_gives_way_to_what_is_published(run: Run, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.html"
    _replace(policy, "ours: false", "ours: true")
    run("--lang", "en", "--draft", "--out", str(file))
    _replace(policy, "ours: true", "ours: false")
    run("--lang", "en", "--out", str(file))
    assert "Draft" not in file.read_text(encoding="utf-8")


def test_a_remark_in_the_file_changes_no_version(run: Run, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    run("--lang", "en", "--out", str(file))
    _replace(policy, "country: NO,", "country: NO, note: a remark,")
    run("--lang", "en", "--out", str(file))


@pytest.mark.clause("COL-INT-1")
def test_a_blank_address_stops_a_publication(run: Run, policy: Path) -> None:
    _replace(policy, "country: NO,", "country: NO, mandatory: [name, address],")
    told = run(status=2, err=True)
    assert "'address' must be filled in" in told
    assert "'name' must be" not in told
    _replace(policy, "country: NO,", "country: NO, address: 1 Quay,")
    run()


def test_a_short_notice_names_those_who_receive(run: Run, policy: Path) -> None:
    assert "Who receives it: Host" in run("--at", "selling", "--lang", "en")
    assert "Who receives it: nobody else" in run("--at", "news", "--lang", "en")
    _replace(policy, "task: hosting,", "task: hosting, activities: [news],")
    assert "Who receives it: Host" in run("--at", "news", "--lang", "en")
    _replace(policy, "task: hosting,", "task: hosting, allowed: 'no',")
    assert "Who receives it: nobody else" in run("--at", "news", "--lang", "en")


def test_what_is_published_keeps_its_makers_remarks_to_itself(run: Run, policy: Path) -> None:
    text = policy.read_text(encoding="utf-8")
    first = text.index("controllers:")
    at = text.index("    clauses:", first)
    beside = "    stated: An old wording.\n    executed: What is done.\n    reason: Art. 4(7)\n"
    policy.write_text(text[:at] + beside + text[at:], encoding="utf-8")
    published, draft = run("--lang", "en"), run("--lang", "en", "--draft")
    for inside in ("An old wording.", "Art. 4(7)"):
        assert inside not in published
        assert inside in draft
    assert "In practice: What is done." in published
