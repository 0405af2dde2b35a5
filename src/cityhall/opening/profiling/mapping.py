"""The words of a map: what it shows, and who has the most."""

from __future__ import annotations

from typing import Final

from cityhall.kernel.text import Text
from cityhall.opening.profiling.shapes import AreaMap

_AREAS: Final = {
    "province": Text(en="province", zh="省份"),
    "city": Text(en="city", zh="设区市"),
    "county": Text(en="district", zh="区县"),
    "town": Text(en="street and town", zh="街道乡镇"),
}
_HOW: Final = {"mean": Text(en="mean", zh="平均值"), "sum": Text(en="total", zh="合计")}
_OVER: Final = {
    "mean": Text(en="mean of all rows", zh="所有行的平均值"),
    "sum": Text(en="total of all rows", zh="所有行的合计"),
}


def map_title(drawn: AreaMap) -> Text:
    """What a map shows, by what its areas are."""
    by = _AREAS[drawn.level]
    if drawn.worth == "rows":
        return Text(en=f"Rows by {by.en}", zh=f"各{by.zh}的行数")
    how = _HOW[drawn.worth]
    return Text(en=f"{drawn.amount.en}: {how.en} by {by.en}", zh=f"各{by.zh}的{drawn.amount.zh}{how.zh}")


def map_sentence(drawn: AreaMap) -> Text | None:
    """The largest and the smallest of the amounts; None for rows."""
    if drawn.worth == "rows":
        return None
    known = sorted(
        ((one.value, one.label) for one in drawn.points if one.value is not None), key=lambda one: one[0]
    )
    (least, last), (most, first) = known[0], known[-1]
    over = _OVER[drawn.worth]
    return Text(
        en=f"{first.en} has the most: {amount(most)}; {last.en} the least: {amount(least)} ({over.en}).",
        zh=f"{first.zh}最多：{amount(most)}；{last.zh}最少：{amount(least)}（{over.zh}）。",
    )


def measured_sql(drawn: AreaMap, name: str) -> str:
    """What is asked beside the rows."""
    function = {"sum": "sum", "mean": "avg"}.get(drawn.worth)
    quoted = name.replace('"', '""')
    return f', {function}("{quoted}")' if function else ""


def amount(value: float) -> str:
    """A number of four digits or its whole part: 0.1234, 12.34, 123,456."""
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.4g}"
