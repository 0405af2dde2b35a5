"""What every page must be, whoever looks at it: no serious barrier (axe), nothing that scrolls sideways."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import override
from playwright.sync_api import Error, Page

from cityhall.web.words import say

VIEWS = [("zh-CN", 1280), ("zh-CN", 390), ("en-US", 1280), ("en-US", 390)]
_AXE = Axe().axe_script
_LOADED = "typeof axe === 'object'"
# The demo's line and the like must stand in a landmark too, and no heading may be left out.
_LOOK = """colours => axe.run(document, {
  resultTypes: ['violations'], elementRef: false, rules: {'color-contrast': {enabled: colours}},
}).then(found => found.violations
  .filter(one => ['serious', 'critical'].includes(one.impact) || ['region', 'heading-order'].includes(one.id))
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`)
  .concat(document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []))"""


def words(language: str, key: str, **values: object) -> str:
    """A word of the pages as a visitor with this locale reads it."""
    with override("en" if language.startswith("en") else "zh-hans"):
        return say(key, **values)


def barriers(page: Page, *, colours: bool = True) -> list[str]:
    """What keeps somebody from using the page; without `colours` all but their contrast, which takes most of the time.
    A page that goes away while it is looked at (what was clicked may arrive later) is not the one that was meant.
    """
    for _ in range(2):
        page.wait_for_load_state()
        try:
            return _look(page, colours)
        except Error:
            continue
    page.wait_for_load_state()
    return _look(page, colours)


def _look(page: Page, colours: bool) -> list[str]:
    if not page.evaluate(_LOADED):
        page.context.add_init_script(_AXE)  # for the pages that follow
        page.evaluate(_AXE)
    found: list[str] = page.evaluate(_LOOK, colours)
    return found


def sound(page: Page) -> Page:
    """The page, looked at."""
    assert not barriers(page), page.url
    return page
