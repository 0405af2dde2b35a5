"""What a shape is between a file and the table, and how large a file may be. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cityhall.places.coordinates import System

MOST_BYTES: Final = 100_000_000  # of a file, unpacked: every county of the country at full detail
MOST_FEATURES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a file: its place (from 1), what it says about itself (`id` of the feature included), its GeoJSON geometry."""

    place: int
    properties: dict[str, Any]
    geometry: Any


@dataclass(frozen=True, slots=True)
class ShapeFile:
    """A file as it was read: its name, its bytes' SHA-256, its features, and the system of its coordinates, with how that is
    known: given, named (by the file), recognised (an export of a map service), or assumed."""

    name: str
    digest: str
    features: tuple[Feature, ...]
    system: System
    known_by: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A division's shape before it is kept: a shapely polygon or multipolygon."""

    file: ShapeFile
    place: int
    code: str
    name: str
    level: str
    parent: str
    shape: Any
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(slots=True)
class Taken:
    """What was found in the files: outlines, what was left out because no division is known by it (as file, place, what it says),
    how many shapes were mended."""

    outlines: list[Outline] = field(default_factory=list)
    unknown: list[tuple[str, int, str]] = field(default_factory=list)
    mended: int = 0
