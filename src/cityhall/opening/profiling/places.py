"""Which items say where a row is, in which coordinate system, and the rows' places in WGS-84."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.opening.exporting import LATITUDES, LONGITUDES
from cityhall.places.queries import System, to_wgs84
from cityhall.warehouse.queries import Placed

MOST_SHAPES: Final = 2_000
_GRID: Final = 28  # cells across the small map
_NAMES: Final = re.compile(r"名称|名字|标题|\bname\b|\btitle\b|_name$|^name", re.IGNORECASE)
_BAIDU: Final = re.compile(r"bd-?09|baidu|百度", re.IGNORECASE)
_OFFSET: Final = re.compile(r"gcj-?02|gaode|amap|高德|火星|腾讯", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Where:
    """The items of the place (`kind` shape, pair or point), their system, and the items that name a row."""

    kind: str
    items: tuple[str, ...]
    system: System
    labels: tuple[str, ...]


def where_of(dataset: Dataset, clear: Sequence[str]) -> Where | None:
    """Where the rows of a dataset lie, by items shown in clear; None when nothing says so."""
    shown = [item for item in dataset.items if item.name in clear]
    found = _shape(shown) or _point(shown) or _pair(shown)
    if found is None:
        return None
    kind, items = found
    rest = [item for item in shown if item not in items]
    return Where(kind, tuple(one.name for one in items), _system(items), _labels(rest, dataset.key))


def _shape(shown: Sequence[Item]) -> tuple[str, list[Item]] | None:
    shapes = [item for item in shown if item.type == "geometry"]
    return ("shape", shapes[:1]) if shapes else None


def _point(shown: Sequence[Item]) -> tuple[str, list[Item]] | None:
    numbers = [item for item in shown if item.type in ("integer", "decimal")]
    east = [item for item in numbers if item.element in LONGITUDES or item.name.lower() in LONGITUDES]
    north = [item for item in numbers if item.element in LATITUDES or item.name.lower() in LATITUDES]
    return ("point", [east[0], north[0]]) if east and north else None


def _pair(shown: Sequence[Item]) -> tuple[str, list[Item]] | None:
    pairs = [item for item in shown if item.element == "coordinate_pair"]
    return ("pair", pairs[:1]) if pairs else None


def _system(items: Sequence[Item]) -> System:
    """As the element's parameter `system` says, else as names and titles say, else WGS-84."""
    declared = next((item.params["system"] for item in items if item.params.get("system")), "")
    if declared in ("gcj02", "bd09"):
        return "gcj02" if declared == "gcj02" else "bd09"
    words = " ".join(f"{item.name} {item.title.zh} {item.title.en} {item.description.zh}" for item in items)
    if _BAIDU.search(words):
        return "bd09"
    return "gcj02" if _OFFSET.search(words) and not declared else "wgs84"


def _labels(rest: Sequence[Item], key: Sequence[str]) -> tuple[str, ...]:
    """What a row is called on the map: its name, else its key; then up to two short facts."""
    names = [one.name for one in rest if _NAMES.search(f"{one.name} {one.title.zh}")]
    keys = [name for name in key if any(one.name == name for one in rest)]
    addresses = [one.name for one in rest if one.element == "address"]
    texts = [one.name for one in rest if one.type in ("text", "date")]
    return tuple(dict.fromkeys([*names[:1], *(() if names else keys[:1]), *addresses[:1], *texts]))[:3]


def placed_rows(where: Where, found: Placed) -> tuple[list[list[Any]], list[list[Any]]]:
    """(points as [lon, lat, labels…], shapes as [geometry, labels…]) in WGS-84; what is no place on earth is left out."""
    read: Mapping[str, Callable[[Sequence[Any]], tuple[float, float] | None]] = {
        "point": lambda row: _degrees(row[0], row[1]),
        "pair": lambda row: _both(str(row[0])),
    }
    width = len(where.items)
    if where.kind == "shape":
        return _parted([(_geometry(row[0], where.system), _texts(row[width:])) for row in found.rows])
    points = [(read[where.kind](row), row) for row in found.rows]
    there = [(to_wgs84(*point, where.system), row) for point, row in points if point]
    return [[round(lon, 6), round(lat, 6), *_texts(row[width:])] for (lon, lat), row in there], []


def _parted(
    placed: Sequence[tuple[dict[str, Any] | None, list[str]]],
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Single points apart from other shapes, of which only so many are shown."""
    points = [
        [*shape["coordinates"][:2], *words] for shape, words in placed if shape and shape["type"] == "Point"
    ]
    shapes = [[shape, *words] for shape, words in placed if shape and shape["type"] != "Point"]
    return points, shapes[:MOST_SHAPES]


def geometry_of(where: Where, values: Sequence[Any]) -> dict[str, Any] | None:
    """The GeoJSON geometry in WGS-84 of one row, by the values of `where.items`; None where they say no place."""
    if any(value is None for value in values):
        return None
    if where.kind == "shape":
        return _geometry(values[0], where.system)
    point = _both(str(values[0])) if where.kind == "pair" else _degrees(values[0], values[1])
    if point is None:
        return None
    lon, lat = to_wgs84(*point, where.system)
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}


def _texts(values: Sequence[Any]) -> list[str]:
    return ["" if value is None else str(value)[:80] for value in values]


def _degrees(lon: Any, lat: Any) -> tuple[float, float] | None:
    east, north = float(lon), float(lat)
    inside = -180 <= east <= 180 and -90 <= north <= 90
    return (east, north) if inside and (east or north) else None


def _both(text: str) -> tuple[float, float] | None:
    """A pair in either order; longitude first unless the first cannot be one where the second can."""
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)[:2]]
    if len(numbers) != 2:
        return None
    first, second = numbers
    latitude_first = abs(second) > 90 or (73 <= second <= 136 and not 73 <= first <= 136)
    return _degrees(second, first) if latitude_first else _degrees(first, second)


def _geometry(text: Any, system: System) -> dict[str, Any] | None:
    try:
        shape = json.loads(text)
        return {"type": shape["type"], "coordinates": _moved(shape["coordinates"], system)}
    except (ValueError, KeyError, TypeError):
        return None


def _moved(coordinates: Any, system: System) -> Any:
    if isinstance(coordinates[0], int | float):
        lon, lat = to_wgs84(float(coordinates[0]), float(coordinates[1]), system)
        return [round(lon, 6), round(lat, 6)]
    return [_moved(one, system) for one in coordinates]


def marks_of(points: Sequence[Sequence[Any]], shapes: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The small map: points gathered in the cells of a grid over the box of the middle 98 % of them."""
    places = [(one[0], one[1]) for one in points] + [_first(one[0]["coordinates"]) for one in shapes]
    if not places:
        return {"marks": [], "box": [0, 0, 0, 0]}
    west, east = _middle([one[0] for one in places])
    south, north = _middle([one[1] for one in places])
    side = max(east - west, north - south, 0.002) / _GRID
    cells: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for lon, lat in places:
        if west <= lon <= east and south <= lat <= north:
            cells[int((lon - west) / side), int((lat - south) / side)].append((lon, lat))
    marks = [[_mean(one, 0), _mean(one, 1), len(one)] for one in cells.values()]
    return {"marks": sorted(marks, key=lambda mark: -mark[2]), "box": [west, south, east, north]}


def _middle(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = len(ordered) // 100
    return ordered[cut], ordered[-1 - cut]


def _mean(places: Sequence[tuple[float, float]], at: int) -> float:
    return round(sum(one[at] for one in places) / len(places), 6)


def _first(coordinates: Any) -> tuple[float, float]:
    while not isinstance(coordinates[0], int | float):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]
