"""Pages and rows over HTTP: server time, requests a second, slow downloaders, memory; beside Datasette on the same rows.

The load comes from wrk (a compiled client; its own processor time is measured and told). A node as `cityhall serve`
runs it: two workers of four threads, finished files, a job worker, the beat.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx

from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import _family, _resident_kb
from benchmarks.row_api_rows import _datasette, _sqlite, write_rows
from benchmarks.warehouse_state import percentile

BIN = Path(sys.executable).parent
ROWS = 100_000
ROUNDS = 150
DOWNLOADERS, SLOW = 24, 300_000
SECONDS = 10
QUERIES = (
    {"limit": "100"},
    {"limit": "100", "division": "3303{n:02d}"},
    {"limit": "100", "permit": "P0000{n:02d}321"},
    {"limit": "100", "trade": "餐饮", "fee__gt": "{n}0000"},
    {"limit": "100", "sort": "-fee", "division": "3303{n:02d}"},
)
"""Filters, keys, orders; {n} from 1 to 99, so that hardly an answer is asked for twice in a second."""


def main() -> None:
    """Stage a node, measure, tell."""
    with tempfile.TemporaryDirectory(dir=WORK if WORK.is_dir() else None) as folder:
        home = Path(folder)
        source = write_rows(home / "permits.parquet", ROWS)
        with _node(home) as (address, pid), _datasette(_sqlite(source, home / "permits.db")) as peer:
            figures = [
                *_server_times(address, peer),
                *_throughput(address, peer),
                *_slow(address),
                _memory(pid),
            ]
    keep(
        "serving",
        figures,
        "Server times are whole requests over HTTP on the same machine, one after another.",
    )


# ---- the node ----


@contextmanager
def _node(home: Path) -> Iterator[tuple[str, int]]:
    port, files = _free(), _free()
    unlimited = {
        f"CITYHALL_LIMIT_{name}": "0" for name in ("PAGES", "ANONYMOUS_HEAVY", "KEYED", "KEYED_HEAVY")
    }
    environment = {
        **os.environ,
        **unlimited,
        "CITYHALL_LIMIT_ANONYMOUS": "10000000,100000000",  # never reached, but counted for every call
        "CITYHALL_HOME": str(home),
        "CITYHALL_FILES_URL": f"http://127.0.0.1:{files}",
        "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
    }
    subprocess.run([sys.executable, "-m", "benchmarks.serving_stage", home], env=environment, check=True)
    command = [BIN / "cityhall", "serve", "--port", str(port), "--files-port", str(files)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with suppress(httpx.HTTPError):
                httpx.get(f"{address}/healthz", timeout=5).raise_for_status()
                break
            time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---- one after another ----


def _server_times(address: str, peer: str) -> list[Figure]:
    """p95 of a dataset's page, of home, of a page of rows (every kind of query in turn), each beside its bar."""
    pages = (("dataset page", "/datasets/permits/", 60), ("home", "/", 40))
    figures = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for name, path, bar in pages:
            ours = percentile(_laps(client, [path] * ROUNDS), 0.95)
            figures.append(Figure(name, f"p95 {ours:.1f} ms", "", f"p95 {bar} ms", ours < bar))
        ours = percentile(_laps(client, [_ours(seed) for seed in range(ROUNDS)]), 0.95)
    with httpx.Client(base_url=peer, timeout=60) as client:
        theirs = percentile(_laps(client, [_theirs(seed) for seed in range(ROUNDS)]), 0.95)
    beside = f"Datasette p95 {theirs:.1f} ms"
    return [
        *figures,
        Figure("row API page of 100 rows", f"p95 {ours:.1f} ms", beside, "p95 25 ms", ours < 25),
    ]


def _laps(client: httpx.Client, paths: Sequence[str]) -> list[float]:
    """Seconds of each request, after some that warm the workers up."""
    for path in paths[:20]:
        client.get(path).raise_for_status()
    taken = []
    for path in paths:
        started = time.perf_counter()
        client.get(path).raise_for_status()
        taken.append(time.perf_counter() - started)
    return taken


