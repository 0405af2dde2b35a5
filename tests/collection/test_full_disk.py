"""A disk that is full when bytes land, are unpacked or are checked: a coded error, the old version serves, nothing half
is left, and the same run ends well once there is room. (An upsert on a full disk: tests/warehouse/test_faults.py.)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.collection.conftest import USCC

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")

# Files may grow to LIMIT bytes from the named point on: what the database needs, less than what the road writes.
ROAD = """
import django; django.setup()
import gzip, importlib, json, os, random, resource, sys
from pathlib import Path
from django.core.management import call_command
home, LIMIT = Path(os.environ["CITYHALL_HOME"]), 4_500_000
call_command("migrate", verbosity=0)
from cityhall.collection.actions import create_source, perform_run, retry, start_run
from cityhall.collection.queries import run
from cityhall.identity.actions import register_agency
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text
from cityhall.warehouse.queries import fsck, versions
operator, drop, chance = system_actor("test"), home / "drop", random.Random(7)
register_agency(operator, "{uscc}", Text(en="Water", zh="水务局"), "municipal_unit")
drop.mkdir()

def deliver(rows, name="wells.csv.gz"):
    with gzip.open(drop / name, "wt", compresslevel=1) as file:
        file.write("编号,码\\n")
        for n in range(rows):
            file.write(f"A{{n}},{{chance.getrandbits(160):040x}}\\n")

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

def full_from(point):
    module, _, name = point.partition(":")
    home = importlib.import_module(module)
    real = getattr(home, name)
    def narrow(*args, **kwargs):
        limit(LIMIT)
        return real(*args, **kwargs)
    setattr(home, name, narrow)
    return lambda: (setattr(home, name, real), limit(resource.RLIM_INFINITY))

source = create_source(operator, "folder", "wells", {{"path": str(drop), "settle_seconds": 0}})
deliver(100)
run_id = start_run(operator, source)
perform_run(run_id)
first = run(run_id)
assert first.stage == "done", first.error
deliver(300_000)
run_id, told = start_run(operator, source), []
for point in (
    "cityhall.collection.road:landed_bytes",
    "cityhall.collection.road:read_tables",
    "cityhall.collection.reading:check",
):
    room_again = full_from(point)
    perform_run(run_id)
    room_again()
    seen = run(run_id)
    problems = [str(one) for one in fsck(deep=True) if not one.harmless]
    left = [one.name for one in (home / "work").iterdir()]
    told.append((seen.stage, (seen.error or {{}}).get("code"), len(versions(first.dataset_id)), problems, left))
    retry(operator, run_id)
perform_run(run_id)
seen = run(run_id)
print(json.dumps({{"full": told, "stage": seen.stage, "rows": seen.receipt["clean"], "version": seen.version}}))
"""


def test_a_full_disk_at_any_point_of_the_road(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-c", ROAD.format(uscc=USCC)],
        env=environment | {"CITYHALL_HOME": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["full"] == [["failed", "collection.disk_full", 1, [], []]] * 3
    assert (told["stage"], told["rows"], told["version"]) == ("done", 300_000, 2)
