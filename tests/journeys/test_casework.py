"""The pages of cases in a real browser: no barriers, nothing sideways; and the list by keys alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Opener, Site
from tests.journeys.looking import barriers

pytestmark = pytest.mark.browser
FOLDER = os.environ.get("CITYHALL_SCREENSHOTS", "")
ANYBODY = ("/report/", "/report/street_lamp/", "/track/", "/track/{case}/", "/requests/decisions/")
WORKER = ("/cases/?type=street_lamp", "/cases/{case}/", "/cases/{case}/amend/")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280), ("en-US", 390)])
def test_pages_of_cases_have_no_barriers(open_page: Opener, site: Site, language: str, width: int) -> None:
    wrong = {}
    for role, addresses in (("", ANYBODY), ("operator", WORKER)):
        page = open_page(role, language, width)
        for address in addresses:
            page.goto(address.format(**site.ids))
            if found := barriers(page):
                wrong[address] = found
            if FOLDER:
                name = address.strip("/").split("?")[0].replace("/", "-").replace("{case}", "case")
                page.screenshot(path=Path(FOLDER) / f"{name}-{language[:2]}-{width}.png", full_page=True)
    assert not wrong


def test_the_list_is_worked_through_by_keys_alone(open_page: Opener, site: Site) -> None:
    page = open_page("operator")
    page.goto("/cases/?type=street_lamp")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody tr").first.locator("a")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("details[data-keys]")).to_have_attribute("open", "")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/cases/*-*/")
    page.keyboard.press("1")
    expect(page.locator(".case-acts > .act").first.locator(":focus")).to_have_count(1)
    page.locator(".case-acts > .act").first.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("u")
    page.wait_for_url("**/cases/")
