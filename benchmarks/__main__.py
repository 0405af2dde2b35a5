"""`python -m benchmarks [name…]`: run the scripts one after another, each in a process of its own, then write RESULTS.md
anew from all that was ever kept on this machine. Without names: all but those that take longest.
"""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.figures import FOLDER, render

ORDER = [
    "road",
    "staging",
    "cleaning_peers",
    "small_versions",
    "upsert",
    "diff",
    "row_api_rows",
    "serving",
    "export",
    "ledger",
    "dcat",
    "search",
    "weights",
    "cases",
    "grid",
    "case_map",
]
APART = ["hundred_million"]
"""Ten minutes and more, and 20 GB of disk: run by name."""


def main() -> int:
    """Run what was named and rewrite RESULTS.md; the number of scripts that failed is the exit status."""
    failed = [name for name in sys.argv[1:] or ORDER if not _done(name)]
    (FOLDER / "RESULTS.md").write_text(render([*ORDER, *APART]), encoding="utf-8")
    if failed:
        print(f"FAILED, their tables are older: {', '.join(failed)}")
    return len(failed)


def _done(name: str) -> bool:
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    print(f"== {name}: {time.perf_counter() - started:.0f} s", flush=True)
    return code == 0


sys.exit(main())
