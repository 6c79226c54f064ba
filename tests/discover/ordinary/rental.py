"""Held out, written before it was ever measured: a holiday rental agency, camel case, UUID keys."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from stdnum import luhn

from . import made

DDL = {
    "Guest": """
        guestId VARCHAR(36) PRIMARY KEY; givenName VARCHAR(60); familyName VARCHAR(60)
        emailAddress VARCHAR(120); mobileNumber VARCHAR(20); nationality VARCHAR(2)
        passportNumber VARCHAR(12); dateOfBirth DATE; homeAddress VARCHAR(200)
        marketingOptIn BOOLEAN; internalRemarks TEXT; createdAt TIMESTAMP NULL
        lastStayEndedOn DATE; anonymisedAt TIMESTAMP NULL""",
    "Owner": """
        ownerId VARCHAR(36) PRIMARY KEY; fullName VARCHAR(120); phone VARCHAR(20)
        email VARCHAR(120); bankIban VARCHAR(34); vatNumber VARCHAR(14); since DATE""",
    "Property": """
        propertyId INTEGER PRIMARY KEY; ownerRef VARCHAR(36); title VARCHAR(80); town VARCHAR(60)
        latitude NUMERIC(9,6); longitude NUMERIC(9,6); bedrooms INTEGER""",
    "Booking": """
        bookingId INTEGER PRIMARY KEY; guestId VARCHAR(36); propertyId INTEGER; arrival DATE
        departure DATE; totalCents INTEGER; specialRequests TEXT; cancelledAt TIMESTAMP NULL
        channel VARCHAR(20); extras JSON""",
    "BookingGuest": """
        bookingId INTEGER; position INTEGER; fullName VARCHAR(120); age INTEGER
        PRIMARY KEY (bookingId, position)""",
    "Invoice": """
        invoiceNo VARCHAR(12) PRIMARY KEY; bookingId INTEGER; issuedOn DATE; billedTo VARCHAR(120)
        billingAddress VARCHAR(200); totalCents INTEGER; paidOn DATE""",
    "CardPayment": """
        id INTEGER PRIMARY KEY; invoiceNo VARCHAR(12); cardNumber VARCHAR(19)
        cardHolder VARCHAR(80); capturedAt BIGINT""",
    "Employee": """
        employeeId INTEGER PRIMARY KEY; userName VARCHAR(40); passwordHash VARCHAR(80)
        displayName VARCHAR(80); socialSecurityNo VARCHAR(15); leftOn DATE""",
    "Ticket": """
        ticketId INTEGER PRIMARY KEY; regardingType VARCHAR(20); regardingId VARCHAR(36)
        assigneeId INTEGER; subject VARCHAR(120); conversation JSON; openedAt TIMESTAMP NULL
        closedAt TIMESTAMP NULL""",
    "Review": """
        reviewId INTEGER PRIMARY KEY; bookingId INTEGER; stars INTEGER; text TEXT
        authorName VARCHAR(80); postedOn VARCHAR(10)
        FOREIGN KEY (bookingId) REFERENCES Booking (bookingId)""",
    "RequestLog": """
        logId BIGINT PRIMARY KEY; at BIGINT; clientIp VARCHAR(45); userAgent VARCHAR(200)
        path VARCHAR(200); guestRef VARCHAR(36)""",
    "Amenity": "code VARCHAR(8) PRIMARY KEY; label VARCHAR(40)",
    "PropertyAmenity": """
        propertyId INTEGER; amenityCode VARCHAR(8)
        PRIMARY KEY (propertyId, amenityCode)""",
    "GuestAttribute": """
        id INTEGER PRIMARY KEY; guestId VARCHAR(36); attribute VARCHAR(30); value TEXT""",
}
VIEWS = {"ArrivalsToday": "SELECT bookingId, guestId FROM Booking"}

TRUTH = """
Guest:
  subject: [participant, customer, person, contact]
  columns: {givenName: person-name, familyName: person-name, emailAddress: email-address,
            mobileNumber: phone-number, nationality: nationality, passportNumber: identity-document,
            dateOfBirth: birth-date, homeAddress: postal-address, marketingOptIn: fact?,
            internalRemarks: free-text}
  events: {createdAt: creation, lastStayEndedOn: closed, anonymisedAt: deleted?}
Owner:
  subject: any
  columns: {fullName: person-name, phone: phone-number, email: email-address, bankIban: iban,
            vatNumber: company-number}
  events: {since: [started, creation]}
Property:
  subject: any
  columns: {title: fact?, town: city?, latitude: location?, longitude: location?, bedrooms: fact?}
  relations: {ownerRef: Owner}
Booking:
  subject: [participant, customer, person, contact]
  columns: {totalCents: fact?, specialRequests: free-text, channel: fact?, extras: free-json}
  inside: {extras: {contact.phone: phone-number}}
  relations: {guestId: Guest, propertyId: Property}
  events: {arrival: started?, cancelledAt: closed}
BookingGuest:
  subject: [participant, customer, person, contact]
  columns: {fullName: person-name, age: age, position: fact?}
  relations: {bookingId: Booking}
Invoice:
  subject: [participant, customer, person, contact]
  columns: {billedTo: person-name, billingAddress: postal-address, totalCents: fact?, invoiceNo: fact?}
  relations: {bookingId: Booking}
  events: {issuedOn: invoice, paidOn: payment}
CardPayment:
  subject: any
  columns: {cardNumber: payment-card, cardHolder: person-name}
  relations: {invoiceNo: Invoice}
  events: {capturedAt: payment}
