"""Make the benchmark table: `python benchmarks/make_big.py big.csv --rows 10000000 [--encoding gb18030]
[--parts 10]`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from cityhall.packing.synthesis.big import generate_big


def main() -> None:
    """Write one file, or `--parts` files of equal size named big-01.csv, big-02.csv, …; a truth file lies
    beside each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows in all")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int, default=1)
    options = parser.parse_args()
    size = options.rows // options.parts // 1000 * 1000 or options.rows
    for part in range(options.parts):
        name = options.path
        if options.parts > 1:
            name = options.path.with_stem(f"{options.path.stem}-{part + 1:02d}")
        count = size if part < options.parts - 1 else options.rows - size * part
        started = time.perf_counter()
        made = generate_big(
            name, rows=count, encoding=options.encoding, seed=options.seed, first_row=size * part
        )
        print(f"{made.path}: {made.rows:,} rows, {made.bytes:,} bytes, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
