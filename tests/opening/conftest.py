"""The invented city of the pages serves these tests too."""

from __future__ import annotations

import pytest
from tests.web.city import City
from tests.web.conftest import city

from cityhall.kernel.actor import Actor

__all__ = ["city"]


@pytest.fixture
def citizen(city: City) -> Actor:
    return city.actors["citizen"]


@pytest.fixture
def owner(city: City) -> Actor:
    return city.actors["owner"]
