"""100 million rows through the road in ten parts, appended to one dataset: time, memory, disk."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import Took, run
from cityhall.packing.synthesis.big import generate_big

PARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
ROWS = 10_000_000
CITYHALL = str(Path(sys.executable).parent / "cityhall")


def part(number: int, home: Path) -> tuple[Took, dict[str, int]]:
    """Generate one part, send it along the road, remove the file (its landed bytes stay in the warehouse)."""
    path = WORK / "part.csv"
    generate_big(path, rows=ROWS, first_row=number * ROWS)
    took = run([CITYHALL, "publish", str(path), "--mode", "append", "--json"], {"CITYHALL_HOME": str(home)})
    path.unlink()
    return took, json.loads(took.output)["publications"][0]["tables"][0]["receipt"]


def main() -> None:
    """Measure and keep."""
    home = WORK / "hundred_home"
    shutil.rmtree(home, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    run([CITYHALL, "init"], {"CITYHALL_HOME": str(home)})
    parts = [part(number, home) for number in range(PARTS)]
    walls, peaks = [took.wall for took, _ in parts], [took.peak_mb for took, _ in parts]
    read = sum(receipt["read"] for _, receipt in parts)
    raw = sum(file.stat().st_size for file in (home / "warehouse" / "raw").rglob("*") if file.is_file()) / 1e9
    disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e9
    shutil.rmtree(home)
    keep(
        "hundred_million",
        [
            Figure(
                f"{read:,} rows, {PARTS} parts",
                f"{sum(walls):.0f} s, {read / sum(walls):,.0f} rows/s",
                f"first part {walls[0]:.1f} s, last {walls[-1]:.1f} s",
                "time stated",
                None,
            ),
            Figure(
                "peak memory",
                f"{max(peaks):.0f} MB",
                f"first part {peaks[0]:.0f} MB, last {peaks[-1]:.0f} MB",
                "flat",
                max(peaks) <= 1.3 * peaks[0],
            ),
            Figure("disk", f"{disk - raw:.1f} GB beside {raw:.1f} GB of raw bytes kept", "–", "stated", None),
        ],
    )


if __name__ == "__main__":
    main()
