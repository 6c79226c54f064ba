"""A second opinion counts only with the text's own words and a valid value, whatever answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from reading.corpus import of
from troth.cli.main import main
from troth.errors import Refused, Transient
from troth.opinion.ask import Endpoint, answer, question
from troth.opinion.judge import counted, open_paths, proposals_in
from troth.policy.load import parse_policy
from troth.reading.draft.build import draft_of
from troth.reading.draft.render import render
from troth.reading.frames.frame import Confidence

POLICY = """Privacy policy of Weir Ltd

Purposes

We use your data for the following purposes:
- delivering your orders, on the basis of our contract with you.

Where to find us

Come and see us in the old mill by the water in Dunmere.
"""
ADDRESS = "controllers.weir.address"
SAID = "the old mill by the water in Dunmere"


@dataclass
class Fake:
    """An endpoint with a made-up answer: its body, how late it comes, and what it was asked."""

    content: str = ""
    status: int = 200
    body: bytes | None = None
    delay: float = 0.0
    to: str | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A small server on this machine alone."""
    state = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            state.asked.append(json.loads(self.rfile.read(length)))
            state.keys.append(self.headers.get("Authorization"))
            time.sleep(state.delay)
            choice = {"choices": [{"message": {"content": state.content}}]}
            body = json.dumps(choice).encode() if state.body is None else state.body
            self.send_response(state.status)
            if state.to:
                self.send_header("Location", state.to)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


def _proposing(path: str = ADDRESS, value: Any = "Old Mill, Dunmere", quote: str = SAID) -> str:
    return json.dumps({"proposals": [{"path": path, "value": value, "quote": quote}]})


def _asked(fake: Fake, cache: Path, timeout: float = 5.0) -> str:
    return answer(Endpoint(fake.url, "made-up", "k", timeout), question("text", ["a"]), cache)


def test_a_proposal_with_the_texts_words_counts_and_is_marked() -> None:
    text = of(POLICY)
    draft = draft_of(text)
    assert ADDRESS in open_paths(draft)
    proposals, garbled = proposals_in(f"```json\n{_proposing()}\n```")
    result, refused = counted(draft, text, proposals)
    assert (garbled, refused) == ([], [])
    policy = parse_policy(render(result, "x"), "policy.yaml")
    assert policy.controllers["weir"].address == "Old Mill, Dunmere"
    [element] = [e for e in result.elements if e.path == ADDRESS]
    assert (element.origin, element.confidence) == ("second-opinion", Confidence.DOUBTFUL)
    assert element.evidence[0].quote == SAID
    assert text.characters[element.evidence[0].start : element.evidence[0].end] == SAID


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_proposing(quote="the new mill by the water"), "does not stand in the text"),
        (_proposing(quote=SAID.upper()), "does not stand in the text"),
        (_proposing(path="controllers.weir.name"), "not one that is open"),
        (_proposing(path="activities"), "not one that is open"),
        (_proposing(value={"street": ["x"]}), "would not be valid"),
        (_proposing(path="zone", value="Europe/Paris"), "not one that is open"),
    ],
)
def test_other_proposals_are_refused_and_change_nothing(content: str, why: str) -> None:
    text = of(POLICY)
    draft = draft_of(text)
    proposals, _ = proposals_in(content)
    result, refused = counted(draft, text, proposals)
    assert [why in refusal.why for refusal in refused] == [True]
    assert render(result, "x") == render(draft, "x")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "I think that",
        "[1, 2]",
        '{"proposals": 3}',
        '{"proposals": [{"path": "x"}, 7]}',
        "[" * 9999,
    ],
)
def test_garbage_is_refused(content: str) -> None:
    proposals, refused = proposals_in(content)
    assert proposals == []
    assert refused


def test_an_answer_is_asked_for_once(fake: Fake, tmp_path: Path) -> None:
    fake.content = _proposing()
    assert _asked(fake, tmp_path) == _asked(fake, tmp_path) == fake.content
    assert len(fake.asked) == 1
    assert fake.keys == ["Bearer k"]
    assert fake.asked[0]["model"] == "made-up"


@pytest.mark.parametrize(
    "changed",
    [
        {"delay": 1.0},
        {"status": 500},
        {"body": b"<html>busy</html>"},
        {"body": b'{"choices": []}'},
        {"body": b'{"choices": [{"message": {"content": null}}]}'},
        {"status": 302, "to": "http://127.0.0.1:1/elsewhere"},
    ],
)
def test_a_failing_endpoint_is_transient_and_nothing_is_kept(
    fake: Fake, tmp_path: Path, changed: dict[str, Any]
) -> None:
    for name, value in changed.items():
        setattr(fake, name, value)
    with pytest.raises(Transient) as raised:
        _asked(fake, tmp_path, timeout=0.3)
    assert raised.value.code == "opinion-failed"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "example", "https://user:pw@host/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(Refused, match="no address"):
        Endpoint.of(url, "m", {})


def test_the_command_asks_only_when_told_and_stands_without_an_answer(
    fake: Fake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "privacy.txt"
    file.write_text(POLICY, encoding="utf-8")
    assert main(["read", str(file), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert fake.asked == []
    fake.content = _proposing()
    assert main(["read", str(file), "--json", "--second-opinion", fake.url]) == 0
    shown = capsys.readouterr()
    [element] = [e for e in json.loads(shown.out)["elements"] if e.get("origin")]
    assert (element["path"], element["origin"]) == (ADDRESS, "second-opinion")
    assert "1 proposals taken, 0 refused" in shown.err
    fake.status, fake.content = 503, "other"
    file.write_text(POLICY + "\nMore words.\n", encoding="utf-8")
    assert main(["read", str(file), "--json", "--second-opinion", fake.url]) == 0
    shown = capsys.readouterr()
    assert "no second opinion" in shown.err
    assert [e["path"] for e in json.loads(shown.out)["elements"]] == [
        e["path"] for e in plain["elements"]
    ]
