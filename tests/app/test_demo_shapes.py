"""The demo city's invented outlines."""

from __future__ import annotations

from random import Random

import pytest
import shapely

from cityhall.app.demo_shapes import BUILDER, build_shapes, invented
from cityhall.places.actions import load_divisions
from cityhall.places.models import ShapeBatch
from cityhall.places.queries import missing_shapes, shapes

CODES = tuple(f"3303{number:02d}" for number in range(1, 13))


def test_the_same_seed_draws_the_same_city_without_gaps() -> None:
    first, again = (invented(CODES, {}, Random(7)) for _ in range(2))
    assert first == again
    assert tuple(first) == CODES
    assert shapely.coverage_is_valid(list(first.values()))
    city = shapely.union_all(list(first.values()))
    assert (city.geom_type, len(city.interiors)) == ("Polygon", 0)


def test_a_district_holds_its_own_block_and_nothing_of_the_others() -> None:
    blocks = {
        "330301": shapely.box(120.66, 27.98, 120.68, 28.0),
        "330302": shapely.box(120.68, 27.98, 120.70, 28.0),
        "330303": shapely.box(120.66, 28.0, 120.68, 28.02),
        "330304": shapely.box(120.68, 28.0, 120.70, 28.02),
    }
    made = invented(CODES, blocks, Random(7))
    for code, block in blocks.items():
        assert made[code].buffer(1e-9).contains(block)
        assert all(shape.intersection(block).area < 1e-12 for other, shape in made.items() if other != code)


@pytest.mark.django_db
def test_they_are_brought_in_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    load_divisions(BUILDER)
    for _ in range(2):
        build_shapes(tmp_path)
    assert ShapeBatch.objects.count() == 1
    (gaps,) = missing_shapes("330300")
    assert (gaps.have, gaps.missing) == (12, ())
    assert all("synthetic" in one.source for one in shapes("330300"))
