"""What every page must be, whoever looks at it: no serious barrier (axe), nothing that scrolls sideways."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import override
from playwright.sync_api import Page

from cityhall.web.words import say

VIEWS = [("zh-CN", 1280), ("zh-CN", 390), ("en-US", 1280), ("en-US", 390)]
GRAVE = ("serious", "critical")
_AXE = Axe()


def words(language: str, key: str, **values: object) -> str:
    """A word of the pages as a visitor with this locale reads it."""
    with override("en" if language.startswith("en") else "zh-hans"):
        return say(key, **values)


def barriers(page: Page) -> list[str]:
    """What keeps somebody from using the page; the demo's line and the like must stand in a landmark too."""
    found = [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in _AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        if one["impact"] in GRAVE or one["id"] in ("region", "heading-order")
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def sound(page: Page) -> Page:
    """The page, looked at."""
    assert not barriers(page), page.url
    return page
