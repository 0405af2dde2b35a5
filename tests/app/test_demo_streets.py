"""The demo city's invented streets: they divide their district, and hold what is drawn of them already."""

from __future__ import annotations

from random import Random

import shapely

from cityhall.app.demo_shapes import MIDDLE, winding
from cityhall.app.demo_streets import divided

WEST = shapely.box(120.4, 27.9, MIDDLE[0], MIDDLE[1])
BLOCKS = {
    f"330302{at:03d}": shapely.box(120.67, 27.988 + 0.004 * (at - 1), MIDDLE[0], 27.988 + 0.004 * at)
    for at in (1, 2, 3)
}


def _divided(codes: tuple[str, ...], blocks: dict[str, shapely.Polygon]) -> dict[str, shapely.Polygon]:
    return divided(WEST, codes, blocks, MIDDLE, winding, Random(7))


def test_streets_without_blocks_divide_the_district() -> None:
    codes = ("330381001", "330381002", "330381003")
    made = _divided(codes, {})
    assert set(made) == set(codes)
    assert shapely.coverage_is_valid(list(made.values()), 1e-6)
    assert shapely.symmetric_difference(shapely.union_all(list(made.values())), WEST).area < 1e-6
    assert min(one.area for one in made.values()) > 0.05 * WEST.area
    assert made == _divided(codes, {}), "the same seed draws the same streets"


def test_a_street_holds_its_block_and_goes_on_outwards() -> None:
    made = _divided(tuple(BLOCKS), BLOCKS)
    for code, block in BLOCKS.items():
        assert made[code].buffer(1e-6).contains(block)
        assert made[code].geom_type == "Polygon"
        assert made[code].area > 20 * block.area
        assert all(shape.intersection(block).area < 1e-9 for other, shape in made.items() if other != code)
    assert shapely.symmetric_difference(shapely.union_all(list(made.values())), WEST).area < 1e-6
