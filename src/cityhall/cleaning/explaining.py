"""The reason of a recognition in plain words."""

from __future__ import annotations

from cityhall.cleaning.elements.catalogue import Element
from cityhall.cleaning.profiling import Profile
from cityhall.cleaning.tables import Evidence
from cityhall.kernel.text import Text

TYPE_NAMES = {
    "text": Text("text", "文本"),
    "integer": Text("whole number", "整数"),
    "decimal": Text("number", "数值"),
    "date": Text("date", "日期"),
    "datetime": Text("date and time", "日期时间"),
    "time": Text("time of day", "时间"),
    "boolean": Text("yes or no", "是否"),
}


def reason_for(
    fact: Profile, chosen: Evidence | None, element: Element | None, told: Element | None = None
) -> Text:
    """Why a column is taken for what it is; `told` is the element that only the header speaks of."""
    if fact.filled == 0:
        return Text("Every cell is empty; kept as text.", "该列全部为空，按文本保存。")
    if chosen is None and element is not None:
        return Text(
            f"Only {fact.distinct} different values: a code list.",
            f"仅有 {fact.distinct} 种取值，应为代码表。",
        )
    if told is not None:
        return Text(
            f"The header says {told.name.en}, the cells do not prove it: kept as text, at its level ({told.level}).",
            f"表头表明是“{told.name.zh}”，但单元格内容未能证实：按文本保存，分级按该数据元（{told.level}）。",
        )
    if chosen is None:
        return Text(
            "No standard element or type fits; kept as text.", "未匹配任何标准数据元或类型，按文本保存。"
        )
    called = element.name if element else TYPE_NAMES[chosen.type]
    share = f"{chosen.matched:,} / {chosen.tested:,}"
    header = Text(" The header says so too.", "表头亦相符。") if chosen.hinted else Text("", "")
    slips = Text("", "")
    if chosen.impossible:
        slips = Text(
            f" No calendar has the day in {chosen.impossible:,}.",
            f"有 {chosen.impossible:,} 个日期在日历上不存在。",
        )
    return Text(
        en=f"{share} filled cells are valid as {called.en}.{slips.en}{header.en}",
        zh=f"{share} 个非空单元格符合“{called.zh}”。{slips.zh}{header.zh}",
    )
