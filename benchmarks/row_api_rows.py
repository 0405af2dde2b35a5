"""Pages of 100 rows out of 10 million by filter and order, beside Datasette on the same rows with its indexes.

Also the rows that the other benchmarks of the warehouse read: invented permits with keys, codes, dates, amounts and
positions, in no helpful order.
"""

from __future__ import annotations

import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson

from benchmarks.figures import Figure, keep
from benchmarks.warehouse_state import percentile, warehouse

ROWS = 10_000_000

_SQL = """
SELECT
    i + 2 AS _line,
    'P' || lpad(i::VARCHAR, 9, '0') AS permit,
    (330300 + hash(i, 1) % 12)::VARCHAR || lpad((hash(i, 2) % 1000000000000)::VARCHAR, 12, '0') AS holder,
    (330301 + hash(i, 3) % 99)::VARCHAR AS division,
    '第' || (hash(i, 4) % 1000) || '号街道' AS street,
    ['餐饮', '零售', '建筑', '运输', '教育', '医疗', '制造', '物业'][1 + (hash(i, 5) % 8)::INTEGER] AS trade,
    ['有效', '过期', '吊销', '注销'][1 + ((hash(i, 6) % 100) // 40)::INTEGER] AS state,
    DATE '2012-01-01' + (hash(i, 7) % 5000)::INTEGER AS issued,
    ((hash(i, 8) % 100000000) / 100)::DECIMAL(12, 2) AS fee,
    (120.3 + (hash(i, 9) % 1000000) / 1e6)::DECIMAL(9, 6) AS lon,
    (27.5 + (hash(i, 10) % 1000000) / 1e6)::DECIMAL(9, 6) AS lat
FROM range({first}, {last}) AS t(i)
"""


