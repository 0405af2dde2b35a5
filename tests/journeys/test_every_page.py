"""Every page of the table of addresses, in both languages and widths: no serious barrier (axe), nothing scrolls sideways."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.journeys.conftest import Opener, Site
from tests.journeys.looking import barriers
from tests.rules.addresses import CASES, EVERYBODY, HARVESTS, KEYLESS, NOBODY, PAGES

pytestmark = pytest.mark.browser
FOLDER = os.environ.get("CITYHALL_SCREENSHOTS", "")
# Pages that the table asks of a draft or of a type without them, as visitors and the operator see them.
BESIDE = {
    "": {
        "parks": "/datasets/{parks}/",
        "parks-quality": "/datasets/{parks}/quality/",
        "parks-talk": "/datasets/{parks}/talk/",
        "call": "/track/{call}/",
        "evaluation": "/cases/figures/hotline_call/evaluation/",
    },
    "operator": {"file": "/exports/{file}/", "call-at-work": "/cases/{call}/"},
}
HEIGHT = 900
_SHOWN: dict[str, dict[str, str]] = {}
LEFT_OUT = {"account_logout"}  # it ends the session that the others need


def addresses(role: str, site: Site) -> dict[str, str]:
    """Name -> address of the pages that open for anybody, or for the operator only."""
    found = {
        name: address
        for name, (method, address, who) in (PAGES | CASES | HARVESTS).items()
        if method == "GET"
        and who != NOBODY
        and name not in LEFT_OUT
        and (who in (EVERYBODY, KEYLESS)) == (not role)
    }
    return {name: address.format(**site.ids) for name, address in (found | BESIDE[role]).items()}


@pytest.mark.parametrize(("language", "widths"), [("zh-CN", (1280, 390)), ("en-US", (390, 1280))])
@pytest.mark.parametrize("role", ["", "operator"])
def test_pages_have_no_barriers(
    open_page: Opener, site: Site, role: str, language: str, widths: tuple[int, int]
) -> None:
    """Every page in each language at each width. Colours are the same in all languages and hardly depend on the width, and to
    measure their contrast takes most of the time: that is done at the first of the widths."""
    page = open_page(role, language, widths[0])
    wrong: dict[str, list[str]] = {}
    shown = _pages(page, role, site)
    for name, address in shown.items():
        page.set_viewport_size({"width": widths[0], "height": HEIGHT})
        page.goto(address)
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if found := barriers(page, colours=width == widths[0]):
                wrong[f"{address} at {width}"] = found
            _keep_picture(page, role, name, language, width)
    assert not wrong
    assert len(shown) > 35


def _pages(page: Page, role: str, site: Site) -> dict[str, str]:
    """Those of the addresses that answer with a page rather than with a file, a feed or a redirect."""
    if role not in _SHOWN:
        found = addresses(role, site)
        _SHOWN[role] = {name: address for name, address in found.items() if _is_page(page, address)}
    return _SHOWN[role]


def _is_page(page: Page, address: str) -> bool:
    answer = page.request.get(address, max_redirects=0)
    return answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")


def _keep_picture(page: Page, role: str, name: str, language: str, width: int) -> None:
    if FOLDER:
        page.screenshot(
            path=Path(FOLDER) / f"{role or 'anybody'}-{name}-{language[:2]}-{width}.png", full_page=True
        )