def _ours(seed: int) -> str:
    asked = {name: value.format(n=seed % 99 + 1) for name, value in QUERIES[seed % len(QUERIES)].items()}
    return f"/api/v1/datasets/permits/rows?{urlencode(asked)}"


def _theirs(seed: int) -> str:
    asked = {name: value.format(n=seed % 99 + 1) for name, value in QUERIES[seed % len(QUERIES)].items()}
    words = {"_size": asked.pop("limit"), "_nocount": "1", "_nofacet": "1", "_shape": "objects"}
    if "sort" in asked:
        words["_sort_desc"] = asked.pop("sort").removeprefix("-")
    return f"/permits/permits.json?{urlencode(words | asked)}"


# ---- all at once ----


def _throughput(address: str, peer: str) -> list[Figure]:
    ours, cost = _wrk(address, [_ours(seed) for seed in range(500)])
    theirs, _ = _wrk(peer, [_theirs(seed) for seed in range(500)])
    return [
        Figure(
            "row API requests a second, 16 connections, 2 workers",
            f"{ours:.0f}",
            f"Datasette {theirs:.0f}; the client took {cost:.2f} of a core",
            "400",
            ours >= 400,
        )
    ]


def _wrk(address: str, paths: Sequence[str]) -> tuple[float, float]:
    """Requests a second over these paths in turn, and how much of a core the client took for it."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    random.Random(1).shuffle(shuffled := list(paths))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        listed = ",".join(f'"{path}"' for path in shuffled)
        script.write(
            f"local paths={{{listed}}} local at=0\n"
            "request=function() at=at%#paths+1 return wrk.format('GET',paths[at]) end\n"
        )
        script.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [wrk, "-t1", "-c16", f"-d{SECONDS}s", "-s", script.name, address],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / SECONDS
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)[0]), cost


# ---- slow downloaders ----


def _slow(address: str) -> list[Figure]:
    """p95 of other requests without and with slow downloaders of one finished file, in turn."""
    link = _finished(address)
    quiet, busy = [], []
    with httpx.Client(base_url=address, timeout=60) as client:
        _laps(client, [_ours(seed) for seed in range(40)])
        for _ in range(3):
            quiet += _laps(client, [_ours(seed) for seed in range(ROUNDS)])
            with _downloaders(link):
                busy += _laps(client, [_ours(seed) for seed in range(ROUNDS)])
    calm, loaded = percentile(quiet, 0.95), percentile(busy, 0.95)
    change = loaded / calm - 1
    return [
        Figure(
            f"p95 of row API pages beside {DOWNLOADERS} downloads at {SLOW // 1000} kB/s",
            f"{loaded:.1f} ms",
            f"without them {calm:.1f} ms: {change:+.0%}",
            "at most +20 %",
            change <= 0.2,
        )
    ]


def _finished(address: str) -> str:
    for _ in range(300):
        answer = httpx.get(f"{address}/datasets/permits/files/csv", timeout=60)
        if answer.status_code == 302:
            return str(answer.headers["Location"])
        time.sleep(0.2)
    raise SystemExit("the file was never finished")


@contextmanager
def _downloaders(link: str) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=_sip, args=(link, stop), daemon=True) for _ in range(DOWNLOADERS)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    yield
    stop.set()
    for thread in threads:
        thread.join(timeout=10)


def _sip(link: str, stop: threading.Event) -> None:
    """Read a file again and again through a small buffer, so many bytes a second."""
    host, _, path = link.partition("://")[2].partition("/")
    name, _, port = host.partition(":")
    while not stop.is_set():
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            connection.connect((name, int(port)))
            connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            while not stop.is_set() and connection.recv(SLOW // 10):
                time.sleep(0.1)


def _memory(pid: int) -> Figure:
    """All processes of the node after everything above."""
    used = sum(_resident_kb(one) for one in _family(pid)) / 1024
    return Figure(
        "memory of all processes", f"{used:.0f} MB", f"{len(_family(pid))} processes", "600 MB", used < 600
    )


if __name__ == "__main__":
    main()
