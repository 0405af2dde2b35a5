"""The page of a dataset: whole without scripts; with them charts answer, the console asks, the map shows every place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opener, Site

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise((done) => {
    let total = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) total += one.hadRecentInput ? 0 : one.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(total), 300);
})"""


def parks(page: Page, site: Site, part: str = "") -> Page:
    page.goto(f"/datasets/{site.ids['parks']}/{part}")
    return page


def test_it_is_whole_without_scripts(open_page: Opener, site: Site) -> None:
    page = parks(open_page(scripts=False, width=390), site)
    charts = page.locator("figure.chart")
    expect(charts).to_have_count(3)
    charts.first.get_by_text("数据表与来源").click()
    expect(charts.first.locator("table")).to_be_visible()
    expect(charts.first.locator("pre")).to_contain_text("SELECT")
    expect(page.locator("#map .small-map")).to_be_visible()
    page.get_by_role("link", name="打开大地图").click()
    expect(page.locator(".map-list tbody tr").first).to_contain_text("松风1号公园")
    expect(page.get_by_text("此浏览器无法显示交互地图")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_drawn_again_in_their_place(open_page: Opener, site: Site, scheme: str) -> None:
    page = parks(open_page(scheme=scheme), site)
    chart = page.locator("figure.chart").first
    before = page.evaluate("document.documentElement.scrollHeight")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".plot-live svg")).to_be_visible()
    expect(chart.locator("[aria-label]").first).to_be_attached()
    assert abs(page.evaluate("document.documentElement.scrollHeight") - before) < 4
    assert page.evaluate(SHIFTS) < 0.05


def test_the_console_builds_the_address_and_asks(open_page: Opener, site: Site) -> None:
    page = parks(open_page(language="en-US"), site)
    form = page.locator("[data-console]")
    form.get_by_label("公园名称").check()
    form.get_by_label("区县").check()
    form.locator("[data-where]").select_option("区县")
    form.locator("[data-value]").fill("西溪区")
    form.locator("select[name=sort]").select_option("-公园名称")
    form.locator("input[name=limit]").fill("3")
    form.get_by_role("button", name="Call the API").click()
    expect(page.locator("[data-told]")).to_contain_text("3 rows in")
    expect(page.locator("[data-table] tbody tr")).to_have_count(3)
    expect(page.locator("[data-table] tbody")).to_contain_text("西溪区")
    expect(page.locator("[data-url]")).to_contain_text("区县__eq=西溪区")
    expect(page.locator("[data-curl]")).to_contain_text("--data-urlencode 'limit=3'")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_shows_every_place(open_page: Opener, site: Site, width: int) -> None:
    page = parks(open_page(width=width), site, "map/")
    expect(page.locator("[data-map][data-ready]")).to_be_attached()
    expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()
    expect(page.locator("[data-map-count]")).to_contain_text("57")
    page.locator("[data-map-list] button").first.click()
    expect(page.locator(".maplibregl-popup-content")).to_contain_text("号公园")
