"""Shapes as others read them: one, those under a division, those of a map; and what is missing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.places.models import Division, DivisionShape, ShapeBatch
from cityhall.places.rules import VILLAGE, normalised

Box = tuple[float, float, float, float]
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeInfo:
    """A division's outline as it is from `valid_from` until the day before `valid_to`. `label` is where its name stands, `box` is
    west, south, east, north, `size` square metres, `points` its positions; `system` and `source` say where it came from. `title`
    is its name in both languages, the Chinese one twice where no list told the English one."""

    code: str
    name: str
    title: Text
    level: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    label: tuple[float, float]
    box: Box
    size: float
    points: int
    system: str
    source: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """A division some of whose parts have a shape: how many have, how many there are, and the (code, name) of those without."""

    code: str
    name: str
    have: int
    all: int
    missing: tuple[tuple[str, str], ...]


def shapes_version() -> str:
    """The newest import; empty while there is none."""
    return ShapeBatch.objects.order_by("-id").values_list("id", flat=True).first() or ""


def shape(code: str, on: date | None = None) -> ShapeInfo | None:
    """The outline of a division on a day (today), or the last that it had when it is no more and no day is asked for."""
    rows = _titled(DivisionShape.objects.filter(code=normalised(code)))
    if on is not None:
        rows = rows.filter(_valid(on))
    found = sorted(
        rows.defer("shape"),
        key=lambda row: (row.valid_to is None, row.valid_to or date.max, row.valid_from or date.min),
    )
    return _info(found[-1]) if found else None


def shapes(
    parent: str = "",
    *,
    codes: Collection[str] = (),
    level: str = "",
    box: Box | None = None,
    on: date | None = None,
) -> tuple[ShapeInfo, ...]:
    """Outlines of a day (today), by code: those directly under a division, of these codes, of a level, touching a box."""
    return tuple(map(_info, chosen(parent, codes, level, box, on).defer("shape")))


def geometries(found: Collection[ShapeInfo]) -> dict[str, dict[str, Any]]:
    """Code -> GeoJSON geometry (WGS-84, positions to a metre) of outlines that were found."""
    return {code: json.loads(shapely.to_geojson(one)) for code, one in outlines_of(found).items()}


def outlines_of(found: Collection[ShapeInfo]) -> dict[str, Any]:
    """Code -> shapely polygon or multipolygon of outlines that were found, by code."""
    days, wanted = {one.code: one.valid_from for one in found}, sorted(one.code for one in found)
    made = {}
    for at in range(0, len(wanted), _AT_ONCE):
        rows = DivisionShape.objects.filter(code__in=wanted[at : at + _AT_ONCE]).order_by(
            "code", "valid_from"
        )
        for code, first, known in rows.values_list("code", "valid_from", "shape"):
            if days[code] == first:
                made[code] = shapely.from_wkb(bytes(known))
    return made


def missing_shapes(parent: str = "") -> tuple[Gaps, ...]:
    """Where a map of today would have holes: every division of which at least one part has a shape (or only `parent`), with the
    parts that have none. Villages are left out."""
    valid = Q(valid_to__gt=clock.today()) | Q(valid_to=None, abolished=False)
    drawn: dict[str, set[str]] = {}
    for code, above in DivisionShape.objects.filter(_valid(clock.today())).values_list("code", "parent"):
        drawn.setdefault(above, set()).add(code)
    wanted = [normalised(parent)] if parent else sorted(drawn)
    names: Mapping[str, str] = dict(
        Division.objects.filter(valid, code__in=wanted).values_list("code", "name")
    )
    return tuple(_gaps(above, names.get(above, ""), drawn.get(above, set()), valid) for above in wanted)


def _gaps(above: str, name: str, drawn: Collection[str], valid: Q) -> Gaps:
    parts = Division.objects.filter(valid, parent=above).exclude(level=VILLAGE).order_by("code")
    there = [(code, called) for code, called in parts.values_list("code", "name") if called not in _NO_PLACE]
    missing = tuple(one for one in there if one[0] not in drawn)
    return Gaps(above, name, len(there) - len(missing), len(there), missing)


_NO_PLACE: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


def chosen(
    parent: str, codes: Collection[str], level: str, box: Box | None, on: date | None
) -> QuerySet[DivisionShape]:
    """The rows of a question."""
    rows = _titled(DivisionShape.objects.filter(_valid(on or clock.today()))).order_by("code")
    if parent:
        rows = rows.filter(parent=normalised(parent))
    if codes:
        rows = rows.filter(code__in=sorted(normalised(one) for one in codes))
    if level:
        rows = rows.filter(level=level)
    if box:
        west, south, east, north = box
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    return rows


def _titled(rows: QuerySet[DivisionShape]) -> QuerySet[DivisionShape]:
    named = Division.objects.filter(code=OuterRef("code")).exclude(english="").values("english")
    return rows.annotate(english=Coalesce(Subquery(named[:1]), Value("")))


def _valid(day: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _info(row: DivisionShape) -> ShapeInfo:
    return ShapeInfo(
        code=row.code,
        name=row.name,
        title=Text(en=row.english or row.name, zh=row.name),  # type: ignore[attr-defined]  # annotated
        level=row.level,
        parent=row.parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        label=(row.lon, row.lat),
        box=(row.west, row.south, row.east, row.north),
        size=row.size,
        points=row.points,
        system=row.system,
        source=row.source,
    )
