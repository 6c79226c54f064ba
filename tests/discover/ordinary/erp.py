"""A legacy ERP: French upper-case names cut to six letters, dates as text, composite keys, no FK."""

from __future__ import annotations

from random import Random
from typing import Any

from . import made

DDL = {
    "TIERS": """
        CODTIE VARCHAR(8); TYPTIE VARCHAR(1); RAISOC VARCHAR(60); NOMTIE VARCHAR(40)
        PRETIE VARCHAR(40); ADR1TIE VARCHAR(60); ADR2TIE VARCHAR(60); CPTIE VARCHAR(5)
        VILTIE VARCHAR(40); TELTIE VARCHAR(14); FAXTIE VARCHAR(14); MAILTIE VARCHAR(80)
        SIRETTIE VARCHAR(14); TVATIE VARCHAR(13); IBANTIE VARCHAR(34); DATCRETIE VARCHAR(10)
        DATMAJTIE VARCHAR(10); DATDERCDE VARCHAR(10); OBSTIE TEXT
        PRIMARY KEY (CODTIE)""",
    "CDEENT": """
        NUMSOC INTEGER; NUMCDE INTEGER; CODTIE VARCHAR(8); DATCDE VARCHAR(10); DATLIV VARCHAR(10)
        CODREP VARCHAR(4); MNTTTC NUMERIC(10,2); OBSCDE TEXT
        PRIMARY KEY (NUMSOC, NUMCDE)""",
    "CDELIG": """
        NUMSOC INTEGER; NUMCDE INTEGER; NUMLIG INTEGER; CODART VARCHAR(10); QTECDE INTEGER
        PUHT NUMERIC(10,2)""",
    "FACENT": """
        NUMSOC INTEGER; NUMFAC INTEGER; CODTIE VARCHAR(8); DATFAC VARCHAR(8); DATREG VARCHAR(8)
        MNTTTC NUMERIC(10,2); NOMFAC VARCHAR(60); ADRFAC VARCHAR(80); VILFAC VARCHAR(40)
        PRIMARY KEY (NUMSOC, NUMFAC)""",
    "FACLIG": """
        NUMSOC INTEGER; NUMFAC INTEGER; NUMLIG INTEGER; CODART VARCHAR(10); QTEFAC INTEGER
        LIBFAC VARCHAR(60)
        PRIMARY KEY (NUMSOC, NUMFAC, NUMLIG)""",
    "REGLEM": """
        NUMREG INTEGER PRIMARY KEY; NUMSOC INTEGER; NUMFAC INTEGER; MODREG VARCHAR(3)
        MNTREG NUMERIC(10,2); DATREG VARCHAR(10); IBANREG VARCHAR(34)""",
    "ARTICLE": """
        CODART VARCHAR(10) PRIMARY KEY; LIBART VARCHAR(60); PRIXHT NUMERIC(10,2)
        CODFOU VARCHAR(8)""",
    "SALARIE": """
        MATRIC VARCHAR(6) PRIMARY KEY; NOMSAL VARCHAR(40); PRESAL VARCHAR(40); NUMSS VARCHAR(15)
        DATNAI VARCHAR(10); LIEUNAI VARCHAR(40); NATSAL VARCHAR(3); ADRSAL VARCHAR(80)
        CPSAL VARCHAR(5); VILSAL VARCHAR(40); TELSAL VARCHAR(14); RIBSAL VARCHAR(34)
        DATENT VARCHAR(10); DATSOR VARCHAR(10); SALBRUT NUMERIC(10,2); EMPLOI VARCHAR(30)
        CODSERV VARCHAR(4); SITFAM VARCHAR(1); NBENF INTEGER""",
    "PAIE": """
        MATRIC VARCHAR(6); PERIODE VARCHAR(6); BRUT NUMERIC(10,2); NET NUMERIC(10,2)
        PRIMARY KEY (MATRIC, PERIODE)""",
    "ABSENCE": """
        NUMABS INTEGER PRIMARY KEY; MATRIC VARCHAR(6); DATDEB VARCHAR(10); DATFIN VARCHAR(10)
        MOTABS VARCHAR(40)""",
    "SERVICE": "CODSERV VARCHAR(4) PRIMARY KEY; LIBSERV VARCHAR(40); RESPSERV VARCHAR(6)",
    "REPRES": """
        CODREP VARCHAR(4) PRIMARY KEY; NOMREP VARCHAR(40); TELREP VARCHAR(14); MAILREP VARCHAR(80)""",
    "CONTACT": """
        CODTIE VARCHAR(8); NUMCTC INTEGER; CIVCTC VARCHAR(4); NOMCTC VARCHAR(40)
        PRECTC VARCHAR(40); FONCTC VARCHAR(40); TELCTC VARCHAR(14); MAILCTC VARCHAR(80)
        PRIMARY KEY (CODTIE, NUMCTC)""",
    "UTILIS": """
        LOGUTI VARCHAR(12) PRIMARY KEY; PWDUTI VARCHAR(64); NOMUTI VARCHAR(40)
        DATCNX VARCHAR(19); ACTUTI VARCHAR(1)""",
    "JOURNAL": """
        NUMJRN INTEGER PRIMARY KEY; LOGUTI VARCHAR(12); DATJRN VARCHAR(10); HEUJRN VARCHAR(8)
        TYPOBJ VARCHAR(10); CLEOBJ VARCHAR(20); LIBJRN VARCHAR(80)""",
    "SAV": """
        NUMSAV INTEGER PRIMARY KEY; CODTIE VARCHAR(8); CODART VARCHAR(10); NUMSER VARCHAR(12)
        DATOUV VARCHAR(10); DATCLO VARCHAR(10); TXTSAV TEXT""",
    "PARAM": "CODPAR VARCHAR(10) PRIMARY KEY; VALPAR VARCHAR(80)",
    "DEPOT": "CODDEP VARCHAR(4) PRIMARY KEY; LIBDEP VARCHAR(40); ADRDEP VARCHAR(80)",
}
VIEWS = {"V_CLIENTS": "SELECT * FROM TIERS"}

