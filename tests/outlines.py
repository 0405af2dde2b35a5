"""Districts of an invented city with their outlines: squares in a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import shapely

from cityhall.kernel.actor import system_actor
from cityhall.places.actions import import_shapes
from cityhall.places.models import Division
from cityhall.places.queries import shapes_version

CITY = "330300"


def draw(folder: Path, names: Mapping[str, str]) -> str:
    """Make the city and a district for each code, from west to east; answers the version of the outlines."""
    Division.objects.create(id=CITY, code=CITY, name="云江市", level="city", parent="330000")
    features = []
    for at, (code, name) in enumerate(names.items()):
        Division.objects.create(id=code, code=code, name=name, level="county", parent=CITY)
        shape = json.loads(shapely.to_geojson(shapely.box(120 + at, 28, 121 + at, 29)))
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": shape})
    path = folder / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    import_shapes(system_actor("test"), [path], source="invented")
    return shapes_version()
