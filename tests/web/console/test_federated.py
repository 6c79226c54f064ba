"""Signing in by an identity provider: a real one on this machine, also one that lies."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from troth.ledger.accounts import read_accounts
from troth.project.load import Oidc
from troth.project.model import OidcSettings
from troth.project.secret import Secret
from web.console.conftest import Bureau, form_token_in
from web.console.provider import CLIENT, SECRET, Provider, Served


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    provider = Provider()
    running = Served(provider)
    yield provider
    running.end()


@pytest.fixture
def provider(served: Provider, bureau: Bureau) -> Provider:
    """The provider, honest again, at the time of the bureau; the bureau knows it."""
    fresh = Provider()
    for name in ("subject", "extra", "lie", "sign"):
        setattr(served, name, getattr(fresh, name))
    served.now = lambda: bureau.now.timestamp()
    knows(bureau, served)
    return served


def knows(bureau: Bureau, provider: Provider, **more: Any) -> None:
    terms = OidcSettings(
        name="Soft & Fil",
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret="${OIDC_SECRET}",
        **more,
    )
    settings = replace(bureau.desk.settings, oidc=Oidc(terms, Secret(SECRET)))
    bureau.desk = replace(bureau.desk, settings=settings)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def through(client: TestClient, start: str) -> Response:
    """Follows the browser to the provider and back; the answer to what came back."""
    out = client.get(start)
    assert out.status_code == 303, out.text
    return client.get(back_from(out.headers["location"]))


def back_from(url: str) -> str:
    """Where the provider sends the browser."""
    try:
        build_opener(_Stay).open(url)
    except Exception as answer:
        return str(answer.headers["location"])  # type: ignore[attr-defined]  # an HTTP answer
    raise AssertionError("the provider sends nobody back")


def linked(bureau: Bureau, name: str = "anne") -> TestClient:
    """A colleague who has enrolled by the provider's account alone."""
    anne = bureau.invited(name)
    anne.send("/enrol", name=name, code=anne.code)
    answer = through(anne.browser, "/login/oidc?link=yes")
    assert answer.status_code == 200, answer.text
    return anne.browser


def test_a_colleague_links_the_two_and_signs_in(bureau: Bureau, provider: Provider) -> None:
    browser = linked(bureau)
    assert browser.get("/").status_code == 200
    other = bureau.client()
    answer = through(other, "/login/oidc?next=/keys")
    assert 'content="0;url=/keys"' in answer.text
    assert "anne" in other.get("/").text
    asked = provider.asked[-1]
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid profile")
    assert asked["redirect_uri"] == "https://desk.softfil.example/login/oidc/return"


def test_who_has_no_account_here_is_not_let_in(bureau: Bureau, provider: Provider) -> None:
    linked(bureau)
    provider.subject = "4712"
    provider.extra = {"email": "anne@softfil.example", "preferred_username": "anne"}
    client = bureau.client()
    assert through(client, "/login/oidc").status_code == 409
    assert client.get("/").status_code == 303


def _signed_by_another(self: Provider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, RSAKey.generate_key(2048))


