"""Logs of a server: one event a line, in two forms, and no text of an error in any."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from troth import logs
from troth.errors import Refused

NAME = "anna.martin@mail.example"


class Lines:
    """What was written to stderr so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys, self._text = capsys, ""

    def getvalue(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """What is written to stderr; afterwards nothing is set up any more."""
    for name in ("uvicorn", "uvicorn.error", "imapclient"):  # other tests have servers set them up
        library = logging.getLogger(name)
        library.handlers[:], library.propagate, library.disabled = [], True, False
        library.setLevel(logging.NOTSET)
    root, own = logging.getLogger(), logging.getLogger("troth")
    kept = (root.handlers[:], root.level, own.handlers[:], own.level, own.propagate)
    yield Lines(capsys)
    root.handlers[:], own.handlers[:] = kept[0], kept[2]
    root.setLevel(kept[1])
    own.setLevel(kept[3])
    own.propagate = kept[4]
    structlog.reset_defaults()


def raised() -> ValueError:
    try:
        try:
            raise Refused("no-such-person", f"nobody is called {NAME}")
        except Refused as refused:
            raise ValueError(f"not a number: '{NAME}\nlevel=info'") from refused
    except ValueError as error:
        return error


def objects(lines: Lines) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.parametrize("form", logs.FORMS)
def test_an_error_is_told_by_its_kinds_and_places_and_never_by_its_text(
    lines: Lines, form: logs.Form
) -> None:
    logs.set_up("console", form)
    logs.defect(raised(), page="/people")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=raised())
    text = lines.getvalue()
    assert text.count("\n") == 2, "an event is a line, whatever is in it"
    assert "anna" not in text
    assert text.count("Refused[no-such-person]") == 2
    assert text.count("test_logs.py") >= 2
    assert "/people" in text
    assert "process" in text


def test_the_words_of_a_library_stay_out_unless_they_are_about_the_network(
    lines: Lines,
) -> None:
    logs.set_up("worker", "json")
    logging.getLogger("imapclient").warning("mailbox of %s is full", NAME)
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    library, server = objects(lines)
    assert library["library"] == "imapclient"
    assert library["event"].startswith("test_logs.py:")
    assert server["event"] == "Invalid HTTP request received."
    assert NAME not in lines.getvalue()


def test_what_nobody_set_up_still_keeps_the_text_of_an_error_back(lines: Lines) -> None:
    logs.defect(raised())
    assert "ValueError < Refused[no-such-person]" in lines.getvalue()
    assert NAME not in lines.getvalue()


def test_calls_are_shown_where_the_environment_asks(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.set_up("public", "json")
    logs.logger().debug("call", route="/")
    assert lines.getvalue() == ""
    monkeypatch.setenv(logs.LEVEL, "debug")
    logs.set_up("public", "json")
    logs.logger().debug("call", route="/")
    (one,) = objects(lines)
    assert (one["event"], one["route"], one["process"]) == ("call", "/", "public")
    assert one["at"].endswith("Z"), "instants are in UTC"


def test_the_form_is_what_the_environment_says() -> None:
    assert logs.form_in({"TROTH_LOG": "json"}) == "json"
    assert logs.form_in({"TROTH_LOG": "nonsense"}) == "text"
    assert logs.form_in({}) == "text"
