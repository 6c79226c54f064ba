"""A web shop as content managers keep it: key/value meta, orders among posts, Unix dates, no keys."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from . import made

DDL = {
    "sx_accounts": """
        id BIGINT PRIMARY KEY; account_login VARCHAR(60); account_pass VARCHAR(255)
        nicename VARCHAR(50); account_mail VARCHAR(100); registered TIMESTAMP NULL
        activation_key VARCHAR(255); display VARCHAR(250); status INTEGER""",
    "sx_accountmeta": """
        meta_id BIGINT PRIMARY KEY; account_id BIGINT; meta_key VARCHAR(255); meta_value TEXT""",
    "sx_posts": """
        id BIGINT PRIMARY KEY; post_author BIGINT; post_type VARCHAR(20); post_date TIMESTAMP NULL
        post_title TEXT; post_content TEXT; post_status VARCHAR(20); post_parent BIGINT
        guid VARCHAR(255)""",
    "sx_postmeta": """
        meta_id BIGINT PRIMARY KEY; post_id BIGINT; meta_key VARCHAR(255); meta_value TEXT""",
    "sx_comments": """
        comment_id BIGINT PRIMARY KEY; comment_post_id BIGINT; comment_author VARCHAR(100)
        comment_author_email VARCHAR(100); comment_author_url VARCHAR(200)
        comment_author_ip VARCHAR(100); comment_date TIMESTAMP NULL; comment_content TEXT
        comment_agent VARCHAR(255); account_id BIGINT NOT NULL""",
    "sx_orders": """
        id BIGINT PRIMARY KEY; status VARCHAR(20); currency VARCHAR(10); total NUMERIC(12,2)
        customer_id BIGINT; billing_email VARCHAR(200); date_created BIGINT; date_paid BIGINT
        ip_address VARCHAR(100); user_agent TEXT; customer_note TEXT; payment_method VARCHAR(40)
        transaction_id VARCHAR(100)""",
    "sx_order_addresses": """
        id BIGINT PRIMARY KEY; order_id BIGINT; address_type VARCHAR(20); first_name TEXT
        last_name TEXT; company TEXT; address_1 TEXT; address_2 TEXT; city TEXT; state TEXT
        postcode TEXT; country TEXT; email VARCHAR(200); phone VARCHAR(100)""",
    "sx_order_items": """
        order_item_id BIGINT PRIMARY KEY; order_item_name TEXT; order_item_type VARCHAR(20)
        order_id BIGINT""",
    "sx_order_itemmeta": """
        meta_id BIGINT PRIMARY KEY; order_item_id BIGINT; meta_key VARCHAR(255)
        meta_value TEXT""",
    "sx_customer_lookup": """
        customer_id BIGINT PRIMARY KEY; account_id BIGINT; username VARCHAR(60)
        first_name VARCHAR(255); last_name VARCHAR(255); email VARCHAR(100)
        date_last_active TIMESTAMP NULL; date_registered TIMESTAMP NULL; country VARCHAR(2)
        postcode VARCHAR(20); city VARCHAR(100)""",
    "sx_newsletter": """
        id INTEGER PRIMARY KEY; email VARCHAR(100); name VARCHAR(100); surname VARCHAR(100)
        status VARCHAR(1); created TIMESTAMP NULL; last_activity BIGINT; ip VARCHAR(50)
        token VARCHAR(50); list_1 INTEGER; unsub_email_id INTEGER; unsub_time BIGINT""",
    "sx_newsletter_sent": """
        email_id INTEGER; subscriber_id INTEGER; opened INTEGER; sent_time BIGINT; ip VARCHAR(50)
        PRIMARY KEY (email_id, subscriber_id)""",
    "sx_newsletter_emails": """
        id INTEGER PRIMARY KEY; subject VARCHAR(255); message TEXT; send_on BIGINT""",
    "sx_shop_sessions": """
        session_id BIGINT PRIMARY KEY; session_key VARCHAR(32); session_value TEXT
        session_expiry BIGINT""",
    "sx_payment_tokens": """
        token_id BIGINT PRIMARY KEY; gateway_id VARCHAR(200); token TEXT; account_id BIGINT
        type VARCHAR(200); is_default INTEGER""",
    "sx_payment_tokenmeta": """
        meta_id BIGINT PRIMARY KEY; payment_token_id BIGINT; meta_key VARCHAR(255)
        meta_value TEXT""",
    "sx_coupon_uses": "id BIGINT PRIMARY KEY; coupon_code VARCHAR(20); order_id BIGINT; used_by VARCHAR(100)",
    "sx_products": """
        product_id BIGINT PRIMARY KEY; sku VARCHAR(100); product_name VARCHAR(200)
        min_price NUMERIC(10,2); stock_quantity INTEGER; tax_class VARCHAR(100)
        short_description TEXT""",
    "sx_terms": "term_id BIGINT PRIMARY KEY; name VARCHAR(200); slug VARCHAR(200)",
    "sx_options": "option_id BIGINT PRIMARY KEY; option_name VARCHAR(191); option_value TEXT",
    "sx_visits": """
        id BIGINT PRIMARY KEY; visited BIGINT; ip VARCHAR(60); ua TEXT; page VARCHAR(190)
        referrer TEXT; account_id BIGINT""",
}
VIEWS: dict[str, str] = {}

TRUTH = """
sx_accounts:
  subject: [user, customer]
  columns: {account_login: login-name, account_pass: credential, nicename: person-name/login-name,
            account_mail: email-address, activation_key: credential, display: person-name}
  events: {registered: creation}
