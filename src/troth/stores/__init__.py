"""Stores: SQLite, PostgreSQL and MariaDB/MySQL behind one small adapter.

`opening.open_store` gives a `store.Store`; `reflect.reflect` reads what it holds; `conformance`
is the suite that every adapter passes.
"""
