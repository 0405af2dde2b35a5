"""GeoJSON files of areas, read feature by feature; what is wrong with a feature is found by `checking`, not here."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import GEOSException

from cityhall.places.errors import GridUnreadable
from cityhall.places.grid.areas import Drawn

_CODES = ("code", "网格编码", "编码", "bgcode", "adcode")
_NAMES = ("name", "网格名称", "名称", "bgname")
_FEATURES = 500_000
_BYTES = 1 << 30


def read_areas(path: Path) -> list[Drawn]:
    """The features of a GeoJSON file (RFC 7946, WGS-84) with the properties code, name, valid_from, valid_to; also under their
    Chinese names. Raises GridUnreadable."""
    try:
        if path.stat().st_size > _BYTES:
            raise GridUnreadable(source=path.name)
        document = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise GridUnreadable(source=path.name) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= _FEATURES:
        raise GridUnreadable(source=path.name)
    return [_drawn(place, feature) for place, feature in enumerate(features, 1)]


def _drawn(place: int, feature: Any) -> Drawn:
    said = feature if isinstance(feature, dict) else {}
    told = said.get("properties")
    properties = told if isinstance(told, dict) else {}
    return Drawn(
        place=place,
        code=_text(properties, _CODES)[:40],
        name=_text(properties, _NAMES)[:100],
        shape=_shape(said.get("geometry")),
        valid_from=_day(properties.get("valid_from")),
        valid_to=_day(properties.get("valid_to")),
    )


def _text(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    found = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    return str(found).strip()


def _shape(geometry: Any) -> Any:
    """The polygon, without height; None for anything else."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        return shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (GEOSException, ValueError, TypeError, RecursionError):
        return None


def _day(text: Any) -> date | None:
    """The day; a day that cannot be read is the first of all, which `checking` blames."""
    if text in (None, ""):
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return date.min
