"""Citizens, newcomers to a second factor, and developers with a key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opener, Site
from tests.web.city import PASSWORD

pytestmark = pytest.mark.browser


def test_a_citizen_finds_and_downloads(open_page: Opener) -> None:
    page = open_page(width=390)
    page.goto("/")
    page.get_by_role("searchbox").fill("公园")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="城市公园名录").click()
    page.get_by_text("下载数据").click()
    page.get_by_role("button", name="CSV", exact=False).first.click()
    link = page.locator("#file-link")
    expect(link).to_be_visible(timeout=60_000)
    told = page.locator("main").inner_text()
    with page.expect_download() as download:
        link.click()
    body = Path(download.value.path()).read_bytes()
    assert hashlib.sha256(body).hexdigest() in told
    assert b"138000" not in body


def test_a_visitor_changes_the_language(open_page: Opener) -> None:
    page = open_page()
    page.goto("/datasets/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data catalogue")
    expect(page.get_by_role("link", name="City parks")).to_be_visible()


def test_signing_in_with_a_second_factor(open_page: Opener) -> None:
    page = open_page("developer", language="en-US")
    page.goto("/account/2fa/totp/activate/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.button")
    secret = page.locator("#totp-secret").inner_text()
    page.fill("input[name=code]", totp(secret))
    page.click("main button.button")
    expect(page.locator("main")).to_contain_text("ecovery")
    page.goto("/account/logout/")
    page.click("main button.button")
    _sign_in_twice(page, secret)


def _sign_in_twice(page: Page, secret: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", "developer1")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.fill("input[name=code]", _next_totp(page, secret))
    page.click("main button.button")
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("My page")


def totp(secret: str) -> str:
    """RFC 6238 with SHA-1, 30 seconds, 6 digits."""
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


def _next_totp(page: Page, secret: str) -> str:
    """A code works once: wait for the next one."""
    page.wait_for_timeout((30 - time.time() % 30) * 1000 + 500)
    return totp(secret)


def test_a_developer_makes_a_key_and_calls(open_page: Opener, site: Site) -> None:
    page = open_page("other", language="en-US")
    page.goto("/account/keys/")
    page.fill("input[name=name]", "nightly report")
    page.get_by_role("button", name="Make a key").click()
    key = page.locator("#new-key").inner_text().strip()
    rows = f"{site.address}/api/v1/datasets/parks/rows?limit=1"
    shown = httpx.get(rows, headers={"Authorization": f"Bearer {key}"}).json()["rows"][0]
    assert shown["联系电话"] == "138****0001"
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator("main")).to_contain_text("The key is revoked.")
    assert httpx.get(rows, headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_the_operator_adds_a_source(open_page: Opener) -> None:
    page = open_page("operator", language="en-US")
    page.goto("/sources/")
    page.get_by_role("link", name="Add a source").click()
    page.fill("input[name=name]", "Water levels by push")
    page.select_option("select[name=kind]", "push")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("The source is saved.")
    page.goto("/sources/")
    expect(page.get_by_role("link", name="Water levels by push")).to_be_visible()
