"""Made-up people: names, `.example` addresses, and numbers that no operator hands out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FIRST = [
    "Adèle",
    "Agathe",
    "Albane",
    "Alix",
    "Amaury",
    "Anouk",
    "Apolline",
    "Aubin",
    "Aude",
    "Axelle",
    "Basile",
    "Bérénice",
    "Blandine",
    "Briac",
    "Capucine",
    "Célestin",
    "Clarisse",
    "Clémence",
    "Côme",
    "Constant",
    "Dorine",
    "Édith",
    "Éloi",
    "Elvire",
    "Énora",
    "Eudes",
    "Faustine",
    "Flavie",
    "Gaspard",
    "Germain",
    "Gwenaël",
    "Hadrien",
    "Hermine",
    "Honorine",
    "Irénée",
    "Isaure",
    "Joachim",
    "Josselin",
    "Léandre",
    "Ludivine",
    "Maëlys",
    "Malo",
    "Mathurin",
    "Mélisande",
    "Nestor",
    "Octave",
    "Ondine",
    "Philémon",
    "Quitterie",
    "Rosalie",
    "Sidonie",
    "Solène",
    "Tancrède",
    "Ulysse",
    "Victorine",
    "Ysée",
    "Zéphyr",
]
LAST = [
    "Abrivent",
    "Aubépin",
    "Balandier",
    "Belorme",
    "Bréhaut",
    "Calvenc",
    "Castérain",
    "Chantevert",
    "Corblin",
    "Daguenoy",
    "Delorbe",
    "Doucelin",
    "Echarnoux",
    "Estivaux",
    "Fauvergne",
    "Ferrandis",
    "Flamerie",
    "Garrivet",
    "Grandlieu",
    "Hautecler",
    "Herbelin",
    "Isambourg",
    "Jolivart",
    "Kerdavel",
    "Lamorlette",
    "Lavergnon",
    "Lécuyot",
    "Malvoisin",
    "Mirandol",
    "Montagrier",
    "Noirmont",
    "Orvaldin",
    "Palissot",
    "Perdrigeon",
    "Quincerot",
    "Ravanel",
    "Roquebel",
    "Sauvagnat",
    "Sorbelin",
    "Tarnaudin",
    "Tournevel",
    "Valombre",
    "Verdanson",
    "Vignolet",
    "Ygrandin",
    "Zellembert",
]
RELATED = ("dermatologist", "aesthetic physician", "plastic surgeon", "clinic manager", "nurse")
OTHER_WORK = ("journalist", "student", "accountant")
CITIES = (("Rennes", "35000"), ("Lille", "59000"), ("Nantes", "44000"), ("Dijon", "21000"))
STREETS = ("rue des Tilleuls", "quai du Moulin", "allée des Pins", "place du Marché")
PHONES = 10_000  # 06 39 98 00 00 to 99 99 are reserved for fiction


@dataclass(frozen=True)
class Human:
    """One made-up person, as every system of the demo writes them."""

    name: str
    email: str
    phone: str
    profession: str
    street: str
    postcode: str
    city: str

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"


def human(serial: int, random: Random) -> Human:
    """The person of that serial number, which makes the address and the telephone number unique."""
    first, last = random.choice(FIRST), random.choice(LAST)
    city, postcode = random.choice(CITIES)
    tail = f"{serial % PHONES:04}"
    return Human(
        name=f"{first} {last}",
        email=f"person{serial:05}@practice-{serial % 90:02}.example",
        phone=f"+33 6 39 98 {tail[:2]} {tail[2:]}",
        profession=random.choice(RELATED),
        street=f"{random.randint(1, 180)} {random.choice(STREETS)}",
        postcode=postcode,
        city=city,
    )