def _signed_with_the_public_key(self: Provider, claims: dict[str, Any]) -> str:
    """RS256 taken for HS256, with the public key as the secret."""
    parts = [{"alg": "HS256", "kid": "1"}, claims]
    text = b".".join(urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts)
    mac = hmac.digest(self.key.as_pem(private=False), text, "sha256")
    return (text + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


def _unsigned(self: Provider, claims: dict[str, Any]) -> str:
    signed = jwt.encode({"alg": "RS256"}, claims, self.key)
    return "eyJhbGciOiJub25lIn0." + signed.split(".")[1] + "."


LIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda claims: claims | {"nonce": "x"},
    "no nonce": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "another audience": lambda claims: claims | {"aud": "shop"},
    "several audiences": lambda claims: claims | {"aud": [CLIENT, "shop"]},
    "another client": lambda claims: claims | {"azp": "shop"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 200},
    "from the future": lambda claims: claims | {"iat": claims["iat"] + 600},
    "old": lambda claims: claims | {"iat": claims["iat"] - 90_000},
    "nobody": lambda claims: claims | {"sub": ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_does_not_hold_lets_nobody_in(
    bureau: Bureau, provider: Provider, lie: str
) -> None:
    linked(bureau)
    provider.lie = LIES[lie]
    client = bureau.client()
    assert through(client, "/login/oidc").status_code == 409
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("sign", [_signed_by_another, _signed_with_the_public_key, _unsigned])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    bureau: Bureau, provider: Provider, sign: Callable[[Provider, dict[str, Any]], str]
) -> None:
    linked(bureau)
    provider.sign = sign
    assert through(bureau.client(), "/login/oidc").status_code == 409


def test_what_came_back_counts_once_and_for_the_browser_that_went_out(
    bureau: Bureau, provider: Provider
) -> None:
    linked(bureau)
    mine = bureau.client()
    back = back_from(mine.get("/login/oidc").headers["location"])
    victim = bureau.client()
    assert victim.get(back).status_code == 409  # without the cookie of who went out
    victim.get("/login/oidc")
    assert victim.get(back).status_code == 409  # with the cookie of another going out
    cookie = mine.cookies["__Host-troth-oidc"]
    assert mine.get(back).status_code == 200
    mine.cookies.set("__Host-troth-oidc", cookie)
    assert mine.get(back).status_code == 409


def test_another_provider_cannot_answer(bureau: Bureau, provider: Provider) -> None:
    linked(bureau)
    client = bureau.client()
    back = back_from(client.get("/login/oidc").headers["location"])
    stranger = back.replace("iss=http", "iss=https%3A%2F%2Fevil.example%2F")
    assert client.get(stranger).status_code == 409


def test_an_identity_is_one_colleagues(bureau: Bureau, provider: Provider) -> None:
    linked(bureau, "anne")
    ben = bureau.invited("ben", "agent")
    ben.send("/enrol", name="ben", code=ben.code)
    assert through(ben.browser, "/login/oidc?link=yes").status_code == 409


def test_a_role_comes_from_the_provider_only_where_the_project_says_so(
    bureau: Bureau, provider: Provider
) -> None:
    provider.extra = {"groups": ["it", "data-protection"], "preferred_username": "zoe"}
    assert through(bureau.client(), "/login/oidc").status_code == 409
    roles = {"data-protection": "dpo", "it": "engineer"}
    knows(bureau, provider, roles_claim="groups", roles=roles)
    browser = bureau.client()
    assert through(browser, "/login/oidc").status_code == 200
    assert role_of(bureau, "zoe") == "dpo"
    provider.extra |= {"groups": ["it"]}
    assert through(bureau.client(), "/login/oidc").status_code == 200
    assert role_of(bureau, "zoe") == "engineer"
    assert browser.get("/").status_code == 303  # the session of the old role is over
    provider.extra |= {"groups": ["sales"]}
    assert through(bureau.client(), "/login/oidc").status_code == 409


def test_the_provider_proves_anew_who_somebody_is(bureau: Bureau, provider: Provider) -> None:
    browser = linked(bureau)
    answer = through(browser, "/login/oidc?prove=yes&next=/keys")
    assert (answer.status_code, provider.asked[-1]["prompt"]) == (200, "login")
    provider.lie = lambda claims: claims | {"auth_time": claims["iat"] - 3_600}
    assert through(browser, "/login/oidc?prove=yes").status_code == 409
    provider.lie = lambda claims: claims
    provider.subject = "4712"
    assert through(browser, "/login/oidc?prove=yes").status_code == 409


@pytest.mark.parametrize(
    ("demanded", "said", "let_in"),
    [
        ({"acr": ("gold", "silver")}, {"acr": "silver"}, True),
        ({"acr": ("gold", "silver")}, {"acr": "bronze"}, False),
        ({"acr": ("gold", "silver")}, {}, False),
        ({"acr": ("gold",)}, {"acr": ["gold"]}, False),  # a claim of another type is no level
        ({"amr": ("mfa",)}, {"amr": ["pwd", "otp", "mfa"]}, True),
        ({"amr": ("pwd", "otp")}, {"amr": ["pwd"]}, False),
        ({"amr": ("mfa",)}, {"amr": "mfa"}, False),
        ({"amr": ("mfa",)}, {}, False),
        ({"acr": ("gold",), "amr": ("mfa",)}, {"acr": "gold", "amr": ["pwd"]}, False),
        ({}, {}, True),
    ],
)
def test_who_signed_in_too_weakly_is_not_let_in(
    bureau: Bureau,
    provider: Provider,
    demanded: dict[str, Any],
    said: dict[str, Any],
    let_in: bool,
) -> None:
    linked(bureau)
    knows(bureau, provider, **demanded)
    provider.extra |= said
    client = bureau.client()
    answer = through(client, "/login/oidc")
    assert answer.status_code == (200 if let_in else 409)
    assert ("less strongly" in answer.text) is not let_in
    assert client.get("/").status_code == (200 if let_in else 303)
    assert provider.asked[-1].get("acr_values", "") == " ".join(demanded.get("acr", ()))


def test_a_provider_that_is_away_is_said_and_the_password_stays(
    bureau: Bureau, provider: Provider
) -> None:
    knows(bureau, replace(provider, issuer="http://127.0.0.1:9"))
    client = bureau.client()
    assert client.get("/login/oidc").status_code == 503
    assert form_token_in(client.get("/login").text)


def test_a_provider_without_tls_elsewhere_is_refused(bureau: Bureau, provider: Provider) -> None:
    knows(bureau, replace(provider, issuer="http://login.softfil.example"))
    assert bureau.client().get("/login/oidc").status_code == 409


def role_of(bureau: Bureau, name: str) -> str:
    with bureau.desk.ledger.reading("softfil") as reading:
        return next(one.role for one in read_accounts(reading) if one.name == name)
