"""A sports club's application: two languages, morphs, pivots, soft deletes, ISO instants as text."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from . import made

DDL = {
    "people": """
        id INTEGER PRIMARY KEY; uuid VARCHAR(36) UNIQUE; prenom VARCHAR(80); nom VARCHAR(80)
        courriel VARCHAR(120); tel_portable VARCHAR(20); ne_le DATE; sexe VARCHAR(1)
        adresse_ligne1 VARCHAR(120); adresse_ligne2 VARCHAR(120); code_postal VARCHAR(10)
        ville VARCHAR(80); pays VARCHAR(2); num_licence VARCHAR(12); photo_url VARCHAR(200)
        urgence_contact VARCHAR(80); urgence_tel VARCHAR(20); notes_medicales TEXT
        newsletter BOOLEAN; created_at TIMESTAMP NULL; updated_at TIMESTAMP NULL
        deleted_at TIMESTAMP NULL; last_seen_at TIMESTAMP NULL""",
    "users": """
        id INTEGER PRIMARY KEY; person_id INTEGER; email VARCHAR(120) UNIQUE
        password VARCHAR(80); remember_token VARCHAR(100); two_factor_secret TEXT
        locale VARCHAR(5); email_verified_at TIMESTAMP NULL; last_login_ip VARCHAR(45)""",
    "foyers": """
        id INTEGER PRIMARY KEY; nom_foyer VARCHAR(80); payeur_id INTEGER
        quotient_familial INTEGER; iban VARCHAR(34); titulaire VARCHAR(80)
        mandat_rum VARCHAR(35)""",
    "person_foyer": """
        foyer_id INTEGER; person_id INTEGER; role VARCHAR(12)
        PRIMARY KEY (foyer_id, person_id)""",
    "seasons": "code VARCHAR(8) PRIMARY KEY; starts_on DATE; ends_on DATE; tarif_cents INTEGER",
    "adhesions": """
        id INTEGER PRIMARY KEY; person_id INTEGER; season_code VARCHAR(8)
        formule VARCHAR(20); montant_cents INTEGER; paid_at VARCHAR(19)
        cancelled_on DATE
        FOREIGN KEY (person_id) REFERENCES people (id)""",
    "certificats": """
        id INTEGER PRIMARY KEY; adhesion_id INTEGER; medecin VARCHAR(80); date_certificat DATE
        valable_jusquau DATE; fichier VARCHAR(120)
        FOREIGN KEY (adhesion_id) REFERENCES adhesions (id)""",
    "teams": "id INTEGER PRIMARY KEY; nom VARCHAR(40); categorie VARCHAR(20); coach_id INTEGER",
    "team_player": """
        team_id INTEGER; person_id INTEGER; since DATE; maillot INTEGER
        PRIMARY KEY (team_id, person_id)""",
    "matches": """
        id INTEGER PRIMARY KEY; team_id INTEGER; played_on DATE; adversaire VARCHAR(60)
        score VARCHAR(9)""",
    "trainings": "id INTEGER PRIMARY KEY; team_id INTEGER; starts_at BIGINT; lieu VARCHAR(60)",
    "presences": """
        id INTEGER PRIMARY KEY; presentable_type VARCHAR(40); presentable_id INTEGER
        person_id INTEGER; status VARCHAR(10); motif_absence VARCHAR(200)""",
    "comments": """
        id INTEGER PRIMARY KEY; commentable_type VARCHAR(60); commentable_id INTEGER
        user_id INTEGER; body TEXT; created_at TIMESTAMP NULL
        FOREIGN KEY (user_id) REFERENCES users (id)""",
    "payments": """
        id INTEGER PRIMARY KEY; payable_type VARCHAR(60); payable_id INTEGER
        method VARCHAR(10); amount_cents INTEGER; payer_email VARCHAR(120); last4 VARCHAR(4)
        gateway_payload JSON; paid_at TIMESTAMP NULL""",
    "sms_outbox": """
        id INTEGER PRIMARY KEY; numero VARCHAR(20); texte VARCHAR(300); sent_at TIMESTAMP NULL
        provider_ref VARCHAR(40)""",
    "activity_log": """
        id INTEGER PRIMARY KEY; causer_id INTEGER; subject_type VARCHAR(60); subject_id INTEGER
        event VARCHAR(20); properties JSON; ip VARCHAR(45); created_at TIMESTAMP NULL""",
    "equipments": """
        id INTEGER PRIMARY KEY; libelle VARCHAR(60); serial_no VARCHAR(20); loaned_to INTEGER
        loaned_at DATE""",
    "sponsors": """
        id INTEGER PRIMARY KEY; raison_sociale VARCHAR(80); siret VARCHAR(14)
        contact_nom VARCHAR(80); contact_mail VARCHAR(120)""",
    "settings": "cle VARCHAR(40) PRIMARY KEY; valeur TEXT",
    "notifications": """
        id VARCHAR(36) PRIMARY KEY; type VARCHAR(60); notifiable_id INTEGER; data TEXT
        read_at TIMESTAMP NULL; created_at TIMESTAMP NULL""",
    "password_resets": "email VARCHAR(120) PRIMARY KEY; token VARCHAR(80); created_at TIMESTAMP NULL",
    "migrations": "id INTEGER PRIMARY KEY; migration VARCHAR(80); batch INTEGER",
}
VIEWS = {"v_annuaire": "SELECT prenom, nom, courriel FROM people"}

TRUTH = """
people:
  subject: [member, person, contact, participant]
  columns:
    uuid: person-number?
    prenom: person-name
    nom: person-name
    courriel: email-address
    tel_portable: phone-number
    ne_le: birth-date
    sexe: gender
    adresse_ligne1: postal-address
    adresse_ligne2: postal-address
    code_postal: postcode
    ville: city
    pays: country
    num_licence: person-number
    photo_url: image-or-voice
    urgence_contact: person-name
    urgence_tel: phone-number
    notes_medicales: health/free-text
    newsletter: fact?
  events: {created_at: creation, deleted_at: deleted, last_seen_at: last-login}
