"""What a visitor's browser must fetch and wait for: bytes by page, shifts of the layout, requests to other hosts, barriers,
and a map of 20,000 places. The city is the demo; the browser is real and draws in software.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Response

from benchmarks.figures import WORK, Figure, keep
from benchmarks.standing import Standing, chromium, demo_city

HOME_BAR, DATASET_BAR, SHIFT_BAR, MAP_BAR = 200_000, 400_000, 0.05, 3.0
PLACES = 20_000
TITLE = {"zh": "站点", "en": "Stations"}
OPEN = {"opening": "unconditional", "sharing": "unconditional", "level": 1}
SHIFTS = """() => new Promise((done) => {
    let total = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) total += one.hadRecentInput ? 0 : one.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(total), 500);
})"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page fetched: bytes as gzip would send them, requests, other hosts; and how it behaved."""

    bytes: int
    requests: int
    foreign: int
    shift: float
    barriers: int


def look(browser: Browser, city: Standing, path: str, *, width: int, scroll: bool = False) -> Seen:
    """Load a page as a newcomer, scroll through it, and look for barriers."""
    context = browser.new_context(
        base_url=city.address, viewport={"width": width, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    if scroll:
        for _ in range(12):
            page.mouse.wheel(0, 900)
            page.wait_for_timeout(80)
        page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    own = [one for one in answers if one.url.startswith(city.address)]
    seen = Seen(
        bytes=sum(len(gzip.compress(one.body(), 6)) for one in own if one.status == 200),
        requests=len(answers),
        foreign=len(answers) - len(own),
        shift=float(page.evaluate(SHIFTS)),
        barriers=sum(one["impact"] in ("serious", "critical") for one in found),
    )
    context.close()
    return seen


def many_places(folder: Path) -> Path:
    """A file of invented places."""
    folder.mkdir(parents=True, exist_ok=True)
    path, chance = folder / "places.csv", random.Random(5)
    lines = ["编号,名称,经度,纬度"]
    lines += [
        f"S{number:06d},第{number}号站,{chance.gauss(120.7, 0.2):.6f},{chance.gauss(28.0, 0.15):.6f}"
        for number in range(PLACES)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    beside = path.with_name(f"{path.name}.cityhall.yaml")
    beside.write_text(
        json.dumps({"title": TITLE, "items": dict.fromkeys(("编号", "名称", "经度", "纬度"), OPEN)}),
        encoding="utf-8",
    )
    return path


def map_seconds(browser: Browser, city: Standing) -> float:
    """From asking for the page of the map until every place is on it; the second visit, as the first computes."""
    agency = json.loads(city.run("agency", "list", "--json"))[0]["id"]
    city.run("publish", str(many_places(WORK / "weights")), "--code", "many-places", "--agency", agency)
    seconds = 0.0
    for _ in range(2):
        page = browser.new_page(base_url=city.address, viewport={"width": 1280, "height": 900})
        start = time.perf_counter()
        page.goto("/datasets/many-places/map/")
        page.wait_for_selector("[data-map]:is([data-ready], [data-failed])", state="attached", timeout=60_000)
        seconds = time.perf_counter() - start
        if why := page.get_attribute("[data-map]", "data-failed"):
            raise RuntimeError(f"the map is a drawing: {why}")
        page.close()
    return seconds


def figures(browser: Browser, city: Standing) -> list[Figure]:
    """All bars."""
    home = look(browser, city, "/", width=390)
    dataset = look(browser, city, "/datasets/food_inspections/", width=1280, scroll=True)
    both, seconds = (home, dataset), map_seconds(browser, city)
    foreign, barriers = sum(one.foreign for one in both), sum(one.barriers for one in both)
    shift = max(one.shift for one in both)
    return [
        _weight("home, all it fetches, gzip", home, HOME_BAR),
        _weight("a dataset's page with its charts, gzip", dataset, DATASET_BAR),
        Figure("requests to another host", str(foreign), "—", "none", foreign == 0),
        Figure(
            "layout shift (CLS), the worse of both", f"{shift:.3f}", "good: 0.1", "< 0.05", shift < SHIFT_BAR
        ),
        Figure("serious barriers (contrast, labels, …) by axe", str(barriers), "—", "none", barriers == 0),
        Figure(
            f"map of {PLACES:,} places, from the request until all are there",
            f"{seconds:.2f} s",
            "—",
            "< 3 s",
            seconds < MAP_BAR,
        ),
    ]


def _weight(what: str, seen: Seen, bar: int) -> Figure:
    told = f"{seen.bytes / 1000:.0f} kB in {seen.requests} requests"
    return Figure(what, told, "—", f"< {bar / 1000:.0f} kB", seen.bytes < bar)


if __name__ == "__main__":
    with demo_city() as standing, chromium() as started:
        keep("weights", figures(started, standing), "Headless Chromium, WebGL drawn by the processor.")
