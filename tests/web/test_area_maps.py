"""Maps of areas on pages: classes, legend, names, links, and what is hatched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.outlines import draw
from tests.web.city import City

from cityhall.opening.actions import prepare_profile
from cityhall.opening.models import Profile
from cityhall.opening.statistics.counting import Part
from cityhall.web.pages.area_maps import TONES, picture_of, tones_of
from cityhall.web.pages.shares import region_map

VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=60)
NAMES = {"330302": "东湖区", "330303": "西溪区", "330304": "北山区<b>"}


@pytest.fixture
def outlines(tmp_path: Path, db: None) -> str:
    """Three districts of a city with their outlines."""
    return draw(tmp_path, NAMES)


@given(VALUES)
def test_classes_follow_the_values(values: list[float | None]) -> None:
    tones = tones_of(values)
    assert [tone == 0 for tone in tones] == [value is None for value in values]
    known = sorted((value, tone) for value, tone in zip(values, tones, strict=True) if value is not None)
    assert [tone for _, tone in known] == sorted(tone for _, tone in known), "more is never lighter"
    assert len({value for value, _ in known}) >= len({tone for _, tone in known})
    assert all(1 <= tone <= TONES for _, tone in known)
    assert len(dict(known)) == len(set(known)), "equal values are of one class"


def test_classes_are_quantiles() -> None:
    assert tones_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert tones_of([5, 5, 5]) == [3, 3, 3]
    assert tones_of([1, 2, None]) == [1, 5, 0]


@pytest.mark.usefixtures("outlines")
def test_a_picture_has_neighbours_and_a_legend() -> None:
    picture = picture_of(
        {"330302": 3.0, "330303": 12.0, "agt_1": 5.0},
        lambda value: f"{value:.0f}",
        address=lambda code: f"/{code}",
    )
    assert picture is not None
    assert [(one.area.code, one.tone, one.area.address) for one in picture.areas] == [
        ("330302", 1, "/330302"),
        ("330303", 5, "/330303"),
        ("330304", 0, ""),
    ]
    assert [(one.least, one.greatest) for one in picture.tones] == [("3", "3"), ("12", "12")]
    assert picture.blank
    assert picture_of({"330302": 3.0}, str) is None, "one area is no comparison"
    assert picture_of({"agt_1": 3.0, "agt_2": 4.0}, str) is None


@pytest.mark.usefixtures("outlines")
def test_regions_lead_to_their_pages() -> None:
    counts = {"datasets": 4, "open": 2, "items": 10, "rows": 100, "interfaces": 4}
    parts = [Part(code=code, share=0.5, score=None, newest=None, **counts) for code in ("330302", "330303")]
    picture = region_map(parts)
    assert picture is not None
    assert picture.areas[0].area.address == "/regions/330302/"
    assert picture.areas[0].area.told.startswith("4 ")


@pytest.mark.usefixtures("outlines")
def test_the_datasets_page_draws_the_map_without_a_script(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    Profile.objects.filter(dataset_id=city.parks).delete()
    prepare_profile(city.parks)
    client: Client = visit("anonymous")
    page = client.get(f"/datasets/{city.parks}/").content.decode()
    assert page.count("data-areas>") == 1
    paths = re.findall(
        r'<path class="area area-(\d)"( fill="url\(#hatch-\d+\)")? d="(M[^"]+z)" data-told="([^"]*)"', page
    )
    assert [(tone, bool(hatched), told) for tone, hatched, _, told in paths] == [
        ("5", False, "东湖区：38 行"),
        ("1", False, "西溪区：19 行"),
        ("0", True, "北山区&lt;b&gt;：无数据"),
    ]
    assert "<title>东湖区：38 行</title>" in page
    assert "区划边界：invented" in page
    assert "built/areas.js" in page
    assert "style=" not in page
    english = visit("anonymous", "en").get(f"/datasets/{city.parks}/").content.decode()
    assert "Rows by district" in english
    assert "No data" in english


def test_without_outlines_there_are_bars(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    assert "data-areas" not in page
    assert "plot-bars" in page
