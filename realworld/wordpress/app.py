"""WordPress as Debian packages it, with readers, articles and comments on MariaDB."""

from __future__ import annotations

import http.cookiejar
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from trial import Application, Page, SkippedError, mariadb, run

STORE = "site"
UNKNOWN_ROWS = 1  # the comment that an import left without a day
HERE = Path(__file__).parent
PACKAGES = ("wordpress", "wordpress-theme-twentytwentythree", "php-cli", "php-mysql")
SITE = Path("/usr/share/wordpress")
CONTENT = Path("/var/lib/wordpress/wp-content")
PHP = ("php", "-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr")
START_SECONDS = 10
FAULTS = ("Fatal error", "Warning:", "critical error", "database error")
PUBLIC = (
    ("/", "Reading evening"),
    ("/?p={post}", "We read together"),
    ("/?feed=comments-rss2", "<rss"),
    ("/index.php?rest_route=/wp/v2/comments", "["),
    ("/wp-login.php", "user_login"),
)
INSIDE = (
    ("/wp-admin/", "Dashboard"),
    ("/wp-admin/edit-comments.php", "Comments"),
    ("/wp-admin/users.php", "librarian"),
    ("/wp-admin/edit.php", "Reading evening"),
    ("/wp-admin/export-personal-data.php", "Export Personal Data"),
)


@contextmanager
def installed(place: Path) -> Iterator[Application]:
    """WordPress copied to `place`, with a database of its own; Debian's packages stay installed."""
    _install_packages()
    site = place / "site"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns("wp-config.php"))
    shutil.copytree(CONTENT, site / "wp-content", dirs_exist_ok=True)
    shutil.copy(HERE / "wp-config.php", site / "wp-config.php")
    with mariadb() as url:
        address = make_url(url)
        env = {
            "TRIAL_SITE": str(site),
            "TRIAL_DB_NAME": address.database or "",
            "TRIAL_DB_USER": address.username or "",
            "TRIAL_DB_PASSWORD": address.password or "",
            "TRIAL_DB_HOST": f"{address.host}:{address.port or 3306}",
        }
        run([*PHP, HERE / "demo.php"], env=env)

        def pages() -> list[Page]:
            with _server(site, env) as base:
                return _look(base)

        def afterwards() -> None:
            run([*PHP, HERE / "recount.php"], env=env)

        yield Application(url, pages, afterwards)


def _install_packages() -> None:
    if shutil.which("php") and SITE.exists() and (CONTENT / "themes").exists():
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SkippedError(f"apt-get install {' '.join(PACKAGES)} needs Debian and root")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=quiet, reason="Debian's package lists cannot be read")
    run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        env=quiet,
        reason="Debian's wordpress cannot be installed",
    )


@contextmanager
def _server(site: Path, env: dict[str, str]) -> Iterator[str]:
    """PHP's own server on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*PHP, "-S", f"127.0.0.1:{port}", "-t", str(site)],
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"PHP's server did not start within {START_SECONDS} seconds")


def _look(base: str) -> list[Page]:
    jar = http.cookiejar.CookieJar()
    client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    newest = client.open(base + "/index.php?rest_route=/wp/v2/posts&_fields=id").read()
    post = int("".join(c for c in newest.decode().split(",")[0] if c.isdigit()))
    pages = [_page(client, base, path.format(post=post), text) for path, text in PUBLIC]
    form = {"log": "librarian", "pwd": "for-the-trial", "testcookie": "1"}
    client.open(base + "/wp-login.php", urllib.parse.urlencode(form).encode()).close()
    return pages + [_page(client, base, path, text) for path, text in INSIDE]


def _page(client: urllib.request.OpenerDirector, base: str, path: str, text: str) -> Page:
    """The page must answer 200, show `text`, and name no fault."""
    try:
        with client.open(base + path) as answer:
            body = answer.read().decode()
    except urllib.error.HTTPError as error:
        return Page(path, f"HTTP {error.code}")
    if text not in body:
        return Page(path, f"'{text}' is not shown")
    return Page(path, next((f"shows '{fault}'" for fault in FAULTS if fault in body), ""))
