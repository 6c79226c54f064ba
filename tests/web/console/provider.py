"""A small OpenID Connect provider that runs on this machine, and lies where a test wants it to."""

from __future__ import annotations

import base64
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "troth", "the secret of the client"
Claims = dict[str, Any]


@dataclass
class Provider:
    """Whoever comes is `subject`; `lie` changes the claims, `sign` how they are signed."""

    issuer: str = ""
    subject: str = "4711"
    extra: Claims = field(default_factory=dict)
    lie: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Provider, Claims], str] = lambda self, claims: jwt.encode(
        {"alg": "RS256", "kid": "1"}, claims, self.key
    )
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
    )
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    now: Callable[[], float] = time.time

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.document),
                Route("/authorise", self.authorise),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def document(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def authorise(self, request: Request) -> Response:
        """Nobody is asked for anything: the subject is let in."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        wanted = (
            "Basic " + base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        )
        if asked is None or request.headers.get("authorization") != wanted:
            return JSONResponse({"error": "invalid_grant"}, 400)
        proof = base64.urlsafe_b64encode(sha256(str(form["code_verifier"]).encode()).digest())
        if proof.rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.now())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"auth_time": now} if "max_age" in asked else {}),
            **self.extra,
        }
        return JSONResponse({"id_token": self.sign(self, self.lie(claims))})

    async def keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))


class Served:
    """The provider in a thread, until `end`."""

    def __init__(self, provider: Provider) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        provider.issuer = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(provider.app(), port=port, log_level="warning", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def end(self) -> None:
        self.server.should_exit = True
        self.thread.join()
