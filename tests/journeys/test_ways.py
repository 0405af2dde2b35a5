"""The four ways through the house, each in both languages and both widths, and without scripts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opener, Site
from tests.journeys.looking import VIEWS, sound, words
from tests.web.city import PASSWORD

pytestmark = pytest.mark.browser
EVERY_VIEW = pytest.mark.parametrize(("language", "width"), VIEWS)
TITLES = {"zh-CN": "城市公园名录", "en-US": "City parks"}


@EVERY_VIEW
def test_a_citizen_finds_and_downloads(open_page: Opener, language: str, width: int) -> None:
    page = open_page(language=language, width=width)
    _find(page, language)
    told, body = _download(page, "JSON")
    assert hashlib.sha256(body).hexdigest() in told
    assert b"138000" not in body


def _download(page: Page, form: str) -> tuple[str, bytes]:
    """What the page says of the file, and the file: asked for when nobody did before, else there at once."""
    page.locator("details.menu summary").first.click()
    line = page.locator(".menu-body .menu-line").filter(has=page.get_by_text(form, exact=True))
    if line.get_attribute("href") is None:
        line.click()
        _wait_for_the_file(page)
        line = page.locator("#file-link")
    told = page.locator("main").inner_text()
    with page.expect_download() as download:
        line.click()
    return told, Path(download.value.path()).read_bytes()


def _wait_for_the_file(page: Page) -> None:
    """The page looks again by itself; who looks as well loses nothing."""
    page.wait_for_url("**/exports/**")
    for _ in range(60):
        if page.locator("#file-link").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail("the file was never finished")


def _find(page: Page, language: str) -> None:
    """From the first page to the parks, as a visitor would."""
    page.goto("/")
    sound(page).get_by_role("searchbox").fill("公园")
    page.get_by_role("button", name=words(language, "home.find")).click()
    sound(page).get_by_role("link", name=TITLES[language]).click()
    expect(sound(page).get_by_role("heading", level=1)).to_have_text(TITLES[language])


@EVERY_VIEW
def test_a_developer_gets_a_key_and_calls(open_page: Opener, site: Site, language: str, width: int) -> None:
    page = open_page("other", language, width)
    page.get_by_role("link", name=words(language, "developers.title"), exact=True).click()
    sound(page).get_by_role("link", name=words(language, "developers.make_key")).click()
    name = f"{language} {width}"
    page.fill("input[name=name]", name)
    page.get_by_role("button", name=words(language, "keys.make")).click()
    page.fill("input[name=password]", PASSWORD)
    sound(page).get_by_role("button", name=words(language, "account.go_on")).click()
    expect(page.locator("#new-key")).to_be_visible()
    key = sound(page).locator("#new-key").inner_text().strip()
    rows = f"{site.address}/api/v1/datasets/parks/rows?limit=1"
    shown = httpx.get(rows, headers={"Authorization": f"Bearer {key}"})
    assert shown.json()["rows"][0]["联系电话"] == "138****0001"
    mine = page.get_by_role("row").filter(has_text=name)
    mine.get_by_role("button", name=words(language, "keys.revoke")).click()
    expect(page.locator("main")).to_contain_text(words(language, "keys.revoked_now"))
    assert httpx.get(rows, headers={"Authorization": f"Bearer {key}"}).status_code == 401


@EVERY_VIEW
def test_a_steward_corrects(open_page: Opener, site: Site, language: str, width: int) -> None:
    page = open_page("owner", language, width)
    page.locator(f"main a[href*='{site.ids['benches']}/quarantine']").first.click()
    cells = page.locator("input[name^='cell:']")
    expect(cells.first).to_be_visible()
    left = sound(page).locator("input[name^='cell:']").count()
    cells.first.fill("2021-12-15")
    page.get_by_role("button", name=words(language, "quarantine.correct")).click()
    expect(page.locator("main")).to_contain_text(words(language, "stage.done"))
    page.goto(f"/datasets/{site.ids['benches']}/quarantine/")
    expect(sound(page).locator("input[name^='cell:']")).to_have_count(left - 1)


@EVERY_VIEW
def test_the_operator_adds_a_source(open_page: Opener, language: str, width: int) -> None:
    page, name = open_page("operator", language, width), f"水位 {language} {width}"
    page.get_by_role("link", name=words(language, "nav.sources"), exact=True).click()
    sound(page).get_by_role("link", name=words(language, "sources.add")).first.click()
    page.fill("input[name=name_zh]", name)
    page.select_option("select[name=kind]", "push")
    sound(page).get_by_role("button", name=words(language, "source.save")).click()
    expect(page.locator("main")).to_contain_text(words(language, "source.saved"))
    page.get_by_role("link", name=words(language, "nav.sources"), exact=True).first.click()
    expect(sound(page).get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [VIEWS[1], VIEWS[2]])
def test_without_scripts_one_finds_downloads_and_reports(
    open_page: Opener, language: str, width: int
) -> None:
    page = open_page(language=language, width=width, scripts=False)
    _find_without_scripts(page, language)
    _, body = _download(page, "Excel（XLSX）" if language == "zh-CN" else "Excel (XLSX)")
    assert body.startswith(b"PK")
    _report_without_scripts(page, language)


def test_without_scripts_one_asks_to_open(open_page: Opener, site: Site) -> None:
    page = open_page("citizen", "zh-CN", 390, scripts=False)
    page.goto(f"/datasets/{site.ids['parks']}/open/")
    page.select_option("select[name=item]", "联系电话")
    page.fill("textarea[name=reason]", "想咨询公园")
    page.fill("textarea[name=purpose]", "热线")
    page.get_by_role("button", name=words("zh-CN", "open.send")).click()
    page.wait_for_url("**/track/*/")
    page.goto("/account/")
    expect(page.locator("#requests li").filter(has_text="公园").first).to_be_visible()


def _find_without_scripts(page: Page, language: str) -> None:
    page.goto("/datasets/?q=公园")
    if page.locator(".facet-label").is_visible():
        page.locator(".facet-label").click()
    page.locator(".facets a[href*='format=csv']").first.click()
    page.get_by_role("link", name=TITLES[language]).click()


def _report_without_scripts(page: Page, language: str) -> None:
    page.goto("/report/street_lamp/")
    page.locator("main form [name$=what]").first.scroll_into_view_if_needed()
    choice = page.locator("main form select[name$=what]")
    if choice.count():
        choice.select_option("dark")
    else:
        page.locator("main form input[name$=what][value=dark]").check()
    page.get_by_role("button", name=words(language, "report.send")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words(language, "report.received"))
    page.get_by_role("link", name=words(language, "track.title")).click()
    expect(page.locator("main .timeline li").first).to_be_visible()
