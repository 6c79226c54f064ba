"""`troth read` and `troth review`, as a person uses them."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from reading.corpus import file_of, text_of
from troth.cli.main import app, main
from troth.cli.review_page import Review, server_of
from troth.policy.load import parse_policy
from troth.reading.draft.build import draft_of
from troth.reading.review.apply import open_elements
from troth.reading.review.overlay import EMPTY, parse_overlay


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_draft_is_written_and_never_over_a_policy(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(file_of("yoga"))]) == 0
    assert "retention rules" in capsys.readouterr().out
    policy = parse_policy((here / "policy.yaml").read_bytes(), "policy.yaml")
    assert policy.organisation == "larkfield-yoga"
    assert main(["read", str(file_of("yoga"))]) == 2
    assert "[policy-exists]" in capsys.readouterr().err
    assert main(["read", str(file_of("yoga")), "--force"]) == 0


def test_json_has_the_text_and_every_element(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(file_of("atelier")), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert not (here / "policy.yaml").exists()
    assert set(shown) == {"text", "elements"}
    for element in shown["elements"]:
        assert set(element) == {"path", "value", "confidence", "reasons", "evidence"}
        assert element["confidence"] in ("sure", "likely", "doubtful", "unknown")
        for evidence in element["evidence"]:
            part = shown["text"][evidence["start"] : evidence["end"]]
            assert part == evidence["quote"]


def test_a_review_at_the_terminal_is_kept_and_applied(here: Path) -> None:
    file = str(file_of("library"))
    answers = "s\n" * 3 + "x\nc\n[not yaml\nc\n2001-05-01\nq\n"
    runner = CliRunner()
    result = runner.invoke(app, ["review", file], input="c\nEurope/London\n" + answers)
    assert result.exit_code == 1  # something is still open
    policy = parse_policy((here / "policy.yaml").read_bytes(), "policy.yaml")
    assert policy.zone.endswith("London")
    overlay = parse_overlay((here / "policy.review.yaml").read_bytes(), "policy.review.yaml")
    assert overlay.decisions[0].path == "zone"
    again = runner.invoke(app, ["read", file, "--force"])
    assert again.exit_code == 0
    assert "decisions count" in again.output
    policy = parse_policy((here / "policy.yaml").read_bytes(), "policy.yaml")
    assert policy.zone.endswith("London")


def test_a_review_with_nobody_there_asks_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(file_of("yoga")), "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["decisions"] == []
    assert {e["confidence"] for e in shown["open"]} <= {"doubtful", "unknown"}
    assert list(here.iterdir()) == []


def test_the_page_answers_only_who_has_its_token(tmp_path: Path) -> None:
    text = text_of("library")
    kept = tmp_path / "policy.review.yaml"
    review = Review(text, draft_of(text), EMPTY, kept, "library.txt")
    server = server_of(review, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"

    def post(**fields: str) -> str:
        body = urlencode(fields).encode()
        with urllib.request.urlopen(address, data=body, timeout=10) as response:
            shown: str = response.read().decode()
            return shown

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=10)
    assert refused.value.code == 403
    with pytest.raises(urllib.error.HTTPError):
        post(token="wrong", path="zone", decision="accepted")
    assert not kept.exists()
    left = open_elements(review.draft)
    with urllib.request.urlopen(f"{address}?token={review.token}", timeout=10) as response:
        assert left[0].path in response.read().decode()
    wrong = post(token=review.token, path="zone", decision="corrected", value="Nowhere/Here")
    assert "<p role=alert>" in wrong
    shown = post(token=review.token, path="zone", decision="corrected", value="Europe/London")
    assert "<p role=alert>" not in shown
    decisions = parse_overlay(kept.read_bytes(), kept.name).decisions
    assert [(d.path, d.value) for d in decisions] == [("zone", "Europe/London")]
    post(token=review.token, decision="finish")
    thread.join(timeout=10)
    server.server_close()
    assert not thread.is_alive()
