"""Reads of places: a division on a day, what is under and above it, the reference file for checks; the grid and where a point
lies in it; shapes of divisions, as data and as a picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Q

from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.places.coordinates import System, to_wgs84
from cityhall.places.errors import DivisionUnknown
from cityhall.places.grid.areas import KIND_WORDS, KINDS, Kind
from cityhall.places.grid.checking import Finding, findings
from cityhall.places.grid.dated import Placed, locate_dated
from cityhall.places.grid.finding import Located
from cityhall.places.grid.finding import version as grid_version
from cityhall.places.grid.reading import read_areas
from cityhall.places.grid.showing import (
    AreaInfo,
    GridInfo,
    Place,
    cell_codes,
    grid_area,
    grid_areas,
    grid_info,
    locate,
    locate_many,
)
from cityhall.places.grid.stored import boundary_on, drawn_on
from cityhall.places.models import Division as Row
from cityhall.places.reference import division_reference_file
from cityhall.places.rules import LEVELS, normalised
from cityhall.places.shapes.drawing import Drawing, DrawnArea, borders, drawing
from cityhall.places.shapes.finding import divisions_at
from cityhall.places.shapes.showing import (
    Gaps,
    ShapeInfo,
    geometries,
    missing_shapes,
    shape,
    shapes,
    shapes_version,
)

__all__ = [
    "KINDS",
    "KIND_WORDS",
    "LEVELS",
    "AreaInfo",
    "Division",
    "Drawing",
    "DrawnArea",
    "Finding",
    "Gaps",
    "GridInfo",
    "Kind",
    "Located",
    "Place",
    "Placed",
    "ShapeInfo",
    "System",
    "ancestors",
    "borders",
    "cell_codes",
    "check_grid",
    "children",
    "division",
    "division_history",
    "division_name",
    "division_names",
    "division_reference_file",
    "division_titles",
    "divisions",
    "divisions_at",
    "drawing",
    "find_divisions",
    "find_named",
    "geometries",
    "grid_area",
    "grid_areas",
    "grid_info",
    "grid_version",
    "locate",
    "locate_dated",
    "locate_many",
    "missing_shapes",
    "normalised",
    "shape",
    "shapes",
    "shapes_version",
    "to_wgs84",
]


@dataclass(frozen=True, slots=True)
class Division:
    """A code (6, 9 or 12 digits) with the name it had from `valid_from` until the day before `valid_to`.

    `level` is province, city, county, town or village; `english` may be empty. A day of None is open or not known; a division
    that is `abolished` without a day ended some time. `successors` are the codes that took over, where told.
    """

    code: str
    name: str
    english: str
    parent: str
    level: str
    valid_from: date | None
    valid_to: date | None
    abolished: bool
    successors: tuple[str, ...]


def division(code: str, on: date | None = None) -> Division | None:
    """The division with this code on a day; without a day, as it is now or, if it is abolished, as it was last.

    Padded and short forms of codes are understood. None when the code was not valid then, or never.
    """
    known = division_history(code)
    if on is not None:
        return next((one for one in known if _valid(one, on)), None)
    return next((one for one in known if not one.abolished), known[-1] if known else None)


def division_names(codes: Collection[str]) -> dict[str, str]:
    """Code -> its own name, for lists that show many; codes that never were are left out."""
    return {code: title.zh for code, title in division_titles(codes).items()}


def division_titles(codes: Collection[str]) -> dict[str, Text]:
    """Code -> its own name in both languages, the Chinese one twice where no list told the English one."""
    rows = Row.objects.filter(code__in=[normalised(code) for code in codes]).order_by(
        "-abolished", "valid_from"
    )
    names = {code: Text(en=en or zh, zh=zh) for code, zh, en in rows.values_list("code", "name", "english")}
    return {code: names[normalised(code)] for code in codes if normalised(code) in names}


def division_history(code: str) -> tuple[Division, ...]:
    """All the names that a code had, oldest first."""
    rows = Row.objects.filter(code=normalised(code))
    return tuple(sorted(map(_division, rows), key=lambda one: one.valid_from or date.min))


def divisions(parent: str = "", on: date | None = None) -> tuple[Division, ...]:
    """The divisions directly under `parent` (the provinces when empty) on a day, or today; by code."""
    rows = Row.objects.filter(parent=normalised(parent)).filter(_on(on or clock.today())).order_by("code")
    return tuple(map(_division, rows))


children = divisions


def ancestors(code: str, on: date | None = None) -> tuple[Division, ...]:
    """The divisions above, from the province down; raises DivisionUnknown for a code that never was."""
    start = division(code, on) or division(code)
    if start is None:
        raise DivisionUnknown(division=code)
    path: list[Division] = []
    parent = start.parent
    while parent and (above := division(parent, on) or division(parent)):
        path.insert(0, above)
        parent = above.parent
    return tuple(path)


def division_name(code: str, on: date | None = None, separator: str = "") -> str:
    """The whole name such as 浙江省温州市鹿城区, without placeholders (市辖区); may raise DivisionUnknown."""
    own = division(code, on) or division(code)
    path = [*ancestors(code, on), *([own] if own else [])]
    names = [one.name for one in path]
    return separator.join(name for name in names if name not in _PLACEHOLDERS or name == names[-1])


_PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def find_divisions(text: str, *, level: str = "", limit: int = 20) -> tuple[Division, ...]:
    """Divisions of today whose name contains the text or whose code begins with it; higher levels first."""
    rows = Row.objects.filter(_on(clock.today())).filter(Q(name__contains=text) | Q(code__startswith=text))
    if level:
        rows = rows.filter(level=level)
    found = sorted(rows.order_by("code")[: limit * 10], key=lambda row: (LEVELS.index(row.level), row.code))
    return tuple(map(_division, found[:limit]))


def find_named(names: Collection[str], within: str = "") -> dict[str, str]:
    """Name -> code of today's divisions, down to towns; a name that several have is that of the one in `within` (a code), or
    where the other names are; else it is left out."""
    rows = Row.objects.filter(_on(clock.today()), name__in=sorted(set(names))).exclude(level=LEVELS[-1])
    codes: dict[str, list[str]] = {}
    for name, code in rows.order_by("code").values_list("name", "code"):
        codes.setdefault(name, []).append(code)
    sure = [ones[0][:4] for ones in codes.values() if len(ones) == 1]
    near = normalised(within).rstrip("0") or (max(set(sure), key=sure.count) if sure else "")
    found = {
        name: [one for one in ones if one.startswith(near)] if len(ones) > 1 else ones
        for name, ones in codes.items()
    }
    return {name: ones[0] for name, ones in found.items() if len(ones) == 1}


def check_grid(kind: Kind = "cell", path: Path | None = None) -> list[Finding]:
    """Everything wrong with a GeoJSON file of areas before it is imported, or with the stored areas of today. Raises
    GridUnreadable."""
    areas = read_areas(path) if path else drawn_on(kind, clock.today())
    return findings(kind, areas, None if kind == "boundary" else boundary_on(clock.today()))


def _on(day: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__gt=day) | Q(valid_to=None, abolished=False))


def _valid(one: Division, day: date) -> bool:
    ended = one.abolished if one.valid_to is None else one.valid_to <= day
    return not ended and (one.valid_from is None or one.valid_from <= day)


def _division(row: Row) -> Division:
    return Division(
        code=row.code,
        name=row.name,
        english=row.english,
        parent=row.parent,
        level=row.level,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        abolished=row.abolished,
        successors=tuple(row.successors),
    )
