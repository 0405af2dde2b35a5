"""Downloads of a million rows as finished files, beside DuckDB's own COPY of the same rows to the same format."""

from __future__ import annotations

import time

import duckdb

from benchmarks.figures import Figure, keep
from benchmarks.row_api_rows import write_rows
from benchmarks.warehouse_state import warehouse

ROWS, ROUNDS = 1_000_000, 3
COPY = {
    "csv": "FORMAT csv",
    "ndjson": "FORMAT json",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
POINT = {"lon": "lon", "lat": "lat"}
ITEMS = "permit, holder, division, street, trade, state, issued, fee, lon, lat"


def main() -> None:
    with warehouse("export") as staged:
        from django.db import transaction

        from cityhall.kernel.actor import system_actor
        from cityhall.warehouse.actions import commit_version
        from cityhall.warehouse.queries import FORMATS, copy_to, files_of

        source = write_rows(staged / "all.parquet", ROWS)
        with transaction.atomic():
            version = commit_version(system_actor("benchmark"), "permits", mode="replace", files=(source,))
        stored = files_of(version)[0]
        figures = []
        for format in FORMATS:
            ours, bare, rounds = [], [], 1 if format in ("xlsx",) else ROUNDS
            for _ in range(rounds):
                ours.append(
                    _seconds(lambda f=format: copy_to(version, path=staged / "out", format=f, **POINT))
                )
                if format in COPY:
                    rows = f"SELECT {ITEMS} FROM read_parquet('{stored}')"
                    sql = f"COPY ({rows}) TO '{staged}/bare' ({COPY[format]})"
                    bare.append(_seconds(lambda s=sql: duckdb.connect().execute(s)))
            best, beside = min(ours), min(bare, default=0.0)
            ratio = best / beside if beside else 0.0
            figures.append(
                Figure(
                    f"1 million rows as {format}, harmless, synced, hashed",
                    f"{best:.2f} s",
                    f"DuckDB COPY {beside:.2f} s, ratio {ratio:.2f}"
                    if beside
                    else "no such format in DuckDB",
                    "1.3x" if beside else "shown",
                    ratio <= 1.3 if beside else None,
                )
            )
    keep(
        "export",
        figures,
        f"Best of {ROUNDS}, alternating; ours includes the SHA-256 and fsync of the finished file.",
    )


def _seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
