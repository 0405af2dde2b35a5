"""GeoJSON files of divisions: any of the forms in which they are published, none of the forms that only do harm."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from cityhall.kernel.text import Text
from cityhall.places.coordinates import System
from cityhall.places.errors import ShapesTooBig, ShapesUnreadable
from cityhall.places.shapes.drawn import MOST_BYTES, MOST_FEATURES, Feature, ShapeFile

AREAS: Final = ("Polygon", "MultiPolygon")
_GZIP: Final = b"\x1f\x8b"
_BAIDU: Final = re.compile(r"bd-?09|baidu|百度", re.IGNORECASE)
_OFFSET: Final = re.compile(r"gcj-?02|gaode|amap|autonavi|高德|火星|腾讯", re.IGNORECASE)
_EXACT: Final = re.compile(r"wgs-?84|cgcs-?2000|tianditu|天地图", re.IGNORECASE)
# WGS-84 and CGCS2000 (EPSG 4490), which agree within a metre.
_DEGREES: Final = re.compile(r"CRS:?84|EPSG:.*?(4326|4490|4479|4979)$", re.IGNORECASE)
# What the area service of Amap writes into every feature, and nobody else does.
_SERVICE: Final = frozenset({"acroutes", "subFeatureIndex"})
NO_AREAS: Final = Text(en="it holds no polygons", zh="其中没有面图形")


def read_file(path: Path, system: System | None = None) -> ShapeFile:
    """The features of a GeoJSON file, also gzipped: a FeatureCollection, one Feature, or a bare geometry. Raises
    ShapesUnreadable, ShapesTooBig."""
    raw = _bytes(path)
    document = _parsed(raw, path.name)
    features = _features(document, path.name)
    found, known_by = (system, "given") if system else _system(path.name, document, features)
    return ShapeFile(path.name, sha256(raw).hexdigest(), features, found, known_by)


def _bytes(path: Path) -> bytes:
    """The file, unpacked no further than a file may be large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ShapesTooBig(source=path.name, limit=f"{MOST_BYTES // 1_000_000} MB")
        raw = path.read_bytes()
        if raw[:2] != _GZIP:
            return raw
        opened = zlib.decompressobj(wbits=31)
        raw = opened.decompress(raw, MOST_BYTES)
    except (OSError, zlib.error) as error:
        raise _unreadable(path.name, Text(en="no file can be read there", zh="无法读取该文件")) from error
    if opened.unconsumed_tail:
        raise ShapesTooBig(source=path.name, limit=f"{MOST_BYTES // 1_000_000} MB")
    return raw


def _parsed(raw: bytes, name: str) -> dict[str, Any]:
    """Strict JSON in UTF-8: no NaN, no number beyond all numbers, nothing nested a thousand deep."""
    try:
        document = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        why = str(error)[:120]
        raise _unreadable(name, Text(en=f"no JSON: {why}", zh=f"不是 JSON：{why}")) from error
    if not isinstance(document, dict):
        raise _unreadable(name, NO_AREAS)
    return document


def _features(document: dict[str, Any], name: str) -> tuple[Feature, ...]:
    kind = document.get("type")
    if kind in AREAS:
        return (Feature(1, {}, document),)
    listed = [document] if kind == "Feature" else document.get("features")
    if not isinstance(listed, list) or not listed:
        raise _unreadable(name, NO_AREAS)
    if len(listed) > MOST_FEATURES:
        raise ShapesTooBig(source=name, limit=f"{MOST_FEATURES:,} features")
    return tuple(_feature(place, one) for place, one in enumerate(listed, 1))


def _feature(place: int, said: Any) -> Feature:
    said = said if isinstance(said, dict) else {}
    properties = said.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if "id" in said and "id" not in properties:
        properties = {**properties, "id": said["id"]}
    return Feature(place, properties, said.get("geometry"))


def _system(name: str, document: dict[str, Any], features: Sequence[Feature]) -> tuple[System, str]:
    """The system that the file itself tells. Raises ShapesUnreadable for one that is not degrees of WGS-84 or near it."""
    told = _declared(document, name)
    first = features[0].properties
    words = f"{name} {told} {first.get('system', '')} {first.get('coordinate_system', '')}"
    if _BAIDU.search(words):
        return "bd09", "named"
    if _OFFSET.search(words):
        return "gcj02", "named"
    if _SERVICE & first.keys():
        return "gcj02", "recognised"
    return "wgs84", "named" if told or _EXACT.search(words) else "assumed"


def _declared(document: dict[str, Any], name: str) -> str:
    """The words of `crs` (the member of GeoJSON before RFC 7946) or `system`."""
    crs = document.get("crs")
    inner = crs.get("properties") if isinstance(crs, dict) else None
    told = str(inner.get("name", "")) if isinstance(inner, dict) else ""
    if told and not (_DEGREES.search(told) or _BAIDU.search(told) or _OFFSET.search(told)):
        short = told[:80]
        raise _unreadable(
            name, Text(en=f"its coordinates are in {short}, not degrees", zh=f"坐标系为 {short}，不是经纬度")
        )
    system = document.get("system")
    return f"{told} {system}".strip() if isinstance(system, str) else told


def _unreadable(name: str, why: Text) -> ShapesUnreadable:
    return ShapesUnreadable(source=name, why=why)
