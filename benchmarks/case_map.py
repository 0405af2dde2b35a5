"""The map of cases with 20,000 open ones: from the click until it can be used, in headless Chromium, on real servers."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from benchmarks.figures import Figure, keep
from benchmarks.processes import cpu_seconds
from benchmarks.standing import CITYHALL, chromium

CASES = 20_000
RUNS = 5
PORT = 8460
SECONDS = 3.0
PASSWORD = "celadon-on-paper-7"


def main() -> None:
    """Measure and keep."""
    with (
        tempfile.TemporaryDirectory(prefix="cityhall-case-map-") as folder,
        _served(folder) as address,
        chromium() as browser,
    ):
        page = _signed_in(browser, address)
        cold, cpu = zip(*[_open(page, address) for _ in range(RUNS)], strict=True)
        places, size = _places(page, address)
    first, middle = cold[0], statistics.median(cold)
    keep(
        "case_map",
        [
            Figure(
                f"map page with {CASES:,} open cases, from the click until it can be used (median of {RUNS})",
                f"{middle:.2f} s (first {first:.2f} s)",
                f"{statistics.median(cpu):.2f} s CPU of server and browser together",
                f"< {SECONDS:g} s",
                middle < SECONDS,
            ),
            Figure(
                f"places of {CASES:,} cases as JSON",
                f"{places:.2f} s",
                f"{size / 1000:,.0f} kB sent",
                "",
                None,
            ),
        ],
        "WebGL is drawn in software here; a browser with a graphics card is faster.",
    )


@contextmanager
def _served(folder: str) -> Iterator[str]:
    environment = {**os.environ, "CITYHALL_HOME": folder, "DJANGO_SETTINGS_MODULE": "cityhall.app.settings"}
    stage = [sys.executable, "-m", "benchmarks.case_map_stage", str(CASES), PASSWORD]
    subprocess.run(stage, env=environment, check=True)
    command = [
        CITYHALL,
        "serve",
        "--port",
        str(PORT),
        "--files-port",
        str(PORT + 1),
        "--web-workers",
        "1",
        "--job-workers",
        "0",
    ]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        _wait(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        try:
            direct.open(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{address} does not answer")


def _signed_in(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", "mapper")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(re.compile(r"^(?!.*login)"))
    return page


def _open(page: Page, address: str) -> tuple[float, float]:
    """Seconds until the map can be used, and the CPU seconds of server and browser meanwhile. Nothing is kept between two
    tries but the browser itself."""
    page.goto("about:blank")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    before, started = cpu_seconds(os.getpid()), time.perf_counter()
    page.goto(f"{address}/cases/map/", wait_until="commit")
    page.wait_for_selector("[data-case-map][data-ready]", timeout=60_000)
    return time.perf_counter() - started, cpu_seconds(os.getpid()) - before


def _places(page: Page, address: str) -> tuple[float, int]:
    started = time.perf_counter()
    answer = page.request.get(f"{address}/cases/map/places.json")
    took = time.perf_counter() - started
    body = answer.body()
    return took, int(answer.headers.get("content-length", len(body)))


if __name__ == "__main__":
    main()
