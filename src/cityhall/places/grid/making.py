"""Unit cells made from boundaries: squares of one lattice over the whole country, clipped to each area and numbered from west to
east and from north to south. The same boundary gives the same cells; a cell that was there keeps its code. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from cityhall.places.errors import GridTooFine
from cityhall.places.grid.areas import DEGREE, Drawn, square_metres

SMALLEST = 0.25  # of a whole cell: what is less joins its neighbour


def make_cells(areas: Sequence[Drawn], metres: float, digits: int, known: Mapping[str, Any]) -> list[Drawn]:
    """The cells of areas with division codes, about `metres` wide, with serials of so many digits.

    `known` are the cells that are there (code -> shape): a new cell that lies mostly in one of the same area takes over its code,
    and no code is used again for another place. Raises GridTooFine."""
    found: list[Drawn] = []
    for area in areas:
        stem = area.code.ljust(12, "0")
        before = {
            code: shape for code, shape in known.items() if code[:12] == stem and len(code) == 12 + digits
        }
        most, about = 10**digits - 1, float(square_metres(area.shape)) / metres**2
        if about > most:
            raise GridTooFine(area=stem, cells=round(about), most=most)
        pieces = _reading_order(_joined(list(_pieces(area.shape, metres)), metres))
        for code, piece in _numbered(stem, digits, pieces, before):
            found.append(Drawn(len(found) + 1, code, "", piece))
    return found


def _pieces(shape: Any, metres: float) -> Iterator[Any]:
    """The squares of the lattice as far as they lie in the shape."""
    west, south, east, north = shape.bounds
    high = metres / DEGREE
    shapely.prepare(shape)
    for row in range(math.floor(south / high), math.ceil(north / high)):
        wide = _width(row * high, metres)
        columns = np.arange(math.floor(west / wide), math.ceil(east / wide))
        squares = shapely.box(columns * wide, row * high, (columns + 1) * wide, (row + 1) * high)
        for part in shapely.get_parts(shapely.intersection(squares, shape)):
            if part.geom_type == "Polygon" and not part.is_empty:
                yield part


def _width(lat: float, metres: float) -> float:
    """Degrees of longitude of so many metres; the same for all rows of one degree of latitude, so that columns stand in line."""
    return metres / (DEGREE * math.cos(math.radians(math.floor(lat) + 0.5)))


def _joined(pieces: list[Any], metres: float) -> list[Any]:
    """Pieces much smaller than a cell joined to the neighbour with which they share the longest border."""
    shapes = np.array(pieces, dtype=object)
    sizes = square_metres(shapes) / (metres * metres)
    order = np.argsort(sizes, kind="stable")
    alive = np.ones(len(shapes), dtype=np.bool_)
    for at in order:
        if sizes[at] >= SMALLEST or alive.sum() == 1:
            continue
        others = np.flatnonzero(alive & (np.arange(len(shapes)) != at))
        borders = shapely.length(shapely.intersection(shapes[others], shapes[at]))
        if borders.max() > 0:
            nearest = others[int(borders.argmax())]
            joined = shapely.union_all([shapes[nearest], shapes[at]])
            if joined.geom_type == "Polygon":
                shapes[nearest], sizes[nearest], alive[at] = joined, sizes[nearest] + sizes[at], False
    return list(shapes[alive])


def _reading_order(pieces: list[Any]) -> list[Any]:
    """From north to south, and in each row from west to east."""

    def place(piece: Any) -> tuple[float, float]:
        west, _, _, north = piece.bounds
        return -round(north, 7), round(west, 7)

    return sorted(pieces, key=place)


def _numbered(
    stem: str, digits: int, pieces: list[Any], before: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    kept = _kept(pieces, before)
    used = set(before)
    free = (code for serial in range(1, 10**digits) if (code := f"{stem}{serial:0{digits}d}") not in used)
    for number, piece in enumerate(pieces):
        code = kept.get(number) or next(free, "")
        if not code:
            raise GridTooFine(area=stem, cells=len(pieces), most=10**digits - 1)
        yield code, piece


def _kept(pieces: list[Any], before: Mapping[str, Any]) -> dict[int, str]:
    """Which piece is which known cell: the one that covers most of it, at least half."""
    found: dict[int, str] = {}
    for code, shape in sorted(before.items()):
        common = shapely.area(shapely.intersection(np.array(pieces, dtype=object), shape))
        best = int(common.argmax())
        if common[best] * 2 > shapely.area(shape) and best not in found:
            found[best] = code
    return found
