"""A worker process that stops dead at a given point of the road, to be killed there.

`python crashing.py work SOURCE POINT` starts a run, prints the point when it is reached and waits for ever.
`python crashing.py recover` does what a worker does when it starts, then tells what it found as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable

import django

POINTS = {
    "landing": "cityhall.collection.road:landed_bytes",
    "kept": "cityhall.collection.road:read_tables",  # landed, and noted on the run
    "contract": "cityhall.collection.planning:contract_of",
    "checking": "cityhall.collection.reading:check",
    "quarantine": "cityhall.collection.planning:prepare",
    "commit": "cityhall.collection.committing:commit_version",  # inside the transaction, nothing written yet
    "report": "cityhall.collection.committing:save_report",  # inside, the version's rows written
    "receipt": "cityhall.collection.committing:_finish",  # inside, the report written
    "ledger": "cityhall.collection.committing:record",  # inside, everything written but the entry
    "settling": "cityhall.collection.road:settle",  # committed; the receipt beside the file is missing
}


def _stopping(point: str) -> Callable[..., None]:
    def stop(*args: object, **kwargs: object) -> None:
        sys.stdout.write(f"{point}\n")
        sys.stdout.flush()
        time.sleep(600)

    return stop


def _work(source: str, point: str) -> None:
    module, _, name = POINTS[point].partition(":")
    setattr(importlib.import_module(module), name, _stopping(point))
    actions = importlib.import_module("cityhall.collection.actions")
    actions.perform_run(actions.start_run(_worker(), source))


def _recover() -> None:
    actions = importlib.import_module("cityhall.collection.actions")
    for taken in actions.recover(_worker()):
        actions.perform_run(taken)
    queries = importlib.import_module("cityhall.warehouse.queries")
    last = importlib.import_module("cityhall.collection.queries").runs()[0]
    entries = importlib.import_module("cityhall.ledger.models").Entry.objects
    told = {
        "stage": last.stage,
        "error": last.error,
        "attempt": last.attempt,
        "problems": [str(problem) for problem in queries.fsck(deep=True)],
        "versions": sorted(version.number for version in queries.versions(last.dataset_id)),
        "rows": queries.version(last.dataset_id).rows,
        "loads": entries.filter(verb="collection.load_version").count(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _worker() -> object:
    return importlib.import_module("cityhall.kernel.actor").system_actor("worker")


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "work":
        _work(*sys.argv[2:])
    else:
        _recover()
