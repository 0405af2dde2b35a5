"""Cases at the size of Fuzhou: 3,371,000 of seven steps each through the live rules, on SQLite and on PostgreSQL; measured,
replayed, worked on; beside SpiffWorkflow and transitions.

`python -m benchmarks.cases` runs everything, each part in a process of its own; `--part import --database postgres` runs one
part on what earlier ones left in `--home`. `--cases 100000` makes it smaller. PostgreSQL is used where CITYHALL_TEST_POSTGRES
names a server; the database `cityhall_bench_cases` on it is made anew.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figures import WORK, Figure, keep

FUZHOU = 3_371_000
DATABASES = ("sqlite", "postgres")
PARTS = ("import", "figures", "publish", "replay", "acting", "workers")
ALONE = ("due", "peers")
NAME = "cityhall_bench_cases"


def main() -> None:
    """The parts that were asked for, then one table of all that is kept of them."""
    asked = _asked()
    home = Path(asked.home or tempfile.mkdtemp(prefix="cityhall-bench-cases-"))
    databases = [
        one for one in asked.database if one != "postgres" or os.environ.get("CITYHALL_TEST_POSTGRES")
    ]
    try:
        for part in asked.part:
            for database in databases if part in PARTS else ["sqlite"]:
                _run(part, database, home, asked.cases)
    finally:
        if not asked.home:
            shutil.rmtree(home, ignore_errors=True)
    keep(
        "cases",
        _kept(asked.cases),
        f"{asked.cases:,} invented cases from 2013 to March 2018; each part a process of its own.",
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", action="append", choices=(*ALONE, *PARTS))
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--cases", type=int, default=int(os.environ.get("CITYHALL_BENCH_CASES", FUZHOU)))
    parser.add_argument("--home", default="", help="kept between parts; a temporary folder otherwise")
    asked = parser.parse_args()
    asked.part = asked.part or ["due", *PARTS, "peers"]
    asked.database = asked.database or list(DATABASES)
    return asked


def _run(part: str, database: str, home: Path, cases: int) -> None:
    """One part in its own process; its figures are kept as JSON beside the others."""
    folder = home / ("peers" if part in ALONE else database)
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "CITYHALL_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
    }
    environment.pop("DATABASE_URL", None)
    if database == "postgres":
        environment["DATABASE_URL"] = _postgres(anew=part == "import")
    command = [sys.executable, "-m", "benchmarks.cases_parts", part, str(home), str(cases)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} on {database} failed")
    found = [Figure(**one) for one in json.loads(done.stdout.splitlines()[-1])]
    path = _place(part, database, cases)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for one in found:
        print(f"{part} {database}: {one.what}: {one.ours} | {one.beside} | {one.bar} | {one.met}", flush=True)


def _postgres(*, anew: bool) -> str:
    """The benchmark's own database on the server, emptied before an import."""
    import psycopg

    server = os.environ["CITYHALL_TEST_POSTGRES"]
    if anew:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
            connection.execute(f"CREATE DATABASE {NAME}")
    return urlsplit(server)._replace(path=f"/{NAME}").geturl()


def _place(part: str, database: str, cases: int) -> Path:
    return WORK / "cases" / f"{cases}-{part}-{'' if part in ALONE else database}.json"


def _kept(cases: int) -> list[Figure]:
    """The figures of all parts that ran at this size, in their order."""
    places = [_place("due", "", cases)]
    places += [_place(part, database, cases) for database in DATABASES for part in PARTS]
    places.append(_place("peers", "", cases))
    return [Figure(**one) for path in places if path.exists() for one in json.loads(path.read_text("utf-8"))]


if __name__ == "__main__":
    main()
