"""Codes: one-time codes of an authenticator (TOTP), recovery codes, and codes to enrol with."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP = timedelta(seconds=30)
DRIFT = 1  # steps that a clock may be off
RECOVERY_CODES = 10
_CODE_BYTES = 15  # 120 bits, in groups of four letters: a plain keyed digest is enough
_NONCE = 12


def new_totp_secret() -> str:
    """A secret for an authenticator, as it takes it (base 32)."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is; None where it is none of those that count now."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // int(STEP.total_seconds())
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def provisioning_uri(secret: str, account: str, organisation: str) -> str:
    """What the authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"Troth {organisation}")


def seal_secret(key: bytes, secret: str, *about: str) -> bytes:
    """A secret that must be read again, sealed; `about` says whose it is."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), "\n".join(about).encode())


def open_secret(key: bytes, sealed: bytes, *about: str) -> str | None:
    """The secret; None where it was not sealed by this key for this one."""
    nonce, text = sealed[:_NONCE], sealed[_NONCE:]
    try:
        return AESGCM(key).decrypt(nonce, text, "\n".join(about).encode()).decode()
    except InvalidTag:
        return None


def new_enrolment_code() -> str:
    """A code that lets a person in once."""
    return _grouped(_CODE_BYTES)


def new_recovery_codes() -> tuple[str, ...]:
    """Codes for the day on which the authenticator is lost; each works once."""
    return tuple(_grouped(_CODE_BYTES) for _ in range(RECOVERY_CODES))


def plain_code(code: str) -> str:
    """A code as it is compared: without blanks, hyphens and the case of letters."""
    return "".join(c for c in code.upper() if c.isalnum())


def _grouped(size: int) -> str:
    text = base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
