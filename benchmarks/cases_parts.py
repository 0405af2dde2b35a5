"""The parts of the benchmark of cases, each run as `python -m benchmarks.cases_parts <part> <home> <cases>` by `cases.py`; the
last line that it prints holds its figures."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from benchmarks.cases import FUZHOU  # noqa: E402
from benchmarks.cases_made import make_history  # noqa: E402
from benchmarks.cases_peers import peers  # noqa: E402
from benchmarks.figures import Figure  # noqa: E402
from cityhall.app.case_tables import tables  # noqa: E402
from cityhall.cases.actions import act, import_history, install_type, open_case  # noqa: E402
from cityhall.cases.models import Event  # noqa: E402
from cityhall.cases.queries import case_type, inbox, measure, replay_type  # noqa: E402
from cityhall.cases.storing.types import calendar_of, calendar_row  # noqa: E402
from cityhall.kernel import clock  # noqa: E402
from cityhall.kernel.actor import Actor, system_actor  # noqa: E402
from cityhall.kernel.calendars import TICKS, UNITS  # noqa: E402

PACK = Path(__file__).resolve().parents[1] / "packs" / "urban_management"
HOME, MANY = Path(sys.argv[2]), int(sys.argv[3])
SETTLED, ON_TIME = 3_349_763 / FUZHOU, 3_134_693 / FUZHOU
DAYS = (int(datetime(2013, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2018, 3, 31, tzinfo=UTC).timestamp()))
FIRST, LAST = date(2012, 12, 1), date(2018, 12, 31)
BENCH = system_actor("bench")
DESK = Actor("desk", "desk", "person", frozenset({("dispatcher", ""), ("supervisor", "")}))
NEW = {"class": "0117", "cell": "35010200100101", "spot": [119.3, 26.1]}
ACTS, SECONDS = 200, 20
WHERE = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def _clock() -> tuple[float, float]:
    """Wall seconds, and CPU seconds of this process and its children."""
    times = os.times()
    return time.perf_counter(), times.user + times.system + times.children_user + times.children_system


def _since(start: tuple[float, float]) -> tuple[float, float]:
    now = _clock()
    return now[0] - start[0], now[1] - start[1]


def prepare() -> None:
    """A database with the type."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    call_command("migrate", verbosity=0)
    install_type(BENCH, PACK / "cases" / "urban_case.yaml")


def history(cases: int) -> Path:
    """The invented history; made once for all databases."""
    path = HOME / f"made-{cases}.parquet"
    if not path.exists():
        make_history(
            path, case_type("urban_case"), calendar_of(calendar_row("china")), cases, SETTLED, ON_TIME, DAYS
        )
    return path


def due() -> list[Figure]:
    """Due dates a second, for each unit of limits."""
    prepare()
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


def load() -> list[Figure]:
    """The whole history through the live rules."""
    prepare()
    source, start = history(MANY), _clock()
    report = import_history(BENCH, PACK / "imports" / "steps.yaml", source)
    wall, cpu = _since(start)
    assert (report.taken, report.refused) == (MANY, 0), report
    size, memory = stored() / MANY, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(
            f"{WHERE}: {MANY:,} cases, {report.events:,} acts imported", f"{wall:,.0f} s wall, {cpu:,.0f} s CPU",
            f"{MANY / cpu:,.0f} cases a CPU second", "3,371,000 in 12 min", wall * FUZHOU / MANY < 720,
        ),
        Figure(f"{WHERE}: bytes a case in the database", f"{size:,.0f}", "events, rows, indexes", "< 500", size < 500),
        Figure(f"{WHERE}: memory of the import", f"{memory:,.0f} MB", "", "< 1,500 MB", memory < 1500),
    ]  # fmt: skip


