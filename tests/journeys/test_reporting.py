"""Somebody reports what is in front of them: the phone knows where that is, and without it words are enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.conftest import Opener, Site

pytestmark = pytest.mark.browser


def test_who_stands_there_need_not_know_where_that_is(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        base_url=site.address,
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        geolocation={"latitude": 27.99430, "longitude": 120.69940},
        permissions=["geolocation"],
    )
    page = context.new_page()
    page.goto("/report/street_lamp/")
    page.get_by_role("button", name="我就在现场").click()
    expect(page.locator("input[name=spot]")).to_have_value("120.69940, 27.99430")
    expect(page.get_by_text("已填入您现在的位置")).to_be_visible()
    page.select_option("select[name=what]", "dark")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/report/received/")
    context.close()


def test_without_scripts_or_leave_words_are_enough(open_page: Opener) -> None:
    plain = open_page(language="en-US", scripts=False)
    plain.goto("/report/street_lamp/")
    expect(plain.locator("select[name=what]")).to_be_visible()
    expect(plain.locator("[data-locate]")).to_be_hidden()
    page = open_page(language="en-US", width=390)
    page.goto("/report/street_lamp/")
    page.get_by_role("button", name="I am there").click()
    expect(page.get_by_text("Say in words where it is.")).to_be_visible()