sx_accountmeta:
  subject: [user, customer]
  columns: {meta_value: free-json}
  relations: {account_id: sx_accounts}
sx_posts:
  subject: any
  columns: {post_title: free-text?, post_content: free-text?, guid: fact?, post_type: fact?, post_status: fact?}
  relations: {post_author: sx_accounts, post_parent: sx_posts}
  events: {post_date: creation}
sx_postmeta:
  subject: any
  columns: {meta_value: free-json}
  relations: {post_id: sx_posts}
sx_comments:
  subject: any
  columns: {comment_author: person-name, comment_author_email: email-address,
            comment_author_url: fact?, comment_author_ip: ip-address, comment_content: free-text,
            comment_agent: user-agent}
  relations: {comment_post_id: sx_posts, account_id: sx_accounts}
  events: {comment_date: creation}
sx_orders:
  subject: [customer, user]
  columns: {status: fact?, currency: fact?, total: fact?, billing_email: email-address,
            ip_address: ip-address, user_agent: user-agent, customer_note: free-text,
            payment_method: fact?, transaction_id: fact?}
  relations: {customer_id: sx_customer_lookup}
  events: {date_created: [creation, order], date_paid: payment}
sx_order_addresses:
  subject: [customer, user, contact]
  columns: {address_type: fact?, first_name: person-name, last_name: person-name, company: employment,
            address_1: postal-address, address_2: postal-address, city: city, state: city/postal-address?,
            postcode: postcode, country: country, email: email-address, phone: phone-number}
  relations: {order_id: sx_orders}
sx_order_items:
  subject: any
  columns: {order_item_name: fact?, order_item_type: fact?}
  relations: {order_id: sx_orders}
sx_order_itemmeta:
  subject: any
  columns: {meta_value: free-json?}
  relations: {order_item_id: sx_order_items}
sx_customer_lookup:
  subject: [customer, user]
  columns: {username: login-name, first_name: person-name, last_name: person-name,
            email: email-address, country: country, postcode: postcode, city: city}
  relations: {account_id: sx_accounts}
  events: {date_last_active: last-login, date_registered: creation}
sx_newsletter:
  subject: [subscriber, user, customer, contact]
  columns: {email: email-address, name: person-name, surname: person-name, status: fact?, ip: ip-address,
            token: credential, list_1: fact?, unsub_email_id: fact?}
  events: {created: creation, last_activity: last-login, unsub_time: unsubscribed}
sx_newsletter_sent:
  subject: [subscriber, contact]
  columns: {opened: fact?, ip: ip-address}
  relations: {email_id: sx_newsletter_emails, subscriber_id: sx_newsletter}
  events: {sent_time: sent}
