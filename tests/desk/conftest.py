"""A fresh ledger on each database, and a shop whose policy names recipients."""

from __future__ import annotations

from ledger.conftest import ledger, ledger_address

__all__ = ["ledger", "ledger_address"]
