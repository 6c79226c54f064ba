"""A clinic's Django application: generic foreign keys, JSON columns, declared and undeclared keys."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from . import made

DDL = {
    "auth_user": """
        id INTEGER PRIMARY KEY; username VARCHAR(150) UNIQUE; password VARCHAR(128)
        first_name VARCHAR(150); last_name VARCHAR(150); email VARCHAR(254)
        is_staff BOOLEAN; is_active BOOLEAN; date_joined TIMESTAMP NULL; last_login TIMESTAMP NULL""",
    "django_content_type": "id INTEGER PRIMARY KEY; app_label VARCHAR(100); model VARCHAR(100)",
    "clinic_practitioner": """
        id INTEGER PRIMARY KEY; user_id INTEGER UNIQUE; rpps VARCHAR(11); speciality VARCHAR(60)
        title VARCHAR(20)
        FOREIGN KEY (user_id) REFERENCES auth_user (id)""",
    "clinic_patient": """
        id INTEGER PRIMARY KEY; first_name VARCHAR(80); last_name VARCHAR(80)
        birth_name VARCHAR(80); dob DATE; sex VARCHAR(1); nir VARCHAR(15); email VARCHAR(254)
        phone_home VARCHAR(20); phone_mobile VARCHAR(20); address_line VARCHAR(200)
        postal_code VARCHAR(10); city VARCHAR(80); gp_id INTEGER; insurer VARCHAR(60)
        blood_group VARCHAR(3); preferences JSON; notes TEXT; created TIMESTAMP NULL
        modified TIMESTAMP NULL; deceased_on DATE
        FOREIGN KEY (gp_id) REFERENCES clinic_practitioner (id)""",
    "clinic_contactperson": """
        id INTEGER PRIMARY KEY; patient_id INTEGER; full_name VARCHAR(120)
        relationship VARCHAR(30); phone VARCHAR(20)
        FOREIGN KEY (patient_id) REFERENCES clinic_patient (id)""",
    "clinic_appointment": """
        id INTEGER PRIMARY KEY; patient_id INTEGER; practitioner_id INTEGER
        starts_at TIMESTAMP NULL; reason VARCHAR(200); status VARCHAR(12)
        cancelled_at TIMESTAMP NULL
        FOREIGN KEY (patient_id) REFERENCES clinic_patient (id)
        FOREIGN KEY (practitioner_id) REFERENCES clinic_practitioner (id)""",
    "clinic_encounter": """
        id INTEGER PRIMARY KEY; appointment_id INTEGER; data JSON; closed_on DATE
        FOREIGN KEY (appointment_id) REFERENCES clinic_appointment (id)""",
    "clinic_drug": "code VARCHAR(10) PRIMARY KEY; label VARCHAR(80); form VARCHAR(20)",
    "clinic_prescription": """
        id INTEGER PRIMARY KEY; encounter_id INTEGER; drug_code VARCHAR(10); dosage VARCHAR(80)
        issued_on DATE
        FOREIGN KEY (encounter_id) REFERENCES clinic_encounter (id)""",
    "clinic_invoice": """
        id INTEGER PRIMARY KEY; patient INTEGER; number VARCHAR(20); amount NUMERIC(8,2)
        issued_on DATE; paid_on DATE; payer_iban VARCHAR(34)""",
    "clinic_document": """
        id INTEGER PRIMARY KEY; content_type_id INTEGER; object_id INTEGER; title VARCHAR(120)
        file VARCHAR(120); uploaded_by_id INTEGER; uploaded_at TIMESTAMP NULL
        FOREIGN KEY (content_type_id) REFERENCES django_content_type (id)
        FOREIGN KEY (uploaded_by_id) REFERENCES auth_user (id)""",
    "clinic_consent": """
        id INTEGER PRIMARY KEY; patient_id INTEGER; kind VARCHAR(20); given_at TIMESTAMP NULL
        withdrawn_at TIMESTAMP NULL; signature TEXT
        FOREIGN KEY (patient_id) REFERENCES clinic_patient (id)""",
    "django_admin_log": """
        id INTEGER PRIMARY KEY; action_time TIMESTAMP NULL; object_id TEXT
        object_repr VARCHAR(200); action_flag INTEGER; change_message TEXT
        content_type_id INTEGER; user_id INTEGER
        FOREIGN KEY (user_id) REFERENCES auth_user (id)
        FOREIGN KEY (content_type_id) REFERENCES django_content_type (id)""",
    "audit_event": """
        id INTEGER PRIMARY KEY; actor_id INTEGER; verb VARCHAR(20); target JSON
        remote_addr VARCHAR(45); at TIMESTAMP NULL""",
    "taggit_tag": "id INTEGER PRIMARY KEY; name VARCHAR(60); slug VARCHAR(60)",
    "taggit_taggeditem": """
        id INTEGER PRIMARY KEY; tag_id INTEGER; content_type_id INTEGER; object_id INTEGER
        FOREIGN KEY (tag_id) REFERENCES taggit_tag (id)
        FOREIGN KEY (content_type_id) REFERENCES django_content_type (id)""",
    "integration_message": """
        id INTEGER PRIMARY KEY; direction VARCHAR(3); payload JSON; received_at TIMESTAMP NULL
        ack BOOLEAN""",
    "clinic_room": "id INTEGER PRIMARY KEY; name VARCHAR(40); floor INTEGER",
    "clinic_waitinglist": """
        id INTEGER PRIMARY KEY; patient_id INTEGER; wanted_from DATE; wanted_until DATE
        remark TEXT""",
    "django_session": "session_key VARCHAR(40) PRIMARY KEY; session_data TEXT; expire_date TIMESTAMP NULL",
    "django_migrations": "id INTEGER PRIMARY KEY; app VARCHAR(80); name VARCHAR(80)",
}
VIEWS = {"clinic_today": "SELECT id, patient_id, starts_at FROM clinic_appointment"}

TRUTH = """
auth_user:
  subject: [user, employee]
  columns: {username: login-name, password: credential, first_name: person-name,
            last_name: person-name, email: email-address, is_staff: fact?, is_active: fact?}
  events: {date_joined: [creation, started], last_login: last-login}
