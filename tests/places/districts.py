"""Three invented districts, and files of their outlines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from cityhall.kernel.actor import system_actor

SYSTEM = system_actor("test")
Box = tuple[float, float, float, float]
WEST, EAST, NORTH = (120.0, 28.0, 120.4, 28.4), (120.4, 28.0, 120.8, 28.4), (120.0, 28.4, 120.8, 28.6)
NAMES = {"330000": "浙江省", "330300": "温州市", "330302": "鹿城区", "330303": "龙湾区", "330304": "瓯海区"}


def feature(box: Box, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shapely.box(*box))),
    }


def write(path: Path, *features: dict[str, Any], **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}), "utf-8")
    return path
