"""kill -9 in each stage and at each write: afterwards the run ends well from its landed bytes and fsck is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.collection.conftest import CLEAN, DIRTY, USCC
from tests.collection.crashing import POINTS

from cityhall.kernel.ids import new_id

SCRIPT = Path(__file__).with_name("crashing.py")
PROJECT = SCRIPT.parents[2]
PREPARE = """
import django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
from cityhall.collection.actions import create_source, perform_run, start_run
from cityhall.identity.actions import register_agency
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text
operator = system_actor("test")
register_agency(operator, "{uscc}", Text(en="Water", zh="水务局"), "municipal_unit")
source = create_source(operator, "folder", "wells", {{"path": "{drop}", "settle_seconds": 0}})
perform_run(start_run(operator, source))
print(source)
"""
AGAIN = """
import django; django.setup()
from cityhall.collection.actions import perform_run, start_run
from cityhall.kernel.actor import system_actor
perform_run(start_run(system_actor("test"), "{source}"))
"""


class Node:
    """A node of its own: state folder, database, drop folder."""

    def __init__(self, folder: Path, database: str) -> None:
        self.drop = folder / "drop"
        self.drop.mkdir()
        self.work = folder / "home" / "work"
        self.env = {
            **os.environ,
            "CITYHALL_HOME": str(folder / "home"),
            "DATABASE_URL": database,
            "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
        }
        (self.drop / "wells.csv").write_text(CLEAN)
        self.versions = 1
        self.source = self.python(PREPARE.format(uscc=USCC, drop=self.drop)).split()[-1]

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def crash(self, point: str) -> None:
        """Start a run in another process and kill it dead at the point."""
        command = [sys.executable, str(SCRIPT), "work", self.source, point]
        with subprocess.Popen(
            command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as worker:
            assert worker.stdout is not None
            assert worker.stderr is not None
            reached = worker.stdout.readline().strip()
            worker.kill()
            assert reached == point, worker.stderr.read()

    def recover(self) -> dict[str, Any]:
        """What a new worker finds, does and leaves."""
        command = [sys.executable, str(SCRIPT), "recover"]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


ON_POSTGRES = ("commit", "report", "ledger")  # the points where the database makes a difference
CRASHES = [
    *(pytest.param("sqlite", point, id=f"sqlite-{point}") for point in POINTS),
    *(
        pytest.param("postgres", point, id=f"postgres-{point}", marks=pytest.mark.postgres)
        for point in ON_POSTGRES
    ),
]


@pytest.fixture(scope="module")
def nodes() -> dict[str, Node]:
    """The nodes of this module, made when first asked for."""
    return {}


@pytest.fixture(scope="module")
def postgres_database() -> Iterator[str]:
    server = os.environ["CITYHALL_TEST_POSTGRES"]
    name = new_id("crash")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def node(
    kind: str,
    nodes: dict[str, Node],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Node:
    if kind not in nodes:
        database = request.getfixturevalue("postgres_database") if kind == "postgres" else ""
        nodes[kind] = Node(tmp_path_factory.mktemp("node"), database)
    return nodes[kind]


@pytest.mark.xdist_group("crashes")
@pytest.mark.parametrize(("kind", "point"), CRASHES)
def test_a_worker_killed_on_the_road(node: Node, kind: str, point: str) -> None:
    (node.drop / "wells.csv").write_text(DIRTY + f"C{point},x,1,2024-01-01\n")
    node.crash(point)
    after = node.recover()
    node.versions += 1
    assert after["stage"] == "done", after["error"]
    assert after["problems"] == []
    assert after["versions"] == list(range(1, node.versions + 1)), "one delivery, one version"
    assert after["loads"] == node.versions, "one version, one ledger entry"
    assert after["rows"] == 201
    assert not any(node.work.iterdir())
    if point == "settling":  # committed, but the file still lies there: the next run settles it
        assert (node.drop / "wells.csv").exists()
        node.python(AGAIN.format(source=node.source))
        assert node.recover()["versions"] == after["versions"]
    assert not (node.drop / "wells.csv").exists()
    assert json.loads((node.drop / "wells.csv.receipt.json").read_text())["read"] == 204
