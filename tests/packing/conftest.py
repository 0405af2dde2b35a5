"""A small synthetic city, made once."""

from __future__ import annotations

import pytest

from cityhall.packing.queries import CityMade, generate_city

SCALE = 0.02


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityMade:
    return generate_city(tmp_path_factory.mktemp("city"), scale=SCALE)
