"""Search over 100,000 datasets: the acceptance words and 200 random ones with facets, the list page, the home page.

SQLite always; PostgreSQL too, in a database of its own, where there is a server or its programs are installed. CKAN's
Solr cannot be installed here, so what stands beside is the plain filter by SQL over the same entries, in the same run.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, keep
from benchmarks.many_datasets import fill
from benchmarks.postgres import empty_database
from benchmarks.warehouse_state import percentile, warehouse

COUNT = int(os.environ.get("CITYHALL_BENCH_DATASETS", "100000"))
RANDOM, SLOWEST, BAR, HOME_BAR = 200, 15, 50.0, 40.0
WORDS = (
    "维修", "维修信息", "代码", "证券代码", "公交站点", "信息", "基本信息", "统一社会信用代码", "2021", "２０２１年", "330300",
    "水", "p", "保障性住房", "保單", "污染源監測", "企业 名录", "public housing", "hosp", "High-tech enterprises", "鹿城区",
    "教育局", "PM2.5", "公厕", "不存在的词语", "' OR 1=1", "title:维修*", " ".join(f"w{number}" for number in range(10_000)),
)  # fmt: skip
FACETS = (
    ("opening", "unconditional"),
    ("field", "transport"),
    ("level", "1"),
    ("updated", "365"),
    ("format", "csv"),
)


def random_words(number: int, seed: int = 7) -> list[str]:
    """Parts of titles and item names, two to six characters long; every fifth an English word's beginning."""
    from cityhall.packing.queries import wenzhou_catalogue

    chance, listed = random.Random(seed), wenzhou_catalogue()
    found = []
    for place in range(number):
        one = chance.choice(listed)
        if place % 5 == 4:
            found.append(chance.choice(one["title"]["en"].replace(":", "").split())[: chance.randint(3, 8)])
            continue
        text = one["title"]["zh"] if place % 5 else chance.choice(one["items"])["title"]["zh"]
        start = chance.randrange(max(1, len(text) - 1))
        found.append(text[start : start + chance.randint(2, 6)])
    return found


Seconds = tuple[float, float]
"""On the clock, and of a processor (this process and the database's own for it together)."""


def measured() -> dict[str, Any]:
    """What each thing took: every question is new to the process, as the first of its visitors asks it."""
    from django.db import connection
    from django.test import Client

    from cityhall.catalog.queries import Filter
    from cityhall.kernel.actor import ANONYMOUS
    from cityhall.opening.queries import Search, search, search_read_ahead, visible_datasets

    told: dict[str, Any] = {"fill": [timed(lambda: fill(COUNT))]}
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    told["ahead"] = [timed(search_read_ahead)]
    told["first"] = [timed(lambda: search(ANONYMOUS, Search()))]
    gc.collect()
    gc.freeze()  # as the server does before it answers
    asked = questions()
    told["search"] = [timed(lambda one=one: search(ANONYMOUS, *one)) for one in asked]  # type: ignore[misc]
    told["acceptance"] = told["search"][: len(WORDS)]
    told["slowest"] = [
        (took, one.text[:30], dict(one.chosen))
        for took, (one, _) in sorted(zip(told["search"], asked, strict=True), key=lambda pair: -pair[0][0])[
            :SLOWEST
        ]
    ]
    told["browse"] = [
        timed(lambda facet=facet: search(ANONYMOUS, Search(chosen=dict([facet]))))  # type: ignore[misc]
        for facet in FACETS
        for _ in range(6)
    ]
    told["plain"] = [
        timed(lambda text=text: visible_datasets(ANONYMOUS, Filter(text=text)))  # type: ignore[misc]
        for text in random_words(40)
    ]
    client = Client(HTTP_HOST="localhost")
    assert client.get("/").status_code == 200
    told["page"] = [
        timed(lambda text=text: client.get("/datasets/", {"q": text}))  # type: ignore[misc]
        for text in random_words(100, 11)
    ]
    told["home"] = [timed(lambda: client.get("/")) for _ in range(60)]
    return told


