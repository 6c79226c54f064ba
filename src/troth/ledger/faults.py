"""What a failing ledger database says, as refused, transient or broken.

The driver's own message may quote values; it never reaches a person, only its kind does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from troth.errors import Broken, Refused, Transient, TrothError


@contextmanager
def ledger_faults(place: str) -> Iterator[None]:
    """Turn errors of the ledger's database into errors of Troth; `place` names the ledger."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error, place) from error
    except PoolTimeout as error:
        raise _locked(place) from error


def translate(error: DBAPIError, place: str) -> TrothError:
    """The error of Troth for a driver's error."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if isinstance(name, str):
        return _sqlite(name, place)
    state = getattr(error.orig, "sqlstate", None)
    return _postgresql(state or "", place, str(error.orig or ""))


def _sqlite(name: str, place: str) -> TrothError:
    match name.split("_")[1]:
        case "FULL":
            return _full(place)
        case "BUSY" | "LOCKED":
            return _locked(place)
        case "READONLY":
            return _read_only(place)
        case "CANTOPEN":
            return Transient(
                "ledger-unreachable",
                "the ledger file cannot be opened",
                place=place,
                help="check that its folder exists and may be read and written",
            )
        case "NOTADB":
            return Refused(
                "not-a-ledger",
                "the ledger file is no SQLite database",
                place=place,
                help="name another file for the ledger in troth.yaml",
            )
        case "PERM" | "AUTH":
            return _forbidden(place)
        case "CORRUPT":
            return Broken(
                "ledger-damaged",
                "the ledger file is damaged",
                place=place,
                help="stop, keep the file, and restore the ledger from its newest backup",
            )
        case "IOERR":
            return Transient(
                "ledger-io",
                "the disk under the ledger failed to read or write",
                place=place,
                help="nothing was half-written; check the disk and try again",
            )
        case _:
            return _unexpected(name, place)


def _postgresql(state: str, place: str, message: str) -> TrothError:
    if state in ("53100", "53200"):
        return _full(place)
    if state == "25006":
        return _read_only(place)
    if state in ("55P03", "40001", "40P01", "57014"):
        return _locked(place)
    if state in ("42501",):
        return _forbidden(place)
    if state[:2] == "28" or "password authentication failed" in message:
        return Refused(
            "ledger-login",
            "the ledger's server refuses the login",
            place=place,
            help="check user and password in the ledger's address",
        )
    if state == "3D000" or ('database "' in message and "does not exist" in message):
        return Refused(
            "ledger-missing",
            "the ledger's server has no such database",
            place=place,
            help="create it, or correct the ledger's address",
        )
    if state[:2] in ("", "08", "53", "57", "58"):
        return Transient(
            "ledger-unreachable",
            "the ledger's server does not answer",
            place=place,
            help="check the address and that the server runs, then try again",
        )
    return _unexpected(state, place)


def _full(place: str) -> TrothError:
    return Transient(
        "ledger-full",
        "no space is left for the ledger",
        place=place,
        help="nothing was half-written; free some space and do it again",
    )


def _locked(place: str) -> TrothError:
    return Transient(
        "ledger-locked",
        "another process holds the ledger",
        place=place,
        help="wait for it to finish and try again",
    )


def _read_only(place: str) -> TrothError:
    return Refused(
        "ledger-read-only",
        "the ledger can only be read",
        place=place,
        help="give this user the right to write the ledger file and its folder",
    )


def _forbidden(place: str) -> TrothError:
    return Refused(
        "ledger-forbidden",
        "this user lacks a right on the ledger's tables",
        place=place,
        help="grant the ledger's user its schema and tables",
    )


def _unexpected(name: str, place: str) -> TrothError:
    return Broken(
        "ledger-unexpected",
        f"the ledger's database reports {name or 'an unknown error'}",
        place=place,
        help="nothing was written; report this with the code of the database",
    )
