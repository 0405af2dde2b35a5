"""Cases at the size of Fuzhou: 3,371,000 of seven steps each through the live rules, measured, replayed, beside SpiffWorkflow and
transitions on 2,000 of them.

`CITYHALL_BENCH_CASES` makes it smaller; `DATABASE_URL` runs it on PostgreSQL.
"""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="cityhall-bench-cases-"))
os.environ["CITYHALL_HOME"] = str(FOLDER)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.cases_made import make_history  # noqa: E402
from benchmarks.cases_peers import peers  # noqa: E402
from benchmarks.figures import Figure, keep  # noqa: E402
from cityhall.cases.actions import act, import_history, install_type, open_case  # noqa: E402
from cityhall.cases.queries import case_type, inbox, measure, replay_type  # noqa: E402
from cityhall.cases.storing.types import calendar_of, calendar_row  # noqa: E402
from cityhall.kernel.actor import Actor, system_actor  # noqa: E402
from cityhall.kernel.calendars import TICKS, UNITS  # noqa: E402

PACK = Path(__file__).resolve().parents[1] / "packs" / "urban_management"
FUZHOU = 3_371_000
MANY = int(os.environ.get("CITYHALL_BENCH_CASES", FUZHOU))
SETTLED, ON_TIME = 3_349_763 / FUZHOU, 3_134_693 / FUZHOU
DAYS = (int(datetime(2013, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2018, 3, 31, tzinfo=UTC).timestamp()))
FIRST, LAST = date(2012, 12, 1), date(2018, 12, 31)
BENCH = system_actor("bench")
ACTS = 200


def prepare() -> Path:
    """A database with the type, and the invented history."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    call_command("migrate", verbosity=0)
    install_type(BENCH, PACK / "cases" / "urban_case.yaml")
    made = case_type("urban_case")
    return make_history(
        FOLDER / "made.parquet", made, calendar_of(calendar_row("china")), MANY, SETTLED, ON_TIME, DAYS
    )


def due_dates() -> list[Figure]:
    """Due dates a second, for each unit of limits."""
    calendar = calendar_of(calendar_row("china"))
    chance = np.random.default_rng(1)
    starts, amounts = chance.integers(*DAYS, 1_000_000), chance.integers(1, 30, 1_000_000)
    calendar.due(DAYS[0], 3600, 1)
    found = []
    for unit, name in enumerate(UNITS):
        start = time.process_time()
        calendar.add(starts, amounts * TICKS[unit], unit)
        rate = 1e6 / (time.process_time() - start)
        found.append(
            Figure(f"due dates a second, {name}", f"{rate:,.0f}", "one core", ">= 1,000,000", rate >= 1e6)
        )
    return found


def load(source: Path) -> list[Figure]:
    """The whole history through the live rules."""
    wall, cpu = time.perf_counter(), time.process_time()
    report = import_history(BENCH, PACK / "imports" / "steps.yaml", source)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert (report.taken, report.refused) == (MANY, 0), report
    size, memory = stored() / MANY, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = wall * FUZHOU / MANY
    return [
        Figure(
            f"{MANY:,} cases, {report.events:,} acts imported ({connection.vendor})", f"{wall:,.0f} s wall, {cpu:,.0f} s CPU",
            f"{MANY / cpu:,.0f} cases a CPU second", "3,371,000 in 12 min", whole < 720,
        ),
        Figure("bytes a case in the database", f"{size:,.0f}", "events, rows, indexes", "< 500", size < 500),
        Figure("memory of the import", f"{memory:,.0f} MB", "", "< 1,500 MB", memory < 1500),
    ]  # fmt: skip


def stored() -> int:
    """Bytes of the cases in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return (FOLDER / "cityhall.sqlite3").stat().st_size
        cursor.execute(
            "SELECT sum(pg_total_relation_size(quote_ident(tablename)::regclass)) FROM pg_tables WHERE tablename LIKE 'cases_%'"
        )
        return int(cursor.fetchone()[0])


def figures() -> list[Figure]:
    """All measures over all cases, in total and by dimensions; the rates of the bulletin."""
    found = []
    for by in ("", "district", "agency", "major"):
        start = time.perf_counter()
        rows = measure("urban_case", FIRST, LAST, by=by)
        seconds = time.perf_counter() - start
        found.append(
            Figure(
                f"all measures over all cases{f' by {by}' if by else ''}",
                f"{seconds:.2f} s",
                f"{len(rows)} rows",
                "< 2 s",
                seconds < 2,
            )
        )
    (total,) = measure("urban_case", FIRST, LAST)
    rates = tuple(round(100 * (total.measures[name] or 0), 2) for name in ("settlement", "on_time"))
    found.append(
        Figure(
            "settlement and on-time settlement",
            f"{rates[0]} %, {rates[1]} %",
            "Fuzhou: 99.37 %, 92.99 %",
            "equal",
            rates == (99.37, 92.99),
        )
    )
    return found


def again() -> list[Figure]:
    """Everything folded anew, as under a changed calendar."""
    start = time.perf_counter()
    done = replay_type("urban_case", FOLDER / "replay")
    seconds = time.perf_counter() - start
    whole = seconds * FUZHOU / MANY
    return [
        Figure(
            f"replay of {done.cases:,} cases",
            f"{seconds:,.0f} s",
            f"{done.refused} refused",
            "3,371,000 in 5 min",
            whole < 300,
        )
    ]


def acting() -> list[Figure]:
    """Interactive acts and inbox pages with everything stored."""
    desk = Actor("desk", "desk", "person", frozenset({("dispatcher", ""), ("supervisor", "")}))
    acts, pages = [], []
    for number in range(ACTS):
        made = open_case(
            desk, "urban_case", {"class": "0117", "cell": "35010200100101", "spot": [119.3, 26.1]}
        )
        for name in ("accept", "file", "dispatch"):
            start = time.perf_counter()
            act(desk, made.number, name)
            acts.append(time.perf_counter() - start)
        if number % 4 == 0:
            start = time.perf_counter()
            inbox(desk)
            pages.append(time.perf_counter() - start)
    act95, page95 = (float(np.percentile(times, 95)) * 1000 for times in (acts, pages))
    return [
        Figure("an act, p95", f"{act95:.1f} ms", f"{len(acts)} acts", "< 40 ms", act95 < 40),
        Figure(
            "a page of the inbox, p95",
            f"{page95:.1f} ms",
            f"{len(pages)} pages of 50",
            "< 80 ms",
            page95 < 80,
        ),
    ]


def main() -> None:
    """Everything, then the peers."""
    source = prepare()
    found = [*due_dates(), *load(source), *figures(), *again(), *acting()]
    found += peers(case_type("urban_case"), calendar_of(calendar_row("china")), 2_000)
    keep(
        "cases",
        found,
        f"{MANY:,} invented cases from 2013 to March 2018; {timedelta(seconds=int(time.process_time()))} of CPU in all.",
    )
    shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
