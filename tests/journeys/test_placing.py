"""Somebody shows on the map where it is: by a tap, by dragging the mark, by keys. The pages come from this process, without any
server: only the browser is real."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import shapely
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect
from tests.journeys.looking import sound
from tests.outlines import area, draw, write

from cityhall.cases.actions import install_type
from cityhall.kernel.actor import system_actor
from cityhall.places.actions import import_grid

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "cityhall" / "web" / "static"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
CITY = "http://cityhall.localhost"  # trusted as https is; nothing is asked of it
BUILDER = system_actor("tests")
WEST, SOUTH, SIDE = 120.2, 28.2, 0.01


@pytest.fixture
def city(db: None, tmp_path: Path) -> None:
    """Two districts, and in the first a row of two cells, about a kilometre wide each."""
    draw(tmp_path, {"330302": "东湖区", "330303": "西溪区"})
    boxes = [shapely.box(WEST + at * SIDE, SOUTH, WEST + (at + 1) * SIDE, SOUTH + SIDE) for at in (0, 1)]
    cells = [area(box, code=f"3303020010010{at + 1}") for at, box in enumerate(boxes)]
    import_grid(BUILDER, write(tmp_path / "cells.geojson", *cells))
    install_type(BUILDER, ROOT / "packs" / "urban_management" / "cases" / "urban_case.yaml")


@pytest.fixture
def page(browser: Browser, city: None) -> Iterator[Page]:
    """A phone's page whose every request is answered here."""
    here = copy_context()  # that of the test's database; the browser's driver calls from another
    client = Client(headers={"accept-language": "zh-hans"})

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path.startswith("/static/"):
            path = STATIC / asked.path.removeprefix("/static/")
            route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix])
            return
        got = here.run(client.get, f"{asked.path}?{asked.query}")
        headers = {name: value for name, value in got.items() if name != "Set-Cookie"}
        route.fulfill(status=got.status_code, headers=headers, body=got.content)

    context = browser.new_context(base_url=CITY, locale="zh-CN", viewport={"width": 390, "height": 844})
    context.route("**/*", answer)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    yield opened
    context.close()
    assert not errors


def spot(page: Page) -> tuple[float, float]:
    """What the field of the form holds."""
    lon, lat = page.locator("input[name=spot]").input_value().split(",")
    return float(lon), float(lat)


def open_map(page: Page) -> None:
    page.get_by_role("button", name="在地图上选").click()
    expect(page.locator("[data-place-map][data-ready]")).to_be_visible()


def test_a_tap_a_drag_and_keys_say_where_it_is(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto("/report/urban_case/")
    assert not [path for path in asked if "maplibre" in path], "the map comes when somebody asks for it"
    told, field = page.locator("[data-spot-told]"), page.locator("input[name=spot]")
    open_map(page)
    sound(page)
    canvas = page.locator(".map-canvas")
    size = canvas.bounding_box()
    assert size
    canvas.click(position={"x": size["width"] / 4, "y": size["height"] / 2})
    expect(field).to_have_value(re.compile(r"^120\.2\d+, 28\.20\d+$"))
    expect(told).to_have_text("位于东湖区")
    first = spot(page)

    mark = page.get_by_role("button", name="位置标记，可用方向键移动")
    where = mark.bounding_box()
    assert where
    x, y = where["x"] + where["width"] / 2, where["y"] + where["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=5)
    page.mouse.up()
    expect(field).not_to_have_value(f"{first[0]:.5f}, {first[1]:.5f}")
    second = spot(page)
    assert second[0] > first[0]

    mark.focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(field).not_to_have_value(f"{second[0]:.5f}, {second[1]:.5f}")
    third = spot(page)
    assert third[1] > second[1]
    assert third[0] == pytest.approx(second[0], abs=2e-5)


def test_what_is_typed_stands_on_the_map_and_outside_the_city_is_told(page: Page) -> None:
    page.goto("/report/urban_case/")
    field, told = page.locator("input[name=spot]"), page.locator("[data-spot-told]")
    field.fill("120.205, 28.205")
    field.blur()
    expect(told).to_have_text("位于东湖区")
    open_map(page)
    expect(page.locator(".spot-pin")).to_be_visible()
    field.fill("121.5, 28.5")
    field.blur()
    expect(told).to_contain_text("不在本市范围内")
    expect(told).to_have_class(re.compile("field-error"))
    page.get_by_role("button", name="把标记放到地图中央").click()
    expect(page.locator(".spot-pin")).to_be_focused()
    assert spot(page) == pytest.approx((121.5, 28.5), abs=1e-4)
