"""An inspector on the street: the network goes, the page is opened again without it, and what was reported arrives once."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.journeys.conftest import BIN, PROJECT, Opener, Site, sign_in

pytestmark = pytest.mark.browser
HERE = {"latitude": 27.99430, "longitude": 120.69940}


@pytest.fixture(scope="module")
def urban(site: Site) -> str:
    """The pack's type of case, in the served city."""
    path = PROJECT / "packs" / "urban_management" / "cases" / "urban_case.yaml"
    environment = {**os.environ, "CITYHALL_HOME": str(site.home)}
    subprocess.run(
        [BIN / "cityhall", "cases", "install", path], env=environment, check=True, capture_output=True
    )
    return "urban_case"


@pytest.fixture
def phone(browser: Browser, site: Site, urban: str) -> Iterator[BrowserContext]:
    """A phone with a position. Its console tells every request that finds no network, so nobody listens to it."""
    context = browser.new_context(
        base_url=site.address,
        locale="en-US",
        viewport={"width": 390, "height": 844},
        geolocation=HERE,
        permissions=["geolocation"],
    )
    yield context
    context.close()


# Until the worker holds the page and its script; a condition that is a promise would be true at once.
OFFLINE_COPY = """async () => {
  const wanted = ["/inspect/", document.querySelector("script[src*=inspecting]").src];
  for (let tries = 0; tries < 400; tries++) {
    const found = await Promise.all(wanted.map((one) => caches.match(one)));
    if (navigator.serviceWorker.controller && found.every(Boolean)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the page was never kept");
}"""


def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG")
    return out.getvalue()


def test_a_report_without_a_network_arrives_once(phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, "operator")
    page.goto("/inspect/")
    page.locator("[data-inspecting][data-ready]").wait_for()
    page.evaluate(OFFLINE_COPY)

    phone.set_offline(True)
    _report(page, "rubbish behind the market")
    expect(page.locator("[data-net]")).to_have_text("No network: kept on this phone for now")
    expect(page.locator("[data-waiting]")).to_have_text("Waiting: 1")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inspecting")
    expect(page.locator("[data-waiting]")).to_have_text("Waiting: 1")
    assert _reported(phone, "rubbish behind the market") == []

    phone.set_offline(False)
    expect(page.locator("[data-sent]")).to_have_text("Sent: 1")
    expect(page.locator("[data-waiting]")).to_have_text("")
    page.reload()
    page.locator("[data-inspecting][data-ready]").wait_for()
    (number,) = _reported(phone, "rubbish behind the market")
    page.goto(f"/cases/{number}/")
    expect(page.get_by_role("link", name="heap.jpg")).to_have_count(1)


