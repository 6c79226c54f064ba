"""The tables of the web shop and of the business management software (ERP)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, MetaData, Table

from troth.demo.columns import day, flag, instant, key, number, ref, text

BUSINESS_ROLES = (
    "customer",
    "customer_representative",
    "supplier_representative",
    "distributor_representative",
    "partner_professional",
)
ROLES = (*BUSINESS_ROLES, "prospect", "institutional")


def shop() -> MetaData:
    """Accounts, orders, payments and the contact form; and a table that nobody declared."""
    meta = MetaData()
    Table(
        "account",
        meta,
        key(),
        text("email", needed=True, unique=True),
        text("full_name", needed=True),
        text("phone", 30),
        text("profession", 60),
        text("customer_number", 20),
        text("password_hash", 80),
        day("created_on", needed=True),
        day("terms_accepted_on"),
        instant("last_login_at"),
        day("closed_on"),
        flag("is_staff"),
        flag("is_test"),
    )
    Table(
        "address",
        meta,
        key(),
        ref("account_id", "account"),
        text("street", needed=True),
        text("postcode", 12, needed=True),
        text("city", 60, needed=True),
        text("country", 2, needed=True),
    )
    Table(
        "orders",
        meta,
        key(),
        text("number", 20, needed=True, unique=True),
        ref("account_id", "account", needed=False),
        text("customer_number", 20),
        text("email"),
        text("delivery_name"),
        text("delivery_address", 200),
        text("summary", 200),
        number("total_cents", needed=True),
        day("ordered_on", needed=True),
        day("delivered_on"),
        CheckConstraint("total_cents >= 0", name="orders_total"),
    )
    Table(
        "order_line",
        meta,
        key(),
        ref("order_id", "orders"),
        text("product", 60, needed=True),
        number("quantity", needed=True),
        number("price_cents", needed=True),
        CheckConstraint("quantity > 0", name="order_line_quantity"),
    )
    Table(
        "payment_attempt",
        meta,
        key(),
        ref("order_id", "orders"),
        text("customer_number", 20),
        text("card_token", 60),
        text("last_four", 4),
        text("scheme", 20),
        text("expires", 7),
        instant("paid_at"),
        text("result", 10, needed=True),
        CheckConstraint("result IN ('paid', 'refused')", name="payment_attempt_result"),
    )
    Table(
        "contact_message",
        meta,
        key(),
        text("email"),
        text("full_name"),
        text("phone", 30),
        text("message", 500),
        instant("received_at", needed=True),
    )
    Table(
        "fair_leads_import",  # left behind by somebody; the map does not know it
        meta,
        key(),
        text("email"),
        text("full_name"),
        day("met_on"),
    )
    return meta


def erp() -> MetaData:
    """Parties, people, contracts, the accounts, shipments, and the traceability of lots."""
    meta = MetaData()
    _people(meta)
    _accounts(meta)
    _goods(meta)
    return meta


def _people(meta: MetaData) -> None:
    roles = ", ".join(f"'{role}'" for role in ROLES)
    Table(
        "party",
        meta,
        key(),
        text("number", 20, needed=True, unique=True),
        text("kind", 10, needed=True),
        text("side", 20, needed=True),
        text("name", needed=True),
        day("created_on"),
        CheckConstraint("kind IN ('natural', 'legal')", name="party_kind"),
        CheckConstraint(
            "side IN ('customer', 'supplier', 'distributor', 'partner')", name="party_side"
        ),
    )
    Table(
        "person",
        meta,
        key(),
        ref("party_id", "party", needed=False),
        text("main_role", 30, needed=True),
        text("customer_number", 20),
        text("full_name", needed=True),
        text("profession", 60),
        text("email", unique=True),
        text("phone", 30),
        day("first_contact_on"),
        text("birth_note", 60),  # added after the map was written; nobody declared it
        CheckConstraint(f"main_role IN ({roles})", name="person_role"),
    )
    Table(
        "party_person",
        meta,
        key(),
        ref("party_id", "party"),
        ref("person_id", "person"),
        text("role", 30, needed=True),
        day("started_on", needed=True),
        day("ended_on"),
    )
    Table(
        "contract",
        meta,
        key(),
        ref("party_id", "party"),
        text("customer_number", 20),
        text("reference", 30, needed=True, unique=True),
        text("signatory"),
        text("terms", 200),
        day("signed_on", needed=True),
        day("ended_on"),
    )
    Table(
        "benefit",
        meta,
        key(),
        ref("person_id", "person"),
        text("kind", 40, needed=True),
        text("detail", 120),
        number("amount_cents"),
        day("granted_on", needed=True),
    )


def _accounts(meta: MetaData) -> None:
    Table(
        "accounting_period",
        meta,
        key(),
        day("starts_on", needed=True),
        day("ends_on", needed=True),
        flag("closed"),
        CheckConstraint("starts_on <= ends_on", name="accounting_period_order"),
    )
    Table(
        "invoice",
        meta,
        key(),
        text("number", 20, needed=True, unique=True),
        ref("party_id", "party"),
        text("customer_number", 20),
        text("billed_name", needed=True),
        text("billed_address", 200),
        text("email"),
        number("total_cents", needed=True),
        day("issued_on"),
    )
    Table(
        "credit_note",
        meta,
        key(),
        text("number", 20, needed=True, unique=True),
        ref("invoice_id", "invoice", needed=False),
        text("customer_number", 20),
        text("billed_name", needed=True),
        number("total_cents", needed=True),
        day("issued_on"),
    )
    Table(
        "ledger_entry",
        meta,
        key(),
        ref("invoice_id", "invoice", needed=False),
        text("customer_number", 20),
        text("label", 120),
        number("amount_cents", needed=True),
        day("booked_on"),
    )
    Table(
        "bank_detail",
        meta,
        key(),
        ref("party_id", "party"),
        text("customer_number", 20),
        text("iban", 34),
        text("holder"),
        day("settled_on"),
        flag("proves_ledger"),
    )


def _goods(meta: MetaData) -> None:
    Table(
        "shipment",
        meta,
        key(),
        ref("party_id", "party"),
        text("order_number", 20, needed=True),
        text("customer_number", 20),
        text("recipient"),
        text("address", 200),
        text("tracking_token", 40),
        text("carrier", 40),
        day("shipped_on", needed=True),
        day("delivered_on"),
    )
    Table(
        "lot",
        meta,
        key(),
        text("number", 20, needed=True, unique=True),
        text("product", 60, needed=True),
        flag("implantable"),
        day("last_placed_on"),
        day("last_implantable_placed_on"),
    )
    Table(
        "lot_movement",
        meta,
        key(),
        ref("lot_id", "lot"),
        text("customer_number", 20, needed=True),
        number("quantity", needed=True),
        day("moved_on", needed=True),
        CheckConstraint("quantity <> 0", name="lot_movement_quantity"),
    )
    Table(
        "incident",
        meta,
        key(),
        ref("lot_id", "lot"),
        text("reporter"),
        text("email"),
        text("description", 500),
        day("reported_on", needed=True),
        day("closed_on"),
    )
