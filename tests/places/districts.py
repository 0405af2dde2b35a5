"""Three invented districts, and files of their outlines."""

from __future__ import annotations

from typing import Any

import shapely
from tests.outlines import Box, area

from cityhall.kernel.actor import system_actor

SYSTEM = system_actor("test")
WEST, EAST, NORTH = (120.0, 28.0, 120.4, 28.4), (120.4, 28.0, 120.8, 28.4), (120.0, 28.4, 120.8, 28.6)
NAMES = {"330000": "浙江省", "330300": "温州市", "330302": "鹿城区", "330303": "龙湾区", "330304": "瓯海区"}


def feature(box: Box, **properties: Any) -> dict[str, Any]:
    """A rectangle with its properties."""
    return area(shapely.box(*box), **properties)
