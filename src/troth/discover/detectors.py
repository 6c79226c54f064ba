"""Tests of one value: does this text look like an e-mail address, an IBAN, a street…?

A test says what a value looks like, never that it is so: `chance` weighs how often random text of
the same shape would pass.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn
from stdnum.fr import nir, siren, siret

from troth.discover.words import plain

_EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})\.[A-Za-z]{2,24}")
_STREET = re.compile(
    r"(?i)(\b\d{1,5}\s?(?:bis|ter|quater|[a-d])?,?\s+(?:\w+['’ -]+){0,4}?"
    r"(?:rue|avenue|av\.?|boulevard|bd|bld|place|pl\.|chemin|ch\.|route|rte|impasse|all[ée]e|quai|"
    r"cours|square|sq\.|passage|faubourg|fg|lotissement|lot\.|r[ée]sidence|villa|esplanade|"
    r"street|st\.?|road|rd\.?|lane|ln\.?|drive|dr\.?|court|close|crescent|terrace|way|walk|gardens|"
    r"grove|hill|mews|row|stra(?:ss|ß)e|str\.)(?!\w))|\b(?:po box|bp|cs|b\.p\.)\s*\d+|"
    r"\w+stra(?:ss|ß)e \d+"
)
_POSTCODE = re.compile(
    r"(?i)(?:F-)?\d{5}|\d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|\d{5}-\d{4}"
)
_USER_AGENT = re.compile(r"(?:Mozilla|Opera|curl|Wget|okhttp|Dalvik|python-requests|Safari)/\d")
_SECRET = re.compile(
    r"\$2[abxy]?\$\d\d\$|\$argon2|\$(?:1|5|6|y|P|H|S|wp)\$|pbkdf2[_:]|bcrypt|scrypt[:$]|"
    r"(?:md5|sha1|sha256|sha512)\$|\{S?SHA\d*\}|eyJ[\w-]{8,}\.[\w-]+\.|[sp]k_(?:live|test)_|gh[pousr]_"
)
_OPAQUE = re.compile(r"[0-9a-fA-F]{24,128}|[A-Za-z0-9+/_=-]{24,}|\$\w+\$.{20,}")
_SERIALISED = re.compile(r"[aOs]:\d+:[{\"]|[bi]:\d+;|<\?xml|<[a-z]+[ >].*</|rO0AB")
_FORMATTED_PHONE = re.compile(
    r"\+\d|00[1-9]\d|\(?\d{2,4}\)?(?:[ ./-]\d{2,4}){2,5}$|\(\d{3}\) ?\d{3}-\d{4}"
)
_CARD_PREFIX = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[0689]|6(?:011|4|5|2)|35")
_WORDS_OF_PROSE = 5
_LONGEST_NAME = 5  # words


@dataclass(frozen=True)
class Detector:
    """A test of values, and how far it can be trusted.

    `chance`: None where it is measured on random text of the same shape, else a fixed share of
    unrelated values that pass. `expected`: the share of a true column that passes. `up`, `down`:
    the most that it may add to or take from the belief (natural logarithm of the odds).
    """

    name: str
    test: Callable[[str], bool]
    chance: float | None
    expected: float = 0.9
    up: float = 5.0
    down: float = 3.0


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_card(text: str) -> bool:
    """13 to 19 digits with the prefix of a card scheme and a Luhn check digit."""
    digits = re.sub(r"[ -]", "", text)
    if not (digits.isascii() and digits.isdigit() and 13 <= len(digits) <= 19):
        return False
    return _CARD_PREFIX.match(digits) is not None and bool(luhn.is_valid(digits))


def is_iban(text: str) -> bool:
    return 14 <= len(text) <= 42 and text[:2].isalpha() and bool(iban.is_valid(text))


def is_nir(text: str) -> bool:
    """A French social security number with its two check digits."""
    return bool(nir.is_valid(text))


def is_company_number(text: str) -> bool:
    """A SIREN or SIRET, alone or inside a French VAT number."""
    compact = re.sub(r"[ .]", "", text)
    if re.fullmatch(r"FR[0-9A-Z]{2}\d{9}", compact):
        return bool(siren.is_valid(compact[4:]))
    return bool(siren.is_valid(compact) or siret.is_valid(compact))


def is_ip(text: str) -> bool:
    """An IP address, with or without a prefix length."""
    if "." not in text and ":" not in text:
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def is_first_name(names: frozenset[str]) -> Callable[[str], bool]:
    """A test for a few capitalised words with a common first name among them."""

    def test(text: str) -> bool:
        if any(char.isdigit() or char in "@_/<>{}" for char in text):
            return False
        words = [word for word in re.split(r"[\s,.-]+", plain(text)) if word]
        return len(words) <= _LONGEST_NAME and any(word in names for word in words)

    return test


def is_city(cities: frozenset[str]) -> Callable[[str], bool]:
    """A test for the name of a large town."""
    return lambda text: re.sub(r"\s+(?:cedex.*|\d+.*)$", "", plain(text).strip()) in cities


def is_phone(regions: Sequence[str]) -> Callable[[str], bool]:
    """A test for a telephone number valid in one of the regions (ISO 3166-1)."""

    def test(text: str) -> bool:
        if not 8 <= sum(char.isdigit() for char in text) <= 15 or len(text) > 25:
            return False
        if re.search(r"[A-Za-z@_:]{2,}", text):
            return False
        return any(_valid_phone(text, region) for region in regions)

    return test


def _valid_phone(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def is_formatted_phone(text: str) -> bool:
    """Written as people write telephone numbers: a plus sign, or groups of digits."""
    return _FORMATTED_PHONE.match(text) is not None


def is_prose(text: str) -> bool:
    """Several words of ordinary text."""
    words = text.split()
    letters = sum(char.isalpha() or char.isspace() for char in text)
    return len(words) >= _WORDS_OF_PROSE and letters > 0.75 * len(text)


def is_json(text: str) -> bool:
    """A JSON object or list."""
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_opaque(text: str) -> bool:
    """A long text without words, as hashes, tokens and encrypted values are."""
    return _OPAQUE.fullmatch(text) is not None


def detectors(
    first_names: frozenset[str], cities: frozenset[str], regions: Sequence[str]
) -> tuple[Detector, ...]:
    """All tests that measure a column, by the names that `kinds.yaml` uses."""
    return (
        Detector("email", is_email, 0.002, up=7, down=4),
        Detector("phone", is_phone(regions), None, up=4, down=3),
        Detector("iban", is_iban, None, up=7, down=3),
        Detector("card", is_card, None, up=4, down=3),
        Detector("nir", is_nir, None, up=6, down=3),
        Detector("company-number", is_company_number, None, up=4, down=3),
        Detector("ip", is_ip, None, up=6, down=3.5),
        Detector("postcode", lambda t: _POSTCODE.fullmatch(t) is not None, None, up=1, down=2),
        Detector("street", lambda t: _STREET.search(t) is not None, 0.01, 0.6, up=5, down=1),
        Detector("city", is_city(cities), 0.01, 0.3, up=4, down=0.3),
        Detector("first-name", is_first_name(first_names), 0.03, 0.4, up=5, down=0.8),
        Detector(
            "user-agent", lambda t: _USER_AGENT.search(t) is not None, 0.001, 0.8, up=7, down=2
        ),
        Detector("secret", lambda t: _SECRET.match(t) is not None, 0.001, 0.9, up=6, down=0),
        Detector("prose", is_prose, 0.05, 0.5, up=3.2, down=1.5),
        Detector("json", is_json, 0.001, 0.9, up=3.5, down=5),
        Detector(
            "serialised", lambda t: _SERIALISED.match(t) is not None, 0.001, 0.6, up=4, down=1
        ),
    )
