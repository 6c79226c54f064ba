"""The command line: exit status, errors for people and for programs, and speed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from troth import __version__
from troth.cli.failures import report
from troth.cli.groups import tree
from troth.cli.main import app, main
from troth.errors import Broken, Problems, Refused

TESTS = Path(__file__).parents[1]
POLICY = str(TESTS / "policy" / "minimal.yaml")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue of every clause that the minimal policy cites or explains."""
    clauses = [*(f"S-{n}" for n in range(1, 11)), "S-99"]
    lines = [f"- {{id: {clause}, kind: retention}}\n" for clause in clauses]
    file = tmp_path / "clauses.yaml"
    file.write_text("".join(lines), encoding="utf-8")
    return file


def test_coverage_is_well_when_every_clause_is_cited_or_explained(
    catalogue: Path, capsys: Captured
) -> None:
    assert main(["coverage", str(catalogue), "--policy", POLICY]) == 0
    out = capsys.readouterr().out
    assert "S-2  retention\n    → contacts.privacy" in out
    assert "S-99  retention\n    → not modelled: A greeting." in out
    assert "11 clauses: 10 cited, of which 0 in words only; 1 not modelled (with a reason)" in out


def test_coverage_shows_only_what_needs_a_look(catalogue: Path, capsys: Captured) -> None:
    assert main(["coverage", str(catalogue), "--policy", POLICY, "--look"]) == 0
    out = capsys.readouterr().out
    assert "S-99" in out
    assert "S-2 " not in out
    assert "11 clauses: 10 cited" in out, "the sum is that of the whole catalogue"


@pytest.mark.parametrize(
    ("line", "status"), [("- {id: S-11, kind: x}\n", "missing"), ("", "foreign")]
)
def test_coverage_finds_gaps_on_both_sides(
    catalogue: Path, capsys: Captured, line: str, status: str
) -> None:
    text = catalogue.read_text(encoding="utf-8")
    changed = text + line if line else text.replace("- {id: S-2, kind: retention}\n", "")
    catalogue.write_text(changed, encoding="utf-8")
    assert main(["coverage", str(catalogue), "--policy", POLICY, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["clauses"]
    assert [row["status"] for row in rows].count(status) == 1


def test_a_refusal_is_one_message_on_stderr(tmp_path: Path, capsys: Captured) -> None:
    assert main(["coverage", str(tmp_path / "none.yaml"), "--policy", POLICY]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("none.yaml: there is no such file [file-missing]\n  help: ")


def test_a_refusal_under_json_is_an_object(tmp_path: Path, capsys: Captured) -> None:
    assert main(["coverage", str(tmp_path / "none.yaml"), "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["code"] == "file-missing"
    assert captured.err == ""


def test_several_problems_are_all_told(capsys: Captured) -> None:
    both = Problems([Refused("a-code", "one", place="p:1"), Refused("b-code", "two", place="p:2")])
    assert report(both, json=False) == 2
    assert capsys.readouterr().err == "p:1: one [a-code]\np:2: two [b-code]\n"
    report(both, json=True)
    told = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in told["problems"]] == ["a-code", "b-code"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["coverag"], "no such command 'coverag'"),
        (["coverage"], "missing argument"),
        (["coverage", "x", "--polcy", "y"], "no such option"),
    ],
)
def test_wrong_use_is_refused_with_the_way_to_help(
    arguments: list[str], words: str, capsys: Captured
) -> None:
    assert main(arguments) == 2
    err = capsys.readouterr().err.lower()
    assert words in err
    assert "--help" in err


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command `fail` that raises the one exception in the list."""
    to_raise: list[BaseException] = []
    monkeypatch.setattr(app, "registered_commands", list(app.registered_commands))

    @app.command("fail")
    def fail(json: bool = typer.Option(False, "--json")) -> None:
        raise to_raise[0]

    monkeypatch.setattr("troth.cli.main.commands", lambda: tree(app))
    return to_raise


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("the mail of jane@person.example"), "unexpected failure (RuntimeError)"),
        (Broken("counts-differ", "due, kept and unknown are not all rows"), "[counts-differ]"),
        (KeyboardInterrupt(), "stopped at your request"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_no_failure_shows_a_traceback_or_data(
    error: BaseException, words: str, failing: list[BaseException], capsys: Captured
) -> None:
    failing.append(error)
    status = 130 if isinstance(error, KeyboardInterrupt) else 2
    assert main(["fail"]) == status
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert "jane" not in captured.err
    assert main(["fail", "--json"]) == status
    assert words.strip("[]") in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--debug", "fail"], ["fail", "--debug"]])
def test_debug_lets_an_unexpected_failure_through(
    arguments: list[str], failing: list[BaseException]
) -> None:
    failing.append(RuntimeError("as it is"))
    with pytest.raises(RuntimeError, match="as it is"):
        main(arguments)


def test_a_status_of_a_command_is_kept(failing: list[BaseException]) -> None:
    failing.append(typer.Exit(1))
    assert main(["fail"]) == 1


def test_version_and_help(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"troth {__version__}\n"
    assert main(["--help"]) == 0
    assert "coverage" in capsys.readouterr().out


def test_every_command_has_help_with_an_example(capsys: Captured) -> None:
    for command in app.registered_commands:
        assert main([str(command.name), "--help"]) == 0
        assert f"Example: troth {command.name}" in capsys.readouterr().out


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from troth.cli.main import main; main(['--help']);"
        "heavy = {'sqlalchemy', 'pydantic', 'rich', 'ruamel', 'jinja2'} & set(sys.modules);"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    took = []
    for _ in range(5):
        before = _seconds_of_children()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        took.append(_seconds_of_children() - before)
        assert done.returncode == 0, done.stderr
    assert min(took) < 0.3


def _seconds_of_children() -> float:
    """Of the processor, which a neighbour at work does not stretch as it does the clock's."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_a_reader_that_leaves_early_is_no_failure(catalogue: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "troth.cli", "coverage", str(catalogue), "--policy", POLICY],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
