"""Pages and rows over HTTP: server time, requests a second, slow downloaders, memory; beside Datasette on the same rows.

The load comes from other processes (`serving_load`), whose own processor time is told. A node as `cityhall serve` runs it:
two workers of four threads, finished files, a job worker, the beat.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import httpx

from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import _added_kb, _family, _resident_kb
from benchmarks.row_api_rows import _datasette, _sqlite, write_rows
from benchmarks.serving_load import CONNECTIONS, downloaders, laps, processor, rate
from benchmarks.warehouse_state import percentile

BIN = Path(sys.executable).parent
ROWS = 100_000
ROUNDS, TURNS = 300, 6
DOWNLOADERS, SLOW = 24, 300_000
SECONDS = 10
NEW, AGAIN = 12_000, 50
"""Different questions of which none is asked twice, and of those that everybody asks."""
QUERIES = (
    {"limit": "{limit}", "fee__lt": "{n}00000.5"},
    {"limit": "{limit}", "division": "3303{n:02d}"},
    {"limit": "{limit}", "permit": "P0000{n:02d}{limit}"},
    {"limit": "{limit}", "trade": "餐饮", "fee__gt": "{n}0000"},
    {"limit": "{limit}", "sort": "-fee", "division": "3303{n:02d}"},
)
"""Filters, keys, orders; {n} from 1 to 99, {limit} from 100 down to 51."""


def main() -> None:
    """Stage a node, measure, tell."""
    with tempfile.TemporaryDirectory(dir=WORK if WORK.is_dir() else None) as folder:
        home = Path(folder)
        source = write_rows(home / "permits.parquet", ROWS)
        with _node(home) as (address, pid), _datasette(_sqlite(source, home / "permits.db")) as peer:
            figures = [
                *_server_times(address, pid, peer),
                *_throughput(address, pid, peer),
                *_slow(address, pid),
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


def _server_times(address: str, pid: int, peer: str) -> list[Figure]:
    """p95 of a dataset's page, of home, of a page of rows that nobody asked for before, each beside its bar."""
    rows = [_ours(NEW + seed) for seed in range(ROUNDS + 20)]
    asked = (
        ("dataset page", ["/datasets/permits/"] * ROUNDS, 60),
        ("home", ["/"] * ROUNDS, 40),
        ("row API page of 100 rows", rows[20:], 25),
    )
    laps(address, rows[:20])
    figures = []
    for name, paths, bar in asked:
        before = processor(pid)
        taken = laps(address, paths, warm=20 if len(set(paths)) == 1 else 0)
        cost = (processor(pid) - before) / (len(paths) + (20 if len(set(paths)) == 1 else 0)) * 1000
        ours = percentile(taken, 0.95)
        told = f"p50 {percentile(taken, 0.5):.1f} ms, p95 {ours:.1f} ms, {cost:.1f} ms of processor"
        figures.append(Figure(name, told, "", f"p95 {bar} ms", ours < bar))
    theirs = percentile(laps(peer, [_theirs(NEW + seed) for seed in range(ROUNDS)]), 0.95)
    return [*figures[:-1], replace(figures[-1], beside=f"Datasette p95 {theirs:.1f} ms")]


def _asked(seed: int) -> dict[str, str]:
    places = {"n": seed % 99 + 1, "limit": 100 - seed // 495 % 50}
    return {name: value.format(**places) for name, value in QUERIES[seed % len(QUERIES)].items()}


def _ours(seed: int) -> str:
    return f"/api/v1/datasets/permits/rows?{urlencode(_asked(seed))}"


def _theirs(seed: int) -> str:
    asked = _asked(seed)
    words = {"_size": asked.pop("limit"), "_nocount": "1", "_nofacet": "1", "_shape": "objects"}
    if "sort" in asked:
        words["_sort_desc"] = asked.pop("sort").removeprefix("-")
    return f"/permits/permits.json?{urlencode(words | asked)}"


# ---- all at once ----


def _throughput(address: str, pid: int, peer: str) -> list[Figure]:
    new = rate(address, [_ours(seed) for seed in range(NEW)], pid, SECONDS)
    again = rate(address, [_ours(seed) for seed in range(AGAIN)], pid, SECONDS)
    theirs = rate(peer, [_theirs(seed) for seed in range(NEW)], os.getpid(), SECONDS)
    what = f"row API requests a second, {CONNECTIONS} connections, 2 workers"
    return [
        Figure(
            f"{what}, no question asked twice",
            f"{new.requests:.0f} ({new.cost:.2f} ms of processor each)",
            f"Datasette {theirs.requests:.0f}; the client took {new.client:.2f} of a core",
            "400",
            new.requests >= 400,
        ),
        Figure(
            f"{what}, {AGAIN} questions again and again",
            f"{again.requests:.0f} ({again.cost:.2f} ms of processor each)",
            f"the client took {again.client:.2f} of a core",
            "",
            None,
        ),
    ]


# ---- slow downloaders ----


def _slow(address: str, pid: int) -> list[Figure]:
    """p95 of other requests without and with slow downloaders of one finished file. Each turn asks both ways, every other turn
    the other way first, each after the same pause; how much quiet turns differ among themselves is told beside it.
    """
    link = _finished(address)
    taken: dict[bool, list[list[float]]] = {False: [], True: []}
    read: list[float] = []
    for turn in range(TURNS):
        for half, busy in enumerate((turn % 2 == 1, turn % 2 == 0)):
            first = NEW + 1000 + (2 * turn + half) * ROUNDS
            paths = [_ours(first + seed) for seed in range(ROUNDS)]
            with downloaders(link, DOWNLOADERS if busy else 0, SLOW) as each:
                taken[busy].append(laps(address, paths, warm=0))
            read += each if busy else []
    calm, loaded = (percentile([lap for one in taken[busy] for lap in one], 0.95) for busy in (False, True))
    turns = [percentile(one, 0.95) for one in taken[False]]
    change = loaded / calm - 1
    idle, serving = _share(pid, link, 0), _share(pid, link, DOWNLOADERS)
    return [
        Figure(
            f"p95 of row API pages beside {DOWNLOADERS} downloads at {min(read) / 1000:.0f} kB/s",
            f"{loaded:.1f} ms",
            f"without them {calm:.1f} ms: {change:+.0%} ({TURNS} turns of {min(turns):.1f} to {max(turns):.1f} ms); "
            f"all processes of the node take {serving:.3f} of a core, without downloads {idle:.3f}",
            "at most +20 %",
            change <= 0.2 and min(read) >= 0.9 * SLOW,
        )
    ]


def _share(pid: int, link: str, number: int) -> float:
    """Of one core, what the node takes while so many downloads and nothing else go on."""
    with downloaders(link, number, SLOW):
        before, began = processor(pid), time.perf_counter()
        time.sleep(SECONDS)
        return (processor(pid) - before) / (time.perf_counter() - began)


def _finished(address: str) -> str:
    for _ in range(300):
        answer = httpx.get(f"{address}/datasets/permits/files/csv", timeout=60)
        if answer.status_code == 302:
            return str(answer.headers["Location"])
        time.sleep(0.2)
    raise SystemExit("the file was never finished")


def _memory(pid: int) -> Figure:
    """All processes of the node after everything above."""
    family = _family(pid)
    used, added = (sum(map(count, family)) / 1024 for count in (_resident_kb, _added_kb))
    return Figure(
        "memory of all processes, shared pages counted once (PSS)",
        f"{used:.0f} MB",
        f"{len(family)} processes; shared pages counted in each (RSS) {added:.0f} MB",
        "600 MB",
        used < 600,
    )


if __name__ == "__main__":
    main()