clinic_practitioner:
  subject: [employee, user]
  columns: {rpps: employment/national-id/person-number, speciality: employment, title: employment/gender}
  relations: {user_id: auth_user!}
clinic_patient:
  subject: [patient]
  columns:
    first_name: person-name
    last_name: person-name
    birth_name: person-name
    dob: birth-date
    sex: gender
    nir: national-id
    email: email-address
    phone_home: phone-number
    phone_mobile: phone-number
    address_line: postal-address
    postal_code: postcode
    city: city
    insurer: fact?
    blood_group: health
    preferences: free-json
    notes: free-text
  inside: {preferences: {contact.email: email-address, contact.phone: phone-number}}
  relations: {gp_id: clinic_practitioner!}
  events: {created: creation}
clinic_contactperson:
  subject: [contact, patient]
  columns: {full_name: person-name, relationship: fact?, phone: phone-number}
  relations: {patient_id: clinic_patient!}
clinic_appointment:
  subject: [patient]
  columns: {reason: free-text/health, status: fact?}
  relations: {patient_id: clinic_patient!, practitioner_id: clinic_practitioner!}
  events: {starts_at: [started, visit], cancelled_at: closed}
clinic_encounter:
  subject: [patient]
  columns: {data: free-json/health}
  inside: {data: {complaint: free-text, allergies: health}}
  relations: {appointment_id: clinic_appointment!}
  events: {closed_on: closed}
clinic_drug: {subject: null, columns: {}}
clinic_prescription:
  subject: [patient]
  columns: {dosage: health/fact?, drug_code: fact?}
  relations: {encounter_id: clinic_encounter!, drug_code: clinic_drug}
  events: {issued_on: invoice?}
clinic_invoice:
  subject: [patient, customer]
  columns: {number: fact?, amount: fact?, payer_iban: iban}
  relations: {patient: clinic_patient}
  events: {issued_on: invoice, paid_on: payment}
