"""Upsert of 100,000 scattered rows into 10 million, beside a bare rewrite of the file by the engine."""

from __future__ import annotations

import time

import duckdb

from benchmarks.figures import Figure, keep
from benchmarks.row_api_rows import write_rows
from benchmarks.warehouse_state import warehouse

ROWS, CHANGED = 10_000_000, 100_000


def main() -> None:
    with warehouse("upsert") as staged:
        from django.db import transaction

        from cityhall.kernel.actor import system_actor
        from cityhall.warehouse.actions import commit_version, prepare
        from cityhall.warehouse.queries import Condition, Query, files_of, fsck, run
        from cityhall.warehouse.writing import PARQUET

        def commit(mode, path):
            ready = prepare("permits", mode=mode, files=(path,), key=("permit",))
            with transaction.atomic():
                return commit_version(system_actor("benchmark"), "permits", mode=mode, files=ready)

        first = commit("replace", write_rows(staged / "all.parquet", ROWS))
        # half of the keys are known, at random places; half are new
        changed = staged / "changed.parquet"
        duckdb.sql(
            f"""COPY (SELECT * REPLACE ((fee + 1)::DECIMAL(12, 2) AS fee,
                IF(_line % 2 = 0, permit, 'N' || permit) AS permit)
            FROM read_parquet('{staged}/all.parquet') WHERE hash(_line, 99) % 100 = 0 LIMIT {CHANGED})
            TO '{changed}' (FORMAT parquet)"""
        )
        started = time.perf_counter()
        second = commit("upsert", changed)
        ours = time.perf_counter() - started
        started = time.perf_counter()
        duckdb.sql(
            f"COPY (FROM read_parquet('{files_of(first)[0]}')) TO '{staged}/again.parquet' ({PARQUET})"
        )
        bare = time.perf_counter() - started
        new = duckdb.sql(f"SELECT count(*) FROM read_parquet('{changed}') WHERE permit LIKE 'N%'").fetchall()[
            0
        ][0]
        assert second.rows == ROWS + new, (second.rows, new)
        one = duckdb.sql(
            f"SELECT permit, fee FROM read_parquet('{changed}') WHERE permit NOT LIKE 'N%' LIMIT 1"
        ).fetchall()
        assert (
            list(
                run(
                    second, Query(select=("permit", "fee"), where=(Condition("permit", "eq", one[0][0]),))
                ).rows
            )
            == one
        )
        assert not fsck(deep=True)
    keep(
        "upsert",
        [
            Figure(
                "100,000 rows into 10 million, synced, hashed, committed",
                f"{ours:.1f} s",
                f"engine copying the file: {bare:.1f} s",
                "8 s",
                ours <= 8,
            )
        ],
        "No delete files: the files that hold such keys are written anew, here all of them.",
    )


if __name__ == "__main__":
    main()
