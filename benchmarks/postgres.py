"""An empty PostgreSQL database for a benchmark, gone afterwards: on the server that CITYHALL_TEST_POSTGRES names, else on a
private one started for it, where PostgreSQL's programs are installed (`tests/postgres.sh`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = Path(__file__).resolve().parent.parent / "tests" / "postgres.sh"


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """Within the block a database of this name is there, empty at its beginning; answers its URL, empty without a server."""
    with _server() as server:
        if not server:
            yield ""
            return
        _run(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _server() -> Iterator[str]:
    if os.environ.get("CITYHALL_TEST_POSTGRES"):
        yield os.environ["CITYHALL_TEST_POSTGRES"]
        return
    folder = Path(tempfile.mkdtemp(prefix="cityhall-bench-postgres-"))
    folder.chmod(0o755)
    try:
        yield _script("start", folder / "data")
    finally:
        _script("stop", folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def _script(command: str, folder: Path) -> str:
    told = subprocess.run(
        [str(SCRIPT), command, str(folder)], env={**os.environ, "PYTHON": sys.executable},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return told.stdout.strip()


def _run(server: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql)