users:
  subject: [user, member, contact]
  columns:
    email: email-address
    password: credential
    remember_token: credential
    two_factor_secret: credential
    locale: fact?
    last_login_ip: ip-address
  relations: {person_id: people}
foyers:
  subject: [member, customer, contact, person, beneficiary]
  columns: {nom_foyer: person-name, quotient_familial: fact, iban: iban, titulaire: person-name,
            mandat_rum: iban/person-number/fact}
  relations: {payeur_id: people}
person_foyer:
  columns: {role: fact?}
  relations: {foyer_id: foyers, person_id: people}
seasons: {subject: null, columns: {}}
adhesions:
  subject: [member, person, contact, participant]
  columns: {formule: fact?, montant_cents: fact?}
  relations: {person_id: people!, season_code: seasons}
  events: {paid_at: payment, cancelled_on: closed}
certificats:
  subject: [member, person, contact, participant]
  columns: {medecin: person-name, fichier: fact?}
  relations: {adhesion_id: adhesions!}
  events: {valable_jusquau: expiry, date_certificat: creation?}
teams: {subject: [member, person, contact, null, participant, employee], columns: {nom: fact?, categorie: fact?}, relations: {coach_id: people}}
team_player:
  columns: {maillot: fact?}
  relations: {team_id: teams, person_id: people}
matches: {subject: any, columns: {adversaire: fact?, score: fact?}, relations: {team_id: teams}}
trainings: {subject: any, columns: {lieu: fact?}, relations: {team_id: teams}}
presences:
  subject: [member, person, contact, participant]
  columns: {status: fact?, motif_absence: free-text}
  relations: {person_id: people, presentable_id: [matches, trainings]}
comments:
  subject: any
  columns: {body: free-text}
  relations: {user_id: users!, commentable_id: [people, teams]}
  events: {created_at: creation}
payments:
  subject: any
  columns: {method: fact?, amount_cents: fact?, payer_email: email-address, last4: card-part,
            gateway_payload: free-json}
  inside: {gateway_payload: {payer.email: email-address, payer.name: person-name, ip: ip-address}}
  relations: {payable_id: [adhesions, foyers]}
  events: {paid_at: payment}
