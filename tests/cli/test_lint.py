"""`troth lint` as its user meets it: a text, a project folder, accepted findings, explanations."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from lint.corpus import sound
from troth.cli.main import main

SOUND = Path(__file__).parents[1] / "lint" / "sound"
ARBITRATION = "Any dispute about this notice is finally settled by arbitration."


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A text with one defect."""
    file = tmp_path / "notice.md"
    file.write_text(f"{sound('en')}\n\n## Disputes\n\n{ARBITRATION}\n", encoding="utf-8")
    return file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with policy.yaml and map.yaml, of which nothing is to be said."""
    for name in ("policy.yaml", "map.yaml"):
        shutil.copy(SOUND / name, tmp_path / name)
    return tmp_path


def run(captured: pytest.CaptureFixture[str], *arguments: str | Path, status: int) -> str:
    found = main(["lint", *map(str, arguments)])
    output = captured.readouterr()
    assert found == status, output.out + output.err
    return output.out + output.err


def flat(text: str) -> str:
    """The text on one line: where a terminal breaks it depends on its width."""
    return " ".join(text.split())


def printed(captured: pytest.CaptureFixture[str], *arguments: str | Path, status: int) -> Any:
    return json.loads(run(captured, *arguments, "--json", status=status))


def test_a_text_is_shown_with_its_quote_and_what_to_do(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = flat(run(capsys, text, "--severity", "error", status=1))
    assert "1 finding: 1 error" in out
    assert ARBITRATION in out
    assert "UNFAIR_CLAUSE" in out
    assert "Art. 77, 79" in out
    assert "troth lint --explain UNFAIR_CLAUSE" in out
    assert "present: controller" in out


def test_quotes_are_the_exact_characters_of_the_text(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = printed(capsys, text, "--severity", "error", status=1)
    (finding,) = document["findings"]
    assert finding["code"] == "UNFAIR_CLAUSE"
    assert finding["status"] == "found"
    (evidence,) = [one for one in finding["evidence"] if one["quote"] == ARBITRATION]
    assert evidence["end"] - evidence["start"] == len(ARBITRATION)
    assert {one["status"] for one in document["completeness"]} <= {"present", "doubtful", "absent"}
    assert len(document["completeness"]) == 21


def test_twice_the_same_output(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once = run(capsys, text, "--json", status=1)
    assert run(capsys, text, "--json", status=1) == once


def test_a_sound_text_has_nothing_of_weight(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"en": "Nothing of that severity", "fr": "Rien de cette gravité"}
    for language, nothing in said.items():
        file = tmp_path / f"{language}.md"
        file.write_text(sound(language), encoding="utf-8")
        assert nothing in run(capsys, file, "--severity", "warning", status=0)


def test_a_project_with_nothing_to_mend(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing was found." in run(capsys, "--project", project, status=0)


def test_a_typed_policy_may_be_named_itself(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "policy.yaml with map.yaml" in flat(run(capsys, project / "policy.yaml", status=0))


def test_a_finding_names_its_file_and_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "policy.yaml"
    lines = [one for one in file.read_text().splitlines() if "consequence:" not in one]
    file.write_text("\n".join(lines), encoding="utf-8")
    out = run(capsys, "--project", project, status=1)
    match = re.search(r"collection_points\.order\.consequence\s+policy\.yaml:(\d+)", out)
    assert match is not None
    assert lines[int(match.group(1)) - 1].strip() == "order:"


def test_data_that_no_activity_covers_stand_at_their_column(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "map.yaml"
    written = file.read_text().replace("basket: {category: order}", "basket: {category: gift}")
    file.write_text(written, encoding="utf-8")
    out = run(capsys, "--project", project, status=1)
    number = next(n for n, one in enumerate(written.splitlines(), 1) if "category: gift" in one)
    assert f"shop.buyer.basket  map.yaml:{number}" in out
    assert "UNCOVERED_DATA" in out


def test_without_a_map_the_policy_alone_is_examined(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "map.yaml").unlink()
    assert "policy.yaml" in run(capsys, "--project", project, status=0)


def test_files_are_those_that_troth_yaml_names(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "policy.yaml").rename(project / "promise.yaml")
    settings = "troth: 1\npolicy: promise.yaml\nstores: {shop: '${SHOP_URL}'}\nledger: l.sqlite\n"
    (project / "troth.yaml").write_text(settings, encoding="utf-8")
    assert "promise.yaml with map.yaml" in flat(run(capsys, "--project", project, status=0))


def test_an_accepted_finding_is_counted_with_its_reason(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted = text.parent / "lint.yaml"
    entry = "{code: UNFAIR_CLAUSE, reason: business customers only, by: Anna}"
    accepted.write_text(f"troth: 1\naccepted: [{entry}]\n", encoding="utf-8")
    out = run(capsys, text, "--severity", "error", status=0)
    assert "1 accepted in lint.yaml" in out
    assert "business customers only" in out
    document = printed(capsys, text, "--severity", "error", status=0)
    (one,) = document["accepted"]
    assert (one["reason"], one["by"]) == ("business customers only", "Anna")


def test_an_entry_is_not_idle_because_its_finding_is_not_shown(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = text.read_text(encoding="utf-8")
    text.write_text(f"{written}\nWe do our best to delete what you ask.\n", encoding="utf-8")
    entry = "{code: WEAK_DUTY, reason: our lawyers insist on it}"
    (text.parent / "lint.yaml").write_text(f"troth: 1\naccepted: [{entry}]\n", encoding="utf-8")
    assert "is not found" not in flat(run(capsys, text, "--severity", "error", status=1))


def test_an_entry_that_accepts_nothing_is_told(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "{code: LINK_TARGET_MISSING, reason: the link is in the menu}"
    (text.parent / "lint.yaml").write_text(f"troth: 1\naccepted: [{entry}]\n", encoding="utf-8")
    out = flat(run(capsys, text, status=1))
    assert "accepts LINK_TARGET_MISSING, which is not found" in out


def test_a_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--explain", "swapped-headings", status=0)
    assert "## SWAPPED_HEADINGS" in out
    assert "To mend it" in out
    rules = printed(capsys, "--explain", "RETENTION", status=0)["rules"]
    assert {"no-period", "range-or-hedge"} <= {rule["name"] for rule in rules}


@pytest.mark.parametrize(("link", "accused"), [("Click here", True), ("{a}", False)])
def test_a_link_of_a_page_is_not_taken_for_one_without_a_target(
    link: str, accused: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reading keeps the words of a link alone; only where a page has none are they suspicious."""
    shown = link.format(a='<a href="/terms">Click here</a>')
    told = (
        "We are a shop in Strasbourg and tell you here what we do with the data that you give us."
    )
    file = tmp_path / "page.html"
    file.write_text(
        f"<html><body><h1>Privacy</h1><p>{told}</p><p>{shown} for more.</p></body></html>"
    )
    codes = {one["code"] for one in printed(capsys, file, status=1)["findings"]}
    assert ("LINK_TARGET_MISSING" in codes) == accused


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--explain", "SWAPED_HEADINGS"), "unknown-finding"),
        (("--severity", "fatal"), "unknown-severity"),
        (("nowhere.txt",), "file-missing"),
        (("--project", "nowhere"), "file-missing"),
    ],
)
def test_what_is_not_possible_is_said(
    arguments: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(capsys, *arguments, status=2)["code"] == code


def test_findings_are_told_in_french(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = flat(run(capsys, text, "--language", "fr", "--severity", "error", status=1))
    assert "1 constat : 1 erreur" in out
    assert "Les litiges sont soumis de force à l’arbitrage" in out
    assert f"« {ARBITRATION} »" in out  # the text itself is not translated
    assert "→ La rendre facultative" in out
    assert "CE QUE DEMANDENT LES ART. 13 ET 14" in out
    found = printed(capsys, text, "--language", "fr", status=1)
    assert found["language"] == "fr"
    assert found["findings"][0]["message"].startswith("Les litiges")
    assert found["findings"][0]["code"] == "UNFAIR_CLAUSE"


def test_a_french_text_is_answered_in_french_and_a_project_decides_for_itself(
    tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "politique.md").write_text(sound("fr"), encoding="utf-8")
    assert (
        printed(capsys, tmp_path / "politique.md", "--severity", "warning", status=0)["language"]
        == "fr"
    )
    assert printed(capsys, "--project", project, status=0)["language"] == "en"
    settings = "troth: 1\nlocale: fr\n"
    (project / "troth.yaml").write_text(settings, encoding="utf-8")
    assert printed(capsys, "--project", project, status=0)["language"] == "fr"
    found = printed(capsys, "--project", project, "--language", "en", status=0)
    assert found["language"] == "en"


def test_an_explanation_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--explain", "TRANSFER", "--language", "fr", status=0)
    assert "**Pour y remédier :** Nommer le pays" in out
    assert "(erreur; 44, 46) : Un destinataire hors de l’Union n’a pas de garantie." in out


def test_a_language_that_is_none_is_refused(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown-language" in run(capsys, text, "--language", "de", status=2)


def test_a_page_of_findings(text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lint.html"
    text.write_text(text.read_text("utf-8") + "\nWe <b>follow</b> arbitration.\n", "utf-8")
    run(capsys, text, "--language", "fr", "--html", file, status=1)
    page = file.read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "<h3>Les litiges sont soumis de force" in page
    assert '<blockquote lang="en"><p>« Any dispute' in page
    assert "Pourquoi c’est important" in page
    assert "http" not in page  # it needs nothing else
