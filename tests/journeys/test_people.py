"""People around data in a real browser: somebody signs up, follows, comments and asks; the steward answers; a developer calls."""

from __future__ import annotations

import email
import re
from email import policy
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opener, Site
from tests.web.city import PASSWORD

pytestmark = pytest.mark.browser
VIEWS = [("zh-CN", 1280), ("en-US", 390)]


def _letter_to(home: Path, address: str) -> str:
    """The newest letter to somebody, as text."""
    for path in sorted((home / "outbox").glob("*.log"), key=lambda one: one.stat().st_mtime, reverse=True):
        for part in path.read_bytes().split(b"-" * 79):
            letter = email.message_from_bytes(part.strip(), policy=policy.default)
            if letter["To"] == address:
                return str(letter.get_content())
    raise AssertionError(f"no letter to {address}")


def _confirm_by_mail(page: Page, site: Site, address: str) -> None:
    found = re.search(r"http://\S+(/account/confirm-email/\S+)", _letter_to(site.home, address))
    assert found
    page.goto(found[1])
    page.click("main button.button")
    page.wait_for_url("**/account/login/**")


def _sign_up(page: Page, site: Site) -> str:
    address = f"{uuid4().hex[:10]}@example.org"
    page.goto("/account/signup/")
    page.fill("input[name=email]", address)
    page.fill("input[name=password1]", PASSWORD)
    page.click("main button.button")
    page.wait_for_url("**/account/confirm-email/")
    _confirm_by_mail(page, site, address)
    page.goto("/account/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button")
    page.wait_for_url("**/account/")
    return address


def _fits(page: Page) -> None:
    """Nothing scrolls sideways."""
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], page.url


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_a_citizen_signs_up_follows_comments_and_asks_and_the_steward_answers(
    site: Site, open_page: Opener, language: str, width: int
) -> None:
    parks, words = site.ids["parks"], f"面积的单位？{uuid4().hex[:6]}"
    page = open_page(language=language, width=width)
    _sign_up(page, site)
    page.goto(f"/datasets/{parks}/")
    page.click("#talk button[aria-pressed=false]")
    expect(page.locator("#talk button[aria-pressed=true]")).to_be_visible()
    page.goto(f"/datasets/{parks}/talk/")
    page.fill("textarea[name=text]", words)
    page.click("#write button.button")
    expect(page.locator(".comment", has_text=words)).to_be_visible()
    _fits(page)
    page.goto(f"/datasets/{parks}/open/")
    page.select_option("select[name=item]", "联系电话")
    page.fill("textarea[name=reason]", "想咨询")
    page.fill("textarea[name=purpose]", "热线")
    page.click("main button.button")
    page.wait_for_url("**/track/*/")
    number = page.url.rstrip("/").rpartition("/")[2]
    _fits(page)

    steward = open_page("owner", language=language, width=width)
    steward.goto("/desk/talk/")
    _fits(steward)
    said = steward.locator("article.comment", has_text=words)
    said.locator("form[action$='/show/'] button").click()
    expect(steward.locator("article.comment", has_text=words)).to_have_count(0)
    steward.goto("/cases/")
    steward.click(f"a[href='/cases/{number}/']")
    form = steward.locator("form[action$='/acts/refuse/']")
    form.locator("xpath=..").evaluate("details => { details.open = true }")
    form.locator("textarea[name=answer]").fill("含个人信息")
    form.locator("input[name=legal_basis]").fill("《个人信息保护法》第二十八条")
    form.locator("button:not([name])").click()
    expect(steward.locator("dd", has_text="第二十八条")).to_be_visible()
    _fits(steward)

    page.goto("/account/")
    page.click(f"#requests a[href='/track/{number}/']")
    expect(page.locator("dd", has_text="第二十八条")).to_be_visible()
    page.goto("/account/notices/")
    expect(page.locator("main li", has_text="第二十八条")).to_be_visible()
    page.goto("/account/")
    expect(page.locator("#favourites li")).to_have_count(1)
    expect(page.locator("#requests li")).to_have_count(1)
    _fits(page)


def test_somebody_new_becomes_a_developer(site: Site, open_page: Opener) -> None:
    page = open_page(language="en-US", width=390)
    _sign_up(page, site)
    page.goto("/account/keys/")
    page.click("form[action$='/developer/'] button")
    page.fill("input[name=name]", "map")
    page.click("form.fields button.button")
    page.fill("input[name=password]", PASSWORD)
    _fits(page)
    page.click("main form button.button")
    token = page.locator("#new-key").inner_text().strip()
    _fits(page)
    rows = f"{site.address}/api/v1/datasets/{site.ids['parks']}/rows"
    told = httpx.get(rows, params={"limit": 2}, headers={"Authorization": f"Bearer {token}"})
    assert told.status_code == 200
    assert "1380000" not in told.text  # more digits than chance puts into an id
    assert httpx.get(rows, headers={"Authorization": f"Bearer {token}x"}).status_code == 401


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_an_application_for_restricted_data_reaches_the_inbox_and_its_decision_everybody(
    site: Site, open_page: Opener, language: str, width: int
) -> None:
    page = open_page(language=language, width=width)
    _sign_up(page, site)
    purpose = f"热线回访 {uuid4().hex[:6]}"
    page.goto(f"/datasets/{site.ids['parks']}/apply/")
    page.check("input[name=item]")
    page.fill("textarea[name=purpose]", purpose)
    page.fill("input[name=until]", "2040-01-01")
    _fits(page)
    page.click("main button.button")
    page.wait_for_url("**/track/*/")
    number = page.url.rstrip("/").rpartition("/")[2]

    steward = open_page("owner", language=language, width=width)
    steward.goto("/cases/")
    steward.keyboard.press("j")
    steward.click(f"a[href='/cases/{number}/']")
    agree = steward.locator("form[action$='/acts/agree/']")
    agree.locator("xpath=..").evaluate("details => { details.open = true }")
    expect(agree.locator("textarea[name=granted_items]")).to_have_value("联系电话")
    agree.locator("button:not([name])").click()
    expect(agree).to_have_count(0)
    confirming = open_page("operator", language=language, width=width)
    confirming.goto(f"/cases/{number}/")
    confirm = confirming.locator("form[action$='/acts/confirm/']")
    confirm.locator("xpath=..").evaluate("details => { details.open = true }")
    confirm.locator("button:not([name])").click()
    expect(confirm).to_have_count(0)

    page.reload()
    expect(page.locator("main", has_text="2040-01-01")).to_be_visible()
    anybody = open_page(language=language, width=width)
    anybody.goto("/requests/decisions/")
    expect(anybody.locator("li", has_text=purpose)).to_be_visible()
    _fits(anybody)
