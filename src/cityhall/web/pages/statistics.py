"""Open-data statistics: figures with their sentence, chart and table, each table as CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.kernel.actor import Actor
from cityhall.kernel.cells import harmless
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.queries import AXES, Axis, Part, Statistics, dataset_for, statistics
from cityhall.web.errors import AddressUnknown
from cityhall.web.pages.area_maps import AreaPicture
from cityhall.web.pages.shares import names_on, region_map
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say

NAMES: dict[Axis, str] = {"field": "fields", "region": "regions", "agency": "agencies"}
AS_DATASETS: Mapping[str, str] = {
    **dict.fromkeys(NAMES.values(), "open-data-statistics"),
    "months": "open-data-by-month",
    "use": "open-data-use",
}
TOTALS = ("datasets", "open", "restricted", "items", "rows", "interfaces", "agencies")
COUNTS = ("datasets", "open", "items", "rows", "interfaces", "share")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Divided:
    """The catalogue by field, region or agency: its name, the parts with what they are called, and how many datasets
    the largest has."""

    name: str
    axis: Axis
    parts: tuple[tuple[str, Part], ...]
    largest: int


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """Everything that was counted, the three divisions, the regions as a map where they have outlines, and by table the
    dataset that holds it too."""

    told: Statistics
    divided: tuple[Divided, ...]
    map: AreaPicture | None
    datasets: Mapping[str, str]


@require_safe
def statistics_page(request: HttpRequest) -> HttpResponse:
    """What is open, whose it is, since when, and how it is used."""
    actor, told = actor_for(request), statistics()
    page = StatisticsPage(
        told,
        tuple(_divided(told, axis) for axis in AXES),
        region_map(told.by["region"]),
        {name: _dataset_of(actor, code) for name, code in AS_DATASETS.items()},
    )
    return show(request, "pages/statistics.html", page)


@require_safe
def statistics_table(request: HttpRequest, name: str, form: str) -> HttpResponse:  # noqa: ARG001  (the view's address)
    """One table of the statistics as CSV (with a byte order mark, for spreadsheets) or JSON."""
    rows = _table(statistics(), name)
    if rows is None or form not in ("csv", "json"):
        raise AddressUnknown()
    if form == "json":
        body = orjson.dumps({"at": statistics().at, "rows": rows})
        return HttpResponse(body, content_type="application/json")
    answer = HttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _dataset_of(actor: Actor, code: str) -> str:
    """The id of the dataset that holds a table; empty while nobody publishes it."""
    try:
        return dataset_for(actor, code, "page")[0].id
    except DatasetHidden:
        return ""


def _divided(told: Statistics, axis: Axis) -> Divided:
    parts = told.by[axis]
    names = names_on(axis, [part.code for part in parts])
    shown = tuple((names.get(part.code, part.code), part) for part in parts)
    return Divided(NAMES[axis], axis, shown, max((part.datasets for part in parts), default=0))


def _table(told: Statistics, name: str) -> Rows | None:
    if name == "totals":
        used = {key: getattr(told.used, key) for key in ("visits", "calls", "downloads")}
        return [
            {"day": told.used.day.isoformat(), **{key: getattr(told.totals, key) for key in TOTALS}, **used}
        ]
    if name == "months":
        return [
            {
                "month": f"{one.month:%Y-%m}",
                "added": one.added,
                "datasets": one.datasets,
                "rows": one.rows,
                "agencies": one.agencies,
            }
            for one in told.months
        ]
    if name == "use":
        return [
            {"day": one.day.isoformat(), "visits": one.visits, "calls": one.calls, "downloads": one.downloads}
            for one in told.days
        ]
    axis = next((axis for axis, called in NAMES.items() if called == name), None)
    if axis is None:
        return None
    names = names_on(axis, [part.code for part in told.by[axis]])
    return [_part_row(part, names.get(part.code, part.code)) for part in told.by[axis]]


def _part_row(part: Part, name: str) -> dict[str, Any]:
    counts = {key: getattr(part, key) for key in COUNTS}
    return {"code": part.code, "name": name, **counts, "share": round(part.share, 4)}


def _csv(rows: Rows) -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    if rows:
        writer.writerow([_column(name) for name in rows[0]])
        writer.writerows([harmless(cell) for cell in row.values()] for row in rows)
    return "\ufeff" + output.getvalue()


def _column(name: str) -> str:
    return say(f"count.{name}")
