"""Areas of invented cities as GeoJSON: any shapes, districts in a row, a boundary around a lake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from cityhall.kernel.actor import system_actor
from cityhall.places.actions import import_shapes
from cityhall.places.models import Division
from cityhall.places.queries import shapes_version

CITY = "330300"
Box = tuple[float, float, float, float]


def area(shape: Any, **properties: Any) -> dict[str, Any]:
    """A shape with its properties."""
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def write(path: Path, *features: dict[str, Any], **more: Any) -> Path:
    """A file of features, and whatever else stands in it."""
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}), "utf-8")
    return path


def around_a_lake(path: Path, code: str, mainland: Box, lake: Box, island: Box) -> Path:
    """A boundary of two parts, the first of which has a hole."""
    land = shapely.box(*mainland).difference(shapely.box(*lake))
    return write(path, area(shapely.MultiPolygon([land, shapely.box(*island)]), code=code))


def draw(folder: Path, names: Mapping[str, str]) -> str:
    """Make the city and a district for each code, from west to east; answers the version of the outlines."""
    Division.objects.create(id=CITY, code=CITY, name="云江市", level="city", parent="330000")
    features = []
    for at, (code, name) in enumerate(names.items()):
        Division.objects.create(id=code, code=code, name=name, level="county", parent=CITY)
        features.append(area(shapely.box(120 + at, 28, 121 + at, 29), code=code))
    path = write(folder / "districts.geojson", *features)
    import_shapes(system_actor("test"), [path], source="invented")
    return shapes_version()
