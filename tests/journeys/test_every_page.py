"""Every page of the table of addresses, in both languages and widths: no serious barrier (axe), nothing scrolls sideways."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.journeys.conftest import Opener, Site
from tests.journeys.looking import barriers
from tests.rules.test_routes import EVERYBODY, KEYLESS, NOBODY, PAGES

pytestmark = pytest.mark.browser
FOLDER = os.environ.get("CITYHALL_SCREENSHOTS", "")
# Pages that the table asks of a draft, as visitors see them.
BESIDE = {"parks": "/datasets/{parks}/", "parks-quality": "/datasets/{parks}/quality/"}
LEFT_OUT = {"account_logout"}  # it ends the session that the others need


def addresses(role: str, site: Site) -> dict[str, str]:
    """Name -> address of the pages that open for anybody, or for the operator only."""
    anybody = (EVERYBODY, KEYLESS)
    beside = {} if role else {name: address.format(**site.ids) for name, address in BESIDE.items()}
    return beside | {
        name: address.format(**site.ids)
        for name, (method, address, who) in PAGES.items()
        if method == "GET" and who != NOBODY and name not in LEFT_OUT and (who in anybody) == (not role)
    }


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280), ("en-US", 390)])
@pytest.mark.parametrize("role", ["", "operator"])
def test_pages_have_no_barriers(open_page: Opener, site: Site, role: str, language: str, width: int) -> None:
    page = open_page(role, language, width)
    wrong: dict[str, list[str]] = {}
    looked_at = 0
    for name, address in addresses(role, site).items():
        if not _is_page(page, address):
            continue
        looked_at += 1
        page.goto(address)
        if found := barriers(page):
            wrong[address] = found
        _keep_picture(page, role, name, language, width)
    assert not wrong
    assert looked_at > 8


def _is_page(page: Page, address: str) -> bool:
    """Whether the address answers with a page rather than with a file, a feed or a redirect."""
    answer = page.request.get(address, max_redirects=0)
    return answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")


def _keep_picture(page: Page, role: str, name: str, language: str, width: int) -> None:
    if FOLDER:
        page.screenshot(
            path=Path(FOLDER) / f"{role or 'anybody'}-{name}-{language[:2]}-{width}.png", full_page=True
        )
