"""Search over 100,000 datasets: the acceptance words and 200 random ones with facets, the list page, the home page.

SQLite always; PostgreSQL too where CITYHALL_TEST_POSTGRES names a server whose database may be emptied. CKAN's Solr
cannot be installed here, so what stands beside is the plain filter by SQL over the same entries, in the same run.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.figures import Figure, keep
from benchmarks.many_datasets import fill
from benchmarks.warehouse_state import percentile, warehouse

COUNT, RANDOM, BAR, HOME_BAR = 100_000, 200, 50.0, 40.0
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


def measured() -> dict[str, list[float]]:
    """Seconds by what was done: each question is new to the process, as the first of its visitors asks it."""
    from django.db import connection
    from django.test import Client

    from cityhall.catalog.queries import Filter
    from cityhall.kernel.actor import ANONYMOUS
    from cityhall.opening.queries import Search, search, visible_datasets

    start = time.perf_counter()
    fill(COUNT)
    told = {"fill": [time.perf_counter() - start]}
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    told["first"] = [_timed(lambda: search(ANONYMOUS, Search()))]
    chance, asked = random.Random(3), [*WORDS, *random_words(RANDOM)]
    told["acceptance"] = [_timed(lambda text=text: search(ANONYMOUS, Search(text=text))) for text in WORDS]  # type: ignore[misc]
    told["search"] = [
        _timed(
            lambda text=text, chosen=chosen, first=first: search(
                ANONYMOUS, Search(text=text, chosen=chosen), first
            )
        )  # type: ignore[misc]
        for text in asked
        for chosen, first in (
            (dict([chance.choice(FACETS)]) if chance.random() < 0.5 else {}, chance.choice((0, 0, 20))),
        )
    ]
    told["browse"] = [
        _timed(lambda facet=facet: search(ANONYMOUS, Search(chosen=dict([facet]))))
        for facet in FACETS
        for _ in range(6)  # type: ignore[misc]
    ]
    told["plain"] = [
        _timed(lambda text=text: visible_datasets(ANONYMOUS, Filter(text=text))) for text in asked[28:68]
    ]  # type: ignore[misc]
    client = Client(HTTP_HOST="localhost")
    assert client.get("/").status_code == 200
    told["page"] = [
        _timed(lambda text=text: client.get("/datasets/", {"q": text})) for text in random_words(100, 11)
    ]  # type: ignore[misc]
    told["home"] = [_timed(lambda: client.get("/")) for _ in range(60)]
    return told


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def figures(told: dict[str, list[float]], engine: str) -> list[Figure]:
    """The figures of one database."""
    plain = f"plain filter by SQL p95 {percentile(told['plain'], 0.95):.0f} ms, without ranking or facets"
    return [
        _figure(f"{engine}: search with facets, {len(told['search'])} questions", told["search"], plain, BAR),
        _figure(f"{engine}: of these the acceptance words", told["acceptance"], "", BAR),
        _figure(f"{engine}: lists without words", told["browse"], "", BAR),
        _figure(f"{engine}: the whole list page, rendered", told["page"], "", None),
        _figure(f"{engine}: the home page, rendered", told["home"], "", HOME_BAR),
        Figure(
            f"{engine}: first search of a new process", f"{told['first'][0] * 1000:.0f} ms",
            f"{COUNT:,} datasets made and indexed in {told['fill'][0]:.0f} s", "", None,
        ),
    ]  # fmt: skip


def _figure(what: str, seconds: list[float], beside: str, bar: float | None) -> Figure:
    middle, high = percentile(seconds, 0.5), percentile(seconds, 0.95)
    bar_words = f"p95 < {bar:.0f} ms" if bar else ""
    return Figure(
        what, f"p50 {middle:.1f} ms, p95 {high:.1f} ms", beside, bar_words, high < bar if bar else None
    )


def child() -> None:
    """Measure on the database of the environment; the answer is the last line."""
    with warehouse(f"search-{os.getpid()}"):
        print(json.dumps(measured()))


def main() -> None:
    """Each database in a process of its own."""
    engines = {"SQLite": ""}
    if os.environ.get("CITYHALL_TEST_POSTGRES"):
        engines["PostgreSQL"] = os.environ["CITYHALL_TEST_POSTGRES"]
    found = []
    for engine, url in engines.items():
        command = [sys.executable, "-m", "benchmarks.search", "child"]
        done = subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
        )
        found += figures(json.loads(done.stdout.splitlines()[-1]), engine)
    keep(
        "search",
        found,
        "Solr (CKAN's engine) cannot be installed on this machine; nothing is claimed about it.",
    )


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