TRUTH = """
TIERS:
  subject: [contact, customer, supplier]
  columns: {RAISOC: employment/company-number/person-name, NOMTIE: person-name, PRETIE: person-name,
            ADR1TIE: postal-address, ADR2TIE: postal-address, CPTIE: postcode, VILTIE: city,
            TELTIE: phone-number, FAXTIE: phone-number, MAILTIE: email-address,
            SIRETTIE: company-number, TVATIE: company-number, IBANTIE: iban, OBSTIE: free-text,
            TYPTIE: fact?, CODTIE: person-number?}
  events: {DATCRETIE: creation, DATDERCDE: [last-order, order]}
CDEENT:
  subject: [contact, customer, supplier]
  columns: {MNTTTC: fact?, OBSCDE: free-text}
  relations: {CODTIE: TIERS, CODREP: REPRES}
  events: {DATCDE: order, DATLIV: delivery}
CDELIG:
  subject: any
  columns: {QTECDE: fact?, PUHT: fact?}
  relations: {"NUMSOC,NUMCDE": CDEENT, CODART: ARTICLE}
FACENT:
  subject: [contact, customer, supplier]
  columns: {MNTTTC: fact?, NOMFAC: person-name, ADRFAC: postal-address, VILFAC: city}
  relations: {CODTIE: TIERS}
  events: {DATFAC: invoice, DATREG: payment}
FACLIG:
  subject: any
  columns: {QTEFAC: fact?, LIBFAC: fact?}
  relations: {"NUMSOC,NUMFAC": FACENT, CODART: ARTICLE}
REGLEM:
  subject: any
  columns: {MODREG: fact?, MNTREG: fact?, IBANREG: iban}
  relations: {"NUMSOC,NUMFAC": FACENT}
  events: {DATREG: payment}
ARTICLE: {subject: any, columns: {LIBART: fact?, PRIXHT: fact?, CODFOU: fact?}, relations: {CODFOU: TIERS}}
SALARIE:
  subject: [employee]
  columns: {MATRIC: person-number?, NOMSAL: person-name, PRESAL: person-name, NUMSS: national-id,
            DATNAI: birth-date, LIEUNAI: birth-place, NATSAL: nationality, ADRSAL: postal-address,
            CPSAL: postcode, VILSAL: city, TELSAL: phone-number, RIBSAL: iban, SALBRUT: employment,
            EMPLOI: employment, SITFAM: marital-status, NBENF: marital-status}
  relations: {CODSERV: SERVICE}
  events: {DATENT: started, DATSOR: closed}
PAIE:
  subject: [employee]
  columns: {MATRIC: person-number?, BRUT: employment/fact, NET: employment/fact, PERIODE: fact?}
  relations: {MATRIC: SALARIE}
ABSENCE:
  subject: [employee]
  columns: {MATRIC: person-number?, MOTABS: free-text/health/fact}
  relations: {MATRIC: SALARIE}
  events: {DATDEB: started, DATFIN: closed}
SERVICE: {subject: any, columns: {}, relations: {RESPSERV: SALARIE}}
REPRES:
  subject: [employee, contact]
  columns: {NOMREP: person-name, TELREP: phone-number, MAILREP: email-address}
CONTACT:
  subject: [contact]
  columns: {CIVCTC: gender, NOMCTC: person-name, PRECTC: person-name, FONCTC: employment,
            TELCTC: phone-number, MAILCTC: email-address}
  relations: {CODTIE: TIERS}
UTILIS:
  subject: [user, employee]
  columns: {LOGUTI: login-name, PWDUTI: credential, NOMUTI: person-name, ACTUTI: fact?}
  events: {DATCNX: last-login}
JOURNAL:
  subject: any
  columns: {LOGUTI: login-name?, LIBJRN: fact?, TYPOBJ: fact?, CLEOBJ: fact?, HEUJRN: fact?}
  relations: {LOGUTI: UTILIS, CLEOBJ: TIERS}
  events: {DATJRN: creation}
SAV:
  subject: [contact, customer, supplier]
  columns: {NUMSER: fact?, TXTSAV: free-text}
  relations: {CODTIE: TIERS, CODART: ARTICLE}
  events: {DATOUV: [started, opened], DATCLO: closed}
PARAM: {subject: null, columns: {}}
DEPOT: {subject: null, columns: {}}
"""


