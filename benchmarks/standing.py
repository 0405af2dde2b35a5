"""The demo city standing on real servers in a folder of its own, for scripts that look at its pages with a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CITYHALL = str(Path(sys.executable).parent / "cityhall")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the city answers, its state folder, and the passwords of its people."""

    address: str
    environment: dict[str, str]
    passwords: dict[str, str]

    def run(self, *arguments: str) -> str:
        """A command of `cityhall` in this city; answers what it said."""
        command = [CITYHALL, *arguments]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"cityhall {arguments[0]} failed:\n{done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def demo_city(scale: float = 0.02, port: int = 8400) -> Iterator[Standing]:
    """Build the demo city, serve it for as long as the block lasts, and remove it."""
    with tempfile.TemporaryDirectory(prefix="cityhall-standing-") as folder:
        environment = {**os.environ, "CITYHALL_HOME": folder}
        city = Standing("", environment, {})
        try:
            told = city.run("demo", "--scale", str(scale), "--port", str(port))
            address = re.search(r"^http://\S+$", told, re.MULTILINE)
            assert address, told
            passwords = dict(re.findall(r"^  (\S+) +(\S{8,}) ", told, re.MULTILINE))
            yield Standing(address.group().rstrip("/"), environment, passwords)
        finally:
            city.run("demo", "--stop")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium as the system has it, with WebGL in software."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()