clinic_document:
  subject: any
  columns: {title: fact?, file: fact?}
  relations: {content_type_id: django_content_type!, uploaded_by_id: auth_user!,
              object_id: [clinic_patient, clinic_encounter]}
  events: {uploaded_at: creation?}
clinic_consent:
  subject: [patient]
  columns: {kind: fact?, signature: image-or-voice}
  relations: {patient_id: clinic_patient!}
  events: {given_at: consent-given, withdrawn_at: [closed, unsubscribed]}
django_admin_log:
  subject: any
  columns: {object_repr: person-name/free-text?, change_message: free-text?}
  relations: {user_id: auth_user!, content_type_id: django_content_type!, object_id: clinic_patient}
  events: {action_time: creation?}
audit_event:
  subject: any
  columns: {verb: fact?, target: free-json?, remote_addr: ip-address}
  relations: {actor_id: auth_user}
  references: {target: {patient_id: clinic_patient}}
  events: {at: creation}
taggit_tag: {subject: null, columns: {}}
taggit_taggeditem:
  subject: any
  columns: {}
  relations: {tag_id: taggit_tag!, content_type_id: django_content_type!, object_id: clinic_patient}
integration_message:
  subject: any
  columns: {direction: fact?, payload: free-json, ack: fact?}
  inside: {payload: {patient.email: email-address, patient.birthdate: birth-date, sender_ip: ip-address}}
  references: {payload: {patient.id: clinic_patient}}
  events: {received_at: [contact, creation]}
clinic_room: {subject: null, columns: {}}
clinic_waitinglist:
  subject: [patient]
  columns: {remark: free-text}
  relations: {patient_id: clinic_patient}
  events: {wanted_until: expiry?}
