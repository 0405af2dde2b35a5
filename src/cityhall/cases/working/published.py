"""Cases for anybody, the newest first, as programs of other houses ask for them: what the declaration calls public, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Q

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.models import Attachment, Case, Cases
from cityhall.cases.storing.types import case_type, type_of
from cityhall.cases.working.duplicates import DEGREE
from cityhall.kernel.text import Text

Circle = tuple[float, float, float]
"""Longitude, latitude, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which cases: of these (type, kind) pairs (an empty kind: any), opened from `first` to `last`, open or ended (None: both),
    in a box (west, south, east, north) or a circle; or just these numbers."""

    kinds: tuple[tuple[str, str], ...]
    first: datetime | None = None
    last: datetime | None = None
    open: bool | None = None
    box: tuple[float, float, float, float] | None = None
    circle: Circle | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A case for anybody. `kind`, `area` and the place are empty where the declaration does not show them; `file` is the first
    file that was made public."""

    number: str
    type: str
    title: Text
    state: Text
    agency: str
    kind: str
    area: str
    lon: float | None
    lat: float | None
    opened: datetime
    changed: datetime
    due: datetime | None
    ended: datetime | None
    file: str
    fields: dict[str, Any] = field(default_factory=dict)


def published(asked: Asked, *, skip: int = 0, limit: int = 1000) -> tuple[Published, ...]:
    """One page of the cases asked for, the newest first."""
    rows = _narrowed(asked).typed().order_by("-opened", "-id")[skip : skip + limit]
    found = list(rows)
    files = _files(row.id for row in found)
    return tuple(_published(row, type_of(row.type), files.get(row.id, "")) for row in found)


def _narrowed(asked: Asked) -> Cases:
    wanted = Q(pk__in=())
    for name, kind in asked.kinds:
        if (asked.box or asked.circle) and not _shows_places(case_type(name)):
            continue  # where something is cannot be found out by asking around
        wanted |= Q(type__name=name, kind=kind) if kind else Q(type__name=name)
    rows = Case.objects.filter(wanted)
    if asked.numbers:
        return rows.filter(number__in=asked.numbers)
    if asked.first:
        rows = rows.filter(opened__gte=asked.first)
    if asked.last:
        rows = rows.filter(opened__lte=asked.last)
    if asked.open is not None:
        rows = rows.filter(ended__isnull=asked.open)
    return _placed(rows, asked)


def _shows_places(made: CaseType) -> bool:
    return bool(made.spot) and made.fields[made.spot].public


def _placed(rows: Cases, asked: Asked) -> Cases:
    """The rows in the box and in the circle; the circle is flat, which a city is."""
    if asked.box:
        west, south, east, north = asked.box
        rows = rows.filter(lon__range=(west, east), lat__range=(south, north))
    if asked.circle:
        lon, lat, metres = asked.circle
        narrow = max(cos(radians(lat)), 0.01)
        reach = metres / DEGREE
        up, aside = F("lat") - lat, (F("lon") - lon) * narrow
        away = ExpressionWrapper(up * up + aside * aside, output_field=FloatField())
        rows = (
            rows.filter(
                lat__range=(lat - reach, lat + reach),
                lon__range=(lon - reach / narrow, lon + reach / narrow),
            )
            .alias(away=away)
            .filter(away__lte=reach * reach)
        )
    return rows


def _files(keys: Iterable[int]) -> dict[int, str]:
    rows = Attachment.objects.filter(case_id__in=list(keys), public=True, accepted=True).order_by("-at")
    return dict(rows.values_list("case_id", "id"))


def _published(row: Case, made: CaseType, file: str) -> Published:
    shown = {name for name, declared in made.fields.items() if declared.public}
    placed = _shows_places(made)
    return Published(
        number=row.number, type=made.name, title=made.title, state=made.states[made.state_numbers[row.state]].title,
        agency=row.agency,
        kind=row.kind if made.kind in shown else "", area=row.area if made.area in shown else "",
        lon=row.lon if placed else None, lat=row.lat if placed else None, opened=row.opened, changed=row.changed,
        due=row.due, ended=row.ended, file=file,
        fields={name: value for name, value in (row.fields or {}).items() if name in shown},
    )  # fmt: skip