Employee:
  subject: [employee]
  columns: {userName: login-name, passwordHash: credential, displayName: person-name,
            socialSecurityNo: national-id}
  events: {leftOn: closed}
Ticket:
  subject: any
  columns: {subject: free-text?, conversation: free-json}
  inside: {conversation: {from.email: email-address}}
  relations: {assigneeId: Employee, regardingId: [Guest, Owner]}
  events: {openedAt: [opened, started], closedAt: closed}
Review:
  subject: any
  columns: {stars: fact?, text: free-text, authorName: person-name}
  relations: {bookingId: Booking!}
  events: {postedOn: creation}
RequestLog:
  subject: any
  columns: {clientIp: ip-address, userAgent: user-agent, path: fact?}
  relations: {guestRef: Guest}
  events: {at: creation}
Amenity: {subject: null, columns: {}}
PropertyAmenity: {subject: any, columns: {}, relations: {propertyId: Property, amenityCode: Amenity}}
GuestAttribute:
  subject: [participant, customer, person, contact]
  columns: {value: free-json}
  relations: {guestId: Guest}
"""


def rows(rng: Random) -> dict[str, list[tuple[Any, ...]]]:
    folk, hosts = made.people(rng, 150), made.people(rng, 25)
    guests, owners = [_uuid(rng) for _ in folk], [_uuid(rng) for _ in hosts]
    bookings = range(1, 321)
    bills = [f"F{20000 + n}" for n in bookings]
    return {
        "Guest": [
            (
                *(key, p.first, p.last, p.email, p.mobile, rng.choice(["FR", "BE", "DE"])),
                *(
                    f"{rng.randrange(10, 99)}AB{made.digits(rng, 5)}",
                    p.born,
                    f"{p.street}, {p.postcode} {p.town}",
                ),
                *(rng.random() < 0.4, made.some(rng, made.prose(rng), 0.3), made.instant(rng)),
                *(made.some(rng, made.day(rng), 0.8), made.some(rng, made.instant(rng, 1), 0.05)),
            )
            for key, p in zip(guests, folk, strict=True)
        ],
        "Owner": [
            (
                key,
                p.name,
                p.landline,
                p.email,
                p.iban,
                f"FR{_vat(made.a_siret(rng)[:9])}",
                made.day(rng),
            )
            for key, p in zip(owners, hosts, strict=True)
        ],
        "Property": [
            (i, rng.choice(owners), f"Gîte {i}", "Mende", 44.5 + i / 100, 3.5, 2)
            for i in range(1, 41)
        ],
        "Booking": [
            (
                *(i, rng.choice(guests), rng.randrange(1, 41), made.day(rng), made.day(rng), 45000),
                *(
                    made.some(rng, made.prose(rng), 0.4),
                    made.some(rng, made.instant(rng), 0.1),
                    "web",
                ),
                json.dumps({"contact": {"phone": made.person(rng).mobile}, "pets": 1}),
            )
            for i in bookings
        ],
        "BookingGuest": [
            (i, n, made.person(rng).name, rng.randrange(1, 80)) for i in bookings for n in (1, 2)
        ],
        "Invoice": [
            (
                bill,
                i,
                made.day(rng),
                p.name,
                f"{p.street}, {p.town}",
                45000,
                made.some(rng, made.day(rng), 0.9),
            )
            for bill, i, p in zip(bills, bookings, made.people(rng, 320), strict=True)
        ],
        "CardPayment": [
            (i, rng.choice(bills), _card(rng), made.person(rng).name, made.unix(rng))
            for i in range(1, 201)
        ],
        "Employee": [
            (i, p.login, made.a_hash(rng), p.name, p.nir, made.some(rng, made.day(rng), 0.3))
            for i, p in enumerate(made.people(rng, 20), 1)
        ],
        "Ticket": [
            (
                *(i, *rng.choice([("guest", rng.choice(guests)), ("owner", rng.choice(owners))])),
                *(rng.randrange(1, 21), "Question about the stay"),
                json.dumps({"from": {"email": made.person(rng).email}, "lines": [made.prose(rng)]}),
                *(made.instant(rng), made.some(rng, made.instant(rng), 0.8)),
            )
            for i in range(1, 161)
        ],
        "Review": [
            (i, i, rng.randrange(1, 6), made.prose(rng), made.person(rng).first, f"{made.day(rng)}")
            for i in range(1, 121)
        ],
        "RequestLog": [
            (
                i,
                made.unix(rng, 1),
                made.an_ip(rng),
                made.an_agent(rng),
                "/stay",
                made.some(rng, rng.choice(guests), 0.5),
            )
            for i in range(1, 401)
        ],
        "Amenity": [(f"AM{i:03d}", f"Amenity {i}") for i in range(1, 21)],
        "PropertyAmenity": [
            (i, f"AM{n:03d}") for i in range(1, 41) for n in range(1 + i % 3, 20, 3)
        ],
        "GuestAttribute": [
            (n, key, *pair)
            for n, (key, pair) in enumerate(
                (
                    (key, pair)
                    for key in guests
                    for pair in (
                        ("allergies", "nuts"),
                        ("emergency_phone", made.person(rng).mobile),
                    )
                ),
                1,
            )
        ],
    }


def _uuid(rng: Random) -> str:
    text = made.a_token(rng, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _vat(siren: str) -> str:
    return f"{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _card(rng: Random) -> str:
    stem = f"4{made.digits(rng, 14)}"
    return stem + luhn.calc_check_digit(stem)
