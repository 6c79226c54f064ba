"""The tree as people write it with an ORM: mapped classes, relationships that delete along.

Every variant loads the due customers, looks for a hold on each, deletes the object, and lets the
session find what hangs on it. They differ in how often they commit, and how they load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from benchmarks.handwritten import INVOICE_CUTOFF, ORDER_CUTOFF

ALONG = "all, delete-orphan"


class Base(orm.DeclarativeBase):
    """The shop's tables."""


class Customer(Base):
    """A customer with all that hangs on them."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    email: Mapped[str | None]
    name: Mapped[str | None]
    phone: Mapped[str | None]
    orders: Mapped[list[Order]] = relationship(back_populates="customer", cascade=ALONG)
    invoices: Mapped[list[Invoice]] = relationship(back_populates="customer", cascade=ALONG)


class Order(Base):
    """An order of a customer."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    ordered_on: Mapped[date]
    total: Mapped[Decimal | None]
    address: Mapped[str | None]
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(back_populates="order", cascade=ALONG)


class Line(Base):
    """A line of an order."""

    __tablename__ = "line"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    goods: Mapped[str | None]
    quantity: Mapped[int | None]
    order: Mapped[Order] = relationship(back_populates="lines")


class Invoice(Base):
    """An invoice to a customer."""

    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    issued_on: Mapped[date]
    total: Mapped[Decimal | None]
    billed_to: Mapped[str | None]
    customer: Mapped[Customer] = relationship(back_populates="invoices")


class Hold(Base):
    """A legal hold on a customer."""

    __tablename__ = "hold"
    customer_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)


def due(session: orm.Session, customers: int) -> Sequence[int]:
    """The keys of the first customers whose last order and whose invoices are old enough."""
    old = sa.and_(
        Customer.orders.any(),
        ~Customer.orders.any(Order.ordered_on > date.fromisoformat(ORDER_CUTOFF)),
        ~Customer.invoices.any(Invoice.issued_on > date.fromisoformat(INVOICE_CUTOFF)),
    )
    return session.scalars(
        sa.select(Customer.id).where(old).order_by(Customer.id).limit(customers)
    ).all()


Variant = Callable[[orm.Session, Sequence[int]], None]


def commit_each(session: orm.Session, keys: Sequence[int]) -> None:
    """Each customer loaded, looked at and deleted in a transaction of their own."""
    for key in keys:
        customer = session.get_one(Customer, key)
        if session.get(Hold, key) is None:
            session.delete(customer)
        session.commit()


def commit_each_eager(session: orm.Session, keys: Sequence[int]) -> None:
    """The same, where what hangs on a customer is loaded with them, a statement for each table."""
    eager = (
        orm.selectinload(Customer.orders).selectinload(Order.lines),
        orm.selectinload(Customer.invoices),
    )
    for key in keys:
        customer = session.get_one(Customer, key, options=eager)
        if session.get(Hold, key) is None:
            session.delete(customer)
        session.commit()


def commit_hundred(session: orm.Session, keys: Sequence[int]) -> None:
    """A hundred customers for each transaction, looked at one by one."""
    for at in range(0, len(keys), 100):
        for key in keys[at : at + 100]:
            customer = session.get_one(Customer, key)
            if session.get(Hold, key) is None:
                session.delete(customer)
        session.commit()


def load_hundred(session: orm.Session, keys: Sequence[int]) -> None:
    """A hundred customers loaded at once with all that hangs on them: no longer row by row."""
    eager = (
        orm.selectinload(Customer.orders).selectinload(Order.lines),
        orm.selectinload(Customer.invoices),
    )
    for at in range(0, len(keys), 100):
        some = sa.select(Customer).where(Customer.id.in_(keys[at : at + 100])).options(*eager)
        for customer in session.scalars(some):
            if session.get(Hold, customer.id) is None:
                session.delete(customer)
        session.commit()


VARIANTS: dict[str, Variant] = {
    "commit each": commit_each,
    "commit each, loaded eagerly": commit_each_eager,
    "commit a hundred": commit_hundred,
    "load and commit a hundred": load_hundred,
}


BY_ROW = ("commit each", "commit each, loaded eagerly", "commit a hundred")
"""The variants that take every customer by themselves."""


@contextmanager
def opened(uri: str) -> Iterator[orm.Session]:
    """A session of its own."""
    engine = sa.create_engine(uri.replace("postgresql://", "postgresql+psycopg://", 1))
    with orm.Session(engine) as session:
        yield session
    engine.dispose()


def delete(uri: str, variant: Variant, keys: Sequence[int]) -> None:
    """Deletes customers."""
    with opened(uri) as session:
        variant(session, keys)


def due_keys(uri: str, customers: int) -> Sequence[int]:
    """The keys of due customers who are not yet deleted, read before a run."""
    with opened(uri) as session:
        return due(session, customers)


def find(uri: str, customers: int) -> int:
    """What goes of the first customers: how many rows of all tables, looked at object by object."""
    last_order = date.fromisoformat(ORDER_CUTOFF)
    last_invoice = date.fromisoformat(INVOICE_CUTOFF)
    found = 0
    with opened(uri) as session:
        for number in range(1, customers + 1):
            customer = session.get_one(Customer, number)
            old = [invoice for invoice in customer.invoices if invoice.issued_on <= last_invoice]
            found += len(old)
            orders = customer.orders
            if orders and max(order.ordered_on for order in orders) <= last_order:
                found += sum(1 + len(order.lines) for order in orders)
                found += len(old) == len(customer.invoices)
            session.expunge_all()
    return found
