"""Difference of two versions of a million rows by key: nothing shared but the rows themselves."""

from __future__ import annotations

import time

import duckdb

from benchmarks.figures import Figure, keep
from benchmarks.row_api_rows import write_rows
from benchmarks.warehouse_state import warehouse

ROWS = 1_000_000


def main() -> None:
    with warehouse("diff") as staged:
        from django.db import transaction

        from cityhall.kernel.actor import system_actor
        from cityhall.warehouse.actions import commit_version
        from cityhall.warehouse.queries import diff_versions

        before = write_rows(staged / "before.parquet", ROWS)
        after = staged / "after.parquet"
        duckdb.sql(
            f"""COPY (SELECT * REPLACE (IF(_line % 100 = 0, fee + 1, fee) AS fee,
                                        IF(_line % 1000 = 1, 'N' || permit, permit) AS permit)
            FROM read_parquet('{before}') WHERE _line % 500 <> 3 ORDER BY hash(_line))
            TO '{after}' (FORMAT parquet)"""
        )
        for path in (before, after):
            with transaction.atomic():
                commit_version(
                    system_actor("benchmark"), "permits", mode="replace", files=(path,), key=("permit",)
                )
        laps = []
        for _ in range(3):
            started = time.perf_counter()
            found = diff_versions("permits", 1, 2)
            laps.append(time.perf_counter() - started)
        started = time.perf_counter()
        expected = duckdb.sql(
            f"""SELECT count(*) FILTER (a.permit IS NULL), count(*) FILTER (b.permit IS NULL),
            count(*) FILTER (a.fee <> b.fee)
            FROM read_parquet('{before}') AS a FULL JOIN read_parquet('{after}') AS b USING (permit)"""
        ).fetchall()[0]
        bare = time.perf_counter() - started
        assert (found.added, found.removed, found.changed) == expected, (found, expected)
        assert found.by_item == {"fee": found.changed}
    best = sorted(laps)[1]
    keep(
        "diff",
        [
            Figure(
                f"1 million rows: {found.added} added, {found.removed} removed, {found.changed} changed",
                f"{best:.2f} s (median of 3)",
                f"bare join on key comparing one column: {bare:.2f} s",
                "3 s",
                best <= 3,
            )
        ],
    )


if __name__ == "__main__":
    main()
