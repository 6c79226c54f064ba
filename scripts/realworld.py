#!/usr/bin/env python
"""Tries Troth on applications that its authors did not design.

    scripts/realworld.py [wordpress] [juntagrico]

Each is installed in a temporary place with its own demo data, aged by SQL, scanned, checked,
planned, applied and checked again; then its own pages must still answer. What cannot be installed
here is skipped aloud. Exit status: 0 all well or skipped, 1 something is wrong.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
REALWORLD = ROOT / "realworld"
APPLICATIONS = ("wordpress", "juntagrico")
TROTH_SECONDS = 120
sys.path.insert(0, str(REALWORLD))

from trial import Application, SkippedError, execute  # noqa: E402 - it lies beside the applications


class WrongError(Exception):
    """Something is not as it must be; the text says what."""


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(APPLICATIONS))
    if unknown:
        print(f"no trial of '{unknown[0]}'; there are: {', '.join(APPLICATIONS)}")
        return 2
    failed = 0
    for name in names or APPLICATIONS:
        began = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix=f"troth-{name}-") as place:
                Path(place).chmod(0o755)  # a database server may run as another user
                _try_out(name, Path(place))
        except SkippedError as skipped:
            print(f"{name}: skipped: {skipped}", flush=True)
        except WrongError as wrong:
            print(f"{name}: WRONG: {wrong}", flush=True)
            failed = 1
        else:
            print(f"{name}: all well, {time.monotonic() - began:.0f} s", flush=True)
    return failed


def _try_out(name: str, place: Path) -> None:
    module = importlib.import_module(f"{name}.app")
    say = _Told(name)
    say("installing")
    with module.installed(place / "application") as application:
        files = REALWORLD / name
        execute(application.url, (files / "age.sql").read_text())
        say(f"{_pages(application)} pages answer before")
        folder = place / "project"
        folder.mkdir()
        for file in ("troth.yaml", "policy.yaml", "map.yaml"):
            shutil.copy(files / file, folder / file)
        troth = Troth(folder, application.url)
        say(_scan(troth, module.STORE))
        say(_check_before(troth))
        say(_plan_and_apply(troth))
        application.afterwards()
        say(_check_after(troth, module))
        say(f"{_pages(application)} pages answer after")


class _Told:
    """Says each step of a trial, with the seconds since it began."""

    def __init__(self, name: str) -> None:
        self.name, self.began = name, time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"{self.name}: {time.monotonic() - self.began:4.0f} s  {text}", flush=True)


class Troth:
    """The command line, in one project folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url

    def __call__(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> str:
        """What a command prints; `WrongError` if it ends in another way than expected."""
        done = subprocess.run(
            [sys.executable, "-m", "troth.cli", *arguments],
            cwd=self.folder,
            env={**os.environ, "TROTH_REALWORLD_STORE": self.url},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TROTH_SECONDS,
            check=False,
        )
        if done.returncode not in expect:
            said = (done.stderr or done.stdout).strip()[-1500:]
            raise WrongError(
                f"troth {' '.join(arguments[:1])} ended with {done.returncode}: {said}"
            )
        return done.stdout

    def json(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> Any:
        return json.loads(self(*arguments, "--json", expect=expect))


def _pages(application: Application) -> int:
    """How many pages there are; `WrongError` names those that do not answer as they should."""
    pages = application.pages()
    wrong = [f"{page.path} ({page.wrong})" for page in pages if page.wrong]
    if wrong or not pages:
        raise WrongError(f"{len(wrong)} of {len(pages)} pages: {'; '.join(wrong[:5])}")
    return len(pages)


def _scan(troth: Troth, store: str) -> str:
    """Drafts a map and says how far it agrees with the reviewed one."""
    troth("scan", troth.url, "--name", store, "--out", "draft.yaml")
    yaml = YAML(typ="safe")
    draft, reviewed = (
        yaml.load((troth.folder / file).read_text())["stores"][store]
        for file in ("draft.yaml", "map.yaml")
    )
    columns = [_personal(entry) for entry in (draft, reviewed)]
    relations = [_relations(entry) for entry in (draft, reviewed)]
    return (
        f"the draft names {_agreement(*columns)} personal columns and {_agreement(*relations)} "
        "relations of the reviewed map"
    )


def _agreement(draft: set[Any], reviewed: set[Any]) -> str:
    return f"{len(draft & reviewed)} of {len(reviewed)} (and {len(draft - reviewed)} more)"


def _personal(store: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, entry in store["tables"].items()
        for column, described in entry["columns"].items()
        if described is not None
    }


def _relations(store: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Relations between tables that the reviewed map does not leave alone."""
    return {
        (table, ",".join(relation["columns"]), relation["references"])
        for table, entry in store["tables"].items()
        for relation in (entry.get("relations") or {}).values()
    }


def _check_before(troth: Troth) -> str:
    troth("check", "--schema")
    report = troth.json("check", "--html", "report.html", expect=(1,))
    broken = _with_status(report, "broken")
    if not broken:
        raise WrongError("nothing is due: the demo data was not aged")
    if report["undeclared"]:
        raise WrongError(f"undeclared data: {report['undeclared'][0]}")
    rows = sum(table["counts"]["due"] for promise in broken for table in promise["tables"])
    return f"{len(broken)} of {len(report['promises'])} promises broken ({rows} findings by row)"


def _plan_and_apply(troth: Troth) -> str:
    plan = troth.json("plan", "--out", "plan.json")
    outcome = troth.json("apply", "plan.json", "--approve", "--by", "data protection officer")
    if outcome["remaining"]:
        raise WrongError(f"still due after the run: {outcome['remaining']}")
    written = sum(outcome["written"].values())
    if written != plan["rows"]:
        raise WrongError(f"{plan['rows']} rows were planned, {written} were written")
    deleted = sum(n for step, n in outcome["written"].items() if step.startswith("delete:"))
    return f"{deleted} rows deleted, values of {written - deleted} rows erased"


def _check_after(troth: Troth, module: ModuleType) -> str:
    report = troth.json("check", expect=(0, 1))
    broken = _with_status(report, "broken")
    if broken:
        raise WrongError(f"still broken: {broken[0]['promise']}")
    unknown = max(
        (t["counts"]["unknown"] for p in report["promises"] for t in p["tables"]), default=0
    )
    if unknown != module.UNKNOWN_ROWS:
        raise WrongError(f"{unknown} rows unknown, {module.UNKNOWN_ROWS} expected")
    if troth.json("plan", "--out", "again.json")["steps"]:
        raise WrongError("a second plan has something to do")
    troth("journal", "verify")
    kept = len(_with_status(report, "kept"))
    return f"nothing broken, {kept} of {len(report['promises'])} promises kept, nothing to do"


def _with_status(report: dict[str, Any], status: str) -> list[dict[str, Any]]:
    return [promise for promise in report["promises"] if promise["status"] == status]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
