"""A small city with a case type, and people in its roles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely
from tests.outlines import Box, area, write

from cityhall.cases.actions import install_type
from cityhall.identity.actions import register_agency
from cityhall.identity.queries import uscc_check_character
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text

SYSTEM = system_actor("test")
HERE = Path(__file__).parent
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in the city


def person(name: str, *roles: tuple[str, str]) -> Actor:
    """Somebody with roles, without an account."""
    return Actor(id=name, name=name, kind="person", roles=frozenset(roles))


CITIZEN = person("citizen", ("citizen", ""))
DESK = person("desk", ("dispatcher", ""))
SECOND = person("second", ("dispatcher", ""))
BOSS = person("boss", ("supervisor", ""))


@pytest.fixture
def monday() -> Iterator[datetime]:
    """It is Monday, nine in the morning."""
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def agency(db: None) -> str:
    """An agency that repairs."""
    body = "1133030000000001X"[:17]
    uscc = body + uscc_check_character(body)
    return register_agency(SYSTEM, uscc, Text("Lighting", "照明中心"), "municipal_unit", "330302", {})


@pytest.fixture
def crew(agency: str) -> Actor:
    """A worker of that agency."""
    return person("crew", ("caseworker", agency))


@pytest.fixture
def lamp(db: None) -> str:
    """The type of the tutorial, installed."""
    install_type(SYSTEM, HERE / "lamp.yaml")
    return "street_lamp"


def draw(path: Path, **areas: Box) -> Path:
    """A file of squares by their codes, which may begin with a `c` to be names."""
    squares = {code.removeprefix("c"): shapely.box(*box) for code, box in areas.items()}
    return write(path, *(area(square, code=code) for code, square in squares.items()))


@pytest.fixture
def placed(home: Path) -> None:
    install_type(SYSTEM, HERE / "placed.yaml")
