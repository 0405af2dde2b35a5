"""A log to work on, and whole nodes in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cityhall.kernel.actor import system_actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record

SYSTEM = system_actor("test")


@action("ledger.test_deed")
def deed(actor: Any, number: int) -> None:
    """An action that does nothing but leave its entry."""
    record(f"thing:{number}", number=number)


@pytest.fixture
def act(home: Path) -> Callable[[int], None]:
    """Do so many deeds."""

    def do(count: int) -> None:
        for number in range(count):
            deed(SYSTEM, number)

    return do


class Node:
    """A state folder and a database of its own, driven by Python processes."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.environment = {
            **os.environ,
            "CITYHALL_HOME": str(folder),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
        }

    def start(self, code: str) -> subprocess.Popen[str]:
        """Run a piece of Python in the node; its output is collected."""
        program = f"import django; django.setup()\n{code}"
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """The same, to its end; answers what it printed."""
        process = self.start(code)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        return output.strip()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    """A fresh node on the database that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        node = Node(tmp_path, "")
        node.run(MIGRATE)
        yield node
        return
    name = new_id("ledger")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            node = Node(tmp_path, url.rsplit("/", 1)[0] + "/" + name)
            node.run(MIGRATE)
            yield node
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


MIGRATE = """
from django.core.management import call_command
from django.db import connection
if connection.vendor == "sqlite":
    connection.cursor().execute("PRAGMA journal_mode=WAL")
call_command("migrate", "ledger", verbosity=0)
"""
