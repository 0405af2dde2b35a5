"""Every page in both languages and widths: no serious barrier (axe), nothing scrolls sideways."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.journeys.conftest import Opener, Site

pytestmark = pytest.mark.browser
OPEN = ("/", "/datasets/", "/datasets/{parks}/", "/datasets/{parks}/quality/", "/agencies/",
        "/agencies/{agency}/", "/ledger/", "/api/", "/account/login/")  # fmt: skip
DESKS = ("/desk/", "/runs/", "/sources/", "/sources/new/", "/datasets/{parks}/quarantine/",
         "/datasets/{draft}/", "/account/", "/account/notices/", "/account/2fa/", "/ledger/")  # fmt: skip
FOLDER = os.environ.get("CITYHALL_SCREENSHOTS", "")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("role", ["", "operator"])
def test_pages_have_no_barriers(open_page: Opener, site: Site, role: str, language: str, width: int) -> None:
    page = open_page(role, language, width)
    addresses = [one.format(**site.ids) for one in (DESKS if role else OPEN)]
    if role:
        page.goto("/runs/")
        addresses.append(str(page.locator("table a").first.get_attribute("href")))
    barriers: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(address)
        found = _barriers(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("scrolls sideways")
        if found:
            barriers[address] = found
        _keep_picture(page, role, address, language, width)
    assert not barriers


def _barriers(page: Page) -> list[str]:
    result = Axe().run(page)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in result.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def _keep_picture(page: Page, role: str, address: str, language: str, width: int) -> None:
    if FOLDER:
        name = address.strip("/").replace("/", "_") or "home"
        page.screenshot(
            path=Path(FOLDER) / f"{role or 'anybody'}-{name}-{language[:2]}-{width}.png", full_page=True
        )
