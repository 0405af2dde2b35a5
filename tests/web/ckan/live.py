"""The invented city behind a real server in a process of its own, with a worker; for foreign programs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
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
        _wait_for(f"{address}/healthz")
        yield Node(address, home, json.loads(staged.stdout.splitlines()[-1]), environment)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{address} never answered")