def stored() -> int:
    """Bytes of the cases in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(str(connection.settings_dict["NAME"])).stat().st_size
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT sum(pg_total_relation_size(quote_ident(tablename)::regclass)) FROM pg_tables WHERE tablename LIKE 'cases_%'"
        )
        return int(cursor.fetchone()[0])


def figures() -> list[Figure]:
    """All measures over all cases, in total and by dimensions, for the whole time and one month; the rates of the bulletin."""
    found, slowest = [], 0.0
    for by in ("", "district", "agency", "major"):
        for first, last in ((FIRST, LAST), (date(2016, 3, 1), date(2016, 3, 31))):
            start = time.perf_counter()
            measure("urban_case", first, last, by=by)
            slowest = max(slowest, time.perf_counter() - start)
    found.append(
        Figure(
            f"{WHERE}: all measures over all cases, any period, slowest of 8",
            f"{slowest:.2f} s",
            "",
            "< 2 s",
            slowest < 2,
        )
    )
    (total,) = measure("urban_case", FIRST, LAST)
    rates = tuple(round(100 * (total.measures[name] or 0), 2) for name in ("settlement", "on_time"))
    told = f"{rates[0]} %, {rates[1]} % of {total.counts['due']:,}"
    equal = rates == (99.37, 92.99)
    return [
        *found,
        Figure(
            f"{WHERE}: settlement and on-time settlement", told, "Fuzhou: 99.37 %, 92.99 %", "equal", equal
        ),
    ]


def publish() -> list[Figure]:
    """What the chore of every night computes of these cases as open data, in the month after the last of them: 36 months by six
    dimensions, and 24 rankings of each kind."""
    start, rows = _clock(), 0
    with clock.at(datetime(2018, 4, 1, 8, tzinfo=UTC)):
        for table in tables():
            rows += sum(1 for _ in table.rows())
    wall, cpu = _since(start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"{rows:,} rows; {wall:,.0f} s wall, {cpu:,.0f} s CPU"
    return [
        Figure(
            f"{WHERE}: the datasets of figures, computed",
            told,
            "rows with few cases held back",
            "shown",
            None,
        ),
        Figure(f"{WHERE}: memory of that", f"{memory:,.0f} MB", "", "shown", None),
    ]


def again() -> list[Figure]:
    """Everything folded anew, as under a changed calendar."""
    start = _clock()
    done = replay_type("urban_case", HOME / "replay")
    wall, cpu = _since(start)
    return [
        Figure(
            f"{WHERE}: replay of {done.cases:,} cases", f"{wall:,.0f} s wall, {cpu:,.0f} s CPU", f"{done.refused} refused",
            "3,371,000 in 5 min", wall * FUZHOU / MANY < 300,
        )
    ]  # fmt: skip


def acting() -> list[Figure]:
    """Interactive acts and inbox pages with everything stored."""
    acts, pages, spent = [], [], [0.0, 0.0]
    for number in range(ACTS):
        made = open_case(DESK, "urban_case", NEW)
        for name in ("accept", "file", "dispatch"):
            start, cpu = time.perf_counter(), time.process_time()
            act(DESK, made.number, name)
            acts.append(time.perf_counter() - start)
            spent[0] += time.process_time() - cpu
        if number % 4 == 0:
            start, cpu = time.perf_counter(), time.process_time()
            inbox(DESK)
            pages.append(time.perf_counter() - start)
            spent[1] += time.process_time() - cpu
    act95, page95 = (float(np.percentile(times, 95)) * 1000 for times in (acts, pages))
    return [
        Figure(
            f"{WHERE}: an act, p95",
            f"{act95:.1f} ms",
            f"{len(acts)} acts, {spent[0] / len(acts) * 1000:.1f} ms CPU each",
            "< 40 ms",
            act95 < 40,
        ),
        Figure(
            f"{WHERE}: a page of the inbox, p95",
            f"{page95:.1f} ms",
            f"{len(pages)} of 50 lines, {spent[1] / len(pages) * 1000:.1f} ms CPU each",
            "< 80 ms",
            page95 < 80,
        ),
    ]


def _work(seconds: float) -> int:
    """One worker: whole ways of new cases, for so many seconds; answers its acts."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        made = open_case(DESK, "urban_case", NEW)
        for name in ("accept", "file", "dispatch"):
            act(DESK, made.number, name)
        done += 4
    return done


def workers() -> list[Figure]:
    """Two workers at once; every act that was answered is an event, and none is there twice."""
    before = Event.objects.count()
    connections.close_all()
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        done = sum(pool.map(_work, [SECONDS, SECONDS]))
    rate = done / (time.perf_counter() - start)
    kept = Event.objects.count() - before
    return [
        Figure(f"{WHERE}: acts a second by 2 workers", f"{rate:.0f}", f"{done:,} acts", ">= 60", rate >= 60),
        Figure(f"{WHERE}: of these kept as events", f"{kept:,}", f"{done:,} answered", "all", kept == done),
    ]


def beside() -> list[Figure]:
    """The peers and ourselves on 2,000 cases, once types are compiled and modules loaded; ours five times over, each a file of
    its own, as one takes less than a tenth of a second."""
    prepare()
    mapping = PACK / "imports" / "steps.yaml"
    made = [history(2_000 + other) for other in range(5)]
    import_history(BENCH, mapping, history(1_000))
    return peers(lambda: [import_history(BENCH, mapping, one).taken for one in made], 2_000)


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "due": due, "import": load, "figures": figures, "publish": publish, "replay": again, "acting": acting, "workers": workers,
    "peers": beside,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps([asdict(one) for one in PARTS[sys.argv[1]]()], ensure_ascii=False))
