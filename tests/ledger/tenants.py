"""An owner and two tenants of one PostgreSQL ledger, as roles of the server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url


@dataclass(frozen=True)
class Tenants:
    """The addresses of the owner and of two tenants, and the tenants' roles."""

    admin: str
    owner: str
    a: str
    b: str
    role_a: str
    role_b: str


@contextmanager
def new_tenants(postgres_url: str) -> Iterator[Tenants]:
    """The roles, in an empty database; they are dropped at the end."""
    mark = uuid.uuid4().hex[:8]
    names = {who: f"{who}_{mark}" for who in ("owner", "a", "b")}
    database = make_url(postgres_url).database
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'".encode())
        admin.execute(f"GRANT CREATE ON DATABASE {database} TO {names['owner']}".encode())
    url = make_url(postgres_url)
    at = {
        who: url.set(username=name, password="x").render_as_string(hide_password=False)
        for who, name in names.items()
    }
    yield Tenants(postgres_url, at["owner"], at["a"], at["b"], names["a"], names["b"])
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f"DROP OWNED BY {name} CASCADE".encode())
            admin.execute(f"DROP ROLE {name}".encode())
