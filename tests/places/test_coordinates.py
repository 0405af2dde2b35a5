"""Coordinates with the Chinese offsets come back to WGS-84."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.places.coordinates import from_wgs84
from cityhall.places.queries import to_wgs84

METRE = 1 / 111_000


@given(st.floats(74, 135), st.floats(18, 53))
def test_gcj02_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    east, north = to_wgs84(*from_wgs84(lon, lat), "gcj02")
    assert math.hypot(east - lon, north - lat) < METRE / 100


def test_the_offset_is_the_known_one() -> None:
    # Tiananmen: WGS-84 116.39123, 39.90709 is shown by map services at 116.39747, 39.90849
    east, north = from_wgs84(116.39123, 39.90709)
    assert math.hypot(east - 116.39747, north - 39.90849) < 5 * METRE


def test_bd09_is_brought_back() -> None:
    baidu, wgs = (116.40387, 39.91483), (116.39123, 39.90709)
    east, north = to_wgs84(*baidu, "bd09")
    assert math.hypot(east - wgs[0], north - wgs[1]) < 60 * METRE
    # and what it was moved by is hundreds of metres
    assert math.hypot(baidu[0] - east, baidu[1] - north) > 500 * METRE


@pytest.mark.parametrize("place", [(2.35, 48.86), (-73.98, 40.75), (151.2, -33.87)])
def test_places_abroad_are_not_moved(place: tuple[float, float]) -> None:
    assert to_wgs84(*place, "gcj02") == place
