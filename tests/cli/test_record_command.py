"""`troth record`: files in every format, what lacks on the terminal, and clear refusals."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from ruamel.yaml import YAML

from record.promise import whole
from troth.cli.main import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The made-up policy as a file."""
    path = tmp_path / "policy.yaml"
    with path.open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump(whole(), out)
    return path


@pytest.mark.parametrize("ending", ["xlsx", "ods", "zip", "json", "jsonld"])
def test_it_writes_each_format(file: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = file.with_name(f"record.{ending}")
    assert main(["record", "--policy", str(file), "--out", str(out), "--language", "fr"]) == 0
    said = capsys.readouterr().out
    assert "1 processing activity" in said
    assert "nothing is missing" in said
    content = out.read_bytes()
    if ending == "xlsx":
        names = openpyxl.load_workbook(out).sheetnames
        assert names == ["Organisme", "Liste des traitements", "1. orders", "À compléter"]
    elif ending in ("ods", "zip"):
        assert zipfile.is_zipfile(out)
    else:
        assert json.loads(content)
    assert main(["record", "--policy", str(file), "--out", str(out), "--language", "fr"]) == 2
    assert "record-exists" in capsys.readouterr().err
    again = ["record", "--policy", str(file), "--out", str(out), "--language", "fr", "--force"]
    assert main(again) == 0
    assert out.read_bytes() == content


def test_csv_goes_into_a_folder(file: Path) -> None:
    out = file.with_name("folder")
    assert main(["record", "--policy", str(file), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "1-organisation.csv",
        "2-list-of-activities.csv",
        "3-1-orders.csv",
        "4-to-complete.csv",
    ]


def test_what_lacks_is_told_and_the_status_says_so(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("country: US", "country:"), "utf-8")
    assert main(["record", "--policy", str(file), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "troth-record/1"
    assert "processors" not in found
    assert [(each["code"], each["path"]) for each in found["lacking"]] == [
        ("recipient-country", "recipients.host.country")
    ]
    assert main(["record", "--policy", str(file)]) == 1
    assert "The country of the recipient: Cloudy" in capsys.readouterr().out


def test_the_project_gives_map_locale_and_addresses(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = file.parent
    (folder / "troth.yaml").write_text(
        "troth: 1\nlocale: fr\nrecipients: {host: privacy@cloudy.example}\n", "utf-8"
    )
    assert main(["record", "--project", str(folder), "--processors", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["processors"]
    assert entry["processor"]["emails"] == ["privacy@cloudy.example"]
    out = folder / "registre.xlsx"
    assert main(["record", "--project", str(folder), "--out", str(out)]) == 0
    assert openpyxl.load_workbook(out).sheetnames[0] == "Organisme"


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "xlsx"],
        ["--out", "record.doc"],
        ["--out", "record.ods", "--format", "doc"],
        ["--language", "de"],
    ],
)
def test_what_cannot_be_written_is_refused(
    file: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--policy", str(file), *options]) == 2
    assert "record-unclear" in capsys.readouterr().err
    assert list(file.parent.iterdir()) == [file]


def test_a_place_that_cannot_be_written_is_named(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = file.parent / "nowhere" / "record.ods"
    assert main(["record", "--policy", str(file), "--out", str(out)]) == 2
    assert "file-unwritable" in capsys.readouterr().err
