"""The plain values of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cityhall.kernel.text import Text
from cityhall.warehouse.queries import Bin

ChartKind = Literal["line", "bars", "division", "map", "histogram"]
Worth = Literal["rows", "sum", "mean"]


@dataclass(frozen=True, slots=True)
class AreaCount:
    """A division's rows; of an amount the total, and how many rows have one."""

    code: str
    rows: int
    total: float = 0.0
    filled: int = 0


@dataclass(frozen=True, slots=True)
class AreaPoint:
    """An area of a map: its rows, and what it is worth (None: nothing is known)."""

    code: str
    label: Text
    rows: int
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """Areas of a level with what they are worth: their rows, or the sum or mean of the item that is called `amount`."""

    points: tuple[AreaPoint, ...]
    level: str
    worth: Worth
    amount: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProfile:
    """One item. `reason` says why its values are not shown (or that they are masked); its figures are then None. `top`:
    value and rows, most frequent first; `rest`: rows of values too rare to be shown one by one in data about persons;
    `names`: what codes of divisions are called. `areas`: every division of the values, `elsewhere` the rows of none of them, and
    `amount` the item whose totals they tell.
    """

    name: str
    title: Text
    element: str
    type: str
    reason: Text | None = None
    filled: float | None = None
    distinct: int | None = None
    least: str = ""
    greatest: str = ""
    top: tuple[tuple[str, int], ...] = ()
    rest: int = 0
    bins: tuple[Bin, ...] = ()
    step: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    areas: tuple[AreaCount, ...] = ()
    elsewhere: int = 0
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A mark of a chart: its label in both languages and its rows."""

    label: Text
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its one sentence; `query` is what it was computed by, over version `version`; `rest` counts rows that
    belong to none of its marks."""

    kind: ChartKind
    item: str
    title: Text
    sentence: Text
    points: tuple[Point, ...]
    rest: int
    query: str
    areas: AreaMap | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows that lie close together on the small map, by their mean place (WGS-84)."""

    lon: float
    lat: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallMap:
    """The map of the dataset's page: marks, the box (west, south, east, north), how many rows have a place, and the
    system that the stored coordinates were brought from."""

    marks: tuple[Mark, ...]
    box: tuple[float, float, float, float]
    total: int
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSeen:
    """What one actor may see of a version's profile; `about_persons`: small groups are left out; `outlines` is the version of the
    outlines that its maps are drawn with."""

    version: int
    rows: int
    about_persons: bool
    items: tuple[ItemProfile, ...]
    charts: tuple[Chart, ...]
    map: SmallMap | None
    outlines: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesSeen:
    """Places for the large map, WGS-84: `rows` are (lon, lat, labels…), `shapes` are (GeoJSON geometry, labels…);
    `total` counts all rows with a place, more than are here when the version is large."""

    version: int
    labels: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    shapes: tuple[tuple[object, ...], ...]
    total: int
    system: str