def questions() -> list[tuple[Any, int]]:
    """The acceptance words and 200 random ones, half of them with a facet, each with the place its page begins at."""
    from cityhall.opening.queries import Search

    chance, found = random.Random(3), []
    for text in [*WORDS, *random_words(RANDOM)]:
        chosen = dict([chance.choice(FACETS)]) if chance.random() < 0.5 else {}
        found.append((Search(text=text, chosen=chosen), chance.choice((0, 0, 20))))
    return found


def timed(act: Callable[[], object]) -> Seconds:
    """Do it, and tell what it took."""
    clock, processor = time.perf_counter(), _processor()
    act()
    return time.perf_counter() - clock, _processor() - processor


def _processor() -> float:
    """Seconds of a processor until now: of this process, and of the database's that works for its connection."""
    from django.db import connection

    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return own + (int(told.read_text("ascii").split()[0]) / 1e9 if told.exists() else 0.0)


def figures(told: dict[str, Any], engine: str) -> list[Figure]:
    """The figures of one database."""
    plain = (
        f"plain filter by SQL p95 {percentile(_clock(told['plain']), 0.95):.0f} ms, without ranking or facets"
    )
    fill_clock, fill_processor = told["fill"][0]
    return [
        _figure(f"{engine}: search with facets, {len(told['search'])} questions", told["search"], plain, BAR),
        _figure(f"{engine}: of these the acceptance words", told["acceptance"], "", BAR),
        _figure(f"{engine}: lists without words", told["browse"], "", BAR),
        _figure(f"{engine}: the whole list page, rendered", told["page"], "", None),
        _figure(f"{engine}: the home page, rendered", told["home"], "", HOME_BAR),
        Figure(
            f"{engine}: first search of a new process", f"{told['first'][0][0] * 1000:.0f} ms",
            f"what is read before it answers {told['ahead'][0][0] * 1000:.0f} ms", "", None,
        ),
        Figure(
            f"{engine}: {COUNT:,} datasets made and indexed", f"{fill_clock:.0f} s",
            f"of a processor {fill_processor:.0f} s", "", None,
        ),
    ]  # fmt: skip


def _figure(what: str, took: list[Seconds], beside: str, bar: float | None) -> Figure:
    middle, high = percentile(_clock(took), 0.5), percentile(_clock(took), 0.95)
    worked = f"of a processor p95 {percentile([seconds for _, seconds in took], 0.95):.1f} ms"
    return Figure(
        what, f"p50 {middle:.1f} ms, p95 {high:.1f} ms", "; ".join(filter(None, (worked, beside))),
        f"p95 < {bar:.0f} ms" if bar else "", high < bar if bar else None,
    )  # fmt: skip


def _clock(took: list[Seconds]) -> list[float]:
    return [seconds for seconds, _ in took]


def child() -> None:
    """Measure on the database of the environment; the answer is the last line."""
    with warehouse(f"search-{os.getpid()}"):
        print(json.dumps(measured()))


def main() -> None:
    """Each database in a process of its own."""
    with empty_database("cityhall_bench_search") as url:
        found = _measured_apart("SQLite", "") + (_measured_apart("PostgreSQL", url) if url else [])
    keep(
        "search",
        found,
        "Solr (CKAN's engine) cannot be installed on this machine; nothing is claimed about it.",
    )


def _measured_apart(engine: str, url: str) -> list[Figure]:
    command = [sys.executable, "-m", "benchmarks.search", "child"]
    done = subprocess.run(
        command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"search: {engine}: the slowest, in ms on the clock and of a processor")
    for (clock, processor), text, chosen in told["slowest"]:
        print(f"  {clock * 1000:7.1f} {processor * 1000:7.1f}  {text}  {chosen or ''}")
    return figures(told, engine)


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
