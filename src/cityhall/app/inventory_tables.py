"""The inventories as open data: islands of information, and the responsibility list; and the list of all that is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cityhall.app import case_tables
from cityhall.app.computed_tables import ComputedTable, column
from cityhall.app.statistics_tables import TABLES as STATISTICS
from cityhall.identity.queries import agency_names
from cityhall.kernel.clock import CITY_ZONE
from cityhall.kernel.text import Text
from cityhall.opening.queries import KIND_WORDS, islands, responsibilities


def _island_rows() -> Iterator[tuple[Any, ...]]:
    names = agency_names()
    for one in islands(computed_codes()):
        agency = names.get(one.agency_id, Text(en="", zh=""))
        since = one.since.astimezone(CITY_ZONE).date().isoformat() if one.since else None
        yield KIND_WORDS[one.kind].zh, agency.zh, one.code or None, one.title.zh, since, one.why.zh


def _duty_rows() -> Iterator[tuple[Any, ...]]:
    for one in responsibilities():
        yield (
            one.agency.zh,
            one.uscc,
            one.function.zh or None,
            one.legal_basis.zh or None,
            one.system.zh or None,
            one.code,
            one.dataset.zh,
            one.item,
            one.sharing,
            one.opening,
            f"L{one.level}",
            one.update_cycle or None,
        )


TABLES: Final = (
    ComputedTable(
        code="information-islands",
        title=Text(en="Inventory of information islands", zh="信息孤岛清单"),
        abstract=Text(
            en="Datasets nobody reads, agencies that publish nothing, items collected twice, cycles missed; computed daily.",
            zh="无人使用的数据集、未发布数据的机构、重复采集的数据项、超期未更新的数据集，每日计算。",
        ),
        field_code="other",
        update_cycle="irregular",
        columns=(
            column("类别", "Kind"),
            column("机构", "Agency"),
            column("数据集编码", "Dataset code"),
            column("名称", "Title"),
            column("起始日期", "Since", "date"),
            column("说明", "Why"),
        ),
        key=(),
        rows=_island_rows,
    ),
    ComputedTable(
        code="responsibility-list",
        title=Text(en="Responsibility list of public data", zh="公共数据责任清单"),
        abstract=Text(
            en="Which agency holds which item, in which dataset, from which system, for which function; computed daily.",
            zh="各机构的职能、信息系统、数据集和数据项的对应关系及共享开放类别，每日计算。",
        ),
        field_code="other",
        update_cycle="irregular",
        columns=(
            column("机构", "Agency"),
            column("统一社会信用代码", "USCC"),
            column("职能", "Function"),
            column("法律依据", "Legal basis"),
            column("信息系统", "System"),
            column("数据集编码", "Dataset code"),
            column("数据集", "Dataset"),
            column("数据项", "Item"),
            column("共享类别", "Sharing"),
            column("开放类别", "Opening"),
            column("分级", "Level"),
            column("更新周期", "Update cycle"),
        ),
        key=("数据集编码", "数据项"),
        rows=_duty_rows,
    ),
)


def computed() -> tuple[ComputedTable, ...]:
    """What the platform computes about itself and publishes."""
    return (*TABLES, *STATISTICS, *case_tables.tables())


def computed_codes() -> frozenset[str]:
    """The codes of the datasets that hold it; nobody collects what is in them."""
    return frozenset(table.code for table in computed())
