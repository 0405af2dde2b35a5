"""A phone that several inspectors share: whoever signs out leaves nothing to read on it, and loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.journeys.conftest import sign_in
from tests.journeys.test_inspecting import OFFLINE_COPY, _report, _reported, phone, urban

__all__ = ["phone", "urban"]
pytestmark = pytest.mark.browser

# Everything that this phone keeps of the inspectors' page, as one text: the words of reports, and names of what is kept.
KEPT = """async () => {
  const open = indexedDB.open("cityhall-inspecting");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const asked = database.transaction("queue").objectStore("queue").getAll();
  await new Promise((done) => (asked.onsuccess = done));
  database.close();
  const texts = asked.result.map((one) => JSON.stringify(one) + (one.sealed ? new TextDecoder().decode(one.sealed.data) : ""));
  return [...texts, ...(await caches.keys())].join(" ");
}"""


def test_who_signs_out_leaves_nothing_to_read_and_loses_nothing(phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, "operator")
    page.goto("/inspect/")
    page.locator("[data-inspecting][data-ready]").wait_for()
    page.evaluate(OFFLINE_COPY)
    page.route("**/inspect/send/", lambda route: route.abort())  # the city cannot be reached to send
    _report(page, "only for my eyes")
    expect(page.locator("[data-waiting]")).to_have_text("Waiting: 1")
    assert "only for my eyes" in page.evaluate(KEPT)

    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    kept = page.evaluate(KEPT)
    assert "per_" in kept, "what waits is still there"
    assert "only for my eyes" not in kept
    assert "JFIF" not in kept
    assert "cityhall-inspecting" not in kept, "the page of times without a network is gone"

    page.unroute("**/inspect/send/")
    sign_in(page, "operator")
    page.goto("/inspect/")
    expect(page.locator("[data-sent]")).to_have_text("Sent: 1")
    (number,) = _reported(phone, "only for my eyes")
    page.goto(f"/cases/{number}/")
    expect(page.get_by_role("link", name="heap.jpg")).to_have_count(1)
