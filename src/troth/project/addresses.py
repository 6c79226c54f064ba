"""Addresses as `troth.yaml` writes them: environment filled in, passwords refused, files found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from troth.documents.nearest import advice
from troth.errors import Refused
from troth.project.secret import Secret

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD_KEYS = frozenset({"password", "passwd", "passphrase", "pwd", "secret", "sslpassword"})
_SCHEMES = ("sqlite", "postgresql", "postgres", "mariadb", "mysql")
_FILE_SCHEME = "sqlite:///"


def store_address(text: str, folder: Path, environ: Mapping[str, str], place: str) -> Secret:
    """The address of a store: complete, and with a SQLite file found from `folder`.

    `Refused`: secret-in-file, environment-variable-missing, unknown-scheme, wrong-address.
    """
    url = filled(text, environ, place)
    scheme = re.split(r"[+:]", url, maxsplit=1)[0]
    if "://" not in url or scheme not in _SCHEMES:
        raise Refused(
            "unknown-scheme",
            "the address does not begin with sqlite:///, postgresql:// or mariadb://",
            place=place,
            help=advice(scheme, _SCHEMES) if "://" in text else "write sqlite:///file.sqlite",
        )
    return Secret(_found(url, folder))


def ledger_address(text: str, folder: Path, environ: Mapping[str, str], place: str) -> Secret:
    """The address of the ledger; a text without a scheme is a file beside `troth.yaml`."""
    url = filled(text, environ, place)
    return Secret(_found(url if "://" in url else f"{_FILE_SCHEME}{url}", folder))


def filled(text: str, environ: Mapping[str, str], place: str) -> str:
    """`text` with each `${NAME}` replaced from `environ`.

    Inside a longer address a value is percent-encoded, so that a password may hold any character.
    """
    _refuse_password(text, place)
    if "${" in _VARIABLE.sub("", text):
        raise Refused(
            "wrong-address",
            "'${' is not followed by the name of an environment variable and '}'",
            place=place,
            help="write ${NAME}",
        )
    whole = _VARIABLE.fullmatch(text) is not None

    def value(match: re.Match[str]) -> str:
        found = environ.get(match[1], "")
        if not found:
            raise Refused(
                "environment-variable-missing",
                f"the environment variable {match[1]} is not set",
                place=place,
                help=f"set it before the command: export {match[1]}=…",
            )
        return found if whole else quote(found, safe="")

    return _VARIABLE.sub(value, text)


def _refuse_password(text: str, place: str) -> None:
    """A password in the file would be in its history for ever; its own text is not repeated."""
    try:
        parts = urlsplit(text)
        passwords = [unquote(parts.password)] if parts.password else []
    except ValueError:
        raise Refused("wrong-address", "the address cannot be read", place=place) from None
    passwords += [value for key, value in parse_qsl(parts.query) if key.lower() in _PASSWORD_KEYS]
    if any(_VARIABLE.fullmatch(password) is None for password in passwords):
        raise Refused(
            "secret-in-file",
            "a password is written in this file",
            place=place,
            help="put it in an environment variable and write ${NAME} in its place; "
            "then change the password, since the file may have been copied",
        )


def _found(url: str, folder: Path) -> str:
    """A SQLite file's path made absolute, as seen from the project's folder."""
    scheme, _, rest = url.partition(":///")
    if not scheme.startswith("sqlite") or rest.startswith((":memory:", "/")) or not rest:
        return url
    return f"{scheme}:///{(folder / rest).resolve()}"
