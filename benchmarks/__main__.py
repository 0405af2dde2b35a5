"""`python -m benchmarks [name…]`: run the scripts one after another, each in a process of its own, then write RESULTS.md."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.figures import FOLDER, render

ORDER = [
    "road",
    "cleaning_peers",
    "small_versions",
    "upsert",
    "diff",
    "row_api_rows",
    "export",
    "ledger",
    "dcat",
    "search",
    "weights",
    "hundred_million",
]


def main() -> int:
    """Run what was named (default: all) and rewrite RESULTS.md; the number of scripts that failed is the exit status."""
    names = sys.argv[1:] or ORDER
    failed = 0
    for name in names:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    (FOLDER / "RESULTS.md").write_text(render(ORDER), encoding="utf-8")
    return failed


sys.exit(main())
