"""What the tests of places stand on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.outlines import write
from tests.places.districts import EAST, NAMES, NORTH, WEST, feature

from cityhall.places.models import Division


@pytest.fixture
def city(db: None) -> None:
    """Four divisions of today, and one that ended."""
    for code, name in NAMES.items():
        level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
        parent = {"province": "", "city": "330000", "county": "330300"}[level]
        Division.objects.create(id=code, code=code, name=name, level=level, parent=parent)
    ended = date(2015, 9, 1)
    Division.objects.create(
        id="330322",
        code="330322",
        name="洞头县",
        level="county",
        parent="330300",
        valid_to=ended,
        abolished=True,
    )


@pytest.fixture
def three(tmp_path: Path, city: None) -> Path:
    """Three districts that fill a rectangle."""
    return write(
        tmp_path / "districts.geojson",
        feature(WEST, adcode=330302, name="鹿城区", childNum=2),
        feature(EAST, adcode=330303, name="龙湾区", childNum=3),
        feature(NORTH, adcode=330304, name="瓯海区", childNum=4),
    )
