"""Signing in by the organisation's identity provider: OpenID Connect, code flow with PKCE.

What the provider says is believed only as far as its signature, issuer, audience, time, nonce and
state go. It says who somebody is; whether they have an account, and as what, is ours to say.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from troth.errors import Refused, Transient
from troth.project.load import Oidc

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
PATIENCE_SECONDS = 10.0
LEEWAY = timedelta(minutes=2)
"""How far the provider's clock may be off."""
LONGEST_LIFE = timedelta(hours=24)
_MOST_BYTES = 1_000_000
_MOST_SUBJECT = 255
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Asked:
    """Where the browser is sent, and what is kept in its cookie until it comes back."""

    url: str
    kept: dict[str, str]


@dataclass(frozen=True)
class Identity:
    """Who somebody is, by the provider's word; `name` is for people, `groups` for roles."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]
    authenticated_at: datetime | None


def ask_provider(provider: Oidc, redirect: str, *, again: bool) -> Asked:
    """Sends somebody to the provider; `again`: they are to prove there anew who they are.

    Transient (`oidc-unreachable`); Refused (`oidc-settings`).
    """
    known = _discovered(provider)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = urlsafe_b64encode(sha256(kept["verifier"].encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": provider.terms.client_id,
        "redirect_uri": redirect,
        "scope": "openid profile",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    } | ({"prompt": "login", "max_age": "0"} if again else {})
    if provider.terms.acr:
        asked["acr_values"] = " ".join(provider.terms.acr)
    start = _endpoint(known, "authorization_endpoint")
    return Asked(f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}", kept)


def hear_provider(
    provider: Oidc, redirect: str, kept: Mapping[str, str], said: Mapping[str, str], now: datetime
) -> Identity:
    """Who came back; Refused (`oidc-refused`) where anything does not fit.

    Refused (`oidc-level`) where they signed in there less strongly than `troth.yaml` demands.

    `kept` is what the cookie held, `said` are the parameters with which the browser came.
    """
    if not hmac.compare_digest(said.get("state", "").encode(), kept["state"].encode()):
        raise _refused("the state is another")
    if said.get("iss", provider.terms.issuer) != provider.terms.issuer:
        raise _refused("another provider answered")
    if not said.get("code"):
        raise _refused("the provider let nobody in")
    known = _discovered(provider)
    form = {
        "grant_type": "authorization_code",
        "code": said["code"],
        "redirect_uri": redirect,
        "code_verifier": kept["verifier"],
        "client_id": provider.terms.client_id,
    }
    answer = _fetched(_endpoint(known, "token_endpoint"), form, _authorisation(provider))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise _refused("there is no ID token")
    keys = _fetched(_endpoint(known, "jwks_uri"))
    claims = _claims(provider, token, keys, kept["nonce"], now)
    _refuse_weak(provider, claims)
    return _identity(provider, claims)


def _claims(
    provider: Oidc, token: str, keys: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, time and nonce are right."""
    terms = provider.terms
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": terms.issuer},
        aud={"essential": True, "value": terms.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]  # a document of keys
        claims = found.claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _refused("the ID token does not hold") from error
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", terms.client_id) != terms.client_id or (
        len(audiences) > 1 and "azp" not in claims
    ):
        raise _refused("the ID token is another client's")
    if now.timestamp() - claims["iat"] > LONGEST_LIFE.total_seconds():
        raise _refused("the ID token is old")
    return claims


def _refuse_weak(provider: Oidc, claims: Mapping[str, Any]) -> None:
    """`acr_values` is a wish (OpenID Connect Core, 3.1.2.1), so what came is what is looked at."""
    methods = claims.get("amr")
    named = methods if isinstance(methods, list) else []
    levels = provider.terms.acr
    if all(one in named for one in provider.terms.amr) and (
        not levels or claims.get("acr") in levels
    ):
        return
    raise Refused(
        "oidc-level",
        "your organisation's account let you in less strongly than this desk demands",
        help="sign in there with your second factor, or here by a passkey or password",
    )


def _identity(provider: Oidc, claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _MOST_SUBJECT:
        raise _refused("the ID token names nobody")
    name = claims.get("preferred_username") or claims.get("name") or subject
    claim = provider.terms.roles_claim
    groups = claims.get(claim, ()) if claim is not None else ()
    listed = [groups] if isinstance(groups, str) else groups
    at = claims.get("auth_time")
    return Identity(
        provider.terms.issuer,
        subject,
        str(name),
        tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else (),
        datetime.fromtimestamp(at, tz=UTC) if isinstance(at, int | float) else None,
    )


def _discovered(provider: Oidc) -> dict[str, Any]:
    issuer = provider.terms.issuer
    found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise Refused(
            "oidc-settings",
            "the identity provider calls itself otherwise than 'issuer' in troth.yaml",
            place="troth.yaml",
            help="write the issuer exactly as the provider's document has it",
        )
    return found


def _endpoint(known: Mapping[str, Any], name: str) -> str:
    found = known.get(name)
    if not isinstance(found, str):
        raise Refused(
            "oidc-settings",
            f"the identity provider names no {name}",
            place="troth.yaml",
            help="look at the issuer; it must offer the code flow",
        )
    return _safe(found)


def _safe(url: str) -> str:
    """By TLS, but on this machine itself."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Refused(
            "oidc-settings",
            "the identity provider is not reached by TLS",
            place="troth.yaml",
            help="its addresses begin with https://",
        )
    return url


class _NoRedirect(HTTPRedirectHandler):
    """What is secret goes to the address that was named, and no further."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _fetched(
    url: str, form: Mapping[str, str] | None = None, authorisation: str | None = None
) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    if authorisation is not None:
        headers["Authorization"] = authorisation
    data = urlencode(form).encode() if form is not None else None
    try:
        with build_opener(_NoRedirect).open(
            Request(_safe(url), data, headers), timeout=PATIENCE_SECONDS
        ) as answer:
            found = json.loads(answer.read(_MOST_BYTES))
    except (URLError, HTTPException, OSError, ValueError) as error:
        if form is not None and getattr(error, "code", 500) < 500:
            raise _refused("the provider does not know the code") from error
        raise Transient(
            "oidc-unreachable",
            "the identity provider does not answer",
            help="try again, or sign in another way",
        ) from error
    if not isinstance(found, dict):
        raise _refused("the provider's answer cannot be read")
    return found


def _authorisation(provider: Oidc) -> str | None:
    if provider.secret is None:
        return None
    pair = f"{quote(provider.terms.client_id)}:{quote(provider.secret.reveal())}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _refused(why: str) -> Refused:
    return Refused(
        "oidc-refused",
        f"the sign-in by your organisation's account was not accepted: {why}",
        help="try again; if it stays so, whoever runs the console looks at the settings",
    )
