"""The review as a page in the browser, served on this machine's own address alone."""

from __future__ import annotations

import html
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import typer

from troth.cli.reading import write_file
from troth.cli.review import parsed
from troth.reading.draft.element import Draft, Element
from troth.reading.review.apply import apply, open_elements, quote_of
from troth.reading.review.overlay import Decision, Overlay, write_overlay
from troth.reading.text import Text

LOOPBACK = "127.0.0.1"
MOST_BYTES = 100_000  # of an answer
_CONTEXT = 220  # characters of the text shown on each side of a sentence
_STYLE = """
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
mark{background:#ffe9a8;color:inherit}
code{overflow-wrap:anywhere}
blockquote{border-left:4px solid #767676;margin:1rem 0;padding:.2rem 1rem}
button{font:inherit;padding:.5rem 1rem;min-height:44px;margin:.3rem .5rem .3rem 0;
border:2px solid #1a1a1a;background:#fff;color:#1a1a1a;border-radius:4px}
button:focus-visible,textarea:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
textarea{font:inherit;width:100%;min-height:5rem;box-sizing:border-box}
[role=alert]{border:2px solid #a4000f;padding:.5rem 1rem}
@media (prefers-color-scheme:dark){body{background:#121212;color:#f0f0f0}
mark{background:#5a4700}button{background:#121212;color:#f0f0f0;border-color:#f0f0f0}}
"""


class Review:
    """A review in progress: its draft, the decisions so far, and where they are kept."""

    def __init__(self, text: Text, draft: Draft, decisions: Overlay, kept: Path, name: str) -> None:
        self.text, self.draft, self.decisions = text, draft, decisions
        self.kept, self.name = kept, name
        self.token = secrets.token_urlsafe(24)
        self.skipped: set[str] = set()
        self.lock = threading.Lock()

    def left(self) -> list[Element]:
        """What is open and was not left for later."""
        decided, _ = apply(self.draft, self.decisions, self.text)
        return [e for e in open_elements(decided) if e.path not in self.skipped]

    def answer(self, fields: dict[str, str]) -> str:
        """Take an answer; why it cannot be taken, or nothing."""
        path, kind = fields.get("path", ""), fields.get("decision", "")
        element = next((e for e in self.left() if e.path == path), None)
        if element is None:
            return "this was decided already"
        if kind == "later":
            self.skipped.add(path)
            return ""
        if kind not in ("accepted", "corrected", "removed"):
            return "choose one of the buttons"
        value, why = parsed(fields.get("value", "")) if kind == "corrected" else (None, "")
        if why:
            return why
        fields_of = {"path": path, "quote": quote_of(element), "decision": kind, "value": value}
        decision = Decision.model_validate(fields_of)
        trial = self.decisions.with_decision(decision)
        _, outcomes = apply(self.draft, trial, self.text)
        if outcomes[-1].fate in ("invalid", "leads-nowhere"):
            return outcomes[-1].why or "there is no such place in the draft"
        self.decisions = trial
        write_file(self.kept, write_overlay(trial))
        return ""

    def page(self, why: str = "") -> str:
        """The next open element, beside its sentence."""
        left = self.left()
        alert = f"<p role=alert>{html.escape(why)}</p>" if why else ""
        body = self._element(left[0], len(left)) if left else self._done()
        return self._whole(alert + body)

    def ended(self) -> str:
        """The last page."""
        return self._whole("<p>Finished. The policy is written; close this page.</p>")

    def _whole(self, body: str) -> str:
        return (
            "<!doctype html><html lang=en><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width'>"
            f"<title>Review of {html.escape(self.name)}</title><style>{_STYLE}</style>"
            f"<main><h1>Review of {html.escape(self.name)}</h1>{body}</main></html>"
        )

    def _element(self, element: Element, count: int) -> str:
        drafted = json.dumps(element.value, ensure_ascii=False)
        shown = (
            "" if element.value is None else f"<p>Drafted: <code>{html.escape(drafted)}</code></p>"
        )
        return (
            f"<p>{count} to look at</p><h2><code>{html.escape(element.path)}</code></h2>"
            f"<p>{element.confidence}: {html.escape(', '.join(element.reasons))}</p>"
            f"{self._sentence(element)}{shown}"
            f"<form method=post><input type=hidden name=token value={self.token}>"
            f"<input type=hidden name=path value='{html.escape(element.path, quote=True)}'>"
            "<button name=decision value=accepted>Accept</button>"
            "<button name=decision value=removed>Remove</button>"
            "<button name=decision value=later>Later</button>"
            "<p><label for=value>Correct value, as YAML</label><textarea "
            "id=value name=value></textarea>"
            "<button name=decision value=corrected>Correct</button></p></form>"
        )

    def _sentence(self, element: Element) -> str:
        if not element.evidence:
            return "<p>The text does not say.</p>"
        first = element.evidence[0]
        characters = self.text.characters
        before = characters[max(0, first.start - _CONTEXT) : first.start]
        after = characters[first.end : first.end + _CONTEXT]
        return (
            f"<blockquote lang={self.text.language}>… {html.escape(before)}"
            f"<mark>{html.escape(first.quote)}</mark>"
            f"{html.escape(after)} …</blockquote>"
        )

    def _done(self) -> str:
        return (
            f"<p>Nothing is left to look at ({len(self.skipped)} left for later).</p>"
            f"<form method=post><input type=hidden name=token value={self.token}>"
            "<button name=decision value=finish>Finish and write the policy</button></form>"
        )


def serve_review(
    text: Text, draft: Draft, decisions: Overlay, kept: Path, name: str, port: int
) -> Overlay:
    """Serve the review until it is finished or Ctrl-C; the decisions as they are then."""
    review = Review(text, draft, decisions, kept, name)
    server = server_of(review, port)
    typer.echo(
        f"open http://{LOOPBACK}:{server.server_port}/?token={review.token}  (Ctrl-C ends it)"
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("stopped; what was decided is kept")
    finally:
        server.server_close()
    return review.decisions


def server_of(review: Review, port: int) -> ThreadingHTTPServer:
    """A server of the review on the loopback address; only who has its token is answered."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            self._answer(asked.get("token", [""])[0], lambda: review.page())

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            form = parse_qs(
                self.rfile.read(length).decode("utf-8", "replace"), keep_blank_values=True
            )
            fields = {key: values[0] for key, values in form.items()}
            if fields.get("decision") == "finish":
                self._answer(fields.get("token", ""), review.ended)
                threading.Thread(target=self.server.shutdown).start()
                return
            self._answer(fields.get("token", ""), lambda: review.page(review.answer(fields)))

        def _answer(self, token: str, page: Any) -> None:
            own = self.headers.get("Host", "").partition(":")[0] in (LOOPBACK, "localhost")
            allowed = own and secrets.compare_digest(token.encode(), review.token.encode())
            with review.lock:
                body = (
                    page() if allowed else "<p>Open the address that the terminal shows.</p>"
                ).encode()
            self.send_response(200 if allowed else 403)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                "frame-ancestors 'none'",
            )
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is logged: an address bears the token."""

    return ThreadingHTTPServer((LOOPBACK, port), Handler)
