"""The other systems of the demo city: its files on this machine by HTTP, for the sources that fetch them."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from cityhall.app.errors import FeedsPortTaken

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 8130


def free_port(port: int) -> int:
    """The port, or the next one that nobody listens on."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)):
                return port
        port += 1


def feeds_address(port: int) -> str:
    """Where the files answer."""
    return f"http://{HOST}:{port}"


def feeds_port(folder: Path) -> int:
    """The port that the sources of a made city name."""
    return int(json.loads((folder / "made.json").read_text(encoding="utf-8")).get("feeds", FIRST_PORT))


def feeds_command(folder: Path) -> list[str]:
    """The command that serves a made city's files until it is ended."""
    port, files = str(feeds_port(folder)), str(folder / "files")
    return [sys.executable, "-m", "http.server", port, "--bind", HOST, "--directory", files]


@contextmanager
def serving_feeds(folder: Path) -> Iterator[None]:
    """Serve a made city's files for as long as the block lasts. Raises FeedsPortTaken."""
    port = feeds_port(folder)
    try:
        server = ThreadingHTTPServer((HOST, port), partial(_Quiet, directory=str(folder / "files")))
    except OSError as error:
        raise FeedsPortTaken(port=port, folder=folder) from error
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """A file server that does not write to the terminal."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
