"""`make screenshots`: takes the pictures of the documentation from the demo city, in both languages, wide and narrow, light
and dark. Every picture lands in the folder given (default: a folder in the system's temporary files); the few that README and
guides show are kept here, small.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from benchmarks.standing import Standing, chromium, demo_city
from PIL import Image
from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
WIDTHS = (1280, 390)
LONGEST = 1800  # pixels of a page that a picture shows


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: its address, who looks, how much later, whether README or guides show it (`kept`), light or dark."""

    name: str
    path: str
    person: str = ""
    wait: str = "main h1"
    kept: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ("light",)
    height: int = 900


BOTH = ("light", "dark")
SHOTS = (
    Shot("home", "/", kept=("zh-1280-light", "en-1280-light"), schemes=BOTH),
    Shot("search", "/datasets/?q=公交"),
    Shot("dataset", "/datasets/food_inspections/", kept=("zh-1280-light", "en-390-light"), schemes=BOTH, height=1800),
    Shot("map", "/datasets/address_points/map/", wait="[data-map][data-ready]", kept=("zh-1280-light",), schemes=BOTH),
    Shot("quality", "/datasets/food_inspections/quality/"),
    Shot("agencies", "/agencies/"),
    Shot("statistics", "/statistics/"),
    Shot("developers", "/developers/"),
    Shot("report", "/report/"),
    Shot("figures", "/cases/figures/urban_case/", kept=("zh-1280-light",), height=1400),
    Shot("evaluation", "/cases/figures/urban_case/evaluation/"),
    Shot("track", "/track/"),
    Shot("islands", "/inventory/"),
    Shot("ledger", "/ledger/"),
    Shot("styleguide", "/styleguide/", schemes=BOTH, height=1800),
    Shot("desk", "/desk/", "operator", kept=("zh-1280-light",)),
    Shot("runs", "/runs/", "operator"),
    Shot("sources", "/sources/", "operator"),
    Shot("source-new", "/sources/new/", "operator"),
    Shot("quarantine", "/datasets/food_inspections/quarantine/", "operator", kept=("zh-1280-light",)),
    Shot("account", "/account/", "operator"),
    Shot("notices", "/account/notices/", "operator"),
    Shot("inbox", "/cases/", "operator"),
    Shot("case", "/cases/next/", "operator", kept=("zh-1280-light",), height=1200),
    Shot("cases-map", "/cases/map/", "operator", wait="[data-case-map][data-ready]", kept=("en-1280-light",)),
    Shot("wall", "/cases/wall/", "operator", wait="h1", kept=("zh-1280-light",)),
    Shot("inspect", "/inspect/", "operator", wait="[data-inspecting][data-ready]", kept=("zh-390-light",)),
    Shot("patrols", "/cases/patrols/", "operator"),
)  # fmt: skip


def take(browser: Browser, city: Standing, folder: Path) -> int:
    """All pictures; answers how many."""
    taken = 0
    for language, locale in LANGUAGES.items():
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                for person in ("", "operator"):
                    wanted = [one for one in SHOTS if one.person == person and scheme in one.schemes]
                    if wanted:
                        taken += _session(browser, city, folder, wanted, (language, locale, width, scheme))
    return taken


def _session(
    browser: Browser, city: Standing, folder: Path, wanted: list[Shot], how: tuple[str, str, int, str]
) -> int:
    """The pictures that one visitor sees one after another."""
    language, locale, width, scheme = how
    context = browser.new_context(
        base_url=city.address,
        locale=locale,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if wanted[0].person:
        _sign_in(page, wanted[0].person, city.passwords[wanted[0].person])
    for shot in wanted:
        variant = f"{language}-{width}-{scheme}"
        picture = _picture(page, shot, width)
        picture.save(folder / f"{shot.name}-{variant}.webp", quality=82, method=6)
        if variant in shot.kept:
            smaller = picture.resize((min(width, 900), round(picture.height * min(width, 900) / width)))
            smaller.save(
                HERE / f"{shot.name}-{language}{'-narrow' if width < 500 else ''}.webp", quality=72, method=6
            )
    context.close()
    return len(wanted)


def _sign_in(page: Page, person: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", password)
    page.click("main button.button")
    page.wait_for_load_state()


def _picture(page: Page, shot: Shot, width: int) -> Image.Image:
    page.set_viewport_size({"width": width, "height": shot.height})
    page.goto(shot.path)
    page.wait_for_selector(shot.wait, state="attached", timeout=60_000)
    page.wait_for_timeout(600)
    whole = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return whole.crop((0, 0, whole.width, min(whole.height, LONGEST)))


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else Path(tempfile.mkdtemp(prefix="cityhall-pictures-"))
    target.mkdir(parents=True, exist_ok=True)
    with demo_city(0.05) as standing, chromium() as started:
        print(f"{take(started, standing, target)} pictures in {target}; those of the documentation in {HERE}")
