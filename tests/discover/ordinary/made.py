"""Made-up people and papers, drawn from a seed: names, addresses, numbers with right check digits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from stdnum import iban, luhn
from stdnum.fr import nir

_FIRST = """Amélie Bruno Chantal Damien Élodie Farid Ghislaine Hugo Inès Jérôme Karim Lucie Mathieu
Nadia Olivier Patricia Quentin Rachida Sylvain Thérèse Ulysse Valérie Wassim Yasmine Zoé Anne-Sophie
Jean-Marc Kevin Oumar Ludivine""".split()
_LAST = """Aubertin Belkacem Charpentier Delattre Escoffier Fontanel Garrigue Hamel Ibanez Jouve
Kerbrat Lemoine Marchetti Nguyen Ollivier Pasquier Quillévéré Roussillon Sabatier Traoré Urbain
Vasseur Weber Yilmaz Zeller O'Brien Da-Silva""".split()
_STREETS = """rue des Tilleuls;avenue du Général-Leclerc;chemin du Moulin;boulevard Voltaire;impasse
des Lilas;place de la Mairie;allée des Cerisiers;quai de la Fosse""".replace("\n", " ").split(";")
_TOWNS = [
    *[("35000", "Rennes"), ("69003", "Lyon"), ("44000", "Nantes"), ("31000", "Toulouse")],
    *[("67000", "Strasbourg"), ("59800", "Lille"), ("33000", "Bordeaux"), ("29200", "Brest")],
    *[("84120", "Pertuis"), ("48000", "Mende")],
]
_SENTENCES = """Could you call me back after six in the evening please|Le colis est arrivé abîmé et
je souhaite un remboursement|Very happy with the service, thank you all|Merci de modifier mon
adresse, je déménage à la fin du mois|Ma fille ne pourra pas venir mercredi prochain|The invoice
shows the old company name, please correct it|Je n'ai toujours pas reçu de réponse à mon message|A
neighbour can take the parcel if nobody opens|Demande urgente, merci de me rappeler rapidement|Il
faudrait prévoir un autre rendez-vous avec le spécialiste""".replace("\n", " ").split("|")
_AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
]


@dataclass(frozen=True)
class Person:
    """A made-up person; everything that a table may hold about one."""

    first: str
    last: str
    email: str
    mobile: str
    landline: str
    born: date
    street: str
    postcode: str
    town: str
    male: bool
    iban: str
    nir: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def login(self) -> str:
        return self.email.partition("@")[0]


def person(rng: Random) -> Person:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    postcode, town = rng.choice(_TOWNS)
    born = date(1938, 1, 1) + timedelta(days=rng.randrange(26_000))
    host = rng.choice(["mail.example", "poste.example", "web.example"])
    return Person(
        first=first,
        last=last,
        email=f"{ascii_of(first)}.{ascii_of(last)}{rng.randrange(1000)}@{host}",
        mobile=f"06 {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)}",
        landline=f"02{digits(rng, 8)}",
        born=born,
        street=f"{rng.randrange(1, 180)} {rng.choice(_STREETS)}",
        postcode=postcode,
        town=town,
        male=rng.random() < 0.5,
        iban=an_iban(rng),
        nir=a_nir(rng, born),
    )


def people(rng: Random, count: int) -> list[Person]:
    return [person(rng) for _ in range(count)]


def ascii_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def an_iban(rng: Random) -> str:
    account = digits(rng, 21)
    check = 97 - int(f"{account}{''.join(str(int(c, 36)) for c in 'FR61')}") % 97
    bban = f"{account}{check:02d}"
    return f"FR{iban.calc_check_digits(f'FR00{bban}')}{bban}"


def a_nir(rng: Random, born: date) -> str:
    stem = f"{rng.choice('12')}{born:%y%m}{rng.randrange(10, 90)}{digits(rng, 6)}"
    return f"{stem}{nir.calc_check_digits(stem)}"


def a_siret(rng: Random) -> str:
    stem = digits(rng, 8)
    siren = stem + luhn.calc_check_digit(stem)
    office = f"{siren}{digits(rng, 4)}"
    return office + luhn.calc_check_digit(office)


def an_ip(rng: Random) -> str:
    return f"203.0.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def an_agent(rng: Random) -> str:
    return rng.choice(_AGENTS)


def prose(rng: Random) -> str:
    return rng.choice(_SENTENCES) + "."


def a_hash(rng: Random) -> str:
    return "$2y$10$" + "".join(
        rng.choice("./ABCDEFabcdefghijklmnop0123456789XYZ") for _ in range(53)
    )


def a_token(rng: Random, length: int = 40) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(length))


def instant(rng: Random, years: int = 6) -> datetime:
    start = datetime(2026, 2, 20, 12)  # noqa: DTZ001  # columns without a zone
    return start - timedelta(seconds=rng.randrange(years * 365 * 86_400))


def day(rng: Random, years: int = 6) -> date:
    return instant(rng, years).date()


def unix(rng: Random, years: int = 6) -> int:
    return 1_771_588_800 - rng.randrange(years * 365 * 86_400)


def some(rng: Random, value: object, share: float) -> object:
    """`value` in that share of rows, else None."""
    return value if rng.random() < share else None
