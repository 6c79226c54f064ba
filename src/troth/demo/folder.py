"""The project folder that the demo leaves behind: made only where nothing of a user's is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from troth.demo.world import schemas
from troth.errors import Refused
from troth.project.schemas import modeline, write_beside

MARK = ".troth-demo"  # a folder with this file is a demo, and nothing else
SERVER = "postgres"  # the folder of the demo's own database server
OURS = (
    "data",
    SERVER,
    "ledger.sqlite",
    "ledger.sqlite-shm",
    "ledger.sqlite-wal",
    "troth.yaml",
    "policy.yaml",
    "map.yaml",
    "schemas",
    "plan.json",
    "report.html",
    "report-before.html",
    MARK,
)


def prepare_folder(folder: Path, *, force: bool) -> None:
    """An empty folder for the demo; an older demo is replaced with `force`.

    Refused: `folder-not-empty`, `demo-exists`, `demo-server-running`, `folder-unwritable`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = {path.name for path in folder.iterdir()}
        if inside and MARK not in inside:
            raise Refused(
                "folder-not-empty",
                "the folder holds something that is no demo",
                place=str(folder),
                help="name another folder: troth demo DIR",
            )
        if inside and not force:
            raise Refused(
                "demo-exists",
                "there is a demo already",
                place=str(folder),
                help="use --force to make it anew, or name another folder",
            )
        if (folder / SERVER / "postmaster.pid").exists():
            raise Refused(
                "demo-server-running",
                "the demo's PostgreSQL runs",
                place=str(folder / SERVER),
                help="stop it first",
            )
        for name in OURS:
            _remove(folder / name)
        (folder / MARK).write_text("Made by `troth demo`; --force makes it anew.\n", "utf-8")
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise Refused("folder-unwritable", why, place=str(folder)) from None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def database_files(folder: Path) -> dict[str, str]:
    """An empty SQLite database for each store under `data`; their addresses."""
    data = folder / "data"
    data.mkdir()
    addresses = {}
    for store in schemas():
        path = (data / f"{store}.sqlite").resolve()
        connection = sqlite3.connect(path)
        connection.execute("VACUUM")  # writes the header, so that the file is a database
        connection.close()
        addresses[store] = f"sqlite:///{path}"
    return addresses


def _shipped(name: str) -> str:
    """The first line of a shipped file, as an editor in the source tree reads it."""
    return modeline(f"{name}.schema.json", "../../schemas")


def write_project(folder: Path, addresses: Mapping[str, str]) -> None:
    """`policy.yaml` and `map.yaml` of SoftFil, and a `troth.yaml` that names its databases.

    Files inside the folder are named relative to it, so that it may be moved.
    """
    shipped = files("troth.demo").joinpath("softfil")
    for name in ("policy", "map"):
        text = shipped.joinpath(f"{name}.yaml").read_text("utf-8")
        schema = modeline(f"{name}.schema.json")
        (folder / f"{name}.yaml").write_text(schema + text.removeprefix(_shipped(name)), "utf-8")
    write_beside(folder, "policy.schema.json", "map.schema.json", "troth.schema.json")
    own = f"sqlite:///{folder.resolve()}/"
    stores = "\n".join(
        f"  {store}: {address.replace(own, 'sqlite:///')}" for store, address in addresses.items()
    )
    text = f"""\
{modeline("troth.schema.json").rstrip()}
# The project of a made-up organisation. Everything in this folder is yours to try and to break:
# change the policy or the map, then run `troth check` here.
troth: 1
policy: policy.yaml
map: map.yaml
ledger: ledger.sqlite
stores:
{stores}
"""
    (folder / "troth.yaml").write_text(text, "utf-8")
