"""The list of cases in a real browser, by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Opener, Site

pytestmark = pytest.mark.browser


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
