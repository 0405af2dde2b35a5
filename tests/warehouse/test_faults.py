"""Faults: killed at any moment, a full disk, two writers at once. Either the whole version is there, or
nothing but left-overs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 20
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}

PRELUDE = """
import os, sys, django
django.setup()
import pyarrow as pa, pyarrow.parquet as pq
from io import BytesIO
from pathlib import Path
from django.core.management import call_command
from django.db import connection, transaction
from cityhall.kernel.actor import system_actor
from cityhall.kernel.errors import CityhallError
from cityhall.warehouse.actions import commit_version, compact, land, prepare, sweep
from cityhall.warehouse.queries import Query, fsck, run, version, versions
robot = system_actor("faults")
home = Path(os.environ["CITYHALL_HOME"])

def rows(first, count=2000):
    path = home / f"staged-{os.getpid()}.parquet"
    path.unlink(missing_ok=True)
    numbers = range(first, first + count)
    pq.write_table(pa.table({"code": [f"C{n % 5000}" for n in numbers], "n": list(numbers)}), path)
    return path

def commit(mode, first, count=2000):
    path = rows(first, count)
    ready = prepare("d", mode=mode, files=(path,), key=("code",))
    with transaction.atomic():
        return commit_version(robot, "d", mode=mode, files=ready)
"""
KILLED = """
import random, select, signal, time
chance = random.Random(7)

def write(told):
    number = chance.randrange(1000)
    while True:
        number += 1
        landed = land(BytesIO(os.urandom(300_000)), "bytes")
        commit(("append", "upsert", "replace", "append")[number % 4], number * 37)
        if number % 6 == 0:
            compact(robot, "d")
        os.write(told, b".")

for _ in range(ROUNDS):
    chance.random()
    heard, told = os.pipe()
    child = os.fork()  # nothing of the engines has been started here, so that a fork is a fresh process
    if child == 0:
        try:
            write(told)
        finally:
            os._exit(1)
    os.close(told)
    select.select([heard], [], [], 60)  # it is at work
    time.sleep(chance.random() * 0.3)
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the writer failed by itself"
    os.close(heard)
"""
CHECK = """
problems = [problem for problem in fsck(deep=True) if not problem.harmless]
assert not problems, problems
for one in versions("d"):
    assert sum(1 for _ in run(one, Query(limit=1)).rows) == min(one.rows, 1), one
swept = sweep(robot, grace=-1)
assert not fsck(deep=True), fsck(deep=True)
for one in versions("d"):
    assert len(run(one, Query(limit=5)).rows) == min(one.rows, 5)
print(len(versions("d")), swept.files)
"""
MIGRATE = """
if connection.vendor == "sqlite":
    connection.cursor().execute("PRAGMA journal_mode=WAL")
call_command("migrate", verbosity=0)
"""


def start(code: str, home: Path, **more) -> subprocess.Popen[str]:
    environment = ENVIRONMENT | {"CITYHALL_HOME": str(home), "DATABASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint[-3000:]
    return output


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A state folder with a database of its own, that child processes share."""
    home = tmp_path / "house"
    home.mkdir()
    finish(start(MIGRATE, home))
    return home


def test_killed_at_any_moment_nothing_is_half(house):
    finish(start(f"ROUNDS = {ROUNDS}" + KILLED, house))
    numbers, swept = finish(start(CHECK, house)).split()
    assert int(numbers) >= ROUNDS
    assert int(swept) > 0, "no kill fell into a write: the test proves nothing"


def test_a_full_disk_changes_nothing_and_is_told(house):
    full = """
import resource
before = (len(versions("d")), version("d").rows)
path = rows(150_000, 300_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
codes = []
for attempt in (
    lambda: land(BytesIO(os.urandom(300_000)), "bytes"),
    lambda: prepare("d", mode="upsert", files=(path,), key=("n",)),
):
    try:
        attempt()
    except CityhallError as error:
        codes.append(error.code)
assert codes == ["kernel.disk-full"] * 2, codes
assert before == (len(versions("d")), version("d").rows)
assert not list((home / "warehouse" / "work").iterdir())
"""
    finish(start("print(commit('replace', 0, 300_000).number)", house))
    finish(start(full, house))
    assert finish(start(CHECK, house)).split()[0] == "1"


def test_two_writers_lose_nothing(house):
    several = """
done = 0
for number in range(12):
    while True:
        try:
            commit("append", number)
        except CityhallError as error:
            assert error.code == "warehouse.version-conflict", error
        else:
            break
"""
    for writer in [start(several, house) for _ in range(2)]:
        finish(writer)
    total = """
assert version("d").rows == 2 * 12 * 2000
assert [one.number for one in versions("d")] == list(range(24, 0, -1))
"""
    finish(start(total, house))
    finish(start(CHECK, house))
