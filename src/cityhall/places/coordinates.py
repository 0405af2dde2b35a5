"""Coordinate systems met in Chinese data, brought to WGS-84: GCJ-02 (the obligatory offset of GB 20263-2006, used by
Chinese map services) and BD-09 (Baidu's further offset of GCJ-02). Pure.

The offset itself is not published; the formula is the one that map software has used since 2010 and agrees with the map
services to below a metre. It is inverted by iteration, to a millimetre of the formula.
"""

from __future__ import annotations

import math
from typing import Final, Literal

System = Literal["wgs84", "gcj02", "bd09"]

_AXIS: Final = 6378245.0  # Krasovsky 1940: half the major axis in metres, and the squared eccentricity
_FLAT: Final = 0.00669342162296594323
_BAIDU: Final = math.pi * 3000.0 / 180.0
_CLOSE: Final = 1e-8  # degrees: a millimetre


def to_wgs84(lon: float, lat: float, system: System = "gcj02") -> tuple[float, float]:
    """(longitude, latitude) in WGS-84 degrees; a point outside China's box is not offset and comes back as it is."""
    if system == "bd09":
        lon, lat = _from_baidu(lon, lat)
    if system == "wgs84" or not _offset_there(lon, lat):
        return lon, lat
    east, north = lon, lat
    for _ in range(8):
        made_east, made_north = from_wgs84(east, north)
        east, north = east + lon - made_east, north + lat - made_north
        if abs(made_east - lon) < _CLOSE and abs(made_north - lat) < _CLOSE:
            break
    return east, north


def from_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """(longitude, latitude) in GCJ-02 degrees."""
    if not _offset_there(lon, lat):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    radians = lat / 180.0 * math.pi
    curve = 1 - _FLAT * math.sin(radians) ** 2
    north = _north(x, y) * 180.0 / (_AXIS * (1 - _FLAT) / (curve * math.sqrt(curve)) * math.pi)
    east = _east(x, y) * 180.0 / (_AXIS / math.sqrt(curve) * math.cos(radians) * math.pi)
    return lon + east, lat + north


def _from_baidu(lon: float, lat: float) -> tuple[float, float]:
    """BD-09 to GCJ-02."""
    x, y = lon - 0.0065, lat - 0.006
    far = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU)
    return far * math.cos(angle), far * math.sin(angle)


def _offset_there(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _north(x: float, y: float) -> float:
    return (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
        + _waves(x, 6.0, 2.0) + _sum(y, (20.0, 1.0), (40.0, 3.0)) + _sum(y, (160.0, 12.0), (320.0, 30.0))
    )  # fmt: skip


def _east(x: float, y: float) -> float:
    return (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
        + _waves(x, 6.0, 2.0) + _sum(x, (20.0, 1.0), (40.0, 3.0)) + _sum(x, (150.0, 12.0), (300.0, 30.0))
    )  # fmt: skip


def _waves(x: float, fast: float, slow: float) -> float:
    return (20.0 * math.sin(fast * x * math.pi) + 20.0 * math.sin(slow * x * math.pi)) * 2.0 / 3.0


def _sum(value: float, *waves: tuple[float, float]) -> float:
    return sum(high * math.sin(value * math.pi / long) for high, long in waves) * 2.0 / 3.0
