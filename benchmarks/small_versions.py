"""Small versions: a thousand rows appended at a time, each its own file, transaction and version, as many
as a second holds. The clock starts where cleaning ends: with finished files.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Figure, keep
from benchmarks.warehouse_state import warehouse

VERSIONS, ROWS = 600, 1_000


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
        paths = [_readings(staged / f"part{number}.parquet", number * ROWS) for number in range(VERSIONS)]
        started, laps, before = time.perf_counter(), [], os.times()
        for path in paths:
            append(robot, path)
            laps.append(time.perf_counter() - started)
        after = os.times()
        cpu = (after.user + after.system - before.user - before.system) / VERSIONS * 1000
        rate, last = VERSIONS / laps[-1], 100 / (laps[-1] - laps[-101])
        assert not transaction.get_connection().in_atomic_block
        many = _milliseconds(lambda: run(version("readings"), Query(limit=100, order=(("value", "desc"),))))
        compact(robot, "readings")
        one = _milliseconds(lambda: run(version("readings"), Query(limit=100, order=(("value", "desc"),))))
        assert version("readings").rows == VERSIONS * ROWS
        assert not fsck(deep=True)
    keep(
        "small_versions",
        [
            Figure(
                f"{VERSIONS} versions of 1,000 rows, each synced and in the ledger",
                f"{rate:.0f}/s",
                f"the last 100: {last:.0f}/s; {cpu:.1f} ms of computing each",
                "50/s",
                last >= 50,
            ),
            Figure(
                "sorted page over all of them",
                f"{many:.0f} ms from {VERSIONS} files",
                f"{one:.0f} ms after compaction",
                "shown",
                None,
            ),
        ],
    )


def _readings(path: Path, first: int) -> Path:
    """A thousand readings as the cleaning delivers them: a finished file."""
    table = {
        "_line": range(first, first + ROWS),
        "meter": [f"M{i % 97:04}" for i in range(ROWS)],
        "value": [i / 7 for i in range(ROWS)],
    }
    pq.write_table(pa.table(table), path)
    return path


def _milliseconds(work) -> float:
    work()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