def _report(page: Page, what: str) -> None:
    form = page.locator("form:has(input[name=do][value=report])").first
    form.locator("select[name=class]").select_option("1101")
    form.get_by_role("button", name="Find my place").click()
    expect(form.locator("input[name=spot]")).to_have_value("120.69940, 27.99430")
    form.locator("textarea[name=what]").fill(what)
    form.locator("input[type=file]").set_input_files(
        {"name": "heap.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    form.get_by_role("button", name="Report").click()


def _reported(phone: BrowserContext, what: str) -> list[str]:
    """The numbers of the cases with these words; asked beside the phone's network."""
    lines = phone.request.get("/api/v1/cases?type=urban_case&limit=200").json()["cases"]
    found = [phone.request.get(f"/api/v1/cases/{one['number']}").json() for one in lines]
    return [one["number"] for one in found if one["fields"].get("what") == what]


def test_what_is_refused_says_why_and_goes_back_into_the_form(phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, "operator")
    page.goto("/inspect/")
    page.locator("[data-inspecting][data-ready]").wait_for()
    form = page.locator("form:has(input[name=do][value=report])").first
    form.locator("select[name=class]").select_option("1101")
    form.locator("input[name=spot]").fill("120.69940, 27.99430")
    form.locator("textarea[name=what]").fill("a lie")
    form.locator("input[type=file]").set_input_files(
        {"name": "lie.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"}
    )
    form.get_by_role("button", name="Report").click()
    expect(page.locator("[data-refused]")).to_have_text("Refused: 1")
    expect(page.locator(".queue-list .field-error")).to_contain_text("content")
    page.get_by_role("button", name="Correct it").click()
    expect(page.locator("[data-refused]")).to_have_text("")
    expect(form.locator("textarea[name=what]")).to_have_value("a lie")
    assert _reported(phone, "a lie") == []


def test_the_page_without_scripts_is_a_form(open_page: Opener, urban: str) -> None:
    page = open_page("operator", language="en-US", width=390, scripts=False)
    page.goto("/inspect/")
    form = page.locator("form:has(input[name=do][value=report])").first
    form.locator("select[name=class]").select_option("1101")
    form.locator("input[name=spot]").fill("120.69940, 27.99430")
    form.locator("textarea[name=what]").fill("typed by hand")
    form.get_by_role("button", name="Report").click()
    expect(page.locator(".notice-good")).to_contain_text("Done: ")


def test_a_session_that_ended_loses_nothing_and_nobody_sends_for_another(phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, "operator")
    page.goto("/inspect/")
    page.locator("[data-inspecting][data-ready]").wait_for()
    session = next(one for one in phone.cookies() if one["name"] == "sessionid")
    phone.clear_cookies(name="sessionid")
    _report(page, "the session ends")
    hint, way = page.locator("[data-hint]"), page.get_by_role("link", name="Sign in", exact=True).last
    expect(hint).to_contain_text("Nothing is lost: sign in again")
    expect(way).to_have_attribute("href", "/account/login/?next=/inspect/")
    expect(page.locator("[data-waiting]")).to_have_text("Waiting: 1")

    phone.add_cookies([session])
    assert _reported(phone, "the session ends") == []
    page.reload()
    expect(page.locator("[data-sent]")).to_have_text("Sent: 1")
    assert len(_reported(phone, "the session ends")) == 1


def test_the_worker_sends_when_the_page_is_closed_and_only_for_who_is_signed_in(
    phone: BrowserContext, site: Site
) -> None:
    page = phone.new_page()
    sign_in(page, "operator")
    page.goto("/inspect/")
    page.locator("[data-inspecting][data-ready]").wait_for()
    page.evaluate(OFFLINE_COPY)
    phone.set_offline(True)
    _report(page, "sent by the worker")
    expect(page.locator("[data-waiting]")).to_have_text("Waiting: 1")
    page.evaluate(KEEP_FOR_ANOTHER)
    page.goto("about:blank")
    phone.set_offline(False)
    _synchronise(phone, site)
    page.goto("/inspect/")
    expect(page.locator("[data-sent]")).to_have_text("Sent: 1")
    expect(page.locator("[data-hint]")).to_contain_text(
        "1 more on this phone wait for the account that made them"
    )
    assert len(_reported(phone, "sent by the worker")) == 1
    assert _reported(phone, "by somebody else") == []


# The same report again, as if another person had made it on this phone.
KEEP_FOR_ANOTHER = """async () => {
  const open = indexedDB.open("cityhall-inspecting");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const store = database.transaction("queue", "readwrite").objectStore("queue");
  const all = await new Promise((done) => { const asked = store.getAll(); asked.onsuccess = () => done(asked.result); });
  const one = all.find((entry) => entry.state === "waiting");
  const key = "of-somebody-else-0001";
  const other = { what: "by somebody else", key };
  const fields = one.fields.map(([name, value, file]) => [name, other[name] ?? value, file]);
  store.put({ ...one, key, person: "per_somebody_else", fields });
  await new Promise((done) => (store.transaction.oncomplete = done));
  database.close();
}"""


# Until the queue on this phone holds something that was sent.
SENT = """async () => {
  for (let tries = 0; tries < 400; tries++) {
    const open = indexedDB.open("cityhall-inspecting");
    const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
    const asked = database.transaction("queue").objectStore("queue").getAll();
    await new Promise((done) => (asked.onsuccess = done));
    database.close();
    if (asked.result.some((one) => one.state === "sent")) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("nothing was sent");
}"""


def _synchronise(phone: BrowserContext, site: Site) -> None:
    """What the browser does by itself when the network is back: it wakes the worker."""
    page = phone.new_page()
    session = phone.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.goto("/track/")
    for _ in range(200):
        if found:
            break
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": site.address,
            "registrationId": found[0],
            "tag": "cityhall-inspecting",
            "lastChance": False,
        },
    )
    page.evaluate(SENT)
    page.close()
