"""The process that runs heavy queries: one at a time, for one parent, until the parent is gone.

It knows no database and no catalogue; it receives SQL that the parent compiled and the values bound to it, and can
read the data folder and nothing else. Before each query it gives itself a limit of memory that the operating system
keeps.
"""

from __future__ import annotations

import os
import queue
import resource
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb

from cityhall.warehouse.heavy.wire import receive, send
from cityhall.warehouse.query.engine import SETTINGS, locked_engine

_MEGABYTE = 1024 * 1024
# Beyond what the engine counts itself: its code's own buffers, threads, the answer on its way.
_BESIDE = 128


def main() -> None:
    """Answer requests `(folder, megabytes, sql, values)` with `(kind, value)` until the line is closed."""
    line = socket.socket(fileno=int(sys.argv[1]))
    requests: queue.SimpleQueue[tuple[str, int, str, list[Any]]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, requests), daemon=True).start()
    engines = _Engines()
    send(line, ("ready", os.getpid()))
    while True:
        folder, megabytes, sql, values = requests.get()
        send(line, _answer(engines, Path(folder), megabytes, sql, values))


def _listen(line: socket.socket, requests: queue.SimpleQueue[Any]) -> None:
    """Pass on what comes; when the parent is gone, so are we, whatever the engine is doing."""
    try:
        while True:
            requests.put(receive(line))
    finally:
        os._exit(0)


class _Engines:
    """The engine for the folder and the memory of the last request; it remembers the files it has seen."""

    def __init__(self) -> None:
        self.place: tuple[Path, int] | None = None
        self.engine: duckdb.DuckDBPyConnection | None = None

    def engine_for(self, folder: Path, megabytes: int) -> duckdb.DuckDBPyConnection:
        if self.engine is None or self.place != (folder, megabytes):
            self.engine, self.place = _engine(folder, megabytes), (folder, megabytes)
        return self.engine


def _engine(folder: Path, megabytes: int) -> duckdb.DuckDBPyConnection:
    return locked_engine(folder, SETTINGS | {"memory_limit": f"{megabytes}MiB"})


def _answer(engines: _Engines, folder: Path, megabytes: int, sql: str, values: list[Any]) -> tuple[str, Any]:
    try:
        engine = engines.engine_for(folder, megabytes)
        _allow(megabytes + _BESIDE)
        return "rows", engine.execute(sql, values).fetchall()
    except (duckdb.OutOfMemoryException, MemoryError):
        return "memory", ""
    except duckdb.IOException as error:
        return "files", str(error)[:200]
    except duckdb.Error as error:
        return "memory" if "allocat" in str(error).lower() else "broken", str(error)[:500]


def _allow(megabytes: int) -> None:
    """Let this process take so much more memory than it has now (Linux counts private pages under RLIMIT_DATA)."""
    held = Path("/proc/self/statm")
    if not held.exists():
        return
    data_pages = int(held.read_text(encoding="ascii").split()[5])
    limit = data_pages * resource.getpagesize() + megabytes * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    main()
