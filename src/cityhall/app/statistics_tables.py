"""The statistics of the portal as open data: shares by field, region and agency, what came month by month, and its use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cityhall.app.computed_tables import ComputedTable, column
from cityhall.catalog.queries import fields
from cityhall.identity.queries import agency_names
from cityhall.kernel.text import Text
from cityhall.opening.queries import Axis, statistics
from cityhall.places.queries import division_names

AXES: Final[Mapping[Axis, str]] = {"field": "数据领域", "region": "区域", "agency": "机构"}


def _share_rows() -> Iterator[tuple[Any, ...]]:
    told = statistics()
    for axis, kind in AXES.items():
        names = _names(axis, [part.code for part in told.by[axis]])
        for part in told.by[axis]:
            name = names.get(part.code, part.code)
            counts = part.datasets, part.open, part.items, part.rows, part.interfaces
            yield kind, part.code, name, *counts, round(part.share * 100, 2)


def _names(axis: Axis, codes: list[str]) -> Mapping[str, str]:
    if axis == "field":
        return {one.code: one.title.zh for one in fields()}
    return (
        division_names(codes) if axis == "region" else {key: name.zh for key, name in agency_names().items()}
    )


def _month_rows() -> Iterator[tuple[Any, ...]]:
    for one in statistics().months:
        yield f"{one.month:%Y-%m}", one.added, one.datasets, one.rows, one.agencies


def _use_rows() -> Iterator[tuple[Any, ...]]:
    """The days that are over; today's figures still change."""
    for one in statistics().days[:-1]:
        yield one.day.isoformat(), one.visits, one.calls, one.downloads


TABLES: Final = (
    ComputedTable(
        code="open-data-statistics",
        title=Text(en="Open data in figures", zh="数据开放统计"),
        abstract=Text(
            en="Datasets, items, rows and interfaces by field, region and agency, with their shares; computed daily.",
            zh="按数据领域、区域和机构统计的数据集、数据项、数据行、接口及占比，每日计算。",
        ),
        field_code="other",
        update_cycle="irregular",
        columns=(
            column("维度", "Divided by"),
            column("代码", "Code"),
            column("名称", "Name"),
            column("数据集", "Datasets", "integer"),
            column("无条件开放", "Open to everybody", "integer"),
            column("数据项", "Data items", "integer"),
            column("数据行", "Rows", "integer"),
            column("接口", "Interfaces", "integer"),
            column("占比", "Share in percent", "decimal"),
        ),
        key=("维度", "代码"),
        rows=_share_rows,
    ),
    ComputedTable(
        code="open-data-by-month",
        title=Text(en="Open data month by month", zh="数据开放逐月统计"),
        abstract=Text(
            en="Datasets published in each of the last twelve months, and what there was at its end; computed daily.",
            zh="近十二个月每月新发布的数据集，以及月末的数据集、数据行和机构数，每日计算。",
        ),
        field_code="other",
        update_cycle="irregular",
        columns=(
            column("月份", "Month"),
            column("新发布", "Published", "integer"),
            column("数据集", "Datasets", "integer"),
            column("数据行", "Rows", "integer"),
            column("机构", "Agencies", "integer"),
        ),
        key=("月份",),
        rows=_month_rows,
    ),
    ComputedTable(
        code="open-data-use",
        title=Text(en="Use of open data day by day", zh="开放数据使用统计"),
        abstract=Text(
            en="Visits of pages, calls of interfaces and downloads of files on each of the last thirty days.",
            zh="近三十天每天的页面访问、接口调用和文件下载次数。",
        ),
        field_code="other",
        update_cycle="daily",
        columns=(
            column("日期", "Day", "date"),
            column("访问", "Visits", "integer"),
            column("接口调用", "Calls", "integer"),
            column("下载", "Downloads", "integer"),
        ),
        key=("日期",),
        rows=_use_rows,
    ),
)
