"""A city on real servers (pages, finished files, a worker), and a browser that notices every error."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.web.city import PASSWORD

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
BIN = Path(sys.executable).parent
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--use-angle=swiftshader",  # WebGL in software, for the map
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; tests share their machine
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, the state folder, and the ids of the city."""

    address: str
    home: Path
    ids: dict[str, str]


@dataclass(slots=True)
class Watch:
    """What a page must not do: log errors, or ask another host for anything."""

    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Listen to a page."""
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._host(request.url))
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(text)

    def _host(self, url: str) -> None:
        if urlsplit(url).hostname not in (None, self.host):
            self.foreign.append(url)


def _free_ports(many: int) -> list[int]:
    """Ports that nobody listens on. They lie below those that the system gives to outgoing connections, which could take one
    before it is served, and each process of a test run looks among its own.
    """
    found: list[int] = []
    port = 20_000 + os.getpid() % 1_000 * 10
    while len(found) < many:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                found.append(port)
        port += 1
    return found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The city, served by real processes."""
    home = tmp_path_factory.mktemp("served")
    web, files = _free_ports(2)
    environment = {
        **os.environ,
        "CITYHALL_HOME": str(home),
        "CITYHALL_SIGN_UP": "open",
        "CITYHALL_FILES_URL": f"http://127.0.0.1:{files}",
        "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
    }
    staged = subprocess.run(
        [sys.executable, HERE / "stage.py"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert staged.returncode == 0, staged.stderr
    command = [str(BIN / "cityhall"), "serve", "--port", str(web), "--files-port", str(files), "--no-beat"]
    running = subprocess.Popen(command, env=environment, cwd=PROJECT)
    try:
        address = f"http://127.0.0.1:{web}"
        for port in (web, files):
            _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield Site(address, home, json.loads(staged.stdout.splitlines()[-1]))
    finally:
        running.terminate()
        running.wait(timeout=30)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{address} never answered")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Opener]:
    """A function that gives a fresh page (`language`, `width`, signed in as `role`, with or without scripts)."""
    watch = Watch(str(urlsplit(site.address).hostname))
    contexts = []

    def opened(
        role: str = "",
        language: str = "zh-CN",
        width: int = 1280,
        *,
        scripts: bool = True,
        scheme: str = "light",
    ) -> Page:
        context = browser.new_context(
            base_url=site.address,
            locale=language,
            viewport={"width": width, "height": 900},
            accept_downloads=True,
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = watch.over(context.new_page())
        if role:
            sign_in(page, role)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watch.errors
    assert not watch.foreign


def sign_in(page: Page, role: str) -> None:
    """Sign in with name and password."""
    page.goto("/account/login/")
    page.fill("input[name=login]", f"{role}1")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button")
    page.wait_for_url(re.compile("/(desk|account)/$"))
