"""Prepares a node: the database in write-ahead mode, migrations with the default data. Safe to call at every start."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cityhall.app.errors import DatabaseSilent, NotPrepared
from cityhall.cases.actions import install_type
from cityhall.cases.queries import types
from cityhall.identity.actions import register_agency
from cityhall.identity.queries import agencies, uscc_check_character
from cityhall.kernel.actor import system_actor
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.home import home
from cityhall.kernel.text import Text
from cityhall.opening.actions import look_after_search, take_in_earlier
from cityhall.packing.queries import pack_folder

INSTALLER = system_actor("installer")
_REQUESTS = "data_requests"


def prepare() -> bool:
    """Bring this node's database up to date; answers whether anything had to be done."""
    with _alone():
        if connection.vendor == "sqlite":
            _write_ahead(str(connection.settings_dict["NAME"]))
        pending = not prepared()
        if pending:
            call_command("migrate", verbosity=0, interactive=False)
            look_after_search()  # a node that had datasets before there was an index
        install_request_types()
        take_in_earlier(INSTALLER, pack_folder(_REQUESTS) / "imports" / "earlier_requests.yaml")
        return pending


def install_request_types() -> None:
    """The types of case that the portal's buttons open: those of the pack, or newer ones that a city has installed."""
    known = {one.name: one.version for one in types()}
    for path in sorted((pack_folder(_REQUESTS) / "cases").glob("*.yaml")):
        declared = read_yaml(path)
        if declared["version"] > known.get(declared["case"], 0):
            install_type(INSTALLER, path)


def prepared() -> bool:
    """Whether the database has all that this release wants."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def demand_prepared() -> None:
    """Raise NotPrepared where `cityhall init` was forgotten, DatabaseSilent where there is nothing to ask."""
    try:
        ready = prepared()
    except DatabaseError as error:
        raise DatabaseSilent(why=str(error).partition("\n")[0][:200], home=home()) from None
    if not ready:
        raise NotPrepared(home=home())


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


def ensure_agency() -> None:
    """On a node that knows no agency yet, register the office it stands in, so that a first file has an owner.

    Its code is a placeholder with a valid check character; `cityhall agency` shows it and an operator can register
    the real one at any time.
    """
    if agencies():
        return
    with _alone():
        if not agencies():
            stem = "11" + "000000" + "000000000"
            name = Text(en="This office", zh="本单位")
            register_agency(INSTALLER, stem + uscc_check_character(stem), name, "municipal_unit")
