"""The whole road on 10 million rows, beside DuckDB's bare all-text CSV to Parquet; then the same in GB18030."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import Took, run
from cityhall.packing.synthesis.big import generate_big

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
CITYHALL = str(Path(sys.executable).parent / "cityhall")
BARE = """
import duckdb, sys
con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
rows = f"SELECT * FROM read_csv('{sys.argv[1]}', all_varchar=true, header=true)"
con.sql(f"COPY ({rows}) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""


def file(encoding: str) -> Path:
    """The benchmark's file in this encoding, made once."""
    path = WORK / f"big_{ROWS}_{encoding}.csv"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        generate_big(path, rows=ROWS, encoding=encoding)
    return path


def bare(path: Path) -> Took:
    """DuckDB alone: all columns text, straight to Parquet."""
    target = WORK / "bare.parquet"
    took = run([sys.executable, "-c", BARE, str(path), str(target)])
    target.unlink()
    return took


def road(path: Path) -> tuple[Took, dict[str, int]]:
    """Our whole road in a fresh state folder: what it took, and the receipt."""
    home = WORK / "road_home"
    shutil.rmtree(home, ignore_errors=True)
    environment = {"CITYHALL_HOME": str(home)}
    run([CITYHALL, "init"], environment)
    took = run([CITYHALL, "publish", str(path), "--key", "编号", "--json"], environment)
    shutil.rmtree(home, ignore_errors=True)
    return took, json.loads(took.output)["publications"][0]["tables"][0]["receipt"]


def main() -> None:
    """Measure and keep."""
    plain = file("utf-8")
    limit = min((bare(plain), bare(plain)), key=lambda took: took.wall)
    ours, receipt = min((road(plain), road(plain)), key=lambda pair: pair[0].wall)
    chinese, _ = min((road(file("gb18030")) for _ in range(2)), key=lambda pair: pair[0].wall)
    counts = {name: receipt[name] for name in ("read", "clean", "quarantined", "duplicates")}
    ratio, share = ours.wall / limit.wall, chinese.wall / ours.wall
    size = plain.stat().st_size / 1e9
    keep(
        "road",
        [
            Figure(
                f"whole road, {ROWS:,} rows, {size:.2f} GB UTF-8",
                f"{ours.wall:.1f} s = {ratio:.2f}x ({ours.cpu:.0f} CPU s = {ours.cpu / limit.cpu:.2f}x)",
                f"DuckDB bare {limit.wall:.1f} s ({limit.cpu:.0f} CPU s)",
                "at most 5x, aim 4x",
                ratio <= 5,
            ),
            Figure(
                "peak memory of the road",
                f"{ours.peak_mb:.0f} MB",
                f"DuckDB bare {limit.peak_mb:.0f} MB",
                "under 1,500 MB",
                ours.peak_mb < 1500,
            ),
            Figure(
                "the same in GB18030",
                f"{chinese.wall:.1f} s = {share:.2f}x ({chinese.cpu:.0f} CPU s = {chinese.cpu / ours.cpu:.2f}x)",
                f"UTF-8 {ours.wall:.1f} s",
                "at most 1.5x",
                share <= 1.5,
            ),
            Figure(
                "peak memory in GB18030",
                f"{chinese.peak_mb:.0f} MB",
                "–",
                "under 1,500 MB",
                chinese.peak_mb < 1500,
            ),
        ],
        note=f"Everything is the better of two runs. Receipt: {counts}.",
    )


if __name__ == "__main__":
    main()
