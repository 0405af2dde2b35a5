"""Small versions: a thousand rows appended at a time, each its own file, transaction and version, as many as a second
holds. The clock runs from where cleaning ends, with a finished file that no disk has seen yet, to the version that is
durable, in the ledger and in the search index of a catalogued dataset; making the next file is not counted.
"""

from __future__ import annotations

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
                actor, dataset, mode="append", files=prepare(dataset, mode="append", files=(path,))
            )
            record(f"dataset:{dataset}", version=made.number)

        robot = system_actor("benchmark")
        dataset = _catalogued(robot)
        laps, computed = [], 0.0
        for number in range(VERSIONS):
            path = _readings(staged / f"part{number}.parquet", number * ROWS)
            started, before = time.perf_counter(), time.process_time()
            append(robot, path)
            laps.append(time.perf_counter() - started)
            computed += time.process_time() - before
        cpu = computed / VERSIONS * 1000
        rate, last = VERSIONS / sum(laps), 100 / sum(laps[-100:])
        assert not transaction.get_connection().in_atomic_block
        many = _milliseconds(lambda: run(version(dataset), Query(limit=100, order=(("value", "desc"),))))
        compact(robot, dataset)
        one = _milliseconds(lambda: run(version(dataset), Query(limit=100, order=(("value", "desc"),))))
        assert version(dataset).rows == VERSIONS * ROWS
        assert not fsck(deep=True)
    keep(
        "small_versions",
        [
            Figure(
                f"{VERSIONS} versions of 1,000 rows, each synced and in the ledger",
                f"{rate:.0f}/s",
                f"the last 100: {last:.0f}/s; {cpu:.1f} ms of computing each",
                "50/s",
                min(rate, last) >= 50,
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


def _catalogued(actor) -> str:
    """The entry of the readings, drafted."""
    from cityhall.catalog.actions import draft_dataset
    from cityhall.catalog.queries import DatasetDraft, Item
    from cityhall.identity.actions import register_agency
    from cityhall.kernel.text import Text
    from cityhall.packing.queries import wenzhou_agencies

    one = wenzhou_agencies()[0]
    agency = register_agency(actor, one["uscc"], Text.from_dict(one["title"]), one["level"], one["division"])
    items = (
        Item(name="meter", title=Text(en="Meter", zh="水表"), type="text"),
        Item(name="value", title=Text(en="Value", zh="读数"), type="decimal"),
    )
    return draft_dataset(
        actor,
        DatasetDraft(title=Text(en="Readings", zh="读数"), agency_id=agency, items=items, mode="append"),
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