"""


def rows(rng: Random) -> dict[str, list[tuple[Any, ...]]]:
    staff, folk = made.people(rng, 24), made.people(rng, 200)
    return {
        "auth_user": [
            (i, p.login, made.a_hash(rng), p.first, p.last, p.email, True, True)
            + (made.instant(rng), made.some(rng, made.instant(rng, 1), 0.9))
            for i, p in enumerate(staff, 1)
        ],
        "django_content_type": [
            *[(7, "auth", "user"), (11, "clinic", "patient"), (12, "clinic", "encounter")],
            *[(13, "clinic", "room"), (14, "clinic", "appointment")],
        ],
        "clinic_practitioner": [
            (i, 4 + i, f"10{made.digits(rng, 9)}", rng.choice(["Cardiology", "General"]), "Dr")
            for i in range(1, 16)
        ],
        "clinic_patient": [_patient(rng, i, p) for i, p in enumerate(folk, 1)],
        "clinic_contactperson": [
            (i, rng.randrange(1, 201), p.name, rng.choice(["mother", "son"]), p.landline)
            for i, p in enumerate(made.people(rng, 90), 1)
        ],
        "clinic_appointment": [
            (i, rng.randrange(1, 201), rng.randrange(1, 16), made.instant(rng), made.prose(rng))
            + (rng.choice(["done", "noshow", "booked"]), made.some(rng, made.instant(rng), 0.1))
            for i in range(1, 601)
        ],
        "clinic_encounter": [
            (
                *(i, i, json.dumps(_encounter(rng))),
                made.some(rng, made.day(rng), 0.9),
            )
            for i in range(1, 401)
        ],
        "clinic_drug": [
            (f"A{made.digits(rng, 5)}{i}", f"Drug {i}", "tablet") for i in range(1, 41)
        ],
        "clinic_invoice": [
            (i, rng.randrange(1, 201), f"F-{20000 + i}", rng.randrange(20, 300), made.day(rng))
            + (made.some(rng, made.day(rng), 0.8), made.some(rng, made.an_iban(rng), 0.6))
            for i in range(1, 301)
        ],
        "clinic_document": [
            (
                *(i, *rng.choice([(11, rng.randrange(1, 201)), (12, rng.randrange(1, 401))])),
                *(f"Scan {i}", f"docs/{i}.pdf", rng.randrange(1, 25), made.instant(rng)),
            )
            for i in range(1, 201)
        ],
        "clinic_consent": [
            (i, rng.randrange(1, 201), rng.choice(["sharing", "sms"]), made.instant(rng))
            + (
                made.some(rng, made.instant(rng, 1), 0.1),
                "data:image/png;base64," + made.a_token(rng, 90),
            )
            for i in range(1, 161)
        ],
        "django_admin_log": [
            (
                i,
                made.instant(rng),
                str(rng.randrange(1, 201)),
                rng.choice(folk).name,
                2,
                "Changed phone.",
            )
            + (11, rng.randrange(1, 25))
            for i in range(1, 121)
        ],
        "audit_event": [
            (i, rng.randrange(1, 25), "view", json.dumps({"patient_id": rng.randrange(1, 201)}))
            + (made.an_ip(rng), made.instant(rng, 1))
            for i in range(1, 401)
        ],
        "taggit_tag": [(1, "Urgent", "urgent"), (2, "Study", "study"), (3, "VIP", "vip")],
        "taggit_taggeditem": [
            (i, rng.randrange(1, 4), 11, rng.randrange(1, 201)) for i in range(1, 61)
        ],
        "integration_message": [_message(rng, i, folk) for i in range(1, 151)],
        "clinic_room": [(i, f"Room {i}", i // 4) for i in range(1, 13)],
        "clinic_waitinglist": [
            (i, rng.randrange(1, 201), made.day(rng, 1), "2027-01-01", made.prose(rng))
            for i in range(1, 61)
        ],
        "django_session": [
            (made.a_token(rng), made.a_token(rng, 200), "2026-03-09 10:00:00") for _ in range(40)
        ],
        "django_migrations": [(i, "clinic", f"000{i}_x") for i in range(1, 10)],
        "clinic_prescription": [],  # filled by `finish`, which knows the drugs
    }


def finish(rng: Random, filled: dict[str, list[tuple[Any, ...]]]) -> None:
    codes = [row[0] for row in filled["clinic_drug"]]
    filled["clinic_prescription"] = [
        (
            i,
            rng.randrange(1, 401),
            rng.choice(codes),
            "1 matin et soir pendant 7 jours",
            made.day(rng),
        )
        for i in range(1, 501)
    ]


def _patient(rng: Random, number: int, p: made.Person) -> tuple[Any, ...]:
    preferences = {"contact": {"email": p.email, "phone": p.mobile}, "theme": "dark"}
    return (
        *(number, p.first, p.last, made.some(rng, made.person(rng).last, 0.4), p.born),
        *(
            "M" if p.male else "F",
            p.nir,
            made.some(rng, p.email, 0.8),
            made.some(rng, p.landline, 0.5),
        ),
        *(p.mobile, p.street, p.postcode, p.town, rng.randrange(1, 16), "Mutuelle Exemple"),
        *(
            rng.choice(["A+", "O-", "B+"]),
            json.dumps(preferences),
            made.some(rng, made.prose(rng), 0.5),
        ),
        *(made.instant(rng), made.instant(rng, 1), made.some(rng, made.day(rng, 2), 0.03)),
    )


def _encounter(rng: Random) -> dict[str, Any]:
    return {
        "complaint": made.prose(rng),
        "vitals": {"bp": "12/8", "pulse": rng.randrange(50, 100)},
        "allergies": rng.choice(["pollen", "penicillin", "none"]),
    }


def _message(rng: Random, number: int, folk: list[made.Person]) -> tuple[Any, ...]:
    at = rng.randrange(len(folk))
    p = folk[at]
    payload = {
        "patient": {"id": at + 1, "email": p.email, "birthdate": p.born.isoformat()},
        "sender_ip": made.an_ip(rng),
    }
    return (number, rng.choice(["in", "out"]), json.dumps(payload), made.instant(rng, 2), True)
