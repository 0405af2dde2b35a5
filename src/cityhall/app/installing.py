"""Prepares a node: the database in write-ahead mode, migrations, default data. Safe to call at every start."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cityhall.catalog.actions import load_fields
from cityhall.catalog.queries import fields
from cityhall.kernel.actor import system_actor
from cityhall.kernel.home import home

INSTALLER = system_actor("installer")


def prepare() -> bool:
    """Bring this node's database up to date; answers whether anything had to be done."""
    with _alone():
        if connection.vendor == "sqlite":
            _write_ahead(str(connection.settings_dict["NAME"]))
        pending = bool(_pending_migrations())
        if pending:
            call_command("migrate", verbosity=0, interactive=False)
        if not fields():
            load_fields(INSTALLER)
            pending = True
        return pending


def _pending_migrations() -> list[object]:
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _write_ahead(path: str) -> None:
    """Write-ahead mode is a property of the file: set here once, never per connection (two at once would fail)."""
    database = sqlite3.connect(path, timeout=20)
    try:
        if database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            database.execute("PRAGMA journal_mode=WAL")
    finally:
        database.close()


@contextmanager
def _alone() -> Iterator[None]:
    with (home() / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
