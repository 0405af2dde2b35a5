"""A visitor changes the language; somebody signs in with a second factor."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opener
from tests.web.city import PASSWORD

pytestmark = pytest.mark.browser


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
    page.wait_for_url(lambda address: "/account/logout/" not in address)
    _sign_in_twice(page, secret)


def _sign_in_twice(page: Page, secret: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", "developer1")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.fill("input[name=code]", _next_totp(page, secret))
    page.click("main button.button")
    page.wait_for_url(re.compile("/(desk|account)/$"))
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