sms_outbox:
  subject: any
  columns: {numero: phone-number, texte: free-text, provider_ref: fact?}
  events: {sent_at: sent}
activity_log:
  subject: any
  columns: {event: fact?, properties: free-json, ip: ip-address}
  inside: {properties: {attributes.courriel: email-address, attributes.ville: city}}
  relations: {causer_id: users, subject_id: [people, adhesions]}
  events: {created_at: creation}
equipments:
  subject: any
  columns: {libelle: fact?, serial_no: fact?}
  relations: {loaned_to: people}
sponsors:
  subject: any
  columns: {raison_sociale: fact?, siret: company-number, contact_nom: person-name, contact_mail: email-address}
settings: {subject: null, columns: {}}
notifications:
  subject: any
  columns: {data: free-json}
  inside: {data: {texte: free-text, courriel: email-address}}
  relations: {notifiable_id: users}
  events: {created_at: creation}
password_resets:
  subject: any
  columns: {email: email-address, token: credential}
  events: {created_at: creation}
"""


def rows(rng: Random) -> dict[str, list[tuple[Any, ...]]]:
    folk = made.people(rng, 160)
    ids = range(1, len(folk) + 1)
    adhesions = range(1, 301)
    made_rows: dict[str, list[tuple[Any, ...]]] = {
        "people": [
            (
                *(i, _uuid(rng), p.first, p.last, made.some(rng, p.email, 0.9)),
                *(p.mobile, p.born, "M" if p.male else "F", p.street),
                *(
                    made.some(rng, "Bât. C", 0.2),
                    p.postcode,
                    p.town,
                    "FR",
                    f"L{made.digits(rng, 8)}",
                ),
                *(f"/storage/p/{i}.jpg", f"{made.person(rng).name}", made.person(rng).mobile),
                *(made.some(rng, "Allergie aux arachides, asthme léger à l'effort", 0.2),),
                *(rng.random() < 0.5, made.instant(rng), made.instant(rng)),
                *(
                    made.some(rng, made.instant(rng, 1), 0.1),
                    made.some(rng, made.instant(rng, 2), 0.7),
                ),
            )
            for i, p in zip(ids, folk, strict=True)
        ],
        "users": [
            (
                *(i, i, p.email, made.a_hash(rng), made.a_token(rng, 60), made.a_token(rng, 80)),
                *("fr", made.instant(rng), made.an_ip(rng)),
            )
            for i, p in enumerate(folk[:90], 1)
        ],
        "foyers": [
            (i, f"Famille {folk[i].last}", 1 + i, rng.randrange(300, 2500), folk[i].iban)
            + (folk[i].name, f"RUM{made.digits(rng, 12)}")
            for i in range(1, 61)
        ],
        "person_foyer": [(1 + i % 60, i, rng.choice(["adulte", "enfant"])) for i in ids],
        "seasons": [
            (f"{y}-{y % 100 + 1}", f"{y}-09-01", f"{y + 1}-08-31", 18000) for y in range(2019, 2026)
        ],
        "adhesions": [
            (
                *(i, rng.choice(ids), rng.choice(["2023-24", "2024-25", "2025-26"])),
                *(rng.choice(["loisir", "compétition"]), 18000),
                *(
                    f"{made.instant(rng, 3):%Y-%m-%d %H:%M:%S}",
                    made.some(rng, made.day(rng, 2), 0.1),
                ),
            )
            for i in adhesions
        ],
        "certificats": [
            (i, 1 + i, f"Dr {made.person(rng).name}", made.day(rng, 3), "2027-09-01", f"c/{i}.pdf")
            for i in range(1, 200)
        ],
        "teams": [
            (i, f"Équipe {i}", rng.choice(["U13", "U15"]), rng.choice(ids)) for i in range(1, 13)
        ],
        "team_player": [(1 + i % 12, i, made.day(rng, 3), rng.randrange(1, 99)) for i in ids],
        "matches": [
            (
                i,
                rng.randrange(1, 13),
                made.day(rng, 2),
                f"AS {rng.choice(['Vitré', 'Redon'])}",
                "2-1",
            )
            for i in range(1, 101)
        ],
        "trainings": [
            (i, rng.randrange(1, 13), made.unix(rng, 2), "Gymnase Nord") for i in range(1, 151)
        ],
        "presences": [
            (
                *(
                    i,
                    *rng.choice(
                        [("match", rng.randrange(1, 101)), ("training", rng.randrange(1, 151))]
                    ),
                ),
                *(
                    rng.choice(ids),
                    rng.choice(["oui", "non"]),
                    made.some(rng, made.prose(rng), 0.3),
                ),
            )
            for i in range(1, 601)
        ],
        "comments": [
            (
                *(
                    i,
                    *rng.choice(
                        [
                            ("App\\Models\\Person", rng.choice(ids)),
                            ("App\\Models\\Team", rng.randrange(1, 13)),
                        ]
                    ),
                ),
                *(rng.randrange(1, 91), made.prose(rng), made.instant(rng)),
            )
            for i in range(1, 151)
        ],
        "payments": [_payment(rng, i, folk) for i in range(1, 251)],
        "sms_outbox": [
            (
                i,
                rng.choice(folk).mobile,
                made.prose(rng),
                made.instant(rng, 2),
                made.a_token(rng, 20),
            )
            for i in range(1, 201)
        ],
        "activity_log": [_activity(rng, i, folk) for i in range(1, 301)],
        "equipments": [
            (i, rng.choice(["Chasuble", "Ballon"]), f"SN{made.digits(rng, 6)}")
            + (made.some(rng, rng.choice(ids), 0.7), made.some(rng, made.day(rng, 2), 0.7))
            for i in range(1, 81)
        ],
        "sponsors": [
            (i, f"Garage {made.person(rng).last}", made.a_siret(rng), p.name, p.email)
            for i, p in enumerate(folk[:20], 1)
        ],
        "settings": [("titre_site", "Le club"), ("couleur", "#ff0000"), ("saison", "2025-26")],
        "notifications": [
            (
                *(_uuid(rng), "App\\Notifications\\Rappel", rng.randrange(1, 91)),
                json.dumps({"texte": made.prose(rng), "courriel": rng.choice(folk).email}),
                *(made.some(rng, made.instant(rng), 0.5), made.instant(rng)),
            )
            for _ in range(120)
        ],
        "password_resets": [(p.email, made.a_token(rng), made.instant(rng)) for p in folk[100:130]],
        "migrations": [(i, f"2021_01_0{i}_create", 1) for i in range(1, 9)],
    }
    return made_rows


def _uuid(rng: Random) -> str:
    text = made.a_token(rng, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _payment(rng: Random, number: int, folk: list[made.Person]) -> tuple[Any, ...]:
    payer = rng.choice(folk)
    kind = rng.choice(
        [
            ("App\\Models\\Adhesion", rng.randrange(1, 301)),
            ("App\\Models\\Foyer", rng.randrange(1, 61)),
        ]
    )
    payload = {"payer": {"email": payer.email, "name": payer.name}, "ip": made.an_ip(rng), "v": 3}
    return (
        *(number, *kind, rng.choice(["cb", "cheque"]), 18000, payer.email, made.digits(rng, 4)),
        *(json.dumps(payload), made.instant(rng, 3)),
    )


def _activity(rng: Random, number: int, folk: list[made.Person]) -> tuple[Any, ...]:
    who = rng.choice(folk)
    kind = rng.choice(
        [
            ("App\\Models\\Person", rng.randrange(1, 161)),
            ("App\\Models\\Adhesion", rng.randrange(1, 301)),
        ]
    )
    changed = {"attributes": {"courriel": who.email, "ville": who.town}}
    return (
        *(number, rng.randrange(1, 91), *kind, rng.choice(["created", "updated"])),
        *(json.dumps(changed), made.an_ip(rng), made.instant(rng, 2)),
    )