sx_newsletter_emails: {subject: null, columns: {subject: free-text?, message: free-text?}}
sx_shop_sessions:
  subject: any
  columns: {session_value: free-json/serialised, session_key: credential?}
  inside: {session_value: {customer.email: email-address, customer.city: city}}
  events: {session_expiry: expiry}
sx_payment_tokens:
  subject: [customer, user]
  columns: {token: credential/payment-card, gateway_id: fact?, type: fact?, is_default: fact?}
  relations: {account_id: sx_accounts}
sx_payment_tokenmeta:
  subject: [customer, user]
  columns: {meta_value: free-json/card-part}
  relations: {payment_token_id: sx_payment_tokens}
sx_coupon_uses:
  subject: any
  columns: {coupon_code: fact?, used_by: email-address}
  relations: {order_id: sx_orders}
sx_products: {subject: null, columns: {}}
sx_terms: {subject: null, columns: {}}
sx_options: {subject: null, columns: {}}
sx_visits:
  subject: any
  columns: {ip: ip-address, ua: user-agent, page: fact?, referrer: fact?}
  relations: {account_id: sx_accounts}
  events: {visited: visit}
"""


def rows(rng: Random) -> dict[str, list[tuple[Any, ...]]]:
    folk = made.people(rng, 180)
    tables: dict[str, list[tuple[Any, ...]]] = {
        "sx_accounts": [
            (1000 + i, p.login, made.a_hash(rng), p.login, p.email, made.instant(rng))
            + (made.some(rng, f"{made.unix(rng)}:{made.a_token(rng)}", 0.3), p.name, 0)
            for i, p in enumerate(folk[:120])
        ],
        "sx_accountmeta": [],
        "sx_posts": [_post(rng, i) for i in range(1, 161)],
        "sx_postmeta": [],
        "sx_comments": [
            (
                *(
                    i,
                    rng.randrange(1, 161),
                    p.name,
                    p.email,
                    "",
                    made.an_ip(rng),
                    made.instant(rng),
                ),
                *(
                    made.prose(rng),
                    made.an_agent(rng),
                    rng.choice([0, 0, 1000 + rng.randrange(120)]),
                ),
            )
            for i, p in enumerate(made.people(rng, 140), 1)
        ],
        "sx_orders": [],
        "sx_order_addresses": [],
        "sx_order_items": [
            (
                i,
                rng.choice(["Blue lamp", "Oak chair", "Wool rug"]),
                "line_item",
                5000 + rng.randrange(300),
            )
            for i in range(9001, 9601)
        ],
        "sx_order_itemmeta": [
            (
                n,
                9001 + n % 600,
                rng.choice(["_qty", "_line_total", "_product_id"]),
                str(rng.randrange(90)),
            )
            for n in range(1, 1201)
        ],
        "sx_customer_lookup": [
            (i, made.some(rng, 1000 + (i - 1) % 120, 0.66), p.login, p.first, p.last, p.email)
            + (made.instant(rng, 2), made.instant(rng), "FR", p.postcode, p.town)
            for i, p in enumerate(folk, 1)
        ],
        "sx_newsletter": [
            (
                *(
                    i,
                    p.email,
                    p.first,
                    p.last,
                    rng.choice("CUS"),
                    made.instant(rng),
                    made.unix(rng, 2),
                ),
                *(made.an_ip(rng), made.a_token(rng, 10), rng.randrange(2)),
                *(rng.choice([0, 0, 3]), made.some(rng, made.unix(rng, 1), 0.1) or 0),
            )
            for i, p in enumerate(made.people(rng, 220), 1)
        ],
        "sx_newsletter_sent": [
            (mail, reader, rng.randrange(2), made.unix(rng, 2), made.an_ip(rng))
            for mail in range(1, 13)
            for reader in rng.sample(range(1, 221), 60)
        ],
        "sx_newsletter_emails": [
            (i, f"Our news number {i}", "<p>Discover our new lamps</p>", made.unix(rng, 2))
            for i in range(1, 13)
        ],
        "sx_shop_sessions": [_session(rng, i) for i in range(1, 61)],
        "sx_payment_tokens": [
            (i, "cardhouse", f"tok_{made.a_token(rng, 24)}", 1000 + rng.randrange(120), "CC", 1)
            for i in range(1, 71)
        ],
        "sx_payment_tokenmeta": [
            (n * 3 + k, n, key, value)
            for n in range(1, 71)
            for k, (key, value) in enumerate(
                [("last4", made.digits(rng, 4)), ("expiry_year", "2028"), ("card_type", "visa")]
            )
        ],
        "sx_coupon_uses": [
            (
                i,
                rng.choice(["WELCOME", "SUMMER"]),
                5000 + rng.randrange(300),
                rng.choice(folk).email,
            )
            for i in range(1, 91)
        ],
        "sx_products": [
            (
                i,
                f"SKU-{made.digits(rng, 6)}",
                f"{rng.choice(['Oak', 'Blue'])} lamp {i}",
                19.9,
                12,
                "standard",
            )
            + ("A warm light for the living room, made of solid wood.",)
            for i in range(1, 61)
        ],
        "sx_terms": [(i, f"Category {i}", f"category-{i}") for i in range(1, 16)],
        "sx_options": [
            (1, "home", "https://shop.example"),
            (2, "admin_mail", "it@shop.example"),
            (3, "theme", "oak"),
        ],
        "sx_visits": [
            (i, made.unix(rng, 1), made.an_ip(rng), made.an_agent(rng), f"/p/{rng.randrange(60)}")
            + ("https://search.example/", rng.choice([0, 1000 + rng.randrange(120)]))
            for i in range(1, 501)
        ],
    }
    number = 0
    for i, p in enumerate(folk[:120]):
        meta = [
            *[
                ("billing_phone", p.mobile),
                ("billing_address_1", p.street),
                ("billing_city", p.town),
            ],
            *[("rich_editing", "true"), ("session_tokens", made.a_token(rng, 64))],
            *[("first_name", p.first), ("last_name", p.last)],
        ]
        for key, value in meta:
            number += 1
            tables["sx_accountmeta"].append((number, 1000 + i, key, value))
    for post in range(1, 161):
        for key, value in [
            ("_billing_email", rng.choice(folk).email),
            ("_edit_lock", "1"),
            ("_customer_ip", made.an_ip(rng)),
        ]:
            number += 1
            tables["sx_postmeta"].append((number, post, key, value))
    for i in range(300):
        at = rng.randrange(len(folk))
        p = folk[at]
        tables["sx_orders"].append(_order(rng, 5000 + i, at + 1, p))
        for kind in ("billing", "shipping"):
            tables["sx_order_addresses"].append(
                _address(rng, 2 * i + (kind == "shipping"), 5000 + i, kind, p)
            )
    return tables


def _post(rng: Random, number: int) -> tuple[Any, ...]:
    kind = rng.choice(["page", "product", "shop_order", "attachment"])
    content = "Le bois massif, une lampe pour chaque pièce." if kind != "shop_order" else ""
    return (
        *(number, 1000 + rng.randrange(120), kind, made.instant(rng), f"{kind} {number}", content),
        *(
            "publish",
            rng.choice([0, 0, rng.randrange(1, 161)]),
            f"https://shop.example/?p={number}",
        ),
    )


def _order(rng: Random, number: int, customer: int, p: made.Person) -> tuple[Any, ...]:
    return (
        *(number, rng.choice(["completed", "refunded"]), "EUR", rng.randrange(10, 400), customer),
        *(p.email, made.unix(rng), made.some(rng, made.unix(rng), 0.9), made.an_ip(rng)),
        *(
            made.an_agent(rng),
            made.some(rng, made.prose(rng), 0.3),
            "card",
            f"ch_{made.a_token(rng, 16)}",
        ),
    )


def _address(rng: Random, number: int, order: int, kind: str, p: made.Person) -> tuple[Any, ...]:
    return (
        *(
            number,
            order,
            kind,
            p.first,
            p.last,
            made.some(rng, "Atelier Exemple", 0.2) or "",
            p.street,
        ),
        *("", p.town, "", p.postcode, "FR", p.email if kind == "billing" else "", p.mobile),
    )


def _session(rng: Random, number: int) -> tuple[Any, ...]:
    customer = json.dumps(
        {"customer": {"email": made.person(rng).email, "city": "Lyon"}, "cart": []}
    )
    return (number, made.a_token(rng, 32), customer, made.unix(rng, 1))
