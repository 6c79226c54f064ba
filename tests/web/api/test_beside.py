"""The API as it runs: beside the console, in its process, on the desk's ledger."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from troth.datamap.load import parse_map
from troth.desk.accounts.tokens import make_token
from troth.ledger.ledger import open_ledger
from troth.project.load import load_policy
from web.api.conftest import ANNA, EXAMPLE


def project(folder: Path) -> None:
    for name in ("policy.yaml", "map.yaml"):
        (folder / name).write_text((EXAMPLE / name).read_text())
    policy = load_policy(EXAMPLE / "policy.yaml")
    datamap, _ = parse_map((EXAMPLE / "map.yaml").read_bytes(), "map.yaml", policy)
    stores = "".join(f"  {name}: sqlite:///{name}.db\n" for name in datamap.stores)
    (folder / "troth.yaml").write_text(f"troth: 1\nstores:\n{stores}")


def asked(port: int, token: str, path: str, body: object) -> tuple[int, dict[str, object]]:
    sent = json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    headers["Idempotency-Key"] = path
    call = Request(f"http://127.0.0.1:{port}/api/v1{path}", sent, headers)
    try:
        with urlopen(call, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def test_the_console_answers_its_pages_and_the_api_its_calls(tmp_path: Path) -> None:
    project(tmp_path)
    now = datetime.now(UTC)
    with (
        open_ledger(str(tmp_path / "ledger.sqlite"), at=now) as ledger,
        ledger.writing("softfil") as writing,
    ):
        token = make_token(writing, "shop", ["may:read", "consent:write"], by="dpo", at=now).secret
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "troth.web.console"],
        env={
            **os.environ,
            "TROTH_PROJECT": str(tmp_path),
            "TROTH_CONSOLE_HOSTS": f"127.0.0.1:{port}",
            "TROTH_PORT": str(port),
        },
        stdin=subprocess.PIPE,
    )
    try:
        await_health(port, process)
        question = {"purpose": "targeted-advertising", "category": "cookie-data", "person": [ANNA]}
        question["role"] = "marketing"
        given = {"person": ANNA, "consent": "ads-cookies", "state": "given"}
        assert asked(port, token, "/may", question)[1]["allowed"] is False
        assert asked(port, token, "/consents", given) == (201, {"recorded": 1})
        assert asked(port, token, "/may", question)[1]["allowed"] is True
        assert asked(port, "troth_guessed", "/may", question)[0] == 401
        with urlopen(f"http://127.0.0.1:{port}/login", timeout=30) as page:
            assert "text/html" in page.headers["content-type"]
    finally:
        process.stdin and process.stdin.close()
        process.wait(30)


def await_health(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            with urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=30) as answer:
                assert json.loads(answer.read())["status"] == "ok"
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the API never came")
