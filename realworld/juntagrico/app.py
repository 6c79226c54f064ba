"""juntagrico, the software of vegetable cooperatives, with its own demo data on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from trial import Application, Page, postgres, run, virtual_environment

STORE = "garden"
UNKNOWN_ROWS = 0
HERE = Path(__file__).parent
REQUIREMENTS = ("juntagrico==2.0.10", "fontawesomefree", "faker", "psycopg2-binary")


@contextmanager
def installed(place: Path) -> Iterator[Application]:
    """juntagrico in a virtual environment under `place`, with a database of its own."""
    python = virtual_environment(place / "venv", *REQUIREMENTS)
    with postgres(place / "postgres") as url:
        address = make_url(url)
        env = {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(place / "project"),
            "TRIAL_DB_NAME": address.database or "",
            "TRIAL_DB_USER": address.username or "",
            "TRIAL_DB_PASSWORD": address.password or "",
            "TRIAL_DB_HOST": str(address.query.get("host") or address.host or ""),
            "TRIAL_DB_PORT": str(address.port or ""),
        }
        (place / "project").mkdir()
        for name in ("settings.py", "urls.py", "demo.py", "pages.py"):
            shutil.copy(HERE / name, place / "project" / name)
        run([python, "demo.py"], cwd=place / "project", env=env)

        def pages() -> list[Page]:
            lines = run([python, "pages.py"], cwd=place / "project", env=env).splitlines()
            found = [line.split("\t", 1) for line in lines if line.startswith("/") and "\t" in line]
            return [Page(path, wrong.strip()) for path, wrong in found]

        yield Application(url, pages)
