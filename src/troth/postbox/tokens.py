"""Tokens in the links of mails: whose preferences they open, for the desk alone to read.

A token names its person by a handle (AES-SIV, RFC 5297) that only the desk can read, and is signed
(Ed25519), so that the public pages turn forged ones away. It holds no secret of the desk.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from troth.postbox.seal import SealError, derived

LASTS = timedelta(days=3 * 366)
"""How long the link to the preferences works; that of unsubscribing works for good."""
MOST_TOKEN_LETTERS = 1_000
_VERSION = b"\x01"
_DAY_BYTES, _SIGNATURE_BYTES, _BLOCK = 3, 64, 32
_FIRST_DAY = date(2020, 1, 1)


def token_for(subject: str, key: bytes, organisation: str, expires_on: date) -> str:
    """The token for a person; `key` is the desk's private key. The same again on the same day."""
    text = subject.encode()
    text += b"\0" * (-len(text) % _BLOCK)
    handle = AESSIV(derived(key, "handle", 64)).encrypt(text, [organisation.encode()])
    body = _VERSION + (expires_on - _FIRST_DAY).days.to_bytes(_DAY_BYTES) + handle
    signature = _signing(key).sign(_signed(organisation, body))
    return urlsafe_b64encode(signature + body).decode().rstrip("=")


def signing_part(key: bytes) -> bytes:
    """The public key by which anybody sees that a token comes from the desk, 32 bytes."""
    return _signing(key).public_key().public_bytes_raw()


def genuine(token: str, public: bytes, organisation: str, today: date | None) -> bool:
    """Whether the desk of the organisation made the token, and it has not expired (None: ever)."""
    try:
        signature, body = _parts(token)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _signed(organisation, body))
    except (InvalidSignature, ValueError):
        return False
    lasts = timedelta(days=int.from_bytes(body[1 : 1 + _DAY_BYTES]))
    return body[:1] == _VERSION and (today is None or today <= _FIRST_DAY + lasts)


def subject_of(token: str, key: bytes, organisation: str) -> str:
    """Whose token it is, for the desk; `SealError` where it made none such."""
    try:
        _, body = _parts(token)
        handle = body[1 + _DAY_BYTES :]
        text = AESSIV(derived(key, "handle", 64)).decrypt(handle, [organisation.encode()])
    except (InvalidTag, ValueError) as error:
        raise SealError("the token is not of this desk") from error
    return text.rstrip(b"\0").decode()


def _signing(key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(key, "signing"))


def _signed(organisation: str, body: bytes) -> bytes:
    return b"troth preferences\0" + organisation.encode() + b"\0" + body


def _parts(token: str) -> tuple[bytes, bytes]:
    if len(token) > MOST_TOKEN_LETTERS:
        raise ValueError("no token is as long")
    content = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    return content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
