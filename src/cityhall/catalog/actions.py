"""Verbs of the catalogue. Each is one transaction with one ledger entry and, after it, one event."""

from __future__ import annotations

from cityhall.catalog.editing import agree_rules, draft_dataset, publish, update_dataset, withdraw
from cityhall.catalog.exchange.importing import import_catalogue
from cityhall.catalog.responsibility import load_fields, register_function, register_system

__all__ = [
    "agree_rules",
    "draft_dataset",
    "import_catalogue",
    "load_fields",
    "publish",
    "register_function",
    "register_system",
    "update_dataset",
    "withdraw",
]