def rows(rng: Random) -> dict[str, list[tuple[Any, ...]]]:
    folk = made.people(rng, 150)
    staff = made.people(rng, 60)
    clients = [f"C{i:05d}" for i in range(1, 151)]
    articles = [f"ART{i:04d}" for i in range(1, 81)]
    badges = [f"{i:06d}" for i in range(1001, 1061)]
    logins = [p.last.upper()[:6] + str(i) for i, p in enumerate(staff[:20])]
    orders = [(rng.randrange(1, 3), n) for n in range(70001, 70301)]
    bills = [(rng.randrange(1, 3), n) for n in range(80001, 80301)]
    return {
        "TIERS": [_tiers(rng, code, p) for code, p in zip(clients, folk, strict=True)],
        "CDEENT": [
            (*o, rng.choice(clients), _fr(rng), _fr(rng), f"R{rng.randrange(1, 9):03d}")
            + (rng.randrange(20, 900), made.some(rng, made.prose(rng), 0.3) or "")
            for o in orders
        ],
        "CDELIG": [
            (*o, line, rng.choice(articles), rng.randrange(1, 9), 12.5)
            for o in orders
            for line in range(1, 3)
        ],
        "FACENT": [_bill(rng, b, rng.choice(clients), rng.choice(folk)) for b in bills],
        "FACLIG": [
            (*b, line, rng.choice(articles), rng.randrange(1, 9), "Fourniture atelier")
            for b in bills
            for line in range(1, 3)
        ],
        "REGLEM": [
            (
                i,
                *b,
                rng.choice(["VIR", "CHQ"]),
                100,
                _fr(rng),
                made.some(rng, made.an_iban(rng), 0.5) or "",
            )
            for i, b in enumerate(bills[:240], 1)
        ],
        "ARTICLE": [(a, f"Vis inox {i}", 3.2, rng.choice(clients)) for i, a in enumerate(articles)],
        "SALARIE": [_employee(rng, badge, p) for badge, p in zip(badges, staff, strict=True)],
        "PAIE": [(b, f"2025{m:02d}", 2500, 1950) for b in badges for m in range(1, 13)],
        "ABSENCE": [
            (
                i,
                rng.choice(badges),
                _fr(rng),
                _fr(rng),
                rng.choice(["Maladie", "Congés payés", "Accident du travail", "Enfant malade"]),
            )
            for i in range(1, 121)
        ],
        "SERVICE": [(f"S{i:03d}", f"Atelier {i}", rng.choice(badges)) for i in range(1, 13)],
        "REPRES": [
            (f"R{i:03d}", p.name, p.landline, p.email) for i, p in enumerate(made.people(rng, 8), 1)
        ],
        "CONTACT": [
            (clients[i % 150], i // 150 + 1, "M." if p.male else "Mme", p.last, p.first)
            + (rng.choice(["Acheteur", "Directrice", "Comptable"]), p.mobile, p.email)
            for i, p in enumerate(made.people(rng, 200))
        ],
        "UTILIS": [
            (login, made.a_token(rng, 64), p.name, f"{made.instant(rng, 1):%d/%m/%Y %H:%M:%S}", "O")
            for login, p in zip(logins, staff, strict=False)
        ],
        "JOURNAL": [
            (
                i,
                rng.choice(logins),
                _fr(rng),
                "10:12:00",
                "TIERS",
                rng.choice(clients),
                "Modification fiche",
            )
            for i in range(1, 301)
        ],
        "SAV": [
            (i, rng.choice(clients), rng.choice(articles), f"SN{made.digits(rng, 8)}", _fr(rng))
            + (made.some(rng, _fr(rng), 0.7) or "", made.prose(rng))
            for i in range(1, 121)
        ],
        "PARAM": [("SOC", "Établissements Exemple"), ("TVA", "20"), ("EXER", "2025")],
        "DEPOT": [(f"D{i:03d}", f"Dépôt {i}", f"{i} rue de l'Entrepôt") for i in range(1, 5)],
    }


def _fr(rng: Random) -> str:
    return f"{made.day(rng):%d/%m/%Y}"


def _tiers(rng: Random, code: str, p: made.Person) -> tuple[Any, ...]:
    siret = made.a_siret(rng)
    vat = f"FR{(12 + 3 * (int(siret[:9]) % 97)) % 97:02d}{siret[:9]}"
    return (
        *(
            code,
            rng.choice("CF"),
            made.some(rng, f"SARL {p.last}", 0.6) or "",
            p.last,
            p.first,
            p.street,
        ),
        *("", p.postcode, p.town.upper(), p.landline, "", p.email, siret, vat, p.iban, _fr(rng)),
        *(
            _fr(rng),
            made.some(rng, _fr(rng), 0.8) or "00/00/0000",
            made.some(rng, made.prose(rng), 0.3) or "",
        ),
    )


def _bill(rng: Random, bill: tuple[int, int], client: str, p: made.Person) -> tuple[Any, ...]:
    return (
        *(
            *bill,
            client,
            f"{made.day(rng):%Y%m%d}",
            made.some(rng, f"{made.day(rng):%Y%m%d}", 0.9) or "",
        ),
        *(rng.randrange(20, 900), p.name, p.street, p.town),
    )


def _employee(rng: Random, badge: str, p: made.Person) -> tuple[Any, ...]:
    return (
        *(
            badge,
            p.last,
            p.first,
            p.nir,
            f"{p.born:%d/%m/%Y}",
            p.town,
            "FRA",
            p.street,
            p.postcode,
            p.town,
        ),
        *(
            p.mobile,
            p.iban,
            _fr(rng),
            made.some(rng, _fr(rng), 0.3) or "",
            2500,
            rng.choice(["Tourneur", "Comptable", "Soudeuse"]),
        ),
        *(f"S{rng.randrange(1, 13):03d}", rng.choice("MCDV"), rng.randrange(4)),
    )
