"""The invented city behind a real server in a process of its own, with a worker; for foreign programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import answers, end, free_port, until

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Node:
    """Where a node answers, its state folder, its ids and keys, and the environment of its programs."""

    address: str
    home: Path
    city: dict[str, str]
    environment: dict[str, str]

    def work(self) -> None:
        """Let a worker do what waits in the queue, then end."""
        self.run(str(BIN / "cityhall"), "worker", "--once")

    def run(self, *command: str, fed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A program in this node's surroundings."""
        return subprocess.run(
            command,
            input=fed,
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            check=False,
            timeout=120,
        )


@contextmanager
def living(home: Path) -> Iterator[Node]:
    """A node on a free port until the block ends."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "CITYHALL_HOME": str(home),
        "CITYHALL_ADDRESS": address,
        "CITYHALL_HOSTS": "127.0.0.1",
        "CITYHALL_ALLOW_PRIVATE": "1",
        "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    environment.pop("DATABASE_URL", None)
    staged = subprocess.run(
        [sys.executable, HERE / "stage.py"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert staged.returncode == 0, staged.stderr
    server = subprocess.Popen(
        [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "cityhall.app.wsgi:application"],
        env=environment, cwd=PROJECT,
    )  # fmt: skip
    try:
        until(lambda: answers(f"{address}/healthz"))
        yield Node(address, home, json.loads(staged.stdout.splitlines()[-1]), environment)
    finally:
        end(server)