def write_rows(target: Path, rows: int = ROWS, first: int = 0) -> Path:
    """Write the rows as one Parquet file, as the cleaning writes it (in the order of the source)."""
    sql = _SQL.format(first=first, last=first + rows)
    duckdb.sql(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
    return target


COUNT, ROUNDS = 10_000_000, 25
INDEXED = ("permit", "holder", "division", "street", "issued", "fee", "lat")
Case = tuple[str, bool, Callable[[random.Random], dict[str, str]]]


def main() -> None:
    """Ask both the same questions in turn; ours at the level of the room, theirs over HTTP on the same machine."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with warehouse("row_api_rows") as staged:
        source = write_rows(staged / "all.parquet", rows)
        version = _committed(source)
        database = _sqlite(source, staged / "permits.db")
        holders = [row[0] for row in duckdb.sql(f"SELECT holder FROM '{source}' USING SAMPLE 200").fetchall()]
        with _datasette(database) as address, httpx.Client(base_url=address, timeout=120) as client:
            figures, mix = [], ([], [])
            for name, counted, case in _cases(holders, rows):
                ours, theirs = _lap(version, client, case)
                if counted:
                    mix[0].extend(ours)
                    mix[1].extend(theirs)
                figures.append(_figure(name, ours, theirs, counted))
        figures.insert(0, _figure("all filters together", *mix, counted=True))
        sizes = (version.bytes / 1e6, database.stat().st_size / 1e6)
    figures.append(
        Figure(
            "storage",
            f"{sizes[0]:.0f} MB",
            f"SQLite with {len(INDEXED)} indexes {sizes[1]:.0f} MB",
            "shown",
            None,
        )
    )
    note = "Ours is called in process and encoded as JSON; Datasette answers over HTTP, without counts."
    keep("row_api_rows", figures, note)


def _cases(holders: list[str], rows: int) -> list[Case]:
    """Name, whether the bar counts it, and the parameters (in our words) of one question."""
    division = {"division": lambda r: str(330301 + r.randrange(99))}["division"]

    def dates(r: random.Random) -> dict[str, str]:
        day = date(2012, 1, 1) + timedelta(days=r.randrange(4900))
        return {"issued__ge": str(day), "issued__le": str(day + timedelta(days=20))}

    def box(r: random.Random) -> dict[str, str]:
        west, south = 120.3 + r.random() * 0.9, 27.5 + r.random() * 0.9
        return {
            "lon__ge": f"{west:.4f}",
            "lon__le": f"{west + 0.02:.4f}",
            "lat__ge": f"{south:.4f}",
            "lat__le": f"{south + 0.02:.4f}",
        }

    return [
        ("one key", True, lambda r: {"permit": f"P{r.randrange(rows):09}"}),
        ("one value of an unordered item", True, lambda r: {"holder": r.choice(holders)}),
        ("a division", True, lambda r: {"division": division(r)}),
        ("a street", True, lambda r: {"street": f"第{r.randrange(1000)}号街道"}),
        (
            "three conditions",
            True,
            lambda r: {"division": division(r), "trade": "餐饮", "fee__gt": str(r.randrange(900_000))},
        ),
        ("a bounding box", True, box),
        ("a division, newest first", False, lambda r: {"division": division(r), "sort": "-issued"}),
        ("three weeks, dearest first", False, lambda r: dates(r) | {"sort": "-fee"}),
        (
            "everything, dearest first",
            False,
            lambda r: {"fee__lt": str(r.randrange(10_000, 999_000)), "sort": "-fee"},
        ),
        ("text contained", False, lambda r: {"holder__contains": f"{r.randrange(10**6):06}"}),
    ]


def _lap(
    version: Any, client: httpx.Client, case: Callable[[random.Random], dict[str, str]]
) -> tuple[list[float], list[float]]:
    from cityhall.warehouse.queries import query_from_params, run

    ours, theirs = [], []
    for seed in range(ROUNDS):
        asked = case(random.Random(seed))
        started = time.perf_counter()
        page = run(version, query_from_params(asked.items()))
        orjson.dumps(page.rows, default=str)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        answer = client.get("/permits/permits.json", params=_their_words(asked)).raise_for_status().json()
        theirs.append(time.perf_counter() - started)
        assert len(answer["rows"]) == len(page.rows), (asked, len(answer["rows"]), len(page.rows))
    return ours[3:], theirs[3:]


def _their_words(asked: dict[str, str]) -> dict[str, str]:
    words = {"_size": "100", "_nocount": "1", "_nofacet": "1", "_shape": "arrays"}
    for name, value in asked.items():
        item, _, op = name.partition("__")
        if name == "sort":
            words["_sort_desc"] = value.removeprefix("-")
        else:
            words[
                item if not op else f"{item}__{ {'ge': 'gte', 'le': 'lte'}.get(op, op) }".replace(" ", "")
            ] = value
    return words


def _figure(name: str, ours: list[float], theirs: list[float], counted: bool) -> Figure:
    mine, other = percentile(ours, 0.95), percentile(theirs, 0.95)
    middle, beside = percentile(ours, 0.5), percentile(theirs, 0.5)
    return Figure(
        f"page of 100 of 10 million: {name}",
        f"p95 {mine:.0f} ms, p50 {middle:.0f}",
        f"Datasette p95 {other:.0f} ms, p50 {beside:.0f}",
        "p95 100 ms" if counted else "shown",
        mine <= 100 if counted else None,
    )


def _committed(source: Path) -> Any:
    """The rows as a version, after the compaction of a quiet hour."""
    from django.db import transaction

    from cityhall.kernel.actor import system_actor
    from cityhall.warehouse.actions import commit_version, compact, prepare
    from cityhall.warehouse.queries import PARQUET

    clean = source.with_name("clean.parquet")
    duckdb.sql(f"COPY (FROM '{source}') TO '{clean}' ({PARQUET})")
    ready = prepare("permits", mode="replace", files=(clean,))
    with transaction.atomic():
        commit_version(system_actor("benchmark"), "permits", mode="replace", files=ready)
    tuned = compact(system_actor("benchmark"), "permits", whole=True)
    assert tuned
    return tuned


def _sqlite(source: Path, target: Path) -> Path:
    with sqlite3.connect(target) as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")
        database.execute(
            "CREATE TABLE permits (line INTEGER PRIMARY KEY, permit TEXT, holder TEXT, division TEXT, "
            "street TEXT, trade TEXT, state TEXT, issued TEXT, fee REAL, lon REAL, lat REAL)"
        )
        found = duckdb.connect().execute(
            "SELECT * REPLACE (issued::VARCHAR AS issued, fee::DOUBLE AS fee, lon::DOUBLE AS lon, "
            f"lat::DOUBLE AS lat) FROM '{source}'"
        )
        while batch := found.fetchmany(100_000):
            database.executemany("INSERT INTO permits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
        for name in INDEXED:
            database.execute(f"CREATE INDEX by_{name} ON permits ({name})")
        database.execute("ANALYZE")
    return target


@contextmanager
def _datasette(database: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "datasette"), "serve", str(database), "--port", str(port)]
    command += [
        "--setting",
        "sql_time_limit_ms",
        "120000",
        "--setting",
        "facet_time_limit_ms",
        "1",
        "--nolock",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            with suppress(httpx.HTTPError):
                httpx.get(f"{address}/-/versions.json", timeout=5)
                break
            time.sleep(0.3)
        yield address
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
