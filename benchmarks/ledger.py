"""Durable entries a second: insert, number, hash, re-derive, sign, commit; in batches of 1000, beside bare SQLite."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="cityhall-bench-ledger-"))
os.environ["CITYHALL_HOME"] = str(FOLDER)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.figures import Figure, keep  # noqa: E402
from cityhall.kernel.actor import Actor, system_actor  # noqa: E402
from cityhall.kernel.ids import new_id  # noqa: E402
from cityhall.ledger.actions import action, record, sequence  # noqa: E402
from cityhall.ledger.models import Entry  # noqa: E402
from cityhall.ledger.queries import verify  # noqa: E402

BATCH, BATCHES, SINGLES = 1000, 30, 500
ACTOR = system_actor("bench")


@action("bench.deed")
def deed(actor: Actor, number: int) -> None:
    """The smallest action: one entry."""
    assert actor.kind == "system"
    record(f"thing:{number}", number=number, note="x" * 120)


INSERT = "INSERT INTO ledger_entry (id, verb, actor, subject, at, body) VALUES "
ROW = "(%s, %s, %s, %s, %s, %s)"


def copies(count: int) -> list[tuple[str, ...]]:
    """Entries like the last one, ready to insert: what many actions at once would leave."""
    pattern = Entry.objects.latest("id")
    fresh = []
    for _ in range(count):
        key = new_id("ent")
        body = pattern.body.replace(pattern.id, key)
        at = pattern.at.replace(tzinfo=None).isoformat(" ")
        fresh.append((key, pattern.verb, pattern.actor, pattern.subject, at, body))
    return fresh


def singles() -> float:
    """Actions a second, each its own durable transaction."""
    start = time.perf_counter()
    for number in range(SINGLES):
        deed(ACTOR, number)
    return SINGLES / (time.perf_counter() - start)


def batches() -> tuple[float, float]:
    """Entries a second from insert to signed checkpoint, and the sequencing alone."""
    sequence()
    whole = sequencing = 0.0
    for _ in range(BATCHES):
        entries = copies(BATCH)
        start = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT + ", ".join([ROW] * BATCH), [value for entry in entries for value in entry])
        middle = time.perf_counter()
        sequence(BATCH)
        whole += time.perf_counter() - start
        sequencing += time.perf_counter() - middle
    return BATCH * BATCHES / whole, BATCH * BATCHES / sequencing


def bare() -> float:
    """Rows a second that SQLite itself takes durably, 1000 of 300 bytes to a transaction."""
    with sqlite3.connect(FOLDER / "bare.sqlite3", isolation_level=None) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, body TEXT)")
        start = time.perf_counter()
        for batch in range(BATCHES):
            database.execute("BEGIN IMMEDIATE")
            rows = [(f"{batch}-{number}", "x" * 300) for number in range(BATCH)]
            database.executemany("INSERT INTO entry VALUES (?, ?)", rows)
            database.execute("COMMIT")
    return BATCH * BATCHES / (time.perf_counter() - start)


def main() -> None:
    """Measure and keep the figures."""
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    single = singles()
    whole, sequencing = batches()
    limit = bare()
    start = time.perf_counter()
    answer = verify()
    audit = answer.size / (time.perf_counter() - start)
    keep(
        "ledger",
        [
            Figure("durable entries, insert to signed checkpoint, batch 1000", f"{whole:,.0f}/s",
                   f"bare SQLite {limit:,.0f} rows/s", "10,000/s", whole >= 10_000),
            Figure("sequencing alone", f"{sequencing:,.0f}/s", "", "shown", None),
            Figure("single actions, each its own transaction", f"{single:,.0f}/s", "", "shown", None),
            Figure("verification of the whole log", f"{audit:,.0f} entries/s", f"{answer.size:,} entries",
                   "sound", answer.ok),
        ],
        f"database: {connection.vendor}",
    )  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
