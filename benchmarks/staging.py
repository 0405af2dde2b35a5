"""Staging the same rows from CSV and from JSON of several kinds: `python -m benchmarks.staging [rows]`.

Beside each JSON file stands what it takes to do no more than parse it with Python's `json` (which changes the digits of
numbers), beside the CSV what DuckDB takes to copy it as text to Parquet. Each runs in a process of its own, the best of
three by the clock; staging proves the encoding and every cell, and keeps the number of every record.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from benchmarks.cleaning_peers import plain_file
from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import run
from cityhall.collection.decoding import Hints, stage

KINDS = ("csv", "ndjson", "json", "escaped.json", "indented.json", "geojson")


def written(source: Path, kind: str) -> Path:
    """The rows as a file of this kind, with numbers where the columns are numbers."""
    path = source if kind == "csv" else source.with_suffix(f".{kind}")
    if path.exists():
        return path
    if kind == "ndjson":
        duckdb.execute(
            """CREATE TEMP TABLE rows AS FROM read_csv($source, all_varchar = true, header = true)""",
            {"source": str(source)},
        )
        duckdb.execute(
            """COPY (SELECT * REPLACE (TRY_CAST(金额 AS DECIMAL(18, 2)) AS 金额, TRY_CAST(经度 AS DOUBLE) AS 经度,
                                       TRY_CAST(纬度 AS DOUBLE) AS 纬度) FROM rows) TO $target (FORMAT json)""",
            {"target": str(path)},
        )
        return path
    records = [json.loads(line) for line in _lines(written(source, "ndjson"))]
    with path.open("w", encoding="utf-8") as file:
        match kind:
            case "json":
                json.dump(records, file, ensure_ascii=False, separators=(",", ":"))
            case "escaped.json":
                json.dump({"code": 0, "data": {"total": len(records), "records": records}}, file)
            case "indented.json":
                json.dump(records, file, ensure_ascii=False, indent=2)
            case _:
                features = [_feature(record) for record in records]
                json.dump({"type": "FeatureCollection", "features": features}, file, ensure_ascii=False)
    return path


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _feature(record: dict[str, object]) -> dict[str, object]:
    position = [record["经度"], record["纬度"]]
    return {
        "type": "Feature",
        "properties": record,
        "geometry": {"type": "Point", "coordinates": position},
    }


def _staged(path: Path, folder: Path) -> int:
    (table,) = stage(path, path.name, folder / "staged", Hints())
    return table.rows


def _parsed(path: Path, folder: Path) -> int:
    if path.suffix == ".csv":
        target = str(folder / "copy.parquet")
        copied = duckdb.execute(
            "COPY (FROM read_csv($source, all_varchar = true, header = true)) TO $target (FORMAT parquet)",
            {"source": str(path), "target": target},
        ).fetchone()
        return int(copied[0]) if copied else 0
    if path.suffix == ".ndjson":
        return len([json.loads(line) for line in _lines(path)])
    document = json.loads(path.read_text(encoding="utf-8"))
    while isinstance(document, dict):
        document = document.get("features") or document.get("data") or document["records"]
    return len(document)


WAYS: dict[str, Callable[[Path, Path], int]] = {"staged": _staged, "parsed": _parsed}


def one(way: str, path: Path) -> None:
    """In a process of its own: print the rows, the seconds and the CPU seconds."""
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        rows = WAYS[way](path, Path(folder))
        spent = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([rows, *spent]))


def _best(way: str, path: Path) -> tuple[int, float, float]:
    command = [sys.executable, "-m", "benchmarks.staging", way, str(path)]
    rows, wall, cpu = min((json.loads(run(command).output) for _ in range(3)), key=lambda one: one[1])
    return int(rows), float(wall), float(cpu)


def main(rows: int) -> None:
    """Every kind of file, and the plain parser beside it."""
    source = plain_file(rows)
    figures = []
    for kind in KINDS:
        path = written(source, kind)
        (ours, wall, cpu), (theirs, their_wall, their_cpu) = _best("staged", path), _best("parsed", path)
        if ours != theirs:
            raise SystemExit(f"{kind}: {ours} rows staged, {theirs} parsed")
        beside = "DuckDB, all text to Parquet" if kind == "csv" else "json.loads alone"
        figures.append(
            Figure(
                f"staging {rows:,} rows, {kind}, {path.stat().st_size / 1e6:.0f} MB",
                f"{wall:.2f} s, {cpu:.2f} CPU s",
                f"{beside} {their_wall:.2f} s, {their_cpu:.2f} CPU s",
                "shown",
                None,
            )
        )
    keep(
        "staging",
        figures,
        note="Best of three by the clock, each in a process of its own, without the imports.",
    )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
