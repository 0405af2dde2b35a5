"""Processes that tests start: where they listen, whether one lives, waiting until something has come to be, ending them."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

_TURNS = 6000
_PATIENCE = 60


def lives(pid: int) -> bool:
    """Whether a process runs. One that has ended and that nobody has asked after yet does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> None:
    """Wait, for a minute at the most."""
    for _ in range(_TURNS):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it never came to be")


def free_port() -> int:
    """A port that nobody listens on. It lies below those that the system gives to outgoing connections, which could take it
    before it is served, and each process of a test run looks among its own.
    """
    port = 10_000 + os.getpid() % 1_000 * 10
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
        port += 1


def answers(address: str) -> bool:
    """Whether what is served there is well."""
    try:
        return httpx.get(address, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and wait until it has."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
