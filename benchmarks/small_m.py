"""Small versions: a thousand rows appended at a time, each its own file, transaction and version, as many
as a second holds.
"""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Figure, keep
from benchmarks.warehouse_state import warehouse

VERSIONS, ROWS = 200, 1_000


def main() -> None:
    with warehouse("small_versions") as staged:
        from django.db import transaction

        from cityhall.kernel.actor import system_actor
        from cityhall.ledger.actions import action, record
        from cityhall.warehouse.actions import commit_version, compact, prepare
        from cityhall.warehouse.queries import Query, fsck, run, version

        @action("benchmark.append")
        def append(actor, path: Path) -> None:
            made = commit_version(
                actor, "readings", mode="append", files=prepare("readings", mode="append", files=(path,))
            )
            record("dataset:readings", version=made.number)

        robot = system_actor("benchmark")
        started, laps = time.perf_counter(), []
        import cProfile,os; pr=cProfile.Profile() if os.environ.get('PROF') else None; c0=os.times()
        pr and pr.enable()
        for number in range(VERSIONS):
            path = staged / "part.parquet"
            path.unlink(missing_ok=True)
            first = number * ROWS
            table = {
                "_line": range(first, first + ROWS),
                "meter": [f"M{i % 97:04}" for i in range(ROWS)],
                "value": [i / 7 for i in range(ROWS)],
            }
            pq.write_table(pa.table(table), path)
            append(robot, path)
            laps.append(time.perf_counter() - started)
        pr and pr.disable(); c1=os.times(); print('per version cpu ms', (c1.user+c1.system-c0.user-c0.system)/VERSIONS*1000, 'wall ms', laps[-1]/VERSIONS*1000)
        if pr:
            import pstats; pstats.Stats(pr).sort_stats('cumtime').print_stats(60)
        rate, last = VERSIONS / laps[-1], 100 / (laps[-1] - laps[-101])
        assert not transaction.get_connection().in_atomic_block
        before = _milliseconds(lambda: run(version("readings"), Query(limit=100, order=(("value", "desc"),))))
        compact(robot, "readings")
        after = _milliseconds(lambda: run(version("readings"), Query(limit=100, order=(("value", "desc"),))))
        assert version("readings").rows == VERSIONS * ROWS
        assert not fsck(deep=True)
    keep(
        "small_versions",
        [
            Figure(
                f"{VERSIONS} versions of 1,000 rows, each synced and in the ledger",
                f"{rate:.0f}/s",
                f"the last 100: {last:.0f}/s",
                "50/s",
                last >= 50,
            ),
            Figure(
                "sorted page over all of them",
                f"{before:.0f} ms from {VERSIONS} files",
                f"{after:.0f} ms after compaction",
                "shown",
                None,
            ),
        ],
    )


def _milliseconds(work) -> float:
    work()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
